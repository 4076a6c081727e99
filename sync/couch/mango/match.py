"""Selectors turned into functions that say whether a document matches."""

import re
from collections.abc import Callable

from sync.couch import collation
from sync.couch.mango.field import NOT_FOUND, Missing, Path, get_field
from sync.couch.mango.selector import All, Node, Not, Test
from sync.couch.wire import Json

Matcher = Callable[[Json], bool]
Order = Callable[[Json], bytes]

_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def matcher(node: Node) -> Matcher:
    """The function that says whether a JSON value passes `node`."""
    if isinstance(node, Test):
        return _test(node)
    if isinstance(node, Not):
        inner = matcher(node.part)
        return lambda value: not inner(value)
    parts = [matcher(part) for part in node.parts]
    if not parts:
        return lambda value: True
    if len(parts) == 1:
        return parts[0]
    if isinstance(node, All):
        return lambda value: all(part(value) for part in parts)
    return lambda value: any(part(value) for part in parts)


def _test(test: Test) -> Matcher:
    path = test.path
    if (test.op, test.arg) == ("$exists", False):
        return lambda value: get_field(value, path) is NOT_FOUND
    passes = _condition(test, _order(path))
    if not path:
        return passes

    def check(value: Json) -> bool:
        found = get_field(value, path)
        return not isinstance(found, Missing) and passes(found)

    return check


def _order(path: Path) -> Order:
    """How values of a field compare: ids byte by byte, all else by CouchDB's collation."""
    return _raw if path == ("_id",) else collation.key


def _raw(value: Json) -> bytes:
    return value.encode() if isinstance(value, str) else collation.key(value)


def _condition(test: Test, order: Order) -> Matcher:
    if test.op in _COMPARISONS:
        return _COMPARISONS[test.op](test.arg, order)
    return _CONDITIONS[test.op](test.arg)


def _equal(arg: Json, order: Order) -> Matcher:
    if isinstance(arg, str):
        return lambda value: bool(value == arg)
    wanted = order(arg)
    return lambda value: order(value) == wanted


def _unequal(arg: Json, order: Order) -> Matcher:
    equal = _equal(arg, order)
    return lambda value: not equal(value)


def _less(arg: Json, order: Order) -> Matcher:
    bound = order(arg)
    return lambda value: order(value) < bound


def _at_most(arg: Json, order: Order) -> Matcher:
    bound = order(arg)
    return lambda value: order(value) <= bound


def _more(arg: Json, order: Order) -> Matcher:
    bound = order(arg)
    return lambda value: order(value) > bound


def _at_least(arg: Json, order: Order) -> Matcher:
    bound = order(arg)
    return lambda value: order(value) >= bound


def _among(args: list[Json], order: Order) -> Matcher:
    wanted = {order(arg) for arg in args}

    def check(value: Json) -> bool:
        if isinstance(value, list):
            return any(order(item) in wanted for item in value)
        return order(value) in wanted

    return check


def _not_among(args: list[Json], order: Order) -> Matcher:
    among = _among(args, order)
    return lambda value: not among(value)


def _every(args: list[Json]) -> Matcher:
    """`$all`: every argument is an element, or the one argument is the array itself."""
    wanted = {collation.key(arg) for arg in args}
    itself = collation.key(args[0]) if len(args) == 1 and isinstance(args[0], list) else None

    def check(value: Json) -> bool:
        if not isinstance(value, list) or not args:
            return False
        return wanted <= set(map(collation.key, value)) or collation.key(value) == itself

    return check


def _some_element(node: Node) -> Matcher:
    inner = matcher(node)
    return lambda value: isinstance(value, list) and any(map(inner, value))


def _all_elements(node: Node) -> Matcher:
    inner = matcher(node)
    return lambda value: isinstance(value, list) and bool(value) and all(map(inner, value))


def _some_key(node: Node) -> Matcher:
    inner = matcher(node)
    return lambda value: isinstance(value, dict) and any(map(inner, value))


def _remainder(arg: list[int]) -> Matcher:
    """`$mod` with the sign of the value, as Erlang's rem."""
    divisor, wanted = arg

    def check(value: Json) -> bool:
        if type(value) is not int:
            return False
        rest = abs(value) % abs(divisor)
        return (rest if value >= 0 else -rest) == wanted

    return check


def _pattern(arg: str) -> Matcher:
    search = re.compile(arg).search
    return lambda value: isinstance(value, str) and search(value) is not None


def _negated(test: Test) -> Matcher:
    inner = matcher(test)
    return lambda value: not inner(value)


_COMPARISONS: dict[str, Callable[[Json, Order], Matcher]] = {
    "$eq": _equal,
    "$ne": _unequal,
    "$lt": _less,
    "$lte": _at_most,
    "$gt": _more,
    "$gte": _at_least,
    "$in": _among,
    "$nin": _not_among,
}
_CONDITIONS: dict[str, Callable[[Json], Matcher]] = {
    "$all": _every,
    "$elemMatch": _some_element,
    "$allMatch": _all_elements,
    "$keyMapMatch": _some_key,
    "$mod": _remainder,
    "$regex": _pattern,
    "$not": _negated,
    "$exists": lambda arg: lambda value: True,
    "$type": lambda arg: lambda value: _TYPES[type(value)] == arg,
    "$size": lambda arg: lambda value: isinstance(value, list) and len(value) == arg,
    "$beginsWith": lambda arg: lambda value: isinstance(value, str) and value.startswith(arg),
}
