"""The landlord's machine is lost: an office and a hall, whole nodes; replication alone fills it."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from kiosk import config
from sync.clock import now, stamp
from sync.documents.account import HOUSEHOLD, PERSON
from sync.documents.key import fresh
from sync.documents.report import EVENT, REPORT, key_of

pytestmark = [pytest.mark.full, pytest.mark.timeout(400)]

ROOT = Path(__file__).resolve().parents[3]
PHRASE = "quatre figuiers bleus"
AMINA = "hamina23456"
SHARED = ("estate", "private", "private-media", "accounts")


def command(*words: str | Path) -> None:
    known = {"RESIDACOEUR_PASSPHRASE": PHRASE, "PATH": "/usr/bin:/bin"}
    told = [sys.executable, "-m", "app", *map(str, words)]
    done = subprocess.run(told, cwd=ROOT, env=known, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def until(what: Callable[[], Any], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := what():
                return found
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    pytest.fail("it never came about")


class Machine:
    """A node that is started, and burnt, at will."""

    def __init__(
        self, start: Callable[..., Any], data: Path, port: int, egress: int, *options: str
    ) -> None:
        self.data, self.port, self.egress = data, port, egress
        ports = ["--gateway", f"127.0.0.1:{port}", "--egress-port", str(egress)]
        self.node = start(data, *ports, *options)
        self.auth = tuple((data / "couch.secret").read_text().strip().split(":", 1))
        until(lambda: all(self.ask("GET", f"/{db}").status_code == 200 for db in SHARED))

    @property
    def origin(self) -> str:
        return config.read_node(self.data).origin

    @property
    def id(self) -> str:
        return config.read_node(self.data).id

    def ask(self, method: str, path: str, **options: Any) -> Any:
        url = f"http://127.0.0.1:{self.node.couch_port}{path}"
        return requests.request(method, url, auth=self.auth, timeout=20, **options)

    def put(self, db: str, document: dict[str, Any]) -> dict[str, Any]:
        assert self.ask("PUT", f"/{db}/{document['_id']}", json=document).status_code == 201
        return document

    def get(self, db: str, id: str) -> Any:
        answer = self.ask("GET", f"/{db}/{id}")
        return answer.json() if answer.status_code == 200 else None

    def leaves(self) -> dict[str, dict[str, list[str]]]:
        """Of what halls share, every leaf; deleted ones too."""
        found = {}
        for db in SHARED:
            rows = self.ask("GET", f"/{db}/_changes?style=all_docs").json()["results"]
            shared = [row for row in rows if not row["id"].startswith("_design/")]
            found[db] = {row["id"]: sorted(x["rev"] for x in row["changes"]) for row in shared}
        return found

    def report(self) -> dict[str, Any]:
        made = {"household": AMINA, "at": stamp(now()), "by": "pamina", "origin": self.origin}
        told = REPORT.new(fresh(), category="lift", place="figuiers-b", **made)
        return self.put("private", told)

    def answer(self, report: dict[str, Any]) -> dict[str, Any]:
        made = {"household": AMINA, "at": stamp(now()), "by": "sclaire", "origin": self.origin}
        key = f"{key_of(report['_id'])}.{fresh()}"
        return self.put("private", EVENT.new(key, report=report["_id"], state="planned", **made))

    def code(self) -> str:
        """A code on the kiosk's screen for Amina's computer."""
        secret = (self.data / "egress.secret").read_text().strip()
        url, wish = f"http://127.0.0.1:{self.egress}/invitations", {"household": AMINA}
        told = requests.post(url, json=wish, auth=("mesh", secret), timeout=20).json()
        return str(told["code"])

    def stop(self) -> None:
        self.node.process.terminate()
        self.node.process.wait(30)

    def burn(self) -> None:
        """What was on it is gone."""
        self.node.process.kill()
        self.node.process.wait(30)
        time.sleep(1)  # its children go with it
        shutil.rmtree(self.data)


@pytest.fixture
def boot(start_node: Callable[..., Any], free_port: Callable[[], int]) -> Callable[..., Machine]:
    """A function boot(data, *options, port=…) that runs a node."""

    def run(data: Path, *options: str, port: int = 0) -> Machine:
        return Machine(start_node, data, port or free_port(), free_port(), *options)

    return run


def receipt(item: dict[str, Any], office: Machine) -> str:
    return f"{AMINA}:receipt:{key_of(item['_id'])}.reached.{office.id}"


def founded(place: Path, boot: Callable[..., Machine]) -> tuple[Machine, Machine]:
    """An office and Hall A, whose people it knows."""
    office = ["--data", place / "office"]
    command("estate", "new", "Les Figuiers", *office)
    hall = ["--role", "kiosk", "--residence", "figuiers", "-o", place / "a.node"]
    command("estate", "add", "Hall A", *hall, *office)
    head = boot(place / "office", "--mode", "home")
    where = {"residence": "figuiers", "staircase": "figuiers-b", "door": "31"}
    head.put("accounts", HOUSEHOLD.new(AMINA, **where))
    head.put("accounts", PERSON.new("pamina", household=AMINA, last_name="Ben Salah"))
    visits = ["--peer", f"127.0.0.1:{head.port}"]
    a = boot(place / "a", "--mode", "kiosk", "--node", str(place / "a.node"), *visits)
    return head, a


def told(head: Machine, a: Machine, many: int) -> list[dict[str, Any]]:
    """Reports made at A that the office has answered; all of it has come back."""
    made = [a.report() for _ in range(many)]
    until(lambda: all(head.get("private", each["_id"]) for each in made))
    answers = [head.answer(each) for each in made]
    until(lambda: all(a.get("private", each["_id"]) for each in answers))
    until(lambda: all(a.get("private", receipt(each, head)) for each in made))
    return made


def settled(head: Machine, a: Machine) -> dict[str, dict[str, list[str]]]:
    """The leaves that both have, once they have the same and each document one alone that lives."""
    return dict(until(lambda: (found := head.leaves()) == a.leaves() and found))


def conflicts(machine: Machine) -> list[str]:
    query = "include_docs=true&conflicts=true"
    rows = machine.ask("GET", f"/private/_all_docs?{query}").json()["rows"]
    return [row["id"] for row in rows if "_conflicts" in row["doc"]]


def test_a_hall_fills_a_landlords_machine_that_was_rebuilt_from_the_saved_secret(
    tmp_path: Path, boot: Callable[..., Machine]
) -> None:
    head, a = founded(tmp_path, boot)
    made = told(head, a, 30)
    before = {each["_id"]: a.get("private", receipt(each, head))["at"] for each in made}
    was = head.origin
    command("estate", "keep", "-o", tmp_path / "secret", "--data", tmp_path / "office")
    head.burn()
    alone = a.report()
    visits = ["--peer", f"127.0.0.1:{a.port}"]
    command("estate", "rebuild", tmp_path / "secret", *visits, "--data", tmp_path / "office")
    anew = boot(tmp_path / "office", "--mode", "home")
    until(lambda: a.get("private", receipt(alone, anew)))
    shared = settled(anew, a)
    assert anew.origin.partition(".")[0] == was.partition(".")[0]
    assert anew.origin != was
    assert {each["_id"] for each in made} <= set(shared["private"])
    assert anew.get("accounts", "person:pamina")
    until(lambda: not conflicts(anew) and not conflicts(a))
    after = {each["_id"]: a.get("private", receipt(each, anew))["at"] for each in made}
    assert after == before  # five days run from when HMP first had it
    reach = until(lambda: (r := a.get("node", "reach:here")) and r["landlord"]["up"] and r)
    assert [(peer["state"], peer["why"]) for peer in reach["peers"]] == [("reachable", "")]
    answered = anew.answer(alone)
    until(lambda: a.get("private", answered["_id"]))


def test_a_hall_brings_a_restored_landlord_what_its_backup_had_not(
    tmp_path: Path, boot: Callable[..., Machine]
) -> None:
    head, a = founded(tmp_path, boot)
    early = told(head, a, 5)
    command("backup", tmp_path / "saved", "--with-keys", "--data", tmp_path / "office")
    late = told(head, a, 10)
    before = {each["_id"]: a.get("private", receipt(each, head))["at"] for each in late}
    was = head.origin
    head.burn()
    alone = a.report()
    command("restore", tmp_path / "saved", "--data", tmp_path / "office")
    anew = boot(tmp_path / "office", "--mode", "home", "--peer", f"127.0.0.1:{a.port}")
    until(lambda: a.get("private", receipt(alone, anew)))
    until(lambda: not conflicts(anew) and not conflicts(a))
    shared = settled(anew, a)
    assert {each["_id"] for each in (*early, *late)} <= set(shared["private"])
    assert {each["_id"]: a.get("private", receipt(each, anew))["at"] for each in late} == before
    assert (anew.id, anew.origin == was) == (was.partition(".")[0], False)


def test_where_the_secret_is_lost_too_a_hall_goes_to_a_new_estate_with_all_it_has(
    tmp_path: Path, boot: Callable[..., Machine]
) -> None:
    head, a = founded(tmp_path, boot)
    made = told(head, a, 10)
    head.burn()
    alone = a.report()
    a.stop()
    (tmp_path / "new").mkdir()
    shutil.copy(tmp_path / "a" / "estate.key", tmp_path / "new" / "estate.key")
    new = ["--data", tmp_path / "new"]
    command("estate", "new", "Les Figuiers", *new)
    hall = ["--role", "kiosk", "--residence", "figuiers", "-o", tmp_path / "again.node"]
    command("estate", "add", "Hall A", *hall, *new)
    command("estate", "leave", "--data", tmp_path / "a")
    anew = boot(tmp_path / "new", "--mode", "home")
    visits = ["--peer", f"127.0.0.1:{anew.port}", "--node", str(tmp_path / "again.node")]
    again = boot(tmp_path / "a", "--mode", "kiosk", *visits)
    until(lambda: again.get("private", receipt(alone, anew)))
    shared = settled(anew, again)
    assert {each["_id"] for each in made} <= set(shared["private"])
    assert anew.get("accounts", "person:pamina")
    assert again.get("private", receipt(made[0], anew))


def test_a_home_whose_kiosk_was_revoked_joins_elsewhere_with_all_it_has(
    tmp_path: Path, boot: Callable[..., Machine]
) -> None:
    head, a = founded(tmp_path, boot)
    office, home = ["--data", tmp_path / "office"], tmp_path / "home"
    hall = ["--role", "kiosk", "--residence", "figuiers", "-o", tmp_path / "b.node"]
    command("estate", "add", "Hall B", *hall, *office)
    visits = ["--peer", f"127.0.0.1:{head.port}", "--node", str(tmp_path / "b.node")]
    b = boot(tmp_path / "b", "--mode", "kiosk", *visits)
    until(lambda: b.get("accounts", "person:pamina") and a.get("accounts", "person:pamina"))
    command("join", f"127.0.0.1:{a.port}", a.code(), "--data", home)
    mine = boot(home, "--mode", "home", "--peer", f"127.0.0.1:{b.port}")
    sent = mine.report()
    until(lambda: head.get("private", sent["_id"]))
    who = mine.id
    command("estate", "revoke", "Hall A", *office)
    a.stop()
    until(lambda: mine.get("node", "reach:here")["alone"]["up"])
    kept = mine.report()
    command("join", f"127.0.0.1:{b.port}", b.code(), "--data", home)
    until(lambda: head.get("private", kept["_id"]))  # its mesh begins again by itself
    assert mine.id == who
    assert mine.get("private", sent["_id"])
    known = until(lambda: b.get("accounts", f"home:{who}"))
    assert len(known["serials"]) == 2
