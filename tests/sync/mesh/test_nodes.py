"""Whole nodes of one estate, on one machine: an office, two halls, a home; cut, killed, revoked."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sync.clock import now, stamp
from sync.documents.account import HOUSEHOLD, PERSON, VERIFIER
from sync.documents.key import household
from sync.documents.photo import PHOTO
from tests.sync.mesh.member import AMINA, Member, holds, until


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mesh")


@pytest.fixture(scope="module")
def join_up(start_node: Callable[..., Any], free_port: Callable[[], int]) -> Callable[..., Member]:
    """A function join_up(data, *options, peers=…) that runs a node which visits these ports."""

    def start(data: Path, *options: str, peers: tuple[int, ...] = (), port: int = 0) -> Member:
        port, egress = port or free_port(), free_port()
        visits = [word for each in peers for word in ("--peer", f"127.0.0.1:{each}")]
        ports = ["--gateway", f"127.0.0.1:{port}", "--egress-port", str(egress)]
        known = [*options, *ports, *visits]
        return Member(start_node(data, *known), port, egress, known)

    return start


@pytest.fixture(scope="module")
def estate(
    place: Path, join_up: Callable[..., Member], command: Callable[..., str]
) -> Iterator[dict[str, Member]]:
    """HMP's office and two halls, each started from what the landlord gave it."""
    office = place / "office"
    command("estate", "new", "Les Figuiers", "--data", office)
    for name in ("a", "b"):
        file = place / f"hall-{name}.node"
        hall = ["--role", "kiosk", "--residence", "figuiers", "-o", file, "--data", office]
        command("estate", "add", f"Hall {name.upper()}", *hall)
    found = {"office": join_up(office, "--mode", "home")}
    until(lambda: found["office"].ask("GET", "/accounts").status_code == 200)
    where = {"residence": "figuiers", "staircase": "figuiers-b"}
    found["office"].put("accounts", HOUSEHOLD.new(AMINA, door="31", **where))
    amina = PERSON.new("pamina", household=AMINA, last_name="Ben Salah")
    found["office"].put("accounts", amina)
    for name in ("a", "b"):
        peers = tuple(member.port for member in found.values())
        options = ("--mode", "kiosk", "--node", str(place / f"hall-{name}.node"))
        found[name] = join_up(place / f"hall-{name}", *options, peers=peers)
    yield found
    for member in found.values():
        member.node.process.terminate()


def test_what_is_written_in_one_hall_is_in_all_and_comes_back_as_a_receipt(
    estate: dict[str, Member],
) -> None:
    office, a, b = estate["office"], estate["a"], estate["b"]
    made = a.report()
    until(lambda: office.get("private", made["_id"]) and b.get("private", made["_id"]))
    receipt = made["_id"].replace(":report:", ":receipt:") + f".reached.{office.id}"
    until(lambda: a.get("private", receipt))
    rows = until(lambda: _departures(a, made["_id"]))
    assert rows[0]["peer"] in (office.id, b.id)


def _departures(member: Member, item: str) -> list[dict[str, Any]]:
    query = 'startkey="departure:"&endkey="departure;"&include_docs=true'
    rows = member.ask("GET", f"/node/_all_docs?{query}").json()["rows"]
    return [row["doc"] for row in rows if row["doc"]["item"] == item]


def test_a_photo_follows_its_report(estate: dict[str, Member]) -> None:
    a, office = estate["a"], estate["office"]
    made = a.report()
    key = made["_id"].rpartition(":")[2]
    photo = PHOTO.new(
        f"{key}.1",
        household=AMINA,
        at=stamp(now()),
        by="pamina",
        origin=a.origin,
        owner=made["_id"],
        width=10,
        height=10,
    )
    pixels = os.urandom(300_000)
    a.put("private-media", photo)
    rev = a.get("private-media", photo["_id"])["_rev"]
    kind = {"Content-Type": "image/jpeg"}
    path = f"/private-media/{photo['_id']}/photo.jpg?rev={rev}"
    assert a.ask("PUT", path, data=pixels, headers=kind).status_code == 201
    where = f"/private-media/{photo['_id']}/photo.jpg"
    assert until(lambda: office.ask("GET", where).content == pixels)


def test_every_hall_knows_how_all_are(estate: dict[str, Member]) -> None:
    for member in estate.values():
        for other in estate.values():
            told = until(lambda m=member, o=other: m.get("status", f"node:{o.id}"))
            assert told["version"]


def test_a_hall_that_is_cut_off_says_so_and_catches_up(
    estate: dict[str, Member], join_up: Callable[..., Member]
) -> None:
    office, a = estate["office"], estate["a"]
    until(lambda: a.reach().get("landlord", {}).get("up"))
    mesh = office.process("mesh")
    os.kill(mesh, signal.SIGSTOP)  # the line is there, nobody answers
    try:
        until(lambda: a.reach().get("landlord", {}).get("up") is False)
        kept = [a.report() for _ in range(20)]
        told = a.reach()
        assert told["landlord"]["since"]
        assert told["next"]
    finally:
        os.kill(mesh, signal.SIGCONT)
    until(lambda: all(office.get("private", each["_id"]) for each in kept))
    until(lambda: a.reach()["landlord"]["up"])


def test_nothing_is_lost_when_a_hall_is_killed_while_it_receives(
    estate: dict[str, Member],
) -> None:
    a, b = estate["a"], estate["b"]
    made = []
    for n in range(200):
        made.append(a.report())
        if n == 100:
            os.kill(b.process("couch"), signal.SIGKILL)
            os.kill(b.process("mesh"), signal.SIGKILL)
    until(lambda: holds(b, made))


def test_a_home_joins_by_a_code_and_sees_its_own_alone(
    estate: dict[str, Member],
    place: Path,
    join_up: Callable[..., Member],
    command: Callable[..., str],
) -> None:
    a, office = estate["a"], estate["office"]
    until(lambda: a.get("accounts", "person:pamina"))
    theirs = a.report("hlucien7654")
    secret = (a.node.data / "egress.secret").read_text().strip()
    url = f"http://127.0.0.1:{a.egress}/invitations"
    asked = {"household": AMINA}
    code = requests.post(url, json=asked, auth=("mesh", secret), timeout=20).json()["code"]
    command("join", f"127.0.0.1:{a.port}", code, "--data", place / "home")
    home = join_up(place / "home", "--mode", "home")
    until(lambda: home.ask("GET", "/private/_all_docs").json()["total_rows"])
    made = home.report()
    until(lambda: office.get("private", made["_id"]))
    rows = home.ask("GET", "/private/_all_docs").json()["rows"]
    ids = {row["id"] for row in rows if not row["id"].startswith("_design")}
    assert {id.partition(":")[0] for id in ids} == {AMINA}
    assert home.get("private", theirs["_id"]) is None
    home.node.process.terminate()
    home.node.process.wait(20)


def test_the_egress_answers_nobody_without_its_secret(estate: dict[str, Member]) -> None:
    a, office = estate["a"], estate["office"]
    for path in (f"/peer/{office.id}/private", f"/here/{office.id}/private", "/invitations"):
        answer = requests.get(f"http://127.0.0.1:{a.egress}{path}", timeout=20)
        assert answer.status_code == 401


def test_an_idle_estate_writes_no_new_revisions(estate: dict[str, Member]) -> None:
    def heads() -> list[str]:
        dbs = ("estate", "private", "private-media", "accounts")
        return [
            member.ask("GET", f"/{db}").json()["update_seq"].partition("-")[0]
            for member in estate.values()
            for db in dbs
        ]

    def quiet() -> bool:
        before = heads()
        time.sleep(3)
        return heads() == before

    until(quiet)
    before = heads()
    time.sleep(10)
    assert heads() == before


@pytest.mark.full
def test_what_the_landlord_signs_every_hall_carries_out(
    estate: dict[str, Member], command: Callable[..., str]
) -> None:
    """Moussa is erased, then Fatou moves out: her code ends, her report stays."""
    office, a, b = estate["office"], estate["a"], estate["b"]
    home = household("figuiers", "figuiers-b", "42")
    known = {"residence": "figuiers", "staircase": "figuiers-b", "door": "42"}
    office.put("accounts", HOUSEHOLD.new(home, **known))
    yesterday = {"at": stamp(now() - timedelta(days=1)), "origin": office.origin}
    for name in ("Moussa", "Fatou"):
        person = f"p{name.lower()}"
        told = {"household": home, "first_name": name, "last_name": "Diallo"}
        office.put("accounts", PERSON.new(person, **told))
        proof = {"account": home, "person": person, "code": "00", "card": "00", **yesterday}
        office.put("accounts", VERIFIER.new(f"{home}:{person}", **proof))
    report = a.report(home)
    fatou, moussa = (f"verifier:{home}:p{name}" for name in ("fatou", "moussa"))
    until(lambda: b.get("accounts", fatou) and b.get("private", report["_id"]))
    options = ("--yes", "--data", office.node.data)
    command("estate", "erase", "figuiers-b-42", "--person", "Moussa", *options)
    for member in (office, a, b):
        until(lambda m=member: m.get("status", f"erased:pmoussa.{m.id}"))
        assert member.get("accounts", moussa) is None
        assert member.get("accounts", "person:pmoussa") is None
    command("estate", "moveout", "figuiers-b-42", *options)
    for member in (office, a, b):
        until(lambda m=member: m.get("accounts", fatou) is None)
        assert member.get("private", report["_id"]) is not None


def test_a_revoked_hall_is_shut_out_everywhere(
    estate: dict[str, Member], command: Callable[..., str]
) -> None:
    """Last: Hall B is gone for good."""
    office, a, b = estate["office"], estate["a"], estate["b"]
    command("estate", "revoke", "Hall B", "--data", office.node.data)
    until(lambda: _why(a, b) == "revoked")
    made = a.report()
    until(lambda: office.get("private", made["_id"]))
    time.sleep(3)
    assert b.get("private", made["_id"]) is None


def _why(member: Member, other: Member) -> str:
    peers = member.reach().get("peers", [])
    return next((peer["why"] for peer in peers if peer["id"] == other.id), "")
