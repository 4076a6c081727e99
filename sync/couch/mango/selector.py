"""Selectors, normalized: operators explicit, field names pushed down, negations pushed down.

The steps and their outcome are those of CouchDB's mango_selector (3.5), so that `$not` of a
comparison still asks the field to exist, and so on.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sync.couch.errors import CouchError
from sync.couch.mango.field import Path, parse_field
from sync.couch.wire import Json, dumps


@dataclass(frozen=True, slots=True)
class All:
    """`$and`."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """`$or`."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on one field. `arg` is a Node for the operators that hold a selector, and
    for `$not` a Test without path."""

    path: Path
    op: str
    arg: Json


Node = All | Any | Not | Test

EVERYTHING: Node = All(())

_NEGATIONS = {"$lt": "$gte", "$lte": "$gt", "$eq": "$ne", "$in": "$nin"}
_NEGATIONS |= {value: key for key, value in _NEGATIONS.items()}
_INNER = {"$elemMatch", "$allMatch", "$keyMapMatch"}
_UNSUPPORTED = {"$where", "$geoWithin", "$geoIntersects", "$near", "$nearSphere", "$text"}


def _is_int(arg: Json) -> bool:
    return type(arg) is int


_CHECKS: dict[str, Callable[[Json], bool]] = {
    "$in": lambda arg: isinstance(arg, list),
    "$nin": lambda arg: isinstance(arg, list),
    "$all": lambda arg: isinstance(arg, list),
    "$exists": lambda arg: isinstance(arg, bool),
    "$type": lambda arg: isinstance(arg, str),
    "$mod": lambda arg: (
        isinstance(arg, list) and len(arg) == 2 and all(map(_is_int, arg)) and arg[0] != 0
    ),
    "$size": lambda arg: _is_int(arg) and arg >= 0,
    "$beginsWith": lambda arg: isinstance(arg, str),
    "$regex": lambda arg: isinstance(arg, str) and _compiles(arg),
} | dict.fromkeys(("$eq", "$ne", "$lt", "$lte", "$gt", "$gte"), lambda arg: True)


def normalize(selector: Json) -> Node:
    """The normal form of `selector`. Raises CouchError 400 with mango's words."""
    if not isinstance(selector, dict):
        raise CouchError(
            400, "invalid_selector_json", f"Selector must be a JSON object, not: {_show(selector)}"
        )
    if not selector:
        return EVERYTHING
    node = _settle(_parse(selector, ()))
    if isinstance(node, Test) and not node.path:
        raise CouchError(400, "invalid_selector", "One or more conditions is missing a field name.")
    return node


def conjuncts(node: Node) -> Iterator[Test]:
    """The tests that every matching document passes."""
    if isinstance(node, Test):
        yield node
    elif isinstance(node, All):
        for part in node.parts:
            yield from conjuncts(part)


def required(node: Node) -> set[Path]:
    """The fields that every matching document has."""
    if isinstance(node, Test):
        return set() if (node.op, node.arg) == ("$exists", False) else {node.path}
    if isinstance(node, All):
        return set().union(*map(required, node.parts))
    if isinstance(node, Any) and node.parts:
        return set.intersection(*map(required, node.parts))
    return set()


def _parse(value: Json, path: Path) -> Node:
    if not isinstance(value, dict) or not value:
        return Test(path, "$eq", value)
    if len(value) > 1:
        return All(tuple(_member(key, item, path) for key, item in value.items()))
    ((key, item),) = value.items()
    return _member(key, item, path)


def _member(key: str, arg: Json, path: Path) -> Node:
    if key[:1] != "$":
        return _parse(arg, path + parse_field(key))
    if key in ("$and", "$or", "$nor"):
        return _combination(key, arg, path)
    if key == "$not":
        return Not(_parse(_object(key, arg), path))
    if key in _INNER:
        return Test(path, key, _parse(_object(key, arg), ()))
    return Test(path, key, _checked(key, arg))


def _combination(key: str, arg: Json, path: Path) -> Node:
    if not isinstance(arg, list):
        raise _bad_argument(key, arg)
    parts = tuple(_parse(item, path) for item in arg)
    if key == "$nor":
        return All(tuple(map(Not, parts)))
    return All(parts) if key == "$and" else Any(parts)


def _object(key: str, arg: Json) -> Json:
    if not isinstance(arg, dict):
        raise _bad_argument(key, arg)
    return arg


def _checked(key: str, arg: Json) -> Json:
    if key in _UNSUPPORTED:
        raise CouchError(400, "not_supported", f"Unsupported operator: {key}")
    if key not in _CHECKS:
        raise CouchError(400, "invalid_operator", f"Invalid operator: {key}")
    if not _CHECKS[key](arg):
        raise _bad_argument(key, arg)
    return arg


def _settle(node: Node) -> Node:
    """Push negations down to the tests, by De Morgan's laws."""
    if isinstance(node, Not):
        return _negate(node.part)
    if isinstance(node, Test):
        if node.op in _INNER:
            return Test(node.path, node.op, _settle(node.arg))
        return node
    return type(node)(tuple(map(_settle, node.parts)))


def _negate(node: Node) -> Node:
    if isinstance(node, Not):
        return _settle(node.part)
    if isinstance(node, All):
        return Any(tuple(map(_negate, node.parts)))
    if isinstance(node, Any):
        return All(tuple(map(_negate, node.parts)))
    if node.op == "$exists":
        return Test(node.path, "$exists", not node.arg)
    if node.op in _NEGATIONS:
        return Test(node.path, _NEGATIONS[node.op], node.arg)
    return Test(node.path, "$not", _settle(Test((), node.op, node.arg)))


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _bad_argument(key: str, arg: Json) -> CouchError:
    return CouchError(400, "bad_arg", f"Bad argument for operator {key}: {_show(arg)}")


def _show(value: Json) -> str:
    return dumps(value).decode()
