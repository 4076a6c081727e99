"""What `residacoeur estate` and `residacoeur join` take."""

import argparse
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

SLUG: Final = re.compile(r"(?=.{1,60}\Z)[a-z0-9]+(-[a-z0-9]+)*")  # as documents name places
NAME: Final = "Résidacœur"
NAME_LONGEST: Final = 60  # a certificate's has 64 at most (ub-common-name, RFC 5280)

ESTATE: Final = (
    "fait un quartier et ses nœuds\xa0: nouveaux, renouvelés, révoqués",
    "Le secret du quartier reste dans DIR/estate, sur le poste du bailleur. Chaque borne\n"
    "reçoit un fichier par une clé USB\xa0; elle le prend avec «\xa0serve --node FICHIER\xa0».",
)
JOIN: Final = (
    "fait de cet ordinateur celui d’un logement, avec le code que montre la borne",
    "À la borne du hall, entrez puis demandez un code pour votre ordinateur. Il sert une fois,\n"
    "pendant cinq minutes. Cela marche sans Internet, sur le réseau de l’immeuble.",
)
ACTIONS: Final = {
    "new": "fait un nouveau quartier, dont ce poste est le bailleur",
    "add": "fait un nœud du quartier, dans un fichier pour une clé USB",
    "revoke": "met un nœud hors du quartier, partout, pour toujours",
    "renew": "renouvelle le certificat d’un nœud\xa0; avec -o, lui donne aussi d’autres clés",
    "erase": "efface une personne de tous les halls, pour toujours",
    "moveout": "fait partir ceux d’une porte\xa0: leurs codes et leurs cartes finissent ce jour-là",
    "list": "dit les nœuds du quartier et jusqu’à quand leurs certificats valent",
    "keep": "met le secret du quartier dans un fichier chiffré, à enfermer loin de ce poste",
    "rebuild": "refait le poste du bailleur, perdu, avec ce que «\xa0keep\xa0» a gardé",
    "leave": "met cette machine hors de son quartier\xa0; ses documents restent",
}
NODE: Final = "le fichier du nœud, comme hall-b.node\xa0; il contient ses clés"
SECRET: Final = "le fichier, comme figuiers.estate\xa0; sa phrase secrète est demandée"

Adding = Callable[..., None]


def add_estate(
    command: argparse.ArgumentParser, add_data: Adding, add_couch: Adding, add_peer: Adding
) -> None:
    """Give `residacoeur estate` its actions; --data may stand before the action or after it."""
    add_data(command)
    actions: Any = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = {}
    for name, words in ACTIONS.items():
        made[name] = actions.add_parser(
            name, help=words, description=f"{words[0].upper()}{words[1:]}."
        )
        add_data(made[name], again=True)
    made["new"].add_argument(
        "name", nargs="?", type=_name, metavar="NOM", default=NAME, help="du quartier (%(default)s)"
    )
    for name in ("add", "revoke", "renew"):
        made[name].add_argument(
            "name", type=_name, metavar="NOM", help="du nœud, comme «\xa0Hall B\xa0»"
        )
    for name in ("revoke", "renew", "list", "erase", "moveout", "leave"):
        add_couch(made[name])
    for name in ("erase", "moveout"):
        _add_door(made[name])
    made["erase"].add_argument(
        "--person", metavar="NOM", help="qui, si plusieurs vivent à cette porte"
    )
    made["moveout"].add_argument(
        "--day",
        type=date.fromisoformat,
        metavar="AAAA-MM-JJ",
        help="le jour du départ (aujourd’hui)",
    )
    _add_output(made["keep"], required=True, what=SECRET)
    made["rebuild"].add_argument(
        "file", type=Path, metavar="FICHIER", help="fait par «\xa0keep\xa0»"
    )
    add_peer(made["rebuild"])
    _add_node(made["add"])
    _add_output(made["add"], required=True)
    _add_output(made["renew"], required=False)


def add_join(command: argparse.ArgumentParser) -> None:
    """Give `residacoeur join` its words."""
    command.add_argument(
        "address", metavar="ADRESSE:PORT", help="de la borne, comme elle la montre"
    )
    command.add_argument(
        "code", metavar="CODE", help="dix lettres et chiffres, avec ou sans espace"
    )


def _add_door(command: argparse.ArgumentParser) -> None:
    command.add_argument("door", metavar="PORTE", help="comme figuiers-b-31")
    command.add_argument(
        "--yes", action="store_true", help="le fait\xa0; sans cela, dit seulement ce qui partira"
    )


def _add_node(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--role", choices=("kiosk", "landlord"), required=True, help="borne d’un hall, ou bailleur"
    )
    command.add_argument(
        "--residence", type=_slug, metavar="LIEU", help="où il est, comme figuiers"
    )
    command.add_argument(
        "--staircase", type=_slug, metavar="LIEU", help="son escalier, comme figuiers-b"
    )


def _add_output(command: argparse.ArgumentParser, *, required: bool, what: str = NODE) -> None:
    command.add_argument(
        "-o",
        dest="output",
        type=Path,
        required=required,
        metavar="FICHIER",
        help=what,
    )


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not (name and name.isprintable() and len(name) <= NAME_LONGEST):
        raise argparse.ArgumentTypeError(f"un nom a de 1 à {NAME_LONGEST} signes")
    return name


def _slug(text: str) -> str:
    if not SLUG.fullmatch(text):
        raise argparse.ArgumentTypeError(f"«\xa0{text}\xa0» n’est pas un lieu comme figuiers-b")
    return text
