"""What `residacoeur import` and `residacoeur sources` take."""

import argparse
from datetime import date
from typing import Final

KINDS: Final = ("residents", "feed", "calendar", "places", "reports")
ORIGINS: Final = ("bailleur", "mairie", "ville")

IMPORT: Final = (
    "importe des lieux, des habitants, des nouvelles, un agenda, des signalements",
    "D’abord places, puis residents (habitants ou personnel), puis feed (RSS, Atom),\n"
    "calendar (iCalendar) et reports (exemples). Importer deux fois ne change rien.\n"
    "Un fichier refusé n’est pas importé du tout\xa0; la ligne et la colonne sont dites.\n"
    "Les colonnes sont décrites dans docs/imports.md, des exemples sont dans installer/demo.",
)
SOURCES: Final = (
    "dit les adresses que cette machine relit toutes les heures, et comment cela va",
    "On les ajoute avec «\xa0residacoeur import feed|calendar ADRESSE --hourly\xa0». Elles sont à\n"
    "cette machine\xa0; ce qui en vient est pour tous les halls. Deux machines peuvent relire la\n"
    "même\xa0: si l’une n’a plus Internet, l’autre continue.",
)


def add_import(command: argparse.ArgumentParser) -> None:
    """The options of `import`."""
    command.add_argument("kind", choices=KINDS, metavar="|".join(KINDS), help="ce qu’on importe")
    command.add_argument("source", nargs="+", metavar="FICHIER|URL", help="fichiers ou adresses")
    command.add_argument(
        "--hourly",
        action="store_true",
        help="relit ensuite ces adresses toutes les heures, tant que le nœud marche",
    )
    command.add_argument(
        "--origin",
        choices=ORIGINS,
        default="",
        help="qui parle dans un fil ou un agenda qui ne le dit pas\xa0: " + ", ".join(ORIGINS),
    )
    command.add_argument(
        "--place",
        default="",
        metavar="LIEU",
        help="le lieu concerné par un fil ou un agenda qui ne le dit pas, comme figuiers-b",
    )
    command.add_argument(
        "--shift-from",
        type=_day,
        metavar="JOUR",
        help="déplace les dates d’un nombre entier de semaines\xa0: la semaine de ce jour "
        "(AAAA-MM-JJ) devient la semaine en cours\xa0; pour une démonstration",
    )
    command.add_argument(
        "--shift-to", type=_day, metavar="JOUR", help="un autre jour à la place d’aujourd’hui"
    )


def add_sources(command: argparse.ArgumentParser) -> None:
    """The options of `sources`."""
    command.add_argument("--forget", metavar="ADRESSE", help="ne relit plus cette adresse")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        said = f"«\xa0{text}\xa0» n’est pas un jour (AAAA-MM-JJ)"
        raise argparse.ArgumentTypeError(said) from error
