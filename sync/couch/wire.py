"""JSON as CouchDB takes it: UTF-8, finite numbers, whole integers, bounded depth."""

import json
import math
from typing import Any

import orjson

from sync.couch.errors import bad_json

Json = Any
MAX_DEPTH = 254
"""Deepest nesting taken: what orjson writes; jiffy, CouchDB's own, gives up at about a thousand."""

_LONG_INTEGER = b"0" * 19
_DIGITS = bytes.maketrans(b"123456789", b"000000000")


def loads(raw: bytes) -> Json:
    """The value written in `raw`.

    Raises CouchError 400 for anything that is not UTF-8 JSON: NaN, numbers beyond a double,
    lone surrogates, nesting beyond MAX_DEPTH. Integers of any length stay exact.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise bad_json() from error
    if _LONG_INTEGER in raw.translate(_DIGITS):
        value = _load_exact(raw)
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _check_depth(value)
    return value


def dumps(value: Json) -> bytes:
    """`value` as compact UTF-8 JSON, keys in the order given."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _load_exact(raw: bytes) -> Json:
    try:
        return json.loads(raw, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise bad_json() from error


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _check_depth(value: Json) -> None:
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        if _depth(value) > MAX_DEPTH:
            raise bad_json() from None


def _depth(value: Json) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
    return depth
