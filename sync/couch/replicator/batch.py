"""Some changes of the source: what of them the target lacks is fetched, and written there."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sync.couch.replicator.answer import Failure
from sync.couch.replicator.checkpoint import Counted
from sync.couch.replicator.errors import ReplicationError
from sync.couch.replicator.remote import Remote
from sync.couch.wire import Json, dumps

log = logging.getLogger(__name__)

LARGEST, FIRST = 1000, 100
"""Documents fetched in one go; where they are large, fewer."""

HEAVY, LIGHT = 8 * 2**20, 2 * 2**20
"""Bytes of one answer above which the next is of half as many documents, below which of twice as
many."""

REFUSED: Final = frozenset({"forbidden", "unauthorized", "document_too_large", "too_large"})
"""Words for a document that one side will never give, or never take: it is counted, and left
behind."""

GONE: Final = frozenset({"not_found", "missing"})
"""Words for a revision that is no longer there: what took its place comes as another change."""

PASSING: Final = frozenset({404, 408, 429})
"""Refusals of the target that say nothing of the document: no database, too slow, too much."""

TRIES, PAUSE = 5, 0.25
"""How often a document is asked for again that the source fails to give for any other reason, and
the seconds before the first of them, doubled each time; then it is counted, and left behind: one
bad document must not keep all that come after it."""


def _is_final(status: int, word: str) -> bool:
    """Whether the target will never take what it answers so."""
    return word in REFUSED or (400 <= status < 500 and status not in PASSING)


class Carrier:
    """Carries changes from ``source`` to ``target``, and counts."""

    def __init__(self, source: Remote, target: Remote, counted: Counted) -> None:
        self._source, self._target, self._counted = source, target, counted
        self.size = FIRST

    async def carry(self, rows: Sequence[Any]) -> None:
        """Bring what of these changes the target lacks. Raises ReplicationError when it should be
        tried again."""
        revs = {row["id"]: [change["rev"] for change in row["changes"]] for row in rows}
        revs = {id: leaves for id, leaves in revs.items() if id}
        if not revs:
            return
        lacking = await self._target.missing(revs)
        wanted = [(id, rev) for id, lack in lacking.items() for rev in lack["missing"]]
        self._counted.missing_checked += sum(map(len, revs.values()))
        self._counted.missing_found += len(wanted)
        while wanted:
            some, wanted = wanted[: self.size], wanted[self.size :]
            await self._put(await self._fetch(some), lacking)

    async def _fetch(self, wanted: list[tuple[str, str]]) -> list[dict[str, Json]]:
        found, failed = await self._ask(wanted)
        for attempt in range(TRIES):
            again = [each for each in failed if each.word not in REFUSED | GONE]
            if not again:
                break
            await asyncio.sleep(PAUSE * 2**attempt)
            more, still = await self._ask([(each.id, each.rev) for each in again])
            found += more
            failed = [each for each in failed if each.word in REFUSED] + still
        self._counted.docs_read += len(found)
        self._leave([each for each in failed if each.word not in GONE], self._source)
        return found

    async def _ask(
        self, wanted: list[tuple[str, str]]
    ) -> tuple[list[dict[str, Json]], list[Failure]]:
        found, failed, weight = await self._source.documents(wanted)
        self._counted.bulk_get_attempts += len(wanted)
        self._counted.bulk_get_docs += len(found)
        if weight > HEAVY:
            self.size = max(1, self.size // 2)
        elif weight < LIGHT:
            self.size = min(LARGEST, self.size * 2)
        return found, failed

    def _leave(self, failed: Sequence[Failure], where: Remote) -> None:
        """Count what one side will not give or take."""
        self._counted.doc_write_failures += len(failed)
        for each in failed:
            log.warning("%s refuses %s %s: %s", where.end, each.id, each.rev, each.word)

    async def _put(
        self, documents: list[dict[str, Json]], lacking: Mapping[str, Mapping[str, Json]]
    ) -> None:
        await self._write([each for each in documents if not each.get("_attachments")])
        for document in documents:
            if document.get("_attachments"):
                known = lacking.get(str(document["_id"]), {}).get("possible_ancestors") or []
                await self._bring(str(document["_id"]), str(document["_rev"]), known)

    async def _write(self, documents: list[dict[str, Json]]) -> None:
        """Write in as many requests as their size and the target's limits ask for."""
        if not documents:
            return
        half = len(documents) // 2
        if half and len(dumps(list(documents))) > HEAVY:
            await self._write(documents[:half])
            await self._write(documents[half:])
            return
        try:
            refused = await self._target.write(documents)
        except ReplicationError as error:
            if not _is_final(error.answered, error.word):
                raise
            if half:
                await self._write(documents[:half])
                await self._write(documents[half:])
                return
            refused = [Failure(str(documents[0]["_id"]), str(documents[0]["_rev"]), error.word)]
        self._counted.docs_written += len(documents) - len(refused)
        self._leave(refused, self._target)

    async def _bring(self, id: str, rev: str, known: Sequence[str]) -> None:
        """A leaf with attachments: those that the target has already need not come again."""
        for attempt in range(TRIES):
            status, word, side = await self._source.carry(self._target, id, rev, known)
            if status < 400:
                self._counted.docs_written += 1
                return
            if side is self._source and word in GONE:
                return
            stub = status == 412 and known
            if word in REFUSED or (side is self._target and _is_final(status, word) and not stub):
                break
            if side is self._target and not stub:
                raise ReplicationError(word or "http_error", f"{side.end} answers {status}")
            known = []
            await asyncio.sleep(PAUSE * 2**attempt)
        self._leave([Failure(id, rev, word)], side)
