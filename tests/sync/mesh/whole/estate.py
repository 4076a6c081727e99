"""An estate of whole nodes, each in a hall of its own, and the lines between them."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import requests

from sync.clock import now, stamp
from sync.documents.account import HOUSEHOLD, PERSON
from sync.documents.emergency import EMERGENCY
from sync.documents.key import fresh
from sync.documents.photo import PHOTO
from sync.mesh.identity import identity
from sync.mesh.identity.signing import sign
from tests.conftest import free_port_now
from tests.sync.mesh.member import AMINA, Member, until
from tests.sync.mesh.whole import namespaces
from tests.sync.mesh.whole.loopbacks import Loopbacks
from tests.sync.mesh.whole.namespaces import Namespaces
from tests.sync.mesh.whole.proxy import Loop, Manner, Proxy

SHARED: Final = ("estate", "estate-media", "private", "private-media", "accounts", "status")
LUCIEN: Final = "hlucien7654"


class Estate:
    """Office, halls and homes by name; cut apart and joined as a test wishes.

    Where there are namespaces (``apart``), nodes reach each other on the bridge, or by a line
    where :meth:`draw` has put one; elsewhere by lines alone. ``couch``: the Apache CouchDB in which
    the office keeps its documents, "http://name:password@host:port"; "" for the embedded one.
    """

    def __init__(self, place: Path, start: Callable[..., Any], command: Callable[..., str]) -> None:
        self.place, self.members = place, dict[str, Member]()
        self.lines: dict[tuple[str, str], Proxy] = {}
        self.apart = not namespaces.may()
        self.yard: Any = Namespaces() if self.apart else Loopbacks(self.lines)
        self._start, self._command, self._loop = start, command, Loop()
        self._before: dict[str, list[str]] = {}
        self.couch = ""

    def found(
        self, *halls: str, lines: Iterable[tuple[str, str]] = (), residents: bool = True
    ) -> None:
        """Start HMP's office, where Amina and Lucien are known, and these halls, which visit it.

        ``lines``: who reach each other by a line of ours alone. ``residents``: whether those two
        have to be made known; else the office has documents already.
        """
        office = self.place / "office"
        couch = ["--couch-url", self.couch] if self.couch else []
        self._command("estate", "new", "Les Figuiers", "--data", office)
        for name in halls:
            known = ["--role", "kiosk", "--residence", "figuiers", "--data", office]
            self._command("estate", "add", f"Hall {name}", *known, "-o", self._file(name))
        for name in ("office", *halls):
            self.yard.add(name)
        for one, other in lines if self.apart else combinations(("office", *halls), 2):
            self.draw(one, other)
            if self.apart:
                self.drop(one, other)
        self.start("office", "--mode", "home", *couch)
        until(lambda: self["office"].ask("GET", "/accounts").status_code == 200)
        if residents:
            self._settle_in()
        for name in halls:
            self.start(name, "--mode", "kiosk", "--node", str(self._file(name)))

    def _settle_in(self) -> None:
        for household, person, door in ((AMINA, "pamina", "31"), (LUCIEN, "plucien", "1")):
            where = {"residence": "figuiers", "staircase": "figuiers-b", "door": door}
            self["office"].put("accounts", HOUSEHOLD.new(household, **where))
            who = PERSON.new(person, household=household, last_name=person[1:].capitalize())
            self["office"].put("accounts", who)

    def _file(self, name: str) -> Path:
        return self.place / f"{name}.node"

    def __getitem__(self, name: str) -> Member:
        return self.members[name]

    def start(self, name: str, *options: str) -> Member:
        """Run a node in its hall; it visits all who were started before it."""
        host, port = self.yard.where(name)
        egress = free_port_now()
        gateway = ["--gateway", f"{host}:{port}"]
        if self.apart:  # as a real one: it must not know its address
            gateway = ["--gateway", f"0.0.0.0:{port}"]
        ports = [*gateway, "--egress-port", str(egress)]
        visits = [word for peer in self._peers(name) for word in ("--peer", peer)]
        through = partial(self._through, name, egress)
        node = self._start(self.place / name, *options, *ports, *visits, through=through)
        couch = self.couch if name == "office" else ""
        self.members[name] = Member(node, port, egress, list(options), couch)
        return self.members[name]

    def restart(self, name: str) -> Member:
        """Run a node again that has ended, without what it was told at its first start."""
        options = self[name].options
        return self.start(name, *options[: options.index("--mode") + 2])

    def stop(self, name: str) -> None:
        """End a node as Ctrl-C does."""
        self[name].node.process.terminate()
        self[name].node.process.wait(30)

    def kill(self, name: str) -> None:
        """End a node as a power cut does: its supervisor and with it all that it runs."""
        os.kill(self[name].node.process.pid, signal.SIGKILL)
        self[name].node.process.wait(30)

    def run(self, name: str, *words: str | Path) -> str:
        """What a command on a node's data prints, in its hall."""
        return self._command(*words, "--data", self.place / name, within=self.yard.within(name))

    def pretend(self, name: str, *words: str) -> None:
        """What stands before the command of a node, from its next start on."""
        self._before[name] = list(words)

    def _through(
        self, name: str, egress: int, arguments: list[str], ports: tuple[int, ...]
    ) -> list[str]:
        """The command as it runs in a hall; doors lead to its loopback from that of this test."""
        for port in (*ports, egress) if self.apart else ():
            door = _bound(socket.socket(), port)
            Proxy(self._loop, door, partial(self._dial, name, ("127.0.0.1", port)))
        if self.apart and self.couch and self.couch in arguments:
            port = int(self.couch.rpartition(":")[2])
            door, out = _bound(self.yard.socket(name), port), ("127.0.0.1", port)
            Proxy(self._loop, door, lambda: (socket.socket(), out))
        return [*self.yard.within(name), *self._before.get(name, []), *arguments]

    def _dial(self, name: str, where: tuple[str, int]) -> tuple[socket.socket, tuple[str, int]]:
        return self.yard.socket(name), where

    def _peers(self, name: str) -> Iterable[str]:
        """What is typed where a node starts: its lines, and who stands on the bridge already."""
        for other in self.members if self.apart else ():
            if other not in (name, "home"):
                host, port = self.yard.where(other)
                yield f"{host}:{port}"
        for (one, _), line in self.lines.items():
            if one == name:
                host = f"{namespaces.NET}.{namespaces.ROUTER}" if self.apart else "127.0.0.1"
                yield f"{host}:{line.port}"

    def _draw(self, one: str, other: str) -> None:
        """A line by which ``one`` reaches the gateway of ``other``, wherever that is then."""
        listening = self.yard.socket("yard")
        listening.bind(("0.0.0.0" if self.apart else "127.0.0.1", 0))

        def dial() -> tuple[socket.socket, tuple[str, int]]:
            return self._dial("yard", self.yard.where(other))

        self.lines[one, other] = Proxy(self._loop, listening, dial)

    def draw(self, one: str, other: str) -> None:
        """Put a line each way between two, before they are started."""
        self._draw(one, other)
        self._draw(other, one)

    def behave(self, one: str, other: str, manner: Manner) -> list[Proxy]:
        """Let the lines between two be so, both ways."""
        lines = [self.lines[one, other], self.lines[other, one]]
        for line in lines:
            line.behave(manner)
        return lines

    def drop(self, one: str, other: str) -> None:
        """Nothing passes between two any more, either way, but by a line of ours."""
        self.yard.drop(one, other)
        self.yard.drop(other, one)

    def allow(self, one: str, other: str) -> None:
        """It passes again."""
        self.yard.allow(one, other)
        self.yard.allow(other, one)

    def close(self) -> None:
        """End all that runs."""
        for member in self.members.values():
            member.node.process.terminate()
        for member in self.members.values():
            with suppress(Exception):
                member.node.process.wait(20)
            member.session.close()
        self._loop.close()
        self.yard.close()

    def linked(self, *names: str) -> None:
        """Wait until these reach each other."""
        for name in names:
            for other in names:
                if name != other:
                    until(partial(_reaches, self[name], self[other].id))

    def settled(self, *names: str, seconds: float = 120) -> None:
        """Wait until the nodes that hold everything have the same leaves of all that is shared."""
        names = names or tuple(name for name in self.members if name != "home")
        deadline = time.monotonic() + seconds
        for db in SHARED:
            while True:
                found = {name: leaves(self[name], db) for name in names}
                first, *others = found.values()
                if all(other == first for other in others):
                    break
                assert time.monotonic() < deadline, f"{db}: {_apart(found)}"
                time.sleep(0.2)

    def join(self, name: str, kiosk: str, household: str = AMINA) -> Member:
        """A home of a household, by a code of a kiosk."""
        member = self[kiosk]
        secret = (member.node.data / "egress.secret").read_text().strip()
        url, asked = f"http://127.0.0.1:{member.egress}/invitations", {"household": household}
        code = requests.post(url, json=asked, auth=("mesh", secret), timeout=20).json()["code"]
        self.yard.add(name)
        if not self.apart:
            self._draw(name, kiosk)
        host, port = self.yard.where(kiosk)
        self.run(name, "join", f"{host}:{port}", code)
        return self.start(name, "--mode", "home")


def _bound(door: socket.socket, port: int) -> socket.socket:
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    return door


def _reaches(member: Member, other: str) -> bool:
    peers = member.reach().get("peers", [])
    return any(peer["id"] == other and peer["state"] == "reachable" for peer in peers)


def leaves(member: Member, db: str) -> dict[str, list[str]]:
    """Every leaf of every document: the deleted and the contradicting too."""
    rows = member.ask("GET", f"/{db}/_changes?style=all_docs").json()["results"]
    return {
        row["id"]: sorted(change["rev"] for change in row["changes"])
        for row in rows
        if not row["id"].startswith("_design/")
    }


def _apart(found: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    """What is not the same everywhere, as far as a person would read it."""
    every = set().union(*found.values())
    split = [id for id in sorted(every) if len({str(each.get(id)) for each in found.values()}) > 1]
    return {id: {name: each.get(id) for name, each in found.items()} for id in split[:5]} | {
        "so many": len(split)
    }


def warn(office: Member) -> dict[str, Any]:
    """An emergency that the landlord signs and says: over in two days."""
    made = {"at": stamp(now()), "by": "sclaire", "origin": office.origin}
    document = EMERGENCY.new(fresh(), title="Coupure de gaz", lang="fr", **made)
    office.put("estate", sign(document, identity.read(office.node.data)))
    return document


def photograph(member: Member, report: dict[str, Any], size: int = 100_000) -> dict[str, Any]:
    """A photo of a report, taken here."""
    household, _, key = report["_id"].split(":")
    made = {"at": stamp(now()), "by": report["by"], "origin": member.origin}
    shape = {"owner": report["_id"], "width": 10, "height": 10}
    photo = PHOTO.new(f"{key}.1", household=household, **made, **shape)
    member.put("private-media", photo)
    rev = member.get("private-media", photo["_id"])["_rev"]
    path = f"/private-media/{photo['_id']}/photo.jpg?rev={rev}"
    kind = {"Content-Type": "image/jpeg"}
    assert member.ask("PUT", path, data=os.urandom(size), headers=kind).status_code == 201
    return photo


def private_to(home: Member, household: str) -> None:
    """Fail where a home has anything private that is not its household's, or of other people."""
    for db in ("private", "private-media"):
        ids = leaves(home, db)
        assert {id.partition(":")[0] for id in ids} <= {household}, db
    for row in home.ask("GET", "/accounts/_all_docs?include_docs=true").json()["rows"]:
        if not row["id"].startswith("_design/"):
            assert household in json.dumps(row["doc"]), row["id"]
    assert leaves(home, "status") == {}
