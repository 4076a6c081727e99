"""What is said of a thing that is touched: its name, what it is, how it stands, which of how many.

The screen sends parts: ``{"text", "lang"}`` as shown; ``{"value"}`` as typed; ``{"word"}`` one of
WORDS; ``{"at", "of"}`` a place among others; ``{"signs"}`` how many signs stand in a field in which
they are never said.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from i18n.languages import language_of
from kiosk.pages.listen.discretion import is_known, is_own, is_shared, may_say
from kiosk.services import visitor

MOST: Final = 40
"""Parts said of one thing."""

WORDS: Final = {
    "link": _l("lien"),
    "button": _l("bouton"),
    "field": _l("champ à remplir"),
    "lines": _l("champ à remplir, plusieurs lignes"),
    "secret": _l("champ secret"),
    "list": _l("liste"),
    "checkbox": _l("case"),
    "radio": _l("choix"),
    "checked": _l("coché"),
    "unchecked": _l("pas coché"),
    "pressed": _l("activé"),
    "current": _l("choisi"),
    "disabled": _l("pas disponible"),
    "wrong": _l("à corriger"),
    "empty": _l("vide"),
    "question": _l("question"),
    "sign": _l("un caractère"),
    "erased": _l("effacé"),
    "private": _l("vos mots"),
    "on": _l("Je dis ce que vous touchez."),
    "off": _l("Je ne dis plus ce que vous touchez."),
}


class Said(NamedTuple):
    """Words in one voice.

    ``private``: of a person; ``own``: said with their leave; ``asks``: left out for want of it.
    """

    text: str
    voice: str
    private: bool = False
    own: bool = False
    asks: bool = False


def compose(parts: list[dict[str, Any]], page: str) -> list[Said]:
    """What to say, as few sentences as there are voices in turn; nothing of what makes no sense.

    A private text that may not be said here becomes the word for it.
    """
    said: list[Said] = []
    for text, voice, *rest in _read(parts[:MOST], page):
        if said and said[-1].voice == voice:
            before = said.pop()
            if rest[-1] and before.text.endswith(text):  # "your words" once, however many
                said.append(before)
                continue
            text = f"{before.text}{'' if before.text[-1] in '.!?…؟' else ','} {text}"
            private, own, asks = (a or b for a, b in zip(before[2:], rest, strict=True))
            rest = [private, own, asks]
        said.append(Said(text, voice, *rest))
    return said


def _read(parts: list[dict[str, Any]], page: str) -> Iterator[Said]:
    here = visitor().language.voice
    for part in parts:
        text = _sentence(part)
        if text:
            yield Said(text, here)
        elif text := _plain(part.get("text")):
            private = visitor().session is not None and not is_known(text)
            yield _guarded(Said(text, _voice(part), private, is_own(text, page)), page)
        elif text := _plain(part.get("value")):
            yield _guarded(Said(text, _voice(part), True, is_shared() and not is_known(text)), page)


def _guarded(said: Said, page: str) -> Said:
    if said.own and not may_say(page):
        return Said(str(WORDS["private"]), visitor().language.voice, asks=True)
    return said


def _voice(part: dict[str, Any]) -> str:
    return language_of(str(part.get("lang", ""))).voice


def _plain(shown: Any) -> str:
    text = " ".join(str(shown or "").encode("utf-8", "ignore").decode().split())
    return text if any(map(str.isalnum, text)) else ""


def _sentence(part: dict[str, Any]) -> str:
    """What the portal itself says of the thing; "" for what is shown or typed."""
    if str(part.get("word")) in WORDS:
        return str(WORDS[str(part["word"])])
    at, of, signs = (part.get(name) for name in ("at", "of", "signs"))
    if type(at) is int and type(of) is int and 0 < at <= of < 1000:
        return str(gettext("%(at)s sur %(of)s", at=at, of=of))
    if type(signs) is int and 0 <= signs < 1000:
        return str(ngettext("%(num)s caractère", "%(num)s caractères", signs))
    return ""
