"""What is said of machines: who they are, what they lack, why one is not reached."""

from typing import Final

from babel.lists import format_list
from flask import g
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from i18n import dates
from kiosk import words
from kiosk.pages.halls.model import Hall
from sync.clock import instant
from sync.documents.kind import Document

ROLE: Final[dict[str, LazyString]] = {
    "kiosk": _l("Écran d’un hall"),
    "landlord": _l("Chez HMP"),
    "home": _l("Ordinateur d’un foyer"),
}
PICTO: Final = {"kiosk": "building", "landlord": "reached", "home": "home"}

TROUBLE_PICTO: Final = {
    "unheard": "cut",
    "silent": "cut",
    "disk": "bins",
    "apart": "cut",
    "clock": "clock",
    "refused": "lock",
}

WHY: Final[dict[str, LazyString]] = {
    "off": _l("Il semble éteint."),
    "firewall": _l("Un pare-feu le bloque."),
    "estate": _l("Il vient d’un autre ensemble."),
    "certificate": _l("Son certificat n’est pas bon."),
    "revoked": _l("Il a été retiré."),
    "clock": _l("Son horloge est fausse."),
    "address": _l("Son adresse n’est pas connue."),
}

STATE: Final[dict[str, LazyString]] = {
    "reachable": _l("Relié"),
    "seen": _l("Vu, pas relié"),
    "unseen": _l("Pas vu"),
}
STATE_PICTO: Final = {"reachable": "check", "seen": "find", "unseen": "cut"}

UNITS: Final = ((10**9, _l("%(size)s Go")), (10**6, _l("%(size)s Mo")))


def trouble(hall: Hall, name: str) -> str:
    """One of a machine's troubles as a sentence."""
    if name == "silent" and hall.heard:
        return str(gettext("On ne l’entend plus depuis %(when)s.", when=words.since(hall.heard)))
    if name == "apart":
        names = _listed([peer["name"] for peer in hall.missing[:3]])
        return str(gettext("Il ne joint pas %(names)s.", names=names))
    if name == "refused" and hall.said:
        count = hall.said["refused"]
        return str(ngettext("Il a refusé un document.", "Il a refusé %(num)s documents.", count))
    return str(PLAIN[name])


PLAIN: Final[dict[str, LazyString]] = {
    "unheard": _l("On ne l’a pas encore entendu."),
    "disk": _l("Son disque est presque plein."),
    "clock": _l("Son heure n’est pas sûre."),
}


def reason(hall: Hall) -> str:
    """Why this machine does not reach a silent one, as far as it knows; else ""."""
    why = hall.peer["why"] if hall.peer and hall.peer["state"] != "reachable" else ""
    return str(WHY.get(why, ""))


def heard(hall: Hall) -> str:
    """How long ago it was last heard: "vu il y a 3 minutes"; "" for never."""
    if hall.heard is None:
        return ""
    return str(gettext("vu %(ago)s", ago=words.ago(hall.heard)))


def size(count: int) -> str:
    """Bytes as people say them: "38 Go"."""
    unit, name = next((u for u in UNITS if count >= u[0]), UNITS[-1])
    return str(name) % {"size": dates.number(count // unit, g.visitor.language)}


def clock(said: Document) -> str:
    """How a machine's hour is: sure or not, and how far from its peers'."""
    ahead = round(said["clock"]["ahead"])
    if not said["clock"]["certain"]:
        return str(gettext("pas sûre"))
    if abs(ahead) < 2:
        return str(gettext("juste"))
    if ahead > 0:
        return str(ngettext("%(num)s seconde d’avance", "%(num)s secondes d’avance", ahead))
    return str(ngettext("%(num)s seconde de retard", "%(num)s secondes de retard", -ahead))


def waiting(said: Document) -> str:
    """What a machine has still to send: "2 urgents, 5 textes, 3 photos", or that nothing waits."""
    kinds = said["waiting"]
    parts = (
        ngettext("%(num)s urgent", "%(num)s urgents", kinds["urgent"]) if kinds["urgent"] else "",
        ngettext("%(num)s texte", "%(num)s textes", kinds["words"]) if kinds["words"] else "",
        ngettext("%(num)s photo", "%(num)s photos", kinds["media"]) if kinds["media"] else "",
    )
    return _listed(list(filter(None, parts))) or str(gettext("rien"))


def _listed(parts: list[str]) -> str:
    """Several things in one line, as the reader's language sets them apart."""
    return format_list(parts, style="unit", locale=g.visitor.language.locale)


def since(peer: Document) -> str:
    """Since when a peer is reached, or not."""
    return str(gettext("depuis %(when)s", when=words.since(instant(peer["since"]))))


def ailing(count: int, of: int) -> str:
    """How many halls of all need somebody."""
    if count == 1:
        return str(gettext("Un hall sur %(of)s demande un coup d’œil.", of=of))
    said = gettext("%(num)s halls sur %(of)s demandent un coup d’œil.", num=count, of=of)
    return str(said)


def versions(count: int) -> str:
    """How many versions there are of one document."""
    return str(ngettext("%(num)s version", "%(num)s versions", count))
