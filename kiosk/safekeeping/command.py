"""What `residacoeur backup` and `residacoeur restore` take."""

import argparse
from pathlib import Path
from typing import Final

BACKUP: Final = (
    "sauvegarde ce nœud dans un fichier chiffré, pendant qu’il marche",
    "Les documents et le nom du nœud\xa0; ni sessions ni brouillons. La phrase secrète est dans\n"
    "RESIDACOEUR_PASSPHRASE, sinon on la demande. Sans elle, personne n’ouvre ce fichier\xa0:\n"
    "gardez-la ailleurs. Avec --with-keys, il contient aussi les clés du nœud et du quartier.\n"
    "Avec un Apache CouchDB, ses propres outils sauvegardent les documents.",
)
RESTORE: Final = (
    "remet un nœud d’une sauvegarde, dans un dossier vide ou nouveau",
    "Tout, ou rien. Le nœud garde son nom\xa0: n’allumez plus l’ancienne machine. Ce qui a\n"
    "changé depuis lui revient des autres. Si la sauvegarde est sans clés, lancez-le par\n"
    "«\xa0serve --node FICHIER\xa0»\xa0; un ordinateur de logement refait «\xa0join\xa0».",
)


def add_backup(command: argparse.ArgumentParser) -> None:
    """Give `residacoeur backup` its words; --couch-url is there to be refused with a reason."""
    _add_file(command, "à faire\xa0; il ne remplace aucun fichier")
    command.add_argument(
        "--with-keys",
        action="store_true",
        help="avec les clés\xa0: qui ouvre ce fichier peut se dire ce nœud",
    )
    command.add_argument("--couch-url", metavar="URL", help=argparse.SUPPRESS)


def add_restore(command: argparse.ArgumentParser) -> None:
    """Give `residacoeur restore` its words."""
    _add_file(command, "que «\xa0backup\xa0» a fait")


def _add_file(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument("file", type=Path, metavar="FICHIER", help=what)
