"""Halls whose machines show 1970 and 2040, by libfaketime; the estate knows the time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from sync.clock import instant, now
from tests.sync.mesh.member import AMINA, holds, until
from tests.sync.mesh.whole.estate import Estate, private_to, warn

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]

LIBRARY: Final = "faketime/libfaketimeMT.so.1"  # Debian: faketime
YEARS: Final = {"c": 1970, "d": 2040}


def beside(year: int) -> list[str]:
    """What stands before a command so that its machine shows ``year``; it goes on from there."""
    [library] = [str(each) for each in Path("/usr/lib").glob(f"*/{LIBRARY}")]
    off = (datetime(year, 6, 1, tzinfo=UTC) - datetime.now(UTC)).days
    told = {"LD_PRELOAD": library, "FAKETIME": f"{off:+}d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return ["env", *(f"{name}={value}" for name, value in told.items())]


@pytest.fixture(scope="module")
def estate(make_estate: Callable[[], Estate]) -> Estate:
    """Office, halls A and B whose clocks are right, C in 1970, D in 2040; Amina's home at A."""
    made = make_estate()
    for name, year in YEARS.items():
        made.pretend(name, *beside(year))
    made.found("a", "b", "c", "d")
    made.linked("office", "a", "b", "c", "d")
    until(lambda: made["a"].get("accounts", "person:pamina"))
    made.join("home", "a")
    return made


def test_what_a_hall_in_another_year_writes_bears_the_time_of_the_estate(estate: Estate) -> None:
    for name, year in YEARS.items():
        hall, shown = estate[name], timedelta(days=365.25 * (year - now().year))

        def told(hall=hall, shown=shown) -> bool:
            status = estate["office"].get("status", f"node:{hall.id}") or {}
            ahead = timedelta(seconds=status["clock"]["ahead"]) if status else timedelta()
            near = abs(ahead - shown) < timedelta(days=400)
            return near and abs(instant(status["at"]) - now()) < timedelta(minutes=3)

        until(told, 120)
        assert not estate["office"].get("status", f"node:{hall.id}")["clock"]["certain"]


def test_nobody_is_led_astray_and_all_have_the_same(estate: Estate) -> None:
    made = [estate[name].report() for name in ("a", "c", "d", "office")]
    until(lambda: all(holds(each, made) for each in estate.members.values()))
    estate.settled()
    for name in ("office", "a", "b"):
        until(
            lambda name=name: estate["a"].get("status", f"node:{estate[name].id}")["clock"][
                "certain"
            ]
        )
    private_to(estate["home"], AMINA)


def test_nothing_is_swept_away_in_2040(estate: Estate) -> None:
    """In doubt nothing is over: a hall that believed its clock would purge fourteen years, an
    emergency of today with them."""
    made, said = [estate["d"].report() for _ in range(3)], warn(estate["office"])
    until(lambda: holds(estate["d"], [said], "estate"))
    log = estate.place / "d" / "logs" / "mesh.log"
    swept = log.read_text().count("swept: ")
    estate.stop("d")
    estate.restart("d")
    until(lambda: log.read_text().count("swept: ") > swept, 240)
    estate.settled()
    for name in ("office", "a", "b", "c", "d"):
        assert holds(estate[name], made)
        assert holds(estate[name], [said], "estate")
