"""A hall that was away for a day: 30,000 documents and 500 photos wait for it."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from sync.clock import now, stamp
from sync.documents.key import fresh
from sync.documents.report import REPORT
from tests.sync.mesh.member import AMINA, Member, holds
from tests.sync.mesh.whole.estate import LUCIEN, Estate, photograph, private_to

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

DOCUMENTS: Final = 30_000
PHOTOS: Final = 500
AT_A_TIME: Final = 1000
AT_MOST: Final = 180
"""Seconds until all is there; the words long before."""


@pytest.fixture(scope="module")
def estate(make_estate: Callable[[], Estate]) -> Estate:
    made = make_estate()
    made.found("a", "b")
    made.linked("office", "a", "b")
    made.settled()
    made.join("home", "b")
    return made


def batches(origin: str) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, DOCUMENTS, AT_A_TIME):
        yield [
            REPORT.new(
                fresh(),
                household=LUCIEN if n % 100 else AMINA,
                at=stamp(now()),
                by="plucien" if n % 100 else "pamina",
                origin=origin,
                category="lift",
                place="figuiers-b",
            )
            for n in range(start, start + AT_A_TIME)
        ]


def write(office: Member) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A day of an estate, as the office acknowledged it: reports, photos of the last of them."""
    reports = []
    for batch in batches(office.origin):
        rows = office.ask("POST", "/private/_bulk_docs", json={"docs": batch}).json()
        assert all(row.get("ok") for row in rows)
        reports += batch
    return reports, [photograph(office, each) for each in reports[-PHOTOS:]]


def test_a_day_away_is_caught_up_in_three_minutes(
    estate: Estate, record_property: Callable[[str, object], None]
) -> None:
    office = estate["office"]
    estate.stop("a")
    reports, photos = write(office)
    begun = time.monotonic()
    a = estate.restart("a")
    while a.ask("GET", "/private").json()["doc_count"] < DOCUMENTS:
        time.sleep(0.5)
    record_property("words", time.monotonic() - begun)
    while a.ask("GET", "/private-media").json()["doc_count"] < PHOTOS:
        time.sleep(0.5)
    took = time.monotonic() - begun
    record_property("all", took)
    assert took < AT_MOST
    estate.settled(seconds=300)
    assert holds(a, reports)
    assert holds(a, photos, "private-media")
    private_to(estate["home"], AMINA)
