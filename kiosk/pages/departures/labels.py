"""What is said of those who leave: whose door, how far it has come."""

from typing import Final, NamedTuple

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from kiosk import words
from kiosk.pages.departures.model import has_come
from kiosk.services import now
from sync.documents.erasure import ERASURE
from sync.documents.kind import Document


class Told(NamedTuple):
    """A signed fact, the door it is about where that is known, and in how many halls it is done."""

    fact: Document
    door: Document | None
    done: int
    of: int

    @property
    def is_erasure(self) -> bool:
        """Whether a person is erased; else a household moves out."""
        return bool(self.fact["kind"] == ERASURE.name)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return 0 < self.of <= self.done if self.is_erasure else has_come(self.fact, now())

    @property
    def url(self) -> str:
        """Where one follows it."""
        if self.is_erasure:
            return f"/departures/erased/{self.fact['person']}"
        return f"/departures/moved/{self.fact['household']}/{self.fact['day']}"

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return str(TITLE[self.fact["kind"]])


TITLE: Final[dict[str, LazyString]] = {
    "erasure": _l("Une personne effacée"),
    "moveout": _l("Un logement se vide"),
}
PICTO: Final = {"erasure": "erase", "moveout": "leave"}

ERASED: Final = (
    ("person", _l("Son nom, son code et sa carte.")),
    ("message", _l("Ses demandes, ses photos et les réponses.")),
    ("settings", _l("Ses réglages et ses brouillons.")),
)
ALONE: Final = ("door", _l("Personne d’autre n’est inscrit\u00a0: tout le logement est effacé."))
HALLS: Final = ("building", _l("Chaque hall l’efface, même éteint, à son retour."))

ENDED: Final = (
    ("card", _l("Leurs codes et leurs cartes ne marchent plus.")),
    ("home", _l("Leurs ordinateurs ne reçoivent plus rien.")),
    ("kept", _l("HMP garde leurs demandes trois ans.")),
    ("person", _l("Leurs noms restent. On peut les effacer ensuite.")),
)
"""What a move-out ends, and what it leaves."""


def goes(alone: bool) -> tuple[tuple[str, LazyString], ...]:
    """What goes with a person, each with its picture; ``alone``: nobody else lives there."""
    return (*ERASED, *([ALONE] if alone else []), HALLS)


def far(told: Told) -> str:
    """How far it has come: "Effacé dans 7 halls sur 8", or the day of a move-out."""
    if not told.is_erasure:
        return str(gettext("Départ\u00a0: %(day)s", day=words.said_on(told.fact["day"])))
    if not told.done:
        return str(gettext("Les halls vont l’apprendre."))
    return str(
        ngettext(
            "Effacé dans %(num)s hall sur %(of)s",
            "Effacé dans %(num)s halls sur %(of)s",
            told.done,
            of=told.of,
        )
    )
