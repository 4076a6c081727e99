"""Revision ids: how they are written, and how CouchDB computes them."""

import re
import struct
from collections.abc import Iterable
from hashlib import md5

from sync.couch.errors import bad_request
from sync.couch.wire import Json

Rev = tuple[int, str]
"""Generation and hash; tuples compare as CouchDB orders revisions."""

MAX_GENERATION = 2**53
_HEX = re.compile(r"[0-9a-fA-F]{32}")
_TEXT = re.compile(r"([0-9]{1,16})-(.+)", re.DOTALL)


def parse_rev(text: Json) -> Rev:
    """`"3-abc"` as `(3, "abc")`. Raises CouchError 400 for anything else."""
    match = _TEXT.fullmatch(text) if isinstance(text, str) else None
    if match is None or int(match[1]) > MAX_GENERATION:
        raise bad_request("Invalid rev format")
    return int(match[1]), match[2]


def format_rev(rev: Rev) -> str:
    return f"{rev[0]}-{rev[1]}"


def new_rev(
    deleted: bool,
    parent: Rev | None,
    body: Json,
    attachments: Iterable[tuple[str, str, bytes]] = (),
) -> Rev:
    """The revision an edit makes: CouchDB's md5 over the Erlang external term of the edit.

    `attachments` are (name, content type, md5 digest) in the document's order. The term is
    `[Deleted, OldStart, OldRev, Body, Atts]` as in couch_db:new_revid/1 of CouchDB 3.5, written
    as term_to_binary/2 with minor_version 1 does (Erlang external term format).
    """
    out = bytearray(b"\x83l\x00\x00\x00\x05")
    _atom(out, "true" if deleted else "false")
    _integer(out, parent[0] if parent else 0)
    if parent is None:
        _integer(out, 0)
    else:
        _binary(out, _hash_bytes(parent[1]))
    _term(out, body)
    _attachments(out, list(attachments))
    out += b"j"
    return (parent[0] if parent else 0) + 1, md5(out, usedforsecurity=False).hexdigest()


def _hash_bytes(hash: str) -> bytes:
    return bytes.fromhex(hash) if _HEX.fullmatch(hash) else hash.encode()


def _attachments(out: bytearray, attachments: list[tuple[str, str, bytes]]) -> None:
    if not attachments:
        out += b"j"
        return
    out += b"l" + len(attachments).to_bytes(4, "big")
    for name, content_type, digest in reversed(attachments):
        out += b"h\x03"
        _binary(out, name.encode())
        _binary(out, content_type.encode())
        _binary(out, digest)
    out += b"j"


def _term(out: bytearray, value: Json) -> None:
    kind = type(value)
    if kind is str:
        data = value.encode()
        out += b"m" + len(data).to_bytes(4, "big") + data
    elif kind is int:
        _integer(out, value)
    elif kind is dict:
        _object(out, value)
    elif kind is list:
        _list(out, value)
    elif kind is float:
        out += b"F" + struct.pack(">d", value)
    else:
        _atom(out, {True: "true", False: "false", None: "null"}[value])


def _binary(out: bytearray, data: bytes) -> None:
    out += b"m" + len(data).to_bytes(4, "big")
    out += data


def _atom(out: bytearray, name: str) -> None:
    out += b"d" + len(name).to_bytes(2, "big") + name.encode()


def _integer(out: bytearray, value: int) -> None:
    if 0 <= value <= 255:
        out += b"a" + value.to_bytes(1, "big")
    elif -(2**31) <= value < 2**31:
        out += b"b" + value.to_bytes(4, "big", signed=True)
    else:
        size = (abs(value).bit_length() + 7) // 8
        out += b"n" + bytes([size]) if size < 256 else b"o" + size.to_bytes(4, "big")
        out += bytes([value < 0]) + abs(value).to_bytes(size, "little")


def _object(out: bytearray, value: dict[str, Json]) -> None:
    out += b"h\x01"
    if value:
        out += b"l" + len(value).to_bytes(4, "big")
        for key, item in value.items():
            name = key.encode()
            out += b"h\x02m" + len(name).to_bytes(4, "big") + name
            _term(out, item)
    out += b"j"


def _list(out: bytearray, value: list[Json]) -> None:
    if value and len(value) < 65536 and all(type(i) is int and 0 <= i <= 255 for i in value):
        out += b"k" + len(value).to_bytes(2, "big") + bytes(value)
        return
    if value:
        out += b"l" + len(value).to_bytes(4, "big")
        for item in value:
            _term(out, item)
    out += b"j"
