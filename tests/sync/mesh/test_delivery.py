"""Receipts and departures: what comes by the thousand is told of by the thousand."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sync.clock import now
from sync.mesh.delivery import Delivery
from sync.mesh.identity.claims import Role
from sync.mesh.local import Local

DAY = timedelta(days=1)
MANY = 300


class Asked(Local):
    """The database, counting what is asked of it."""

    asked = 0

    async def ask(self, *words: Any) -> tuple[int, Any]:
        self.asked += 1
        return await super().ask(*words)


@pytest.fixture
def delivering(couch: Any, hall: Any) -> Callable[..., int]:
    """A function delivering(role, until, peer): delivers as node n-1 until something is true; its
    requests. ``peer`` has all there is, as its checkpoint says."""

    async def work(role: Role, until: Callable[[], bool], peer: str) -> int:
        local = Asked(couch.url, couch.name, couch.password)
        delivery = Delivery(local, "private", "n-1.a", role, _nobody, now)
        following = asyncio.create_task(delivery.follow())
        while peer and len(delivery.waiting) < MANY:
            await asyncio.sleep(0.02)
        if peer:
            await delivery.passed(peer, 10 * MANY)
            assert not delivery.waiting
        while not await asyncio.to_thread(until):
            await asyncio.sleep(0.02)
        following.cancel()
        await local.close()
        return local.asked

    def run(role: Role, until: Callable[[], bool], peer: str = "") -> int:
        return asyncio.run(asyncio.wait_for(work(role, until, peer), 30))

    return run


async def _nobody(household: str) -> bool:
    return False


def test_a_day_of_reports_is_acknowledged_in_few_requests(hall: Any, delivering: Any) -> None:
    reports = [hall.report(DAY) for _ in range(MANY)]

    def receipts() -> list[Any]:
        told = hall.database.range("private", "hlucien:receipt:", "hlucien:receipt;")
        return told if len(told) == MANY else []

    asked = delivering("landlord", lambda: bool(receipts()))
    assert {each["item"] for each in receipts()} == {each["_id"] for each in reports}
    assert asked < MANY / 3


def test_what_has_all_left_at_once_is_noted_in_few_requests(hall: Any, delivering: Any) -> None:
    reports = [hall.report(DAY, node="n-1") for _ in range(MANY)]

    def departures() -> list[Any]:
        return list(hall.database.range("node", "departure:", "departure;"))

    asked = delivering("kiosk", lambda: len(departures()) == MANY, "n-9")
    assert {each["item"] for each in departures()} == {each["_id"] for each in reports}
    assert asked < MANY / 3
