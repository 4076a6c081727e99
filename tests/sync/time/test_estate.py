"""The clock of the estate over restarts and processes, with clocks that tests turn."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync import clock
from sync.time.estate import EVERY, FRESH, EstateClock, KeptClock, steady, system
from sync.time.judge import BUILT, bounds

TODAY = datetime(2026, 12, 1, 12, tzinfo=UTC)
LIMITS = bounds(TODAY - timedelta(days=30), TODAY + timedelta(days=700))

ENDLESS = '{"at": "2026-12-01T12:00:00Z", "ahead": 1e99, "certain": true}'


class Machine:
    """A machine whose clock can be set; ``run`` lets time pass."""

    def __init__(self, shows: datetime) -> None:
        self.shows, self.up = shows, timedelta()

    def run(self, passed: timedelta) -> None:
        self.shows += passed
        self.up += passed

    def mesh(self, path: Path) -> EstateClock:
        return EstateClock(path, LIMITS, lambda: self.shows, lambda: self.up)

    def portal(self, path: Path) -> KeptClock:
        return KeptClock(path, lambda: self.shows, lambda: self.up)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "time.json"


def test_a_machine_that_wakes_in_1970_goes_on_from_the_minute_it_stopped(path: Path) -> None:
    before = Machine(TODAY)
    known = before.mesh(path)
    known.keep()
    before.run(EVERY)
    known.keep()
    after = Machine(datetime(1970, 1, 1, tzinfo=UTC))
    woken = after.mesh(path)
    after.run(timedelta(minutes=10))
    assert woken.now() == TODAY + EVERY + timedelta(minutes=10)
    assert not woken.certain


def test_a_machine_in_2040_is_in_doubt_and_three_peers_tell_it_the_time(path: Path) -> None:
    machine = Machine(datetime(2040, 1, 1, tzinfo=UTC))
    here = machine.mesh(path)
    assert not here.certain
    for peer in ("n-1", "n-2", "n-3"):
        here.hear(peer, TODAY)
    machine.run(timedelta(minutes=2))
    assert here.now() == TODAY + timedelta(minutes=2)
    assert not here.certain
    assert here.sure() is None
    assert here.ahead == machine.shows - here.now()


def test_a_clock_set_right_is_certain_again_at_once(path: Path) -> None:
    machine = Machine(datetime(2040, 1, 1, tzinfo=UTC))
    here = machine.mesh(path)
    for peer in ("n-1", "n-2", "n-3"):
        here.hear(peer, TODAY)
    machine.shows = TODAY
    assert (here.sure(), here.certain, here.ahead) == (TODAY, True, timedelta())


def test_a_peer_that_cannot_be_right_counts_for_nothing(path: Path) -> None:
    here = Machine(TODAY).mesh(path)
    for number in range(5):
        here.hear(f"n-{number}", datetime(1970, 1, 1, tzinfo=UTC))
    assert here.certain


def test_a_peer_has_one_voice_however_often_it_speaks(path: Path) -> None:
    here = Machine(TODAY).mesh(path)
    for _ in range(5):
        here.hear("n-1", TODAY + timedelta(days=20))
    assert (here.now(), here.certain) == (TODAY, False)


def test_words_of_days_ago_no_longer_count(path: Path) -> None:
    machine = Machine(TODAY)
    here = machine.mesh(path)
    here.hear("n-1", TODAY + timedelta(days=20))
    machine.run(FRESH + timedelta(seconds=1))
    assert here.certain


def test_the_time_goes_to_disk_once_a_minute_and_whole(path: Path) -> None:
    machine = Machine(TODAY)
    here = machine.mesh(path)
    for _ in range(12):
        here.keep()
        machine.run(timedelta(seconds=5))
    assert json.loads(path.read_text())["at"] == clock.stamp(TODAY)
    here.keep()
    assert json.loads(path.read_text())["at"] == clock.stamp(TODAY + EVERY)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_time_in_doubt_is_not_kept_as_the_latest(path: Path) -> None:
    machine = Machine(TODAY)
    here = machine.mesh(path)
    here.keep()
    machine.run(timedelta(days=1))
    machine.shows += timedelta(days=90)
    here.hear("n-1", TODAY + timedelta(days=1))
    here.keep()
    assert json.loads(path.read_text()) == {
        "v": 1,
        "at": clock.stamp(TODAY),
        "ahead": 0.0,
        "certain": False,
    }


@pytest.mark.parametrize(
    "text", ["", "{", '{"at": 7}', '{"at": "x", "ahead": 1e999, "certain": 1}']
)
def test_a_damaged_file_is_as_none(path: Path, text: str) -> None:
    path.write_text(text)
    assert Machine(TODAY).mesh(path).certain
    assert Machine(TODAY).portal(path).now() == TODAY


def test_the_portal_shows_the_time_that_the_mesh_has_corrected(path: Path) -> None:
    machine = Machine(datetime(2040, 1, 1, tzinfo=UTC))
    mesh, portal = machine.mesh(path), machine.portal(path)
    for peer in ("n-1", "n-2", "n-3"):
        mesh.hear(peer, TODAY)
    mesh.keep()
    machine.run(timedelta(seconds=90))
    assert portal.now() == mesh.now() == TODAY + timedelta(seconds=90)
    assert not portal.certain


def test_the_portal_doubts_when_the_mesh_does_and_no_longer_than_that(path: Path) -> None:
    machine = Machine(TODAY)
    mesh, portal = machine.mesh(path), machine.portal(path)
    mesh.hear("n-1", TODAY + timedelta(days=20))
    mesh.keep()
    machine.run(timedelta(seconds=2))
    assert not portal.certain
    mesh.hear("n-1", machine.shows)
    mesh.keep()
    machine.run(timedelta(seconds=2))
    assert portal.certain


def test_a_portal_alone_knows_a_clock_before_the_program(path: Path) -> None:
    machine = Machine(datetime(1970, 1, 1, tzinfo=UTC))
    portal = machine.portal(path)
    machine.run(timedelta(hours=1))
    assert portal.now() == BUILT + timedelta(hours=1)
    assert not portal.certain


def test_a_process_follows_one_clock_and_lets_it_go() -> None:
    clock.follow(lambda: TODAY)
    try:
        assert clock.now() == TODAY
    finally:
        clock.follow(None)
    assert abs(clock.now() - system()) < timedelta(seconds=5)


def test_the_steady_clock_only_goes_on() -> None:
    readings = [steady() for _ in range(3)]
    assert readings == sorted(readings)
