"""What one does before: three things for each kind of works, a picture and a few words each."""

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

Things = tuple[tuple[str, LazyString], ...]

TODO: Final[dict[str, Things]] = {
    "water": (
        ("bottle", _l("Garder de l’eau")),
        ("nowash", _l("Arrêter la machine")),
        ("tapoff", _l("Fermer les robinets")),
    ),
    "lift": (
        ("shop", _l("Faire les courses avant")),
        ("clock", _l("Partir plus tôt")),
        ("keeper", _l("Demander de l’aide au gardien")),
    ),
    "heating": (
        ("bed", _l("Préparer une couverture")),
        ("window", _l("Fermer les fenêtres")),
        ("couscous", _l("Manger chaud")),
    ),
    "electricity": (
        ("phone", _l("Charger le téléphone")),
        ("liftout", _l("Prendre l’escalier")),
        ("light", _l("Préparer une lampe")),
    ),
    "gas": (
        ("couscous", _l("Cuisiner avant")),
        ("tapoff", _l("Fermer le gaz")),
        ("fire", _l("Odeur de gaz\xa0? Appelez le 18")),
    ),
    "internet": (
        ("message", _l("Envoyer vos messages avant")),
        ("phone", _l("Charger le téléphone")),
        ("calendar", _l("Faire vos démarches avant")),
    ),
    "painting": (
        ("hand", _l("Ne pas toucher les murs")),
        ("window", _l("Ouvrir les fenêtres")),
        ("child", _l("Tenir les enfants")),
    ),
    "roads": (
        ("parking", _l("Déplacer la voiture")),
        ("clock", _l("Partir plus tôt")),
        ("child", _l("Tenir les enfants")),
    ),
    "cleaning": (
        ("bins", _l("Garder les sacs chez vous")),
        ("door", _l("Dégager le palier")),
        ("stairs", _l("Marcher doucement, le sol glisse")),
    ),
    "pests": (
        ("couscous", _l("Couvrir la nourriture")),
        ("child", _l("Éloigner les enfants")),
        ("window", _l("Ouvrir les fenêtres après")),
    ),
}
"""By what the works touch; "other" has none, since nobody knows what it is."""


def before(what: str) -> Things:
    """The things to do before works that touch ``what``; none where none help."""
    return TODO.get(what, ())
