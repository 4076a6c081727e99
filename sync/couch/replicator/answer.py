"""What a peer answers, read with care: it may be of another make, or something between us."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sync.couch.errors import CouchError
from sync.couch.wire import Json, loads

_WORDS: Final = {401: "unauthorized", 403: "forbidden", 404: "not_found", 413: "too_large"}
"""Words of refusals that were not written in JSON: something between answered."""

Changed = tuple[list[Any], str, int | None]
"""Rows of `_changes`, the sequence they lead to, and how many follow, where it is told."""


class Failure(NamedTuple):
    """A revision that one side does not give, or does not take, and CouchDB's word for why."""

    id: str
    rev: str
    word: str


class Found(NamedTuple):
    """Documents, what is said of those that fail, the bytes of all of it."""

    documents: list[dict[str, Json]]
    failed: list[Failure]
    weight: int


class Answer:
    """What a request was answered: its status and its JSON, None for what is none."""

    def __init__(self, status: int, raw: bytes) -> None:
        self.status = status
        self.weight = len(raw)
        self.value = _json(raw)

    @property
    def word(self) -> str:
        """CouchDB's word of refusal; "" where there is none."""
        said = self.value.get("error") if isinstance(self.value, dict) else None
        return str(said or _WORDS.get(self.status, ""))

    @property
    def reason(self) -> str:
        return str(self.value.get("reason")) if isinstance(self.value, dict) else ""

    def changes(self) -> Changed:
        """Of `_changes`. This and the others raise Strange for what CouchDB never answers."""
        try:
            for row in self.value["results"]:
                _ = row["id"], [change["rev"] for change in row["changes"]]
            return self.value["results"], str(self.value["last_seq"]), self.value.get("pending")
        except _STRANGE as error:
            raise Strange(repr(error)) from error

    def missing(self) -> dict[str, Any]:
        """Of `_revs_diff`."""
        try:
            return {id: {**lack, "missing": lack["missing"]} for id, lack in self.value.items()}
        except _STRANGE as error:
            raise Strange(repr(error)) from error

    def documents(self) -> Found:
        """Of `_bulk_get`."""
        try:
            rows = [row for result in self.value["results"] for row in result["docs"]]
            whole = [row["ok"] for row in rows if "ok" in row]
            unique = {(document["_id"], document["_rev"]): document for document in whole}
            failed = [_failure(row) for row in rows if "ok" not in row]
        except _STRANGE as error:
            raise Strange(repr(error)) from error
        return Found(list(unique.values()), failed, self.weight)

    def refused(self) -> list[Failure]:
        """Of `_bulk_docs`."""
        try:
            return [_failure({"error": {**row}}) for row in self.value if "error" in row]
        except _STRANGE as error:
            raise Strange(repr(error)) from error


class Strange(Exception):
    """What no CouchDB answers."""


_STRANGE: Final = (KeyError, TypeError, AttributeError)


def _json(raw: bytes) -> Json:
    try:
        return loads(raw) if raw else None
    except CouchError:
        return None


def _failure(row: Mapping[str, Json]) -> Failure:
    """A row whose `error` says it all, or is a word beside the rest."""
    said = row["error"] if isinstance(row["error"], dict) else row
    return Failure(*(str(said.get(name)) for name in ("id", "rev", "error")))
