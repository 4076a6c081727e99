"""A node's own receipts, on a real database."""

import asyncio
from contextlib import suppress
from typing import Any

from sync import upkeep
from sync.clock import now
from sync.database import Database
from sync.documents.kind import Document
from sync.documents.report import REPORT, acknowledge
from sync.mesh.delivery import Delivery
from sync.mesh.local import Local

EARLY, LATE = "2026-11-20T08:00:00.000Z", "2026-11-27T08:00:00.000Z"
ITEM = REPORT.id("01M8GES8WKW3CAJZ7MM16CJ12X", "hlucien")


async def _nobodys(household: str) -> bool:
    return False


def follow(couch: Any, seconds: float = 1.5) -> None:
    """What the landlord's node n-1 does about receipts, for a moment."""

    async def work() -> None:
        local = Local(couch.url, couch.name, couch.password)
        delivery = Delivery(local, "private", "n-1.new", "landlord", _nobodys, now)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await delivery.follow()
        await local.close()

    asyncio.run(work())


def twice(database: Database, node: str) -> Document:
    """One receipt that two incarnations of a node wrote; the later one wins, as CouchDB sees it."""
    early = acknowledge(ITEM, "reached", at=EARLY, origin=f"{node}.old")
    late = acknowledge(ITEM, "reached", at=LATE, origin=f"{node}.new")
    graft = [{**early, "_rev": "1-" + "a" * 32}, {**late, "_rev": "1-" + "f" * 32}]
    upkeep.graft(database, "private", graft)
    return early


def test_of_a_receipt_that_this_node_wrote_twice_the_earlier_counts(
    database: Database, couch: Any
) -> None:
    early = twice(database, "n-1")
    follow(couch)
    (leaf,) = [x for x in database.leaves("private", early["_id"]) if not x.get("_deleted")]
    assert leaf["at"] == EARLY
    (grave,) = upkeep.leaves(database, "private", [early["_id"]])[early["_id"]][1:]
    assert (grave["kind"], grave["from"]) == ("receipt", "n-1.new")


def test_another_nodes_receipts_are_left_to_it(database: Database, couch: Any) -> None:
    early = twice(database, "n-2")
    follow(couch)
    assert len(database.leaves("private", early["_id"])) == 2
