"""What one can touch instead of writing, in the reader's words."""

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SIGN: Final[dict[str, LazyString]] = {
    "lift-out": _l("En panne"),
    "lift-stuck": _l("Bloqué entre deux étages"),
    "lift-doors": _l("Les portes ferment mal"),
    "water-none": _l("Pas d’eau"),
    "water-leak": _l("Une fuite"),
    "water-cold": _l("Pas d’eau chaude"),
    "light-out": _l("Pas de lumière"),
    "light-blinks": _l("Elle clignote"),
    "light-sparks": _l("Des étincelles"),
    "door-open": _l("Ne ferme plus"),
    "door-stuck": _l("Ne s’ouvre plus"),
    "door-code": _l("L’interphone ne marche plus"),
    "heating-none": _l("Pas de chauffage"),
    "heating-low": _l("Il fait froid"),
    "heating-leak": _l("Le radiateur fuit"),
    "toilet-blocked": _l("Bouchées"),
    "toilet-leak": _l("Une fuite"),
    "toilet-flush": _l("La chasse d’eau est cassée"),
    "stairs-step": _l("Une marche est cassée"),
    "stairs-rail": _l("La rampe est cassée"),
    "stairs-dirty": _l("Sale ou glissant"),
    "window-glass": _l("La vitre est cassée"),
    "window-shut": _l("Ne ferme plus"),
    "window-blind": _l("Le volet est bloqué"),
    "bins-full": _l("Trop pleines"),
    "bins-smell": _l("Ça sent mauvais"),
    "bins-bulky": _l("De gros objets"),
    "pests-rats": _l("Des rats ou des souris"),
    "pests-roaches": _l("Des cafards"),
    "pests-bugs": _l("Des punaises"),
    "noise-night": _l("La nuit"),
    "noise-daily": _l("Tous les jours"),
    "noise-works": _l("Des travaux"),
    "other-broken": _l("C’est cassé"),
    "other-dirty": _l("C’est sale"),
    "other-danger": _l("C’est dangereux"),
}
"""By :data:`sync.documents.category.SIGNS`."""
