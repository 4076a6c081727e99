"""A document as a client sends it, taken apart and checked."""

import base64
import binascii
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from sync.couch.errors import (
    attachment_too_large,
    bad_request,
    document_too_large,
    illegal_id,
    invalid_document,
)
from sync.couch.gzip import compressible, pack
from sync.couch.revision import MAX_GENERATION, Rev, parse_rev
from sync.couch.wire import Json, dumps

MAX_DOCUMENT = 8_000_000
"""Bytes of one body: CouchDB's `max_document_size`."""
MAX_ATTACHMENT = 128 * 1024 * 1024
"""Bytes of one attachment; a hall's disk is small, CouchDB's default is 1 GiB."""
MAX_HISTORY = 10_000
"""Revisions of one branch: the highest `_revs_limit`."""

_IGNORED = {"_revs_info", "_local_seq", "_conflicts", "_deleted_conflicts"}
_KEPT = {"_access", "_replication_state", "_replication_state_time"} | {
    "_replication_state_reason",
    "_replication_id",
    "_replication_stats",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """An attachment that comes with the edit: `length` bytes of `data`, from `start` on.

    `digest` is their MD5. `plain` says that they are gzip, and how many bytes they unpack to.
    """

    content_type: str
    data: BinaryIO
    length: int
    digest: bytes | None = None
    revpos: int | None = None
    start: int = 0
    plain: int | None = None


@dataclass(frozen=True, slots=True)
class Follows:
    """An attachment whose bytes are a later part of the same multipart body. `digest` and
    `length` are those the sender gives for the bytes as sent."""

    content_type: str
    revpos: int | None
    digest: bytes | None
    length: int | None
    packed: bool


@dataclass(frozen=True, slots=True)
class Stub:
    """An attachment that the stored document has already."""

    digest: str | None
    revpos: int | None


@dataclass(slots=True)
class Edit:
    """One edit of one document. `revs` is its known history, newest first, empty for none given;
    for an interactive edit that is the revision it builds upon."""

    id: str
    body: dict[str, Json]
    revs: tuple[Rev, ...] = ()
    deleted: bool = False
    attachments: dict[str, Upload | Stub | Follows] = field(default_factory=dict)
    raw: bytes = b"{}"
    """The body as stored."""


def check_id(id: Json) -> str:
    """`id` when a document may be called so. Raises CouchError 400 `illegal_docid`."""
    if not isinstance(id, str):
        raise illegal_id("Document id must be a string")
    if not id:
        raise illegal_id("Document id must not be empty")
    if id in ("_design/", "_local/"):
        raise illegal_id(f"Illegal document id `{id}`")
    if id[0] == "_" and not id.startswith(("_design/", "_local/")):
        raise illegal_id("Only reserved document ids may start with underscore.")
    return id


def parse_document(doc: Json, id: str | None = None) -> Edit:
    """The edit that `doc` asks for; `id` (from the URL) goes before its own `_id`.

    Raises CouchError 400 (not an object, bad id, revision or special member) and 413 (body beyond
    MAX_DOCUMENT, attachment beyond MAX_ATTACHMENT). The edit's id is empty if none was given.
    """
    if not isinstance(doc, dict):
        raise bad_request("Document must be a JSON object")
    edit = Edit(id or (check_id(doc["_id"]) if "_id" in doc else ""), {})
    for key, value in doc.items():
        if key[:1] != "_" or key in _KEPT:
            edit.body[key] = value
        elif key not in _IGNORED and key != "_id":
            _take_special(edit, key, value)
    edit.raw = dumps(edit.body)
    if len(edit.raw) > MAX_DOCUMENT:
        raise document_too_large(edit.id)
    return edit


def _take_special(edit: Edit, key: str, value: Json) -> None:
    if key == "_rev":
        edit.revs = edit.revs or (parse_rev(value),)
    elif key == "_revisions":
        edit.revs = _revisions(value)
    elif key == "_deleted" and isinstance(value, bool):
        edit.deleted = value
    elif key == "_attachments" and isinstance(value, dict):
        edit.attachments = {name: _attachment(name, item) for name, item in value.items()}
    else:
        raise invalid_document(f"Bad special document member: {key}")


def _revisions(value: Json) -> tuple[Rev, ...]:
    if not isinstance(value, dict):
        raise invalid_document("Bad special document member: _revisions")
    start, ids = value.get("start"), value.get("ids")
    if type(start) is not int or not 0 <= start <= MAX_GENERATION:
        raise invalid_document("_revisions.start isn't an integer.")
    if not isinstance(ids, list):
        raise invalid_document("_revisions.ids isn't a array.")
    if not all(isinstance(hash, str) and hash for hash in ids):
        raise invalid_document("RevId isn't a string")
    # A local document, which has no history, is written by replicators as `0-N` alone.
    if len(ids) > max(start, 1):
        raise invalid_document("_revisions.ids is longer than _revisions.start.")
    # No database keeps more of a history than MAX_HISTORY.
    return tuple((start - i, hash) for i, hash in enumerate(ids[:MAX_HISTORY]))


def _attachment(name: str, item: Json) -> Upload | Stub | Follows:
    if not name or name[0] == "_" or not isinstance(item, dict):
        raise bad_request(f"Attachment name '{name}' starts with prohibited character '_'")
    revpos = item.get("revpos")
    revpos = revpos if type(revpos) is int and revpos > 0 else None
    if item.get("stub") is True:
        digest = item.get("digest")
        return Stub(digest if isinstance(digest, str) else None, revpos)
    content_type = item.get("content_type", "application/octet-stream")
    if not isinstance(content_type, str):
        raise bad_request(f"Invalid attachment data for {name}")
    if item.get("follows") is True:
        return _follows(name, item, content_type, revpos)
    return _inline(name, item, content_type, revpos)


def _follows(name: str, item: dict[str, Json], content_type: str, revpos: int | None) -> Follows:
    packed = item.get("encoding") is not None
    if packed and item["encoding"] != "gzip":
        raise bad_request(f"Attachment {name} has an encoding other than gzip")
    length = item.get("encoded_length", item.get("length")) if packed else item.get("length")
    return Follows(
        content_type,
        revpos,
        _digest(item.get("digest")),
        length if type(length) is int else None,
        packed,
    )


def _digest(text: Json) -> bytes | None:
    """The MD5 in `md5-…`. What is none is not checked, as CouchDB has it."""
    if not isinstance(text, str) or not text.startswith("md5-"):
        return None
    try:
        return base64.b64decode(text[4:], validate=True)
    except (binascii.Error, ValueError) as error:
        raise bad_request("Invalid digest") from error


def _inline(name: str, item: dict[str, Json], content_type: str, revpos: int | None) -> Upload:
    data = item.get("data")
    if not isinstance(data, str):
        raise bad_request(f"Invalid attachment data for {name}")
    if len(data) > MAX_ATTACHMENT * 4 // 3 + 4:
        raise attachment_too_large(name)
    try:
        decoded = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise bad_request(f"Invalid attachment data for {name}") from error
    if not compressible(content_type):
        return Upload(content_type, BytesIO(decoded), len(decoded), revpos=revpos)
    packed = pack(decoded)
    return Upload(content_type, BytesIO(packed), len(packed), revpos=revpos, plain=len(decoded))
