"""Writing what was read: only once all of it is known to be good, and never twice."""

from collections.abc import Iterator, Sequence
from typing import Final

from sync.database import Database, same
from sync.documents import KINDS
from sync.documents.kind import Document
from sync.errors import BadAnswer, Conflict
from sync.imports.outcome import Noun, Tally

BATCH: Final = 500
"""Documents written by one request."""

TRIES: Final = 3
"""How often a document is taken up again when someone else wrote it in the same moment."""


def save(
    database: Database, documents: Sequence[Document], noun: Noun, *, keep: bool = False
) -> Tally:
    """Write ``documents`` (of one database, all valid, ids distinct) and count what became of them.

    What stands there with the same content is left alone; other content becomes a new revision
    over the one that stands there, keeping fields we do not know. ``keep``: whatever stands there
    stays. What a person edited since, and a document of a newer version than ours, always stays.
    """
    tallies = [_save_batch(database, batch, keep) for batch in _batches(documents)]
    created, changed = (sum(column) for column in zip(*tallies, strict=True)) if tallies else (0, 0)
    return Tally(noun, created, changed, len(documents) - created - changed)


def _batches(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    for start in range(0, len(documents), BATCH):
        yield documents[start : start + BATCH]


def _save_batch(database: Database, batch: Sequence[Document], keep: bool) -> tuple[int, int]:
    db = KINDS[batch[0]["kind"]].database
    created = changed = 0
    for _ in range(TRIES):
        standing = database.many(db, [document["_id"] for document in batch])
        pairs = list(zip(batch, standing, strict=True))
        writes = [edit for new, old in pairs if (edit := _edit(new, old, keep))]
        refused = _write(database, db, writes)
        done = [edit for edit in writes if edit["_id"] not in refused]
        created += sum("_rev" not in edit for edit in done)
        changed += sum("_rev" in edit for edit in done)
        batch = [document for document in batch if document["_id"] in refused]
        if not batch:
            return created, changed
    raise Conflict(f"{len(batch)} documents change as fast as they are written")


def _write(database: Database, db: str, writes: Sequence[Document]) -> set[str]:
    results = database.bulk(db, writes)
    failed = [result for result in results if result.error not in (None, "conflict")]
    if failed:
        raise BadAnswer(f"{failed[0].id}: {failed[0].error}")
    return {result.id for result in results if result.error}


def _edit(new: Document, old: Document | None, keep: bool) -> Document | None:
    """What to write for ``new`` where ``old`` stands; None when nothing."""
    if old is None:
        return new
    kind = KINDS[new["kind"]]
    known = kind.schema["properties"]
    strange = {k: v for k, v in old.items() if k not in known}
    edited = {**strange, **new}
    kept = keep or "edited" in old or old.get("v", 1) > kind.newest
    if kept or same(edited, old):
        return None
    return edited
