"""Field names with dots, and the values they reach."""

import re
from typing import Final

from sync.couch.wire import Json

Path = tuple[str, ...]

_DOT = re.compile(r"(?<!\\)\.")


class Missing:
    """What a path that leads nowhere gives; `bad` when it goes through something not an object."""

    def __init__(self, bad: bool) -> None:
        self.bad = bad


NOT_FOUND: Final = Missing(False)
BAD_PATH: Final = Missing(True)


def parse_field(name: str) -> Path:
    r"""`"a.b\.c"` as `("a", "b.c")`."""
    return tuple(part.replace("\\.", ".") for part in _DOT.split(name))


def get_field(value: Json, path: Path) -> Json:
    """What `path` reaches in `value`, numbers being places in arrays; else a Missing."""
    for name in path:
        if isinstance(value, dict):
            if name not in value:
                return NOT_FOUND
            value = value[name]
        elif isinstance(value, list):
            if not (name.isdecimal() and name.isascii()) or int(name[:9]) >= len(value):
                return BAD_PATH
            value = value[int(name)]
        else:
            return BAD_PATH
    return value


def project(doc: dict[str, Json], paths: list[Path]) -> dict[str, Json]:
    """The part of `doc` that `paths` name, nesting kept."""
    found: dict[str, Json] = {}
    for path in paths:
        value = get_field(doc, path)
        if isinstance(value, Missing):
            continue
        inner = found
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                break
        else:
            inner[path[-1]] = value
    return found
