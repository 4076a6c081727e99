"""Makes the demonstration estate on a node's first start, through the `residacoeur` command.

    python installer/estate.py --data DIR --mode kiosk|home|tv [--port N] [--couch-port N]

Only a data directory that does not exist yet, or in which this was interrupted, is filled: a real
estate is never mixed with it. Codes are printed once and kept nowhere; DIR/demo.json remembers
for which doors there are some. The ports are those the node will take: when one is not free
nothing is made, so that no code is printed above a refusal.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from kiosk import running

DEMO = Path(__file__).resolve().parent / "demo"
COMMAND = Path(sys.executable).with_name("residacoeur")
WRITTEN_FOR = "2026-11-23"  # the Monday the demonstration's files speak from
IMPORTS = (  # in this order: what comes later names what came before
    ("places", "lieux", ("places.csv",)),
    ("residents", "habitants et personnel", ("residents.csv", "staff.csv")),
    ("feed", "nouvelles et travaux", tuple(sorted(path.name for path in DEMO.glob("*.xml")))),
    ("calendar", "agendas", tuple(sorted(path.name for path in DEMO.glob("*.ics")))),
    ("reports", "signalements", ("reports.csv",)),
)
DATED = ("feed", "calendar", "reports")
PEOPLE = (  # door or name for the command, person, words for whoever reads the terminal
    ("figuiers-b-31", "Amina Benali", "Habitante, Les Figuiers, escalier B, porte 31"),
    ("Claire Ferrand", None, "Agente du bailleur, Claire Ferrand"),
)


def main() -> int:
    """Fill the data directory if it is new, then say how to sign in."""
    options = parse()
    marker = options.data / "demo.json"
    state = json.loads(marker.read_text()) if marker.exists() else None
    if state is None and (options.data / "version").exists():
        return 0  # a real estate
    if state is None or not state["complete"]:
        look(options)
        write(marker, complete=False)
        fill(options.data)
        settle(options.data, options.mode)
        welcome(options.data)
        write(marker, complete=True)
    else:
        print(
            'Un code\xa0? .venv/bin/residacoeur card figuiers-b-31 (ou "Claire Ferrand")',
            flush=True,
        )
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--mode", choices=("kiosk", "home", "tv"), default="home")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--couch-port", type=int, default=0)
    return parser.parse_args()


def look(options: argparse.Namespace) -> None:
    """End here, as `residacoeur serve` would, when a port of the node is taken."""
    for option, port in (("--port", options.port), ("--couch-port", options.couch_port)):
        if port and not running.is_free(port):
            print(running.taken(option, port), file=sys.stderr)
            sys.exit(3)


def fill(data: Path) -> None:
    """Import every file of installer/demo."""
    print("4/4 Quartier de démonstration", flush=True)
    for kind, words, names in IMPORTS:
        print(f"    {words} …", flush=True)
        sources = [str(DEMO / name) for name in names]
        shift = ["--shift-from", WRITTEN_FOR] if kind in DATED else []
        command(data, "import", kind, *sources, *shift)


def settle(data: Path, mode: str) -> None:
    """A hall's screen stands at Les Figuiers, staircase B; a computer at home nowhere."""
    if mode != "home":
        path = data / "node.json"
        node = json.loads(path.read_text())
        hall = {"residence": "figuiers", "staircase": "figuiers-b"}
        path.write_text(json.dumps({**node, **hall}, indent=1))


def welcome(data: Path) -> None:
    """Issue the codes and print them, once."""
    print("\nPour entrer (ces codes ne sont écrits qu’ici)\xa0:")
    for door, person, words in PEOPLE:
        name = ["--person", person] if person else []
        said = command(data, "card", door, *name)
        code = next(line for line in said.splitlines() if line.startswith("Code"))
        print(f"  {words}, {code[0].lower()}{code[1:]}", flush=True)
    print()


def command(data: Path, *arguments: str) -> str:
    """What `residacoeur` prints; ends this program with its words when it fails."""
    done = subprocess.run(
        [COMMAND, *arguments, "--data", data], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"La démonstration n’a pas pu être préparée\xa0: residacoeur {arguments[0]}.")
    return done.stdout


def write(marker: Path, complete: bool) -> None:
    """Say for which doors there are codes, and whether the estate is whole."""
    marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    doors = [door for door, _, _ in PEOPLE]
    marker.write_text(json.dumps({"v": 1, "complete": complete, "doors": doors}, indent=1) + "\n")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nInterrompu. La même commande reprend ici.", file=sys.stderr)
        sys.exit(130)
