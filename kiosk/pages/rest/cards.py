"""What the screen at rest shows, each thing in each language in turn."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from flask_babel import gettext

from i18n import dates
from i18n.catalogs import sentence
from i18n.languages import LANGUAGES, Language, language_of
from kiosk import words
from kiosk.outage import Outage
from kiosk.tongue import said_in
from sync.clock import ESTATE, instant
from sync.documents.kind import Document

TONGUES: Final = tuple(
    {language.voice: language for language in reversed(LANGUAGES.values())}.values()
)[::-1]
"""One language for each voice: easy French reads as French does, from across a hall."""


class Card(NamedTuple):
    """One thing in one language.

    ``thing``: its number among the windows. ``title`` is in ``title_lang`` ("" where it is the
    card's own language): what people wrote stands as written. ``near``: it cannot wait.
    """

    thing: int
    language: Language
    picto: str
    title: str
    title_lang: str
    when: str
    where: str
    near: bool


class Tongue(NamedTuple):
    """What the rest of the screen says in one language."""

    language: Language
    day: str
    invitation: str
    card: str
    help: str
    line: str


def tongues(now: datetime, mode: str, cut: Outage | None, *, known: bool) -> list[Tongue]:
    """The words around the cards, in each language; ``known``: someone can say how the line is."""
    found = []
    for language in TONGUES:
        with said_in(language):
            touch = gettext("Touchez l’écran") if mode == "kiosk" else gettext("Appuyez sur OK")
            day = dates.day(now.astimezone(ESTATE), language)
            card, how = gettext("Ou montrez votre carte"), gettext("Comment faire ?")
            found.append(Tongue(language, day, touch, card, how, _line(cut, known, language)))
    return found


def _line(cut: Outage | None, known: bool, language: Language) -> str:
    if cut:
        return cut.said(language)
    return str(gettext("La ligne de cet écran marche.")) if known else ""


def cards(things: Sequence[Document], places: Mapping[str, Document], now: datetime) -> list[Card]:
    """Every thing in every language: who waits for theirs waits two cards at the most."""
    return [
        card
        for number, thing in enumerate(things)
        for card in _in_each_language(number, thing, places, now)
    ] or list(_quiet())


def _in_each_language(
    number: int, thing: Document, places: Mapping[str, Document], now: datetime
) -> Iterator[Card]:
    for language in TONGUES:
        with said_in(language):
            if thing["kind"] == "works":
                yield _works(number, thing, places, now, language)
            else:
                yield _notice(number, thing, now, language)


def _works(
    number: int, thing: Document, places: Mapping[str, Document], now: datetime, language: Language
) -> Card:
    return Card(
        number,
        language,
        words.WORKS_PICTO[thing["what"]],
        words.works_what(thing),
        "",
        words.span(
            instant(thing["starts"]),
            instant(thing["ends"]),
            thing.get("all_day", False),
            now,
            language,
        ),
        words.works_where(thing, places),
        words.is_near(thing),
    )


def _notice(number: int, thing: Document, now: datetime, language: Language) -> Card:
    own = language_of(thing["lang"]).voice == language.voice
    starts = instant(thing["starts"] if "starts" in thing else thing["at"])
    return Card(
        number,
        language,
        words.CHANNEL_PICTO[thing["channel"]],
        thing["title"],
        "" if own else thing["lang"],
        words.near_day(starts, now, language),
        str(words.CHANNEL[thing["channel"]]),
        False,
    )


def _quiet() -> Iterator[Card]:
    for language in TONGUES:
        with said_in(language):
            title = gettext("Pas de travaux prévus chez vous.")
            yield Card(0, language, "check", title, "", "", "", False)


def aloud(alarms: Sequence[Document]) -> list[tuple[str, str]]:
    """What is said of ``alarms``, each sentence with its BCP 47 tag.

    French first, then the other languages they are written in: that an emergency follows is said
    in each of these, and in French whatever the message is in.
    """
    written = {language_of(alarm["lang"]).voice: alarm["lang"] for alarm in alarms}
    order = [language for language in TONGUES if language.voice in {"fr", *written}]
    said: list[tuple[str, str]] = []
    for language in order:
        said.append((sentence("Message d’urgence", language.code) + ".", language.html))
        said += [
            (text, alarm["lang"])
            for alarm in alarms
            if language_of(alarm["lang"]).voice == language.voice
            for text in _texts(alarm)
        ]
    return said


def _texts(alarm: dict[str, Any]) -> Iterator[str]:
    yield alarm["title"]
    if alarm.get("text"):
        yield alarm["text"]
