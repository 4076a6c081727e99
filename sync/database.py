"""A node's databases, whichever server holds them: the one way from the portal to them.

Over ibmcloudant (https://pypi.org/project/ibmcloudant), with Apache CouchDB 3 and the embedded one
alike. Every method may raise :class:`sync.errors.Unreachable` or one of its kin.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

from ibmcloudant.cloudant_v1 import AllDocsQuery, CloudantV1
from ibmcloudant.features.changes_follower import ChangesFollower

from sync import client as clients
from sync.documents.kind import Document
from sync.documents.merge import canonical
from sync.errors import Conflict, Missing, SyncError
from sync.indexes import INDEXES as INDEXES
from sync.kept import Kept
from sync.patience import Impatient
from sync.transport import told_apart

T = TypeVar("T")

PATIENCE = (2.0, 6.0)
"""Seconds to wait for a connection and for an answer: a page must say what is wrong, not hang."""

FEED_PATIENCE = (60, 65)
"""ChangesFollower polls for up to 57 s and refuses any timeout shorter than 60 s."""

SHADOW = ("_rev", "_revisions", "_revs_info", "_conflicts", "_attachments")


class Result(NamedTuple):
    """What became of one document of a bulk write: its revision, or CouchDB's word of refusal."""

    id: str
    rev: str | None
    error: str | None


class Change(NamedTuple):
    """One row of a ``_changes`` feed."""

    seq: str
    id: str
    deleted: bool
    document: Document | None


def same(one: Document, other: Document) -> bool:
    """Whether two documents say the same, revisions and attachments aside."""
    return _bare(one) == _bare(other)


def _bare(document: Document) -> str:
    return canonical({k: v for k, v in document.items() if k not in SHADOW})


class Database:
    """The databases of one node.

    ``url`` is the server's, without credentials; ``name`` and ``password`` are its administrator's.
    Safe to share between threads.
    """

    def __init__(self, url: str, name: str, password: str) -> None:
        self._access = (url, name, password)
        self._kept = Kept()
        self.client = clients.connect(url, name, password, PATIENCE, Impatient)

    def connect(self, patience: tuple[float, float]) -> CloudantV1:
        """A client that waits longer, or less, than a page may."""
        return clients.connect(*self._access, patience)

    def up(self) -> bool:
        """Whether the server answers."""
        with suppress(SyncError), told_apart():
            self.client.get_up_information()
            return True
        return False

    def create_all(self) -> None:
        """Make every database and index that is missing."""
        with told_apart():
            present = set(self.client.get_all_dbs().get_result())
        for name, indexes in INDEXES.items():
            if name not in present:
                self._create(name)
            for label, fields in indexes.items():
                self.index(name, label, fields)

    def _create(self, name: str) -> None:
        with suppress(Conflict), told_apart():
            self.client.put_database(db=name, q=1)  # places in a feed are compared

    def index(self, db: str, name: str, fields: Sequence[str]) -> None:
        """Make an index on ``fields``, in this order, unless it is there."""
        with told_apart():
            self.client.post_index(
                db=db, ddoc=name, name=name, type="json", index={"fields": list(fields)}
            )

    def get(self, db: str, id: str) -> Document | None:
        """The winning revision of a document; None when it is missing or deleted.

        None too for an id that no document can have: CouchDB keeps what begins with "_" for itself.
        """
        if id.startswith("_"):
            return None
        return self._found(self.client.get_document, db=db, doc_id=id)

    def _found(self, ask: Any, **what: Any) -> Document | None:
        with suppress(Missing), told_apart():
            found: Document = ask(**what).get_result()
            return found
        return None

    def put(self, db: str, document: Document) -> str:
        """Write a document; returns its revision. The same content sent twice is success.

        :class:`Conflict` when other content stands there, or the edit came from an old revision.
        """
        try:
            with told_apart():
                answer = self.client.put_document(db=db, doc_id=document["_id"], document=document)
        except Conflict:
            standing = self.get(db, document["_id"])
            if standing is None or not same(standing, document):
                raise
            return str(standing["_rev"])
        return str(answer.get_result()["rev"])

    def bulk(self, db: str, documents: Sequence[Document]) -> list[Result]:
        """Write many documents, each on its own; the same content sent twice is success."""
        if not documents:
            return []
        with told_apart():
            answer = self.client.post_bulk_docs(db=db, bulk_docs={"docs": list(documents)})
        rows = [Result(r["id"], r.get("rev"), r.get("error")) for r in answer.get_result()]
        return self._forgiven(db, documents, rows)

    def _forgiven(self, db: str, documents: Sequence[Document], rows: list[Result]) -> list[Result]:
        clashes = [row.id for row in rows if row.error == "conflict"]
        standing = dict(zip(clashes, self.many(db, clashes), strict=True))
        sent = {document["_id"]: document for document in documents}

        def judged(row: Result) -> Result:
            there = standing.get(row.id)
            if there is not None and same(there, sent[row.id]):
                return Result(row.id, there["_rev"], None)
            return row

        return [judged(row) for row in rows]

    def many(self, db: str, ids: Sequence[str]) -> list[Document | None]:
        """The documents with these ids, in this order; None for each that is missing or deleted."""
        if not ids:
            return []
        with told_apart():
            answer = self.client.post_all_docs(db=db, keys=list(ids), include_docs=True)
        return [row.get("doc") for row in answer.get_result()["rows"]]

    def range(
        self,
        db: str,
        start: str,
        end: str,
        *,
        limit: int | None = None,
        skip: int = 0,
        descending: bool = False,
    ) -> list[Document]:
        """The documents whose ids lie from ``start`` up to, not including, ``end``."""
        first, last = (end, start) if descending else (start, end)
        asked: dict[str, Any] = {"start_key": first, "end_key": last, "include_docs": True}
        if limit is not None:
            asked["limit"] = skip + limit + 1  # the end itself may come first, to be left out
        with told_apart():
            answer = self.client.post_all_docs(
                db=db, **asked, descending=descending, inclusive_end=descending
            )
        found = [row["doc"] for row in answer.get_result()["rows"] if row["id"] != end]
        return found[skip : None if limit is None else skip + limit]

    def ranges(self, db: str, wanted: Sequence[tuple[str, str]]) -> list[list[Document]]:
        """What :meth:`range` finds in each of several ranges, asked for at once."""
        if not wanted:
            return []
        queries = [
            AllDocsQuery(start_key=start, end_key=end, include_docs=True, inclusive_end=False)
            for start, end in wanted
        ]
        with told_apart():
            answer = self.client.post_all_docs_queries(db=db, queries=queries)
        return [[row["doc"] for row in page["rows"]] for page in answer.get_result()["results"]]

    def find(
        self,
        db: str,
        selector: Mapping[str, Any],
        *,
        sort: Sequence[Mapping[str, str]] = (),
        limit: int = 25,
        skip: int = 0,
    ) -> list[Document]:
        """The documents that a Mango selector picks."""
        order = {"sort": [dict(item) for item in sort]} if sort else {}
        with told_apart():
            answer = self.client.post_find(
                db=db, selector=dict(selector), limit=limit, skip=skip, **order
            )
        found: list[Document] = answer.get_result()["docs"]
        return found

    def leaves(self, db: str, id: str) -> list[Document]:
        """Every leaf of a document that is not deleted: one, several where edits met, or none."""
        # ibmcloudant cannot ask for open_revs: the winner names the others.
        winner = self._found(self.client.get_document, db=db, doc_id=id, conflicts=True)
        if winner is None:
            return []
        others = winner.pop("_conflicts", [])
        with told_apart():
            read = partial(self.client.get_document, db=db, doc_id=id)
            return [winner, *(read(rev=rev).get_result() for rev in others)]

    def delete(self, db: str, document: Document) -> None:
        """Delete a revision; kind, audience and origin stay on the tombstone."""
        kept = ("_id", "_rev", "kind", "v", "audience", "from")
        grave = {k: document[k] for k in kept if k in document}
        self.put(db, {**grave, "_deleted": True})

    def attach(self, db: str, id: str, rev: str, name: str, data: bytes, content_type: str) -> str:
        """Put a file on a document; returns the document's new revision."""
        with told_apart():
            answer = self.client.put_attachment(
                db=db,
                doc_id=id,
                attachment_name=name,
                attachment=data,
                content_type=content_type,
                rev=rev,
            )
        return str(answer.get_result()["rev"])

    def attachment(self, db: str, id: str, name: str) -> bytes | None:
        """A file of a document; None when there is none."""
        if id.startswith("_"):
            return None
        with suppress(Missing), told_apart():
            answer = self.client.get_attachment(db=db, doc_id=id, attachment_name=name)
            content: bytes = answer.get_result().content
            return content
        return None

    def update_seq(self, db: str) -> str:
        """Where the database's changes have come to: it differs after every write."""
        with told_apart():
            answer = self.client.get_database_information(db=db)
        return str(answer.get_result()["update_seq"])

    def kept(self, db: str, asked: Hashable, read: Callable[[], T]) -> T:
        """What ``read`` finds for ``asked``, until the database changes; nobody may alter it."""
        return self._kept.get((db, asked), self.update_seq(db), read)

    def changes(self, db: str, since: str, limit: int) -> tuple[list[Change], str]:
        """What changed after ``since`` ("0": all), at most ``limit``, and from where to go on."""
        with told_apart():
            answer = self.client.post_changes(db=db, since=since, limit=limit, include_docs=True)
        found = answer.get_result()
        rows = [
            Change(row["seq"], row["id"], bool(row.get("deleted")), row.get("doc"))
            for row in found["results"]
        ]
        return rows, str(found["last_seq"])

    def follow(self, db: str, since: str = "now") -> Iterator[Change]:
        """The changes of a database as they come, for ever: for a daemon thread of its own.

        It waits in polls that nothing can break off, in a thread that is a daemon if yours is.
        Reconnects by itself, from where it was.
        """
        follower = ChangesFollower(
            self.connect(FEED_PATIENCE), db=db, since=since, include_docs=True
        )
        with told_apart():
            for item in follower.start():
                yield Change(item.seq, item.id, bool(item.deleted), _plain(item.doc))


def _plain(document: Any) -> Document | None:
    found: Document | None = document.to_dict() if hasattr(document, "to_dict") else document
    return found
