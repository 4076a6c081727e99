"""The texts that the law asks for, in sections that one can hear one by one.

A sentence may name ``editor``, ``director``, ``officer``, ``source``, ``node``, ``reference``,
``rate``, ``day``, ``idle``.
"""

from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from kiosk import conformity


class Contact(NamedTuple):
    """How to reach someone: its picture, and what is written, dialled or typed."""

    picto: str
    text: str


class Section(NamedTuple):
    """A part of a text: its picture, its title, its sentences, whom one can reach.

    ``contact``: addresses; None for the publisher's own.
    """

    picto: str
    title: Any
    sentences: tuple[Any, ...]
    contact: tuple[Contact, ...] | None = ()


class Text(NamedTuple):
    """One text: its picture, its name, a line of what it says, its sections."""

    picto: str
    title: Any
    line: Any
    sections: tuple[Section, ...]


DEFENDER: Final = (
    Contact("message", "Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07"),
    Contact("phone", "09 69 39 00 00"),
    Contact("internet", "www.defenseurdesdroits.fr/nous-contacter-355"),
)
CNIL: Final = (
    Contact("message", "CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris CEDEX 07"),
    Contact("phone", "01 53 73 22 22"),
    Contact("internet", "www.cnil.fr"),
)

# The order and the matter of the sections are those of the model that RGAA 4.1.2 imposes.
ACCESSIBILITY: Final = Text(
    "access",
    _l("Accessibilité"),
    _l("Ce qui marche, ce qui manque"),
    (
        Section(
            "hand",
            _l("Notre engagement"),
            (
                _l("%(editor)s s’engage à rendre ce portail accessible."),
                _l("C’est l’article 47 de la loi 2005-102 du 11 février 2005."),
                _l("Cette page parle du portail Résidacœur."),
            ),
        ),
        Section(
            "check",
            _l("Où nous en sommes"),
            (
                conformity.mention(),
                _l("%(rate)s des critères du %(reference)s sont respectés."),
                _l("Nous avons tout regardé nous-mêmes, le %(day)s."),
            ),
        ),
        Section(
            "works",
            _l("Ce qui manque encore"),
            (*dict.fromkeys(conformity.FAILING.values()), _l("Aucune exception n’est demandée.")),
        ),
        Section(
            "find",
            _l("Comment nous vérifions"),
            (
                _l("Toutes les pages sont vérifiées, dans toutes les langues."),
                _l("Technologies : HTML, CSS, SVG et JavaScript."),
                _l("Outils : axe-core, le vérificateur du W3C, Chromium."),
                _l("Chaque critère a sa preuve, dans le fichier docs/rgaa.csv."),
            ),
        ),
        Section(
            "message",
            _l("Une difficulté ?"),
            (
                _l("Dites-le : on vous répond en une semaine."),
                _l("On vous donne l’information d’une autre façon."),
                _l("Votre gardien, ou Signaler un problème : Autre chose."),
            ),
            None,
        ),
        Section(
            "keeper",
            _l("Pas de bonne réponse ?"),
            (
                _l("Le Défenseur des droits vous aide. C’est gratuit."),
                _l("Écrivez-lui, sans timbre."),
                _l("Un délégué vous reçoit près de chez vous."),
            ),
            DEFENDER,
        ),
    ),
)

PRIVACY: Final = Text(
    "lock",
    _l("Vos données"),
    _l("Ce qui est gardé, vos droits"),
    (
        Section(
            "reached",
            _l("Qui en est responsable ?"),
            (
                _l("%(editor)s est responsable de vos données."),
                _l("Rien n’est vendu. Il n’y a pas de publicité."),
                _l("Personne ne note ce que vous lisez."),
            ),
        ),
        Section(
            "door",
            _l("Sans entrer"),
            (
                _l("Vous lisez, et vous signalez, sans dire votre nom."),
                _l("Un cookie tient votre visite, un autre vos réglages."),
                _l("Il n’y en a pas d’autre."),
            ),
        ),
        Section(
            "card",
            _l("Quand vous entrez"),
            (
                _l("Votre nom et votre porte viennent de HMP."),
                _l("Personne ne peut relire votre code."),
                _l("La caméra ne garde aucune image de votre carte."),
                _l("Sans un geste, l’écran vous oublie après %(idle)s."),
            ),
        ),
        Section(
            "repair",
            _l("Quand vous signalez"),
            (
                _l("HMP reçoit vos mots et vos photos, pour réparer."),
                _l("Votre bail le permet."),
                _l("Vos photos ne disent plus où elles sont prises."),
                _l("Vos voisins voient la panne, jamais votre nom."),
                _l("Un brouillon reste une semaine : vous seul pouvez l’ouvrir."),
            ),
        ),
        Section(
            "calendar",
            _l("Où, et combien de temps ?"),
            (
                _l("Tout reste sur cette machine et chez %(editor)s."),
                _l("La voix est faite ici : vos mots ne sortent pas."),
                _l("Une demande se lit trois ans, une panne un an."),
                _l("Vos réglages restent, jusqu’à ce que vous en changiez."),
            ),
        ),
        Section(
            "person",
            _l("Vos droits"),
            (
                _l("Voir, corriger, effacer vos données : demandez-le."),
                _l("On vous répond en un mois."),
            ),
            None,
        ),
        Section("townhall", _l("Pas d’accord ?"), (_l("Écrivez à la CNIL. C’est gratuit."),), CNIL),
    ),
)

LEGAL: Final = Text(
    "read",
    _l("Mentions légales"),
    _l("Qui publie, où est le code"),
    (
        Section("reached", _l("Qui publie ce portail ?"), (_l("C’est %(editor)s."),), None),
        Section(
            "kept",
            _l("Qui l’héberge ?"),
            (
                _l("C’est cette machine : %(node)s."),
                _l("Aucune page ne vient d’Internet."),
            ),
        ),
        Section(
            "settings",
            _l("Le programme"),
            (
                _l("Résidacœur est un logiciel libre."),
                _l("Sa licence est l’AGPL, version 3 ou plus récente."),
                _l("Vous pouvez demander, changer et donner le code."),
            ),
        ),
        Section(
            "news",
            _l("Ce qui est écrit"),
            (_l("Chaque nouvelle dit qui la donne, et quand."),),
        ),
    ),
)

TEXTS: Final = {"accessibility": ACCESSIBILITY, "privacy": PRIVACY, "legal": LEGAL}

OFFICER: Final = _l("Délégué à la protection des données : %(officer)s.")
NAMED: Final = _l("Responsable de la publication : %(director)s.")
UNNAMED: Final = _l("Le responsable de la publication n’est pas encore nommé.")
SOURCE: Final = _l("Le code est ici : %(source)s")
