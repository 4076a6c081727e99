"""Checkpoints: how far a replication has come, kept on both sides in CouchDB's format of histories.

https://docs.couchdb.org/en/stable/replication/protocol.html#generate-replication-id
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from sync.couch.wire import Json

VERSION: Final = 4
"""``replication_id_version``: the layout of the document."""

SESSIONS: Final = 50
"""Sessions remembered: CouchDB's own number."""


@dataclass
class Counted:
    """What a session has done so far; the names are CouchDB's."""

    missing_checked: int = 0
    missing_found: int = 0
    docs_read: int = 0
    docs_written: int = 0
    doc_write_failures: int = 0
    bulk_get_attempts: int = 0
    bulk_get_docs: int = 0


def common(source: Mapping[str, Json], target: Mapping[str, Json]) -> str:
    """The sequence up to which both sides remember the same session; "" when they do not.

    Each side may have been restored or remade since: only a session that both know counts.
    """
    mine, theirs = source.get("session_id"), target.get("session_id")
    if mine and mine == theirs:
        return _text(source.get("source_last_seq"))
    known = {past.get("session_id"): past for past in _history(target)}
    for past in _history(source):
        if past.get("session_id") in known:
            return _text(past.get("recorded_seq"))
    return ""


def _history(document: Mapping[str, Json]) -> list[dict[str, Json]]:
    past = document.get("history")
    return [each for each in past if isinstance(each, dict)] if isinstance(past, list) else []


def _text(seq: Json) -> str:
    return "" if seq is None else str(seq)


def recorded(
    before: Mapping[str, Json], session: str, began: datetime, first: str, last: str, done: Counted
) -> dict[str, Json]:
    """The checkpoint document after this much of a session, over the one that stood there."""
    entry: dict[str, Json] = {
        "session_id": session,
        "start_time": http_date(began),
        "end_time": http_date(datetime.now(UTC)),
        "start_last_seq": first or 0,
        "end_last_seq": last,
        "recorded_seq": last,
        **asdict(done),
    }
    past = [each for each in _history(before) if each.get("session_id") != session]
    return {
        "session_id": session,
        "source_last_seq": last,
        "replication_id_version": VERSION,
        "history": [entry, *past][:SESSIONS],
    }


def http_date(when: datetime) -> str:
    """RFC 9110 section 5.6.7."""
    return format_datetime(when, usegmt=True)
