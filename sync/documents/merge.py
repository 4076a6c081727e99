"""Merge rules: pure, commutative, associative, idempotent over the leaves of one document."""

import json
from collections.abc import Sequence
from typing import Any

from sync.documents.kind import Document


def weight(document: Document) -> tuple[str, str]:
    """What decides between two leaves: when it was edited, then its content, never its revision.

    A revision id depends on the path by which a leaf came; content is the same on every node.
    """
    content = {k: v for k, v in document.items() if not k.startswith("_")}
    return str(document.get("edited", document.get("at", ""))), canonical(content)


def canonical(value: Any) -> str:
    """One text for one JSON value, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def newest(leaves: Sequence[Document]) -> Document:
    """The last edited leaf; a tie goes to the greater content. ``leaves`` holds at least one."""
    return max(leaves, key=weight)


def by_field(leaves: Sequence[Document], field: str) -> Document:
    """The newest leaf, with ``field`` (name → {"value", "at"}) taken name by name from the newest.

    Two screens that each change one setting while apart keep both changes.
    """
    merged: dict[str, Any] = {}
    for leaf in leaves:
        for name, register in leaf.get(field, {}).items():
            known = merged.get(name)
            if known is None or _later(register) > _later(known):
                merged[name] = register
    last = newest([{**leaf, field: {}} for leaf in leaves])
    return {**last, field: merged}


def _later(register: dict[str, Any]) -> tuple[str, str]:
    return str(register.get("at", "")), canonical(register)
