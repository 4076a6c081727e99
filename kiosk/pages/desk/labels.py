"""The desk's words: queues, what is wrong with a field, answers that are often given."""

from datetime import date
from typing import Final

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from sync.board import Case

QUEUE: Final[dict[str, LazyString]] = {
    "open": _l("À répondre"),
    "late": _l("En retard"),
    "planned": _l("Prévu"),
    "unreported": _l("Sans rapport"),
    "finished": _l("Fini"),
    "all": _l("Toutes"),
}

STATE: Final[dict[str, LazyString]] = {
    "received": _l("Reçu"),
    "planned": _l("Prévu"),
    "done": _l("Réparé"),
    "closed": _l("Terminé"),
}
"""What an agent may say, in one word; what residents read is in :data:`kiosk.words.STATE`."""

TEMPLATES: Final = (
    ("received", _l("Bien reçu"), "Merci. Nous avons bien reçu votre demande."),
    ("planned", _l("Le réparateur vient"), "Le réparateur vient ce jour-là."),
    ("planned", _l("Il manque une pièce"), "Il manque une pièce. On revient ce jour-là."),
    ("done", _l("C’est réparé"), "C’est réparé. Sinon, dites-le nous ici."),
)
"""Answers often given: the state, the name on the key, the words. The words are what the landlord
writes, in French, whatever language the desk is read in."""

PUBLISH: Final[dict[str, LazyString]] = {
    "notice": _l("Écrire une nouvelle"),
    "works": _l("Annoncer des travaux"),
    "emergency": _l("Message d’urgence"),
}
PUBLISHED: Final[dict[str, LazyString]] = {
    "notice": _l("Nouvelles"),
    "works": _l("Travaux"),
    "emergency": _l("Urgences"),
}
PUBLISH_PICTO: Final = {"notice": "message", "works": "works", "emergency": "emergency"}

UNSIGNED: Final = _l("Ce poste n’a pas pu signer. Réessayez dans un moment.")

WRONG: Final[dict[tuple[str, str], LazyString]] = {
    ("state", "missing"): _l("Dites où cela en est."),
    ("promised", "missing"): _l("Dites quel jour."),
    ("promised", "unreadable"): _l("Écrivez un jour, comme 24/11/2026."),
    ("promised", "past"): _l("Ce jour est passé. Choisissez aujourd’hui ou plus tard."),
    ("promised", "far"): _l("Ce jour est trop loin\xa0: deux ans au plus."),
    ("words", "long"): _l("C’est trop long\xa0: 2\xa0000 lettres au plus."),
    ("title", "missing"): _l("Écrivez un titre."),
    ("title", "long"): _l("Ce titre est trop long."),
    ("text", "long"): _l("Ce texte est trop long."),
    ("to", "unknown"): _l("Choisissez au plus 40 lieux de la liste."),
    ("touched", "missing"): _l("Dites ce qui s’arrête."),
    ("starts", "missing"): _l("Dites quand cela commence."),
    ("ends", "missing"): _l("Dites quand cela finit."),
    ("ends", "before"): _l("La fin vient avant le début."),
    ("ends", "past"): _l("C’est déjà fini. Choisissez une fin à venir."),
    ("ends", "far"): _l("Ce jour est trop loin\xa0: deux ans au plus."),
    ("until", "missing"): _l("Écrivez un jour et une heure."),
    ("until", "past"): _l("Cette heure est passée."),
    ("until", "far"): _l("Ce jour est trop loin\xa0: deux ans au plus."),
}


def sentences(faults: dict[str, str]) -> dict[str, str]:
    """What is wrong with each field, in words."""
    return {field: str(WRONG[field, word]) for field, word in faults.items()}


def left(case: Case, today: date) -> str:
    """What is left of a promise: "reste 2 jours", "retard de 3 jours"; "" without one."""
    if case.settled or case.due is None:
        return ""
    days = (case.due - today).days
    if days < 0:
        return str(ngettext("retard de %(num)s jour", "retard de %(num)s jours", -days))
    if days == 0:
        return str(gettext("aujourd’hui"))
    return str(ngettext("reste %(num)s jour", "reste %(num)s jours", days))


def promise(case: Case) -> str:
    """What stands behind the day: said to the resident, or the landlord's own rule."""
    return str(gettext("promis") if case.promised else gettext("à répondre avant"))
