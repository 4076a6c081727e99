"""The `residacoeur` command: wires a node together; no route, no query.

Heavy modules are imported by the commands that need them, so that each process of a node holds
only what it uses.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, cast

from kiosk import config, running
from kiosk.command import parse
from kiosk.doors import Door, check, doors, lost
from kiosk.errors import FAILED, NEWER_DATA, PORT_TAKEN, REFUSED, KioskError, Stopped

if TYPE_CHECKING:
    from kiosk.supervisor import Command
    from sync.database import Database

INTERRUPTED: Final = 130  # as shells count: 128 and SIGINT
PROGRAM: Final = [sys.executable, str(Path(__file__).resolve())]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code, after one sentence when it could not be done."""
    options = parse(arguments)
    try:
        config.check_format(options.data)
        return COMMANDS[options.command](options)
    except config.NewerData:
        said = f"Les données de {options.data} viennent d’une version plus récente."
        return _fail(f"{said} Installez-la\xa0: rien n’a été touché.", NEWER_DATA)
    except Stopped as stop:
        return _fail(str(stop), stop.code)
    except KeyboardInterrupt:
        return _fail("", INTERRUPTED)
    except running.InUse:
        return _fail("Une autre commande travaille avec ces données. Attendez un peu.", FAILED)
    except KioskError as error:
        return _fail(f"Cela ne marche pas avec {options.data}\xa0: {error}.", FAILED)


def _fail(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def serve(options: argparse.Namespace) -> int:
    """Run a whole node until SIGTERM or Ctrl-C."""
    from kiosk.shell.opening import announce, child, opens
    from kiosk.supervisor import Supervisor

    if running.find(options.data):
        raise Stopped(f"Un nœud marche déjà avec les données de {options.data}.")
    for door in doors(options):
        check(door)
    if options.node:
        _settle(options.data, options.node)
    _prepare(options.data)
    url = options.couch_url or f"http://{running.HOST}:{options.couch_port}"
    if not options.couch_url:
        from sync.couch.auth import admin_secret

        admin_secret(options.data)
    config.credentials(options.data, url)  # said here once, not by the portal again and again
    shown = opens(not options.no_window)
    gateway = options.gateway
    here = running.Running(url, options.port, options.mode, shown, options.egress_port, gateway)
    browser = options.mode == "home" and not (shown or options.no_window)

    def ready() -> bool:
        return running.shows(here.port) and announce(here.port, browser)

    children = [*_children(options), *([child(PROGRAM, options.data)] if shown else [])]
    with running.hold(options.data, here):
        logs = options.data / "logs"
        return Supervisor(children, logs, ready).run()


def _settle(data: Path, file: Path) -> None:
    from kiosk.membership.settling import settle

    said = settle(data, file)
    if said:
        print(said, flush=True)


def _prepare(data: Path) -> None:
    try:
        config.prepare(data)
    except OSError as error:
        raise Stopped(f"On ne peut pas écrire dans {data}\xa0: {error.strerror}.") from error


def _children(options: argparse.Namespace) -> "list[Command]":
    from kiosk.supervisor import Command

    data = ["--data", str(options.data)]
    couch = [*PROGRAM, "couch", *data, "--port", str(options.couch_port)]
    # glibc keeps a heap for each thread and gives little of it back: two are enough for ours.
    frugal = {"MALLOC_ARENA_MAX": "2"}
    # Somebody may take a port after it was found free: the terminal then says so, as at the start.
    words = lost(options)
    return [
        *([] if options.couch_url else [Command("couch", couch, frugal, words=words["couch"])]),
        Command("portal", [*PROGRAM, "portal", *data], frugal, words=words["portal"]),
        Command("voice", [*PROGRAM, "voice", *data], frugal),
        Command("mesh", _mesh(options), frugal, words=words["mesh"]),
    ]


def _mesh(options: argparse.Namespace) -> list[str]:
    peers = [word for peer in options.peer for word in ("--peer", peer)]
    ports = ["--gateway", options.gateway, "--egress-port", str(options.egress_port)]
    return [*PROGRAM, "mesh", "--data", str(options.data), *ports, *peers]


def window(options: argparse.Namespace) -> int:
    """Show a portal on this screen until a person at home closes the window."""
    from kiosk.shell.needs import refusal
    from kiosk.shell.opening import portal

    why = refusal()
    if why:
        raise Stopped(why, REFUSED)
    from kiosk.window import Plan, run

    url, mode = portal(options.data)
    try:
        return run(Plan(options.url or url, (options.mode or mode) != "home", options.data))
    except ValueError as error:
        raise Stopped("Après --url, il faut une adresse comme http://…", REFUSED) from error


def couch(options: argparse.Namespace) -> int:
    """Run the embedded database alone until SIGTERM, or save it, or bring it back."""
    if options.action:
        from kiosk.keeping import act

        return act(options.action, options.data, options.place.expanduser().absolute())
    from sync.couch.server import run

    name, _, password = (options.admin or "").partition(":")
    if options.admin and not (name and password):
        raise Stopped("Après --admin, il faut NOM:MOT-DE-PASSE.", REFUSED)
    check(Door("--port", options.port))
    code = run(options.data, options.port, (name, password) if options.admin else None)
    return code if code in (0, PORT_TAKEN) else FAILED  # it has said why


def portal(options: argparse.Namespace) -> int:
    """Run the pages of the node that `serve` started on this data."""
    from kiosk.server import run

    return run(_config(options))


def voice(options: argparse.Namespace) -> int:
    """Run the speech worker of the node that `serve` started on this data."""
    from kiosk.prompts import spoken
    from voice.worker import run

    return run(config.runtime_dir(options.data), spoken())


def mesh(options: argparse.Namespace) -> int:
    """Run what this node does with others, beside the node that `serve` started on this data."""
    from kiosk.membership.mesh import run

    return run(_config(options), options)


def _config(options: argparse.Namespace) -> config.Config:
    here = running.read(options.data)
    if here is None:
        raise Stopped("Cette commande est lancée par «\xa0residacoeur serve\xa0».")
    mode = cast(config.Mode, here.mode)
    return config.read(
        options.data, here.port, here.couch_url, mode, window=here.window, egress=here.egress
    )


def bring_in(options: argparse.Namespace) -> int:
    """Import files or addresses of one kind, one after the other; stops at the first refusal."""
    from kiosk.importing.loading import run

    return run(options, lambda: opened(options))


def sources(options: argparse.Namespace) -> int:
    """Say which addresses this machine reads again by itself, or forget one."""
    from kiosk.importing.following import run

    return run(options)


def card(options: argparse.Namespace) -> int:
    """Issue a code and a card to somebody, or letters with them to many."""
    from kiosk.issuing import run

    return run(options, lambda: opened(options))


def estate(options: argparse.Namespace) -> int:
    """Make an estate, or a node of it; renew, revoke, list its nodes."""
    from kiosk.membership.estate import run

    return run(options, lambda: opened(options))


def join(options: argparse.Namespace) -> int:
    """Make this machine a home of an estate, by the code that a kiosk shows."""
    from kiosk.membership.home import run

    return run(options, lambda: opened(options))


def backup(options: argparse.Namespace) -> int:
    """Save the node in one sealed file."""
    from kiosk.safekeeping.saving import run

    return run(options, opened)


def restore(options: argparse.Namespace) -> int:
    """Bring a node back from its sealed file, into an empty data directory."""
    from kiosk.safekeeping.restoring import run

    return run(options, opened)


def doctor(options: argparse.Namespace) -> int:
    """Say in plain words what works on this machine; 1 when something needed does not."""
    from kiosk.doctor import examine

    well = True
    with TemporaryDirectory() as scratch:  # an examination makes no node where there is none
        there = (options.data / "version").exists()
        place = options if there else argparse.Namespace(data=Path(scratch), couch_url=None)
        for finding in examine(options.data, doors(options), lambda: opened(place)):
            print(finding, flush=True)
            well = well and (finding.well or not finding.needed)
    return 0 if well else FAILED


@contextmanager
def opened(options: argparse.Namespace) -> Iterator["Database"]:
    """The node's database: the one given, the running node's, or one started for this command."""
    from kiosk.beside import NoDatabase, couch_url
    from sync.database import Database
    from sync.errors import SyncError
    from sync.time.estate import follow_kept

    _prepare(options.data)
    follow_kept(options.data)
    try:
        with couch_url(options.data, options.couch_url, [*PROGRAM, "couch"]) as url:
            database = Database(*config.credentials(options.data, url))
            database.create_all()
            yield database
    except NoDatabase as error:
        raise Stopped("La base de données ne démarre pas.") from error
    except SyncError as error:
        raise Stopped(f"La base de données ne répond pas\xa0: {error}") from error


COMMANDS: Final = {
    "serve": serve,
    "couch": couch,
    "import": bring_in,
    "sources": sources,
    "card": card,
    "estate": estate,
    "join": join,
    "backup": backup,
    "restore": restore,
    "doctor": doctor,
    "portal": portal,
    "voice": voice,
    "mesh": mesh,
    "window": window,
}

if __name__ == "__main__":
    sys.exit(main())
