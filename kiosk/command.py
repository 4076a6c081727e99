"""The words of the `residacoeur` command: what it takes, and what it says of itself."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from kiosk.config import COUCH_PORT, EGRESS_PORT, GATEWAY, PORT, default_data
from kiosk.importing.command import IMPORT, SOURCES, add_import, add_sources
from kiosk.membership.command import ESTATE, JOIN, add_estate, add_join
from kiosk.safekeeping.command import BACKUP, RESTORE, add_backup, add_restore

MODES: Final = ("kiosk", "home", "tv")

ENDS: Final = """codes de fin\xa0:
  0 fait    1 impossible pour l’instant    2 refusé\xa0: mal demandé, ou fichier à corriger
  3 port déjà pris    4 données d’une version plus récente"""

ABOUT: Final = {
    "serve": (
        "lance un nœud\xa0: base de données, voix et pages",
        "Chaque partie qui s’arrête est relancée. Ctrl-C arrête tout. Les journaux sont dans\n"
        "DIR/logs. Hors de cette machine, seule la passerelle d’un nœud écoute, et seuls les\n"
        "nœuds du même ensemble y entrent\xa0; l’ordinateur d’un logement n’écoute pas.",
    ),
    "couch": (
        "lance la base de données seule",
        "Elle parle le protocole de CouchDB, sur 127.0.0.1. DIR est créé s’il n’existe pas\xa0;\n"
        "son administrateur est dans DIR/couch.secret. «\xa0couch backup\xa0» sauvegarde pendant\n"
        "qu’elle marche, «\xa0couch restore\xa0» remet une sauvegarde quand elle est arrêtée.",
    ),
    "import": IMPORT,
    "sources": SOURCES,
    "card": (
        "donne un code et une carte à une personne, ou une lettre à chacun",
        "Le code et le texte de la carte sont écrits une seule fois\xa0: ils ne sont gardés nulle\n"
        "part en clair. Ceux que la personne avait avant ne marchent plus.\n"
        "Avec -o LETTRES.pdf\xa0: une page par personne, avec son code et sa carte à découper,\n"
        "pour tous ceux qui vivent à ces portes, dans un escalier ou dans une résidence.\n"
        "À plusieurs, les codes ne sont écrits que là\xa0: imprimez, puis effacez ce fichier.",
    ),
    "estate": ESTATE,
    "join": JOIN,
    "backup": BACKUP,
    "restore": RESTORE,
    "window": (
        "ouvre la fenêtre seule, sur un nœud qui marche ou qui va marcher",
        "Sur une borne et une télévision elle remplit l’écran et ne se ferme pas\xa0; à la maison\n"
        "on peut la fermer, le nœud continue. «\xa0serve\xa0» l’ouvre et la rouvre de lui-même.",
    ),
    "doctor": (
        "dit ce qui marche sur cette machine et ce qui ne marche pas",
        "Base de données, voix, langues, disque, horloge, identité, fenêtre, ports. Finit par 1\n"
        "si une partie nécessaire ne marche pas.",
    ),
}

KEEPING: Final = {
    "backup": "sauvegarde les bases pendant que le nœud marche, sans sessions ni brouillons",
    "restore": "remet une sauvegarde, nœud arrêté\xa0; ce qui était là est gardé à côté",
}


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command and its options; prints and ends (0 or 2) for --help and what makes no sense."""
    top = argparse.ArgumentParser(
        prog="residacoeur",
        description="Résidacœur, le portail des habitants, sur cette machine.",
        epilog=f"Chaque commande s’explique\xa0: residacoeur COMMANDE --help\n\n{ENDS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    _add_serve(_listed(commands, "serve"))
    _add_couch(_listed(commands, "couch"))
    _add_import(_listed(commands, "import"))
    add_sources(_listed(commands, "sources"))
    _add_card(_listed(commands, "card"))
    add_estate(_titled(commands, "estate"), _add_data, _add_couch_url, _add_peer)
    _add_join(_listed(commands, "join"))
    add_backup(_listed(commands, "backup"))
    add_restore(_listed(commands, "restore"))
    _add_window(_listed(commands, "window"))
    _add_doctor(_listed(commands, "doctor"))
    for name in ("portal", "voice"):  # the node's own, which `serve` starts
        _add_data(commands.add_parser(name))
    mesh = commands.add_parser("mesh")
    _add_data(mesh)
    _add_mesh(mesh)
    options = top.parse_args(arguments)
    options.data = options.data.expanduser().absolute()
    return options


def _listed(commands: Any, name: str) -> argparse.ArgumentParser:
    made = _titled(commands, name)
    _add_data(made)
    return made


def _titled(commands: Any, name: str) -> argparse.ArgumentParser:
    short, long = ABOUT[name]
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=short,
        description=f"{short[0].upper()}{short[1:]}.\n{long}",
        epilog=ENDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return made


def _add_data(command: argparse.ArgumentParser, *, again: bool = False) -> None:
    """The option --data; ``again``: where a command above has it too, and its default."""
    command.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS if again else default_data(),
        help="dossier des données" + ("" if again else " (%(default)s)"),
    )


def _add_couch_url(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--couch-url",
        metavar="URL",
        help="un CouchDB qui marche déjà, au lieu de la base intégrée\xa0: "
        "http://NOM:MOT-DE-PASSE@hôte:5984\xa0; sans nom, celui de DIR/couch.secret",
    )


def _add_port(command: argparse.ArgumentParser, option: str, default: int, what: str) -> None:
    command.add_argument(
        option, type=_port, metavar="N", default=default, help=f"port {what} (%(default)s)"
    )


def _add_ports(command: argparse.ArgumentParser) -> None:
    _add_port(command, "--port", PORT, "des pages")
    _add_port(command, "--couch-port", COUCH_PORT, "de la base intégrée")
    _add_couch_url(command)


def _add_serve(command: argparse.ArgumentParser) -> None:
    _add_ports(command)
    command.add_argument(
        "--mode",
        choices=MODES,
        default="home",
        help="kiosk\xa0: écran tactile d’un hall\xa0; home\xa0: ordinateur\xa0; "
        "tv\xa0: télévision (%(default)s)",
    )
    command.add_argument("--no-window", action="store_true", help="n’ouvre pas la page à l’écran")
    command.add_argument(
        "--node",
        type=Path,
        metavar="FICHIER",
        help="le fichier de ce nœud (residacoeur estate add), au premier démarrage",
    )
    _add_mesh(command)


def _add_doctor(command: argparse.ArgumentParser) -> None:
    _add_ports(command)
    _add_gates(command)


def _add_mesh(command: argparse.ArgumentParser) -> None:
    _add_gates(command)
    _add_peer(command)


def _add_gates(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--gateway",
        type=_address,
        metavar="ADRESSE:PORT",
        default=GATEWAY,
        help="où la passerelle écoute les autres nœuds (%(default)s)",
    )
    _add_port(command, "--egress-port", EGRESS_PORT, "par lequel sa base atteint les autres nœuds")


def _add_peer(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--peer",
        type=_address,
        metavar="ADRESSE:PORT",
        action="append",
        default=[],
        help="la passerelle d’un autre nœud\xa0; peut être répété",
    )


def _add_join(command: argparse.ArgumentParser) -> None:
    add_join(command)
    _add_couch_url(command)


def _add_window(command: argparse.ArgumentParser) -> None:
    command.add_argument("--url", metavar="URL", help="le portail (celui du nœud de DIR)")
    command.add_argument("--mode", choices=MODES, help="celui du nœud de DIR, sinon home")


def _add_couch(command: argparse.ArgumentParser) -> None:
    _add_port(command, "--port", COUCH_PORT, "de la base")
    command.add_argument(
        "--admin",
        metavar="NOM:MOT-DE-PASSE",
        help="l’administrateur (sinon celui de DIR/couch.secret)",
    )
    actions = command.add_subparsers(dest="action", metavar="backup|restore")
    for action, what in KEEPING.items():
        made = actions.add_parser(action, help=what, description=f"{what[0].upper()}{what[1:]}.")
        # Said before the action or after it: what is not said again must not undo it.
        _add_data(made, again=True)
        made.add_argument("place", type=Path, metavar="FICHIER|DOSSIER", help="NOM, NOM.tar.gz")


def _add_import(command: argparse.ArgumentParser) -> None:
    add_import(command)
    _add_couch_url(command)


def _add_card(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "door",
        nargs="*",
        metavar="PORTE",
        help="résidence-escalier-porte, comme figuiers-b-31\xa0; pour le personnel\xa0: "
        "le prénom et le nom, entre guillemets",
    )
    command.add_argument(
        "--person", metavar="NOM", help="de qui, quand plusieurs personnes vivent là"
    )
    command.add_argument(
        "-o",
        dest="output",
        type=Path,
        metavar="FICHIER",
        help="l’image du QR de la carte, .png ou .svg\xa0; ou les lettres, .pdf",
    )
    command.add_argument(
        "--residence", metavar="LIEU", help="tous ceux d’une résidence, comme figuiers"
    )
    command.add_argument(
        "--staircase", default="", metavar="LIEU", help="d’un seul escalier, comme figuiers-b"
    )
    _add_couch_url(command)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"«\xa0{text}\xa0» n’est pas un port (1 à 65535)")
    return int(text)


def _address(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or not host.strip("[]"):
        raise argparse.ArgumentTypeError(f"«\xa0{text}\xa0» n’est pas ADRESSE:PORT")
    return f"{host}:{_port(port)}"
