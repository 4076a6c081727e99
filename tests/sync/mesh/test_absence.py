"""A node that was away too long: emptied, its own words offered first, killed where it hurts."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync import upkeep
from sync.clock import stamp
from sync.documents.fault import join
from sync.mesh import absence, carrying, graves
from sync.mesh.absence import absent, met, renew
from sync.mesh.carrying import departure_id

DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "unsent.jsonl"


def away(hall: Any, clock: Any) -> None:
    """Let the node be away a day too long."""
    met(hall.database, clock.at)
    clock.at += graves.LIVING + DAY


def test_a_node_is_absent_180_days_after_it_last_met_another(hall: Any, clock: Any) -> None:
    assert not absent(hall.database, clock)
    met(hall.database, clock.at)
    clock.at += graves.LIVING
    assert not absent(hall.database, clock)
    clock.at += DAY
    assert absent(hall.database, clock)
    met(hall.database, clock.at)
    assert not absent(hall.database, clock)


def test_a_clock_in_doubt_empties_nothing(hall: Any, clock: Any, path: Path) -> None:
    report = hall.report(DAY)
    met(hall.database, clock.at)
    clock.at, clock.certain = clock.at.replace(year=2040), False
    assert renew(hall.database, clock, hall.here, path) is None
    assert hall.ids("private") == {report["_id"]}


def test_meetings_are_written_down_once_an_hour(hall: Any, clock: Any) -> None:
    met(hall.database, clock.at)
    before = hall.database.update_seq("node")
    met(hall.database, clock.at + timedelta(minutes=59))
    assert hall.database.update_seq("node") == before


def test_what_is_its_own_and_unsent_comes_back_whole_and_all_else_goes(
    hall: Any, clock: Any, path: Path
) -> None:
    own = hall.report(DAY, node="n-1", words="Il fait noir")
    hall.apart("private", {**own, "words": "Il fait froid"})
    hall.photo(own)
    sent = hall.report(DAY, node="n-1")
    hall.database.put("node", {"_id": departure_id(sent["_id"]), "kind": "departure"})
    hall.report(DAY, node="n-2")
    deleted = hall.report(DAY, node="n-1")
    hall.database.delete("private", deleted)
    metoo = hall.put("estate", join("fault:f1", "hlucien", clock.at.date()))
    away(hall, clock)
    hall.database.put("node", {"_id": "session:a", "kind": "session"})
    assert renew(hall.database, clock, hall.here, path) == 5
    assert hall.ids("private") == {own["_id"], deleted["_id"]}
    assert {leaf["words"] for leaf in hall.database.leaves("private", own["_id"])} == {
        "Il fait noir",
        "Il fait froid",
    }
    (photo,) = hall.ids("private-media")
    assert hall.database.attachment("private-media", photo, "photo.jpg")
    assert hall.ids("estate") == {metoo["_id"]}
    assert "session:a" in hall.ids("node")
    assert not path.exists()
    assert not absent(hall.database, clock)
    assert renew(hall.database, clock, hall.here, path) is None


def test_its_revisions_are_those_that_its_peers_may_know(hall: Any, clock: Any, path: Path) -> None:
    own = hall.report(DAY, node="n-1")
    away(hall, clock)
    renew(hall.database, clock, hall.here, path)
    assert hall.database.get("private", own["_id"])["_rev"] == own["_rev"]


@pytest.mark.parametrize("step", ["drop", "graft"])
def test_killed_while_it_is_emptied_or_filled_it_loses_nothing(
    hall: Any, clock: Any, path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [hall.report(DAY, node="n-1") for _ in range(3)]
    away(hall, clock)
    real, calls = getattr(upkeep, step), []

    def killed(*given: Any) -> None:
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(upkeep, step, killed)
        with pytest.raises(KeyboardInterrupt):
            renew(hall.database, clock, hall.here, path)
    assert renew(hall.database, clock, hall.here, path) == 3
    assert hall.ids("private") == {report["_id"] for report in own}


def test_killed_while_it_lays_aside_it_begins_anew(
    hall: Any, clock: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = hall.report(DAY, node="n-1")
    away(hall, clock)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(absence.os, "fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            renew(hall.database, clock, hall.here, path)
    assert hall.ids("private") == {own["_id"]}
    assert renew(hall.database, clock, hall.here, path) == 1


def test_what_is_laid_aside_only_its_owner_may_read(
    hall: Any, clock: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.report(DAY, node="n-1", words="Il fait noir")
    away(hall, clock)
    monkeypatch.setattr(upkeep, "drop", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        renew(hall.database, clock, hall.here, path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_was_noted_of_the_databases_begins_anew(hall: Any, clock: Any, path: Path) -> None:
    hall.database.delete("private", hall.report(DAY))
    graves.close(hall.database, clock.at)
    carrying.carried(hall.database, "private", 999)
    away(hall, clock)
    renew(hall.database, clock, hall.here, path)
    assert not any(id.startswith(("graves:", "carried:")) for id in hall.ids("node"))
    assert stamp(clock.at) == hall.database.get("node", "contact:here")["at"]
