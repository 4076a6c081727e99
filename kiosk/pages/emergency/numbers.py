"""The emergency numbers of France.

In the code and not in the database: they must stand on the screen whatever is broken. All are free
and answer day and night: "Quels sont les numéros en cas d’urgence (Samu, pompiers...) et les
numéros d’écoute ?", https://www.service-public.gouv.fr/particuliers/vosdroits/F33954 (sheet F33954,
which also says that 114 takes text messages and video calls of who cannot hear or speak); 115:
article D. 345-8 of the Code de l’action sociale et des familles; 119: https://www.allo119.gouv.fr;
39 19: https://arretonslesviolences.gouv.fr; day and night since August 2021, as was announced:
https://informations.handicap.fr/a-3919-femmes-sourdes-victimes-violences-aide-h24-31115.php.
"""

from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l


class Number(NamedTuple):
    """A number as it is dialled and shown, who answers, when to call, its picture."""

    shown: str
    name: Any
    when: Any
    picto: str

    @property
    def dialled(self) -> str:
        """The number as a telephone takes it (RFC 3966)."""
        return "".join(character for character in self.shown if character in "+0123456789")


NUMBERS: Final = (
    Number("15", _l("Samu"), _l("Une vie en danger."), "medical"),
    Number("17", _l("Police"), _l("Une agression, un vol."), "police"),
    Number("18", _l("Pompiers"), _l("Un feu, un accident."), "fire"),
    Number("112", _l("Europe"), _l("Toutes les urgences."), "europe"),
    Number("114", _l("Par SMS"), _l("Vous n’entendez pas : écrivez."), "ear"),
    Number("115", _l("Samu social"), _l("Quelqu’un dort dehors."), "bed"),
    Number("119", _l("Enfance"), _l("Un enfant souffre."), "child"),
    Number("39 19", _l("Violences"), _l("Une femme en danger."), "woman"),
)
