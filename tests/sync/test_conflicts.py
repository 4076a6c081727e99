"""What was written in two places at once, and what is shown of it."""

from datetime import date
from typing import Any

import requests

from sync.conflicts import Conflicts
from sync.database import Database
from sync.documents.fault import declare
from sync.documents.kind import Document
from sync.documents.notice import NOTICE

SAID = {"audience": "public", "channel": "landlord", "lang": "fr", "at": "2026-11-23T13:10:00.000Z"}


def notice(key: str, title: str, minute: int) -> Document:
    return NOTICE.new(key, title=title, edited=f"2026-11-23T14:{minute:02}:00Z", **SAID)


def graft(couch: Any, db: str, *documents: Document) -> None:
    """Write documents as a replication does: each under its own revision, none going before."""
    said = [{**d, "_rev": f"1-{n:032x}"} for n, d in enumerate(documents)]
    answer = requests.post(
        f"{couch.url}/{db}/_bulk_docs",
        json={"docs": said, "new_edits": False},
        auth=(couch.name, couch.password),
        timeout=10,
    )
    assert answer.status_code == 201


def titles(conflicts: Conflicts) -> list[tuple[str, int]]:
    return [(split.shown["title"], len(split.leaves)) for split in conflicts.found()]


def test_a_document_written_twice_is_shown_merged(couch: Any, database: Database) -> None:
    graft(couch, "estate", notice("n1", "Marché lundi", 5), notice("n1", "Marché mardi", 9))
    database.put("estate", notice("n2", "Fête", 1))
    (split,) = Conflicts(database).found()
    assert split.shown["title"] == "Marché mardi"
    assert [leaf["title"] for leaf in split.leaves] == ["Marché mardi", "Marché lundi"]
    assert split.merges


def test_what_is_mended_by_a_human_edit_is_gone_from_the_list(
    couch: Any, database: Database
) -> None:
    conflicts = Conflicts(database)
    assert titles(conflicts) == []
    graft(couch, "estate", notice("n1", "Un", 5), notice("n1", "Deux", 9))
    assert titles(conflicts) == [("Deux", 2)]
    for leaf in database.leaves("estate", "notice:n1")[1:]:
        database.delete("estate", leaf)
    assert titles(conflicts) == []


def test_the_last_edited_comes_first_whatever_its_id(couch: Any, database: Database) -> None:
    graft(couch, "estate", notice("a", "Tôt", 1), notice("a", "Plus tôt", 0))
    graft(couch, "estate", notice("b", "Tard", 30), notice("b", "Moins tard", 29))
    assert [title for title, _ in titles(Conflicts(database))] == ["Tard", "Tôt"]


def test_a_kind_without_a_rule_shows_the_leaf_that_every_couchdb_picks(
    couch: Any, database: Database
) -> None:
    fault = declare("lift", "figuiers-b", date(2026, 11, 23), origin="n-1.a", key="f1")
    graft(couch, "estate", fault, {**fault, "day": "2026-11-24"})
    (split,) = Conflicts(database).found()
    assert not split.merges
    assert split.shown == database.get("estate", fault["_id"])


def test_more_documents_than_one_batch_are_all_looked_at(
    couch: Any, database: Database, monkeypatch: Any
) -> None:
    monkeypatch.setattr("sync.conflicts.BATCH", 2)
    for key in "abcde":
        graft(couch, "estate", notice(key, key, 1), notice(key, f"{key}{key}", 2))
    assert len(Conflicts(database).found()) == 5
