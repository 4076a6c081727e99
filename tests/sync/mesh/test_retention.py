"""The sweep: what is over goes, for good, and nothing else does."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests

from sync import upkeep
from sync.clock import stamp
from sync.documents.emergency import EMERGENCY
from sync.documents.erasure import move_out
from sync.documents.report import acknowledge
from sync.mesh import graves
from sync.mesh.carrying import carried, departure_id
from sync.mesh.retention import GRACE, sweep
from sync.mesh.survey import survey

DAY = timedelta(days=1)
THREE_YEARS = 1095 * DAY
MINUTE = timedelta(minutes=1)


def test_what_has_ended_is_purged_seven_days_later_and_not_before(hall: Any, clock: Any) -> None:
    over = hall.report(THREE_YEARS + GRACE)
    ended = hall.report(THREE_YEARS + GRACE - MINUTE)
    young = hall.report(DAY)
    assert sweep(hall.database, clock, hall.here)["expired"] == 1
    assert hall.ids("private") == {ended["_id"], young["_id"]}
    assert over["_id"] not in hall.ids("private")


@pytest.mark.parametrize("years", [-56, 14])
def test_nothing_is_purged_while_time_is_in_doubt(hall: Any, clock: Any, years: int) -> None:
    clock.at, clock.certain = clock.at.replace(year=clock.at.year + years), False
    hall.report(THREE_YEARS + GRACE)
    hall.database.delete("private", hall.report(DAY))
    assert not +sweep(hall.database, clock, hall.here)
    assert len(hall.ids("private")) == 2


def test_a_sweep_ends_when_doubt_comes_up_meanwhile(hall: Any, clock: Any) -> None:
    hall.put("estate", EMERGENCY.new("e", **_alarm(clock)))
    hall.report(THREE_YEARS + GRACE)
    doubts = iter([True, False, False])
    type(clock).certain = property(lambda _: next(doubts), lambda *_: None)
    try:
        assert sweep(hall.database, clock, hall.here) == {"expired": 1}
    finally:
        del type(clock).certain
    assert len(hall.ids("private")) == 1


def _alarm(clock: Any) -> dict[str, str]:
    at = stamp(clock.at - 30 * DAY)
    return {"title": "Sortez", "lang": "fr", "by": "sclaire", "at": at, "origin": "n-9.a"}


def test_a_leaf_that_still_stands_keeps_the_document(hall: Any, clock: Any) -> None:
    alarm = hall.put("estate", EMERGENCY.new("e", **_alarm(clock)))
    hall.apart("estate", {**alarm, "until": stamp(clock.at + DAY)})
    assert not +sweep(hall.database, clock, hall.here)
    assert len(hall.database.leaves("estate", alarm["_id"])) == 2
    clock.at += 9 * DAY
    assert sweep(hall.database, clock, hall.here)["expired"] == 1
    assert hall.ids("estate") == set()


def test_photos_go_with_their_report_and_its_answers_a_month_after(hall: Any, clock: Any) -> None:
    here = replace(hall.here, role="landlord")
    report = hall.report(THREE_YEARS + GRACE)
    hall.photo(report)
    answer = hall.answer(report, 40 * DAY)
    hall.put("private", acknowledge(answer["_id"], "read", at=answer["at"], origin="n-1.a"))
    late = hall.answer(report, 20 * DAY)
    assert sweep(hall.database, clock, here)["expired"] == 2
    assert hall.ids("private-media") == set()
    assert sweep(hall.database, clock, here)["orphan"] == 1
    assert sweep(hall.database, clock, here)["orphan"] == 1
    assert hall.ids("private") == {late["_id"]}
    clock.at += 11 * DAY
    assert sweep(hall.database, clock, here)["orphan"] == 1


def told_to_landlord(hall: Any) -> None:
    """Let the landlord have all that this hall has by now."""
    for db in ("private", "private-media"):
        seqs = upkeep.places(hall.database, db, sorted(hall.ids(db)))
        carried(hall.database, db, max(seqs.values(), default=0))


def test_a_kiosk_lets_go_of_other_residences_after_thirty_days(
    hall: Any, clock: Any, signed: Any
) -> None:
    hall.door("hlucien", "oliviers")
    hall.door("hamina")
    old = hall.report(31 * DAY)
    hall.photo(old)
    kept = {hall.report(29 * DAY)["_id"], hall.report(90 * DAY, "hamina")["_id"]}
    here = survey(hall.database, hall.here, signed, clock.at)
    told_to_landlord(hall)
    assert sweep(hall.database, clock, here)["elsewhere"] == 2
    assert hall.ids("private") == kept
    assert hall.ids("private-media") == set()
    landlord = replace(here, role="landlord")
    clock.at += 90 * DAY
    assert not +sweep(hall.database, clock, landlord)


def test_what_the_landlord_is_not_known_to_have_stays_whoever_else_has_it(
    hall: Any, clock: Any, signed: Any
) -> None:
    hall.door("hlucien", "oliviers")
    here = survey(hall.database, hall.here, signed, clock.at)
    first = hall.report(50 * DAY, node="n-1")
    told_to_landlord(hall)
    own, other = hall.report(40 * DAY, node="n-1"), hall.report(40 * DAY, node="n-2")
    hall.photo(own)
    hall.database.put("node", {"_id": departure_id(own["_id"]), "kind": "departure"})
    assert sweep(hall.database, clock, here) == {"elsewhere": 1, "tombstone": 0}
    assert hall.ids("private") == {own["_id"], other["_id"]}
    assert first["_id"] not in hall.ids("private")
    told_to_landlord(hall)
    assert sweep(hall.database, clock, here)["elsewhere"] == 3
    assert hall.ids("private") == hall.ids("private-media") == set()


def test_what_the_landlord_has_only_goes_on(hall: Any) -> None:
    for seq in (7, 3):
        carried(hall.database, "private", seq)
    assert hall.database.get("node", "carried:private")["seq"] == 7


def test_a_photo_on_its_way_outlives_its_report_on_a_kiosk(
    hall: Any, clock: Any, signed: Any
) -> None:
    hall.door("hlucien", "oliviers")
    here = survey(hall.database, hall.here, signed, clock.at)
    report = hall.report(40 * DAY, node="n-1")
    photo = hall.photo(report)
    hall.put("private", acknowledge(report["_id"], "reached", at=report["at"], origin="n-9.a"))
    for _ in range(3):
        sweep(hall.database, clock, here)
    assert report["_id"] not in hall.ids("private")
    assert hall.ids("private-media") == {photo["_id"]}


def test_a_receipt_of_another_node_says_that_it_is_kept_and_one_of_its_own_does_not(
    hall: Any, clock: Any, signed: Any
) -> None:
    hall.door("hlucien", "oliviers")
    own = hall.report(40 * DAY, node="n-1")
    here = survey(hall.database, hall.here, signed, clock.at)
    at = stamp(clock.at - DAY)
    hall.put("private", acknowledge(own["_id"], "read", at=at, origin="n-1.a"))
    assert not +sweep(hall.database, clock, here)
    hall.put("private", acknowledge(own["_id"], "reached", at=at, origin="n-9.a"))
    assert sweep(hall.database, clock, here)["elsewhere"] == 1


def test_a_home_keeps_what_it_wrote_to_another_household_until_it_has_left(
    hall: Any, clock: Any, signed: Any
) -> None:
    home = replace(hall.here, role="home", residence="", households=("hlucien",))
    own = hall.report(DAY, "hamina", node="n-1")
    assert not +sweep(hall.database, clock, home)
    hall.database.put("node", {"_id": departure_id(own["_id"]), "kind": "departure"})
    assert sweep(hall.database, clock, home)["elsewhere"] == 1


def test_a_home_lets_go_of_other_households_and_of_those_before_it(
    hall: Any, clock: Any, signed: Any
) -> None:
    home = replace(hall.here, role="home", residence="", households=("hlucien",))
    hall.report(DAY, "hamina")
    before, since = hall.report(30 * DAY), hall.report(10 * DAY)
    told = {"at": stamp(clock.at), "origin": "n-9.a", "by": "sclaire"}
    for days, more in ((20, {}), (1, {"forged": True}), (-1, {})):
        fact = move_out("hlucien", (clock.at - days * DAY).date(), **told)
        hall.put("estate", {**fact, **more})
    here = survey(hall.database, home, signed, clock.at)
    assert sweep(hall.database, clock, here)["elsewhere"] == 2
    assert hall.ids("private") == {since["_id"]}
    assert before["_id"] not in hall.ids("private")


def test_tombstones_live_180_days_from_when_they_were_first_seen(hall: Any, clock: Any) -> None:
    gone, stays = hall.report(DAY), hall.report(DAY)
    hall.database.delete("private", gone)
    assert not +sweep(hall.database, clock, hall.here)
    clock.at += graves.LIVING - DAY
    assert not +sweep(hall.database, clock, hall.here)
    clock.at += 2 * DAY
    assert sweep(hall.database, clock, hall.here)["tombstone"] == 1
    assert hall.ids("private") == {stays["_id"]}
    assert not any(id.startswith("graves:private:") for id in hall.ids("node"))


def test_what_was_deleted_and_made_anew_is_no_tombstone(hall: Any, clock: Any) -> None:
    report = hall.report(DAY)
    hall.database.delete("private", report)
    sweep(hall.database, clock, hall.here)
    hall.database.put("private", {k: v for k, v in report.items() if k != "_rev"})
    clock.at += graves.LIVING + 2 * DAY
    assert not +sweep(hall.database, clock, hall.here)
    assert hall.database.get("private", report["_id"])


def test_tombstones_of_the_node_s_own_database_go_at_once(hall: Any, clock: Any) -> None:
    session = hall.put("node", {"_id": "session:a", "kind": "session"})
    hall.database.delete("node", session)
    assert sweep(hall.database, clock, hall.here)["tombstone"] == 1
    assert "session:a" not in hall.ids("node")


def test_a_sweep_that_finds_nothing_writes_nothing(hall: Any, clock: Any) -> None:
    hall.report(DAY)
    sweep(hall.database, clock, hall.here)
    before = [hall.database.update_seq(db) for db in ("private", "node", "estate", "status")]
    sweep(hall.database, clock, hall.here)
    assert [
        hall.database.update_seq(db) for db in ("private", "node", "estate", "status")
    ] == before


def test_every_page_of_a_long_database_is_swept(
    hall: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "PAGE", 4)
    ages = [THREE_YEARS + 10 * DAY if n % 2 else DAY for n in range(21)]
    reports = [hall.report(age) for age in ages]
    assert sweep(hall.database, clock, hall.here)["expired"] == 10
    assert hall.ids("private") == {report["_id"] for report in reports[::2]}


def test_what_was_purged_comes_back_by_no_replication_that_goes_on(
    hall: Any, clock: Any, couch: Any
) -> None:
    access = (couch.name, couch.password)
    requests.put(f"{couch.url}/elsewhere", auth=access, timeout=10)
    for age in (THREE_YEARS + GRACE, DAY):
        over = {k: v for k, v in hall.report(age).items() if k != "_rev"}
        requests.put(f"{couch.url}/elsewhere/{over['_id']}", json=over, auth=access, timeout=10)
    ends = {"source": f"{couch.url}/elsewhere", "target": f"{couch.url}/private"}
    job = {way: {"url": url, "auth": _basic(access)} for way, url in ends.items()}

    def replicate() -> int:
        answer = requests.post(f"{couch.url}/_replicate", json=job, auth=access, timeout=60)
        return len(hall.ids("private")) if answer.json()["ok"] else 0

    try:
        assert replicate() == 2
        assert sweep(hall.database, clock, hall.here)["expired"] == 1
        assert replicate() == 1
    finally:
        requests.delete(f"{couch.url}/elsewhere", auth=access, timeout=10)


def _basic(access: tuple[str, str]) -> dict[str, dict[str, str]]:
    return {"basic": {"username": access[0], "password": access[1]}}
