"""How much a home writes in the course of time: counted, and refused beyond, one by one."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import doctor
from sync.mesh.gateway import quota
from sync.mesh.gateway.quota import Quota, read
from sync.mesh.identity.identity import Identity

AMINA = "hamina23456"
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
Report = Callable[..., dict[str, Any]]


class Days:
    """Estate time, moved by hand."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three documents or 2,000 bytes a day; five, or 5,000, in all."""
    monkeypatch.setattr(quota, "DAY", (3, 2000))
    monkeypatch.setattr(quota, "ALL", (5, 5000))


@pytest.mark.usefixtures("little")
def test_beyond_a_days_worth_a_home_waits_for_the_next(amina: Identity) -> None:
    days = Days()
    known = Quota(now=days.now)
    assert [known.refusal(amina.node, {}) for _ in range(4)] == ["", "", "", quota.WORDS[0]]
    days.at += timedelta(days=1)
    assert [known.refusal(amina.node, {}) for _ in range(3)] == ["", "", quota.WORDS[1]]


@pytest.mark.usefixtures("little")
def test_bytes_count_with_their_photos_and_a_small_one_may_still_find_room(
    amina: Identity,
) -> None:
    known = Quota(now=Days().now)
    assert known.refusal(amina.node, {}, "1900") == ""
    assert known.refusal(amina.node, {}, "200") == quota.WORDS[0]
    assert known.refusal(amina.node, {}, "90") == ""


def test_what_does_not_say_its_length_stays_out(amina: Identity) -> None:
    assert Quota(now=Days().now).refusal(amina.node, {}, None) == quota.UNTOLD


@pytest.mark.usefixtures("little")
def test_halls_and_the_landlord_write_as_much_as_there_is(hall: Identity) -> None:
    known = Quota(now=Days().now)
    assert {known.refusal(hall.node, {}) for _ in range(20)} == {""}


@pytest.mark.usefixtures("little")
def test_a_restart_forgives_nothing(amina: Identity, tmp_path: Path) -> None:
    path = tmp_path / "written.json"
    known = Quota(path, Days().now)
    told = [known.refusal(amina.node, {}) for _ in range(4)]
    known.keep()
    assert Quota(path, Days().now).refusal(amina.node, {}) == told[-1] == quota.WORDS[0]
    assert read(path)[amina.node.node].refused == 1
    (finding,) = doctor._homes(path)
    assert amina.node.node in str(finding)
    assert "refusés\xa0: 1." in str(finding)


@pytest.mark.parametrize("content", ["", "[]", '{"homes": {"h-1": {"other": 1}}}'])
def test_a_damaged_file_is_counted_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / "written.json").write_text(content)
    assert read(tmp_path / "written.json") == {}


@pytest.mark.usefixtures("little")
def test_each_document_beyond_is_refused_with_a_word_and_counted(
    gate: Any, amina: Identity, report: Report
) -> None:
    gate.gateway.writing._quota = Quota(now=Days().now)
    by = {"from": f"{amina.node.node}.1"}
    mine = [report(AMINA, _id=f"{AMINA}:report:r{n}", **by) for n in range(5)]
    told = gate.push(amina, "private", *mine)
    assert [row["reason"] for row in told] == [quota.WORDS[0]] * 2
    assert gate.database.get("private", mine[2]["_id"])
    assert gate.database.get("private", mine[3]["_id"]) is None
    assert gate.gateway.writing.refused[amina.node.node, quota.WORDS[0]] == 2


def test_a_document_that_comes_alone_is_counted_by_its_request(
    gate: Any, amina: Identity, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.gateway.writing._quota = Quota(now=Days().now)
    mine = report(AMINA, **{"from": f"{amina.node.node}.1"})
    body = json.dumps(mine).encode()
    monkeypatch.setattr(quota, "DAY", (3, len(body) - 1))
    path = f"/private/{mine['_id']}?new_edits=false"
    status, told = gate.ask(amina, "PUT", path, body)
    assert (status, told["reason"]) == (403, quota.WORDS[0])
    monkeypatch.setattr(quota, "DAY", (3, len(body)))
    assert gate.ask(amina, "PUT", path, body)[0] == 201
