"""The estate's own book, ``DIR/estate/estate.json``: which nodes it has made, which are revoked.

Whoever changes it holds a lock of the kernel (flock(2)), so that a command and the node that runs
beside it lose nothing of each other's.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509

from sync.mesh.identity.claims import Role
from sync.mesh.identity.errors import Unreadable
from sync.mesh.identity.pem import load, read_chain, save

BOOK: Final = "estate.json"


@dataclass(frozen=True)
class Entry:
    """One node that the estate has made.

    ``certificate`` is the latest it has (PEM), ``homes`` the latest intermediate of a kiosk or "".
    ``serials``: of all that was ever made for it, in hexadecimal. ``revoked``: a stamp, or "".
    """

    id: str
    name: str
    role: Role
    residence: str | None = None
    staircase: str | None = None
    certificate: str = ""
    homes: str = ""
    serials: tuple[str, ...] = ()
    revoked: str = ""

    @property
    def ends(self) -> datetime:
        """Until when its certificate is valid."""
        return self.proof.not_valid_after_utc

    @property
    def proof(self) -> x509.Certificate:
        """Its certificate."""
        return read_chain(self.certificate)[0]

    @property
    def proofs(self) -> tuple[x509.Certificate, ...]:
        """Its certificate, and a kiosk's intermediate."""
        return (self.proof, *(read_chain(self.homes) if self.homes else ()))


@dataclass
class Ledger:
    """An estate and its nodes, by their ids."""

    id: str
    name: str
    nodes: dict[str, Entry]

    def put(self, entry: Entry) -> None:
        """Write down a node, in place of what was known of it."""
        self.nodes[entry.id] = entry

    def named(self, name: str) -> Entry | None:
        """The node called ``name``, or with this id; case does not matter."""
        wanted = name.strip().casefold()
        for entry in self.nodes.values():
            if wanted in (entry.name.casefold(), entry.id):
                return entry
        return None

    def revoke(self, entry: Entry, stamp: str) -> None:
        """Note that a node has counted no more since ``stamp``."""
        self.put(replace(entry, revoked=stamp))


def begin(folder: Path, ledger: Ledger) -> None:
    """Write the book of a new estate."""
    save(folder / BOOK, json.dumps(plain(ledger), indent=1, ensure_ascii=False))


def read(folder: Path) -> Ledger:
    """The book as it stands; :class:`Unreadable` when there is none, or it is damaged."""
    try:
        return understood(json.loads(load(folder / BOOK)))
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("damaged", str(folder / BOOK)) from error


@contextmanager
def changing(folder: Path) -> Iterator[Ledger]:
    """The book, to be changed in the block; kept when the block ends well, else as it was."""
    with (folder / f"{BOOK}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ledger = read(folder)
        yield ledger
        begin(folder, ledger)


def plain(ledger: Ledger) -> dict[str, Any]:
    """A book as JSON."""
    nodes = [asdict(each) for each in ledger.nodes.values()]
    return {"v": 1, "id": ledger.id, "name": ledger.name, "nodes": nodes}


def understood(fields: dict[str, Any]) -> Ledger:
    """The book that :func:`plain` made. Raises KeyError, TypeError for what is none."""
    nodes = [_entry(each) for each in fields["nodes"]]
    return Ledger(fields["id"], fields["name"], {each.id: each for each in nodes})


def _entry(fields: dict[str, Any]) -> Entry:
    return Entry(**{**fields, "serials": tuple(fields["serials"])})
