"""Merge rules: pure, commutative, associative, idempotent over the leaves of one document.

Each takes ``at``, estate time: a stamp more than an hour past it (:func:`sync.clock.is_doubtful`)
was written by a clock that was wrong, and loses to every stamp that was not. That is judged by the
time at which it is read, not by when it came nor by the other leaves: of its coming every node
would say something else, and leaves may rightly lie weeks apart, so they prove nothing against
each other. What is read with the same ``at`` is read alike, whatever the order and the grouping.
Nodes whose clocks differ by some minutes differ at most for those minutes, when a doubtful stamp
comes of age, and then agree again without a word; who edits meanwhile has seen the leaf and takes
its place. Of several doubtful ones the rule is the usual one, so that there is always an answer.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sync.clock import is_doubtful
from sync.documents.kind import Document


def weight(document: Document, at: datetime) -> tuple[bool, str, str]:
    """What decides between two leaves: whether its stamp counts, when it was edited, its content.

    Never its revision: that depends on the path by which a leaf came; content is the same on every
    node.
    """
    content = {k: v for k, v in document.items() if not k.startswith("_")}
    stamp = str(document.get("edited", document.get("at", "")))
    return not is_doubtful(stamp, at), stamp, canonical(content)


def canonical(value: Any) -> str:
    """One text for one JSON value, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def newest(leaves: Sequence[Document], at: datetime) -> Document:
    """The last edited leaf; a tie goes to the greater content. ``leaves`` holds at least one."""
    return max(leaves, key=lambda leaf: weight(leaf, at))


def by_field(leaves: Sequence[Document], at: datetime, field: str) -> Document:
    """The newest leaf, with ``field`` (name → {"value", "at"}) taken name by name from the newest.

    Two screens that each change one setting while apart keep both changes.
    """

    def later(register: dict[str, Any]) -> tuple[bool, str, str]:
        stamp = str(register.get("at", ""))
        return not is_doubtful(stamp, at), stamp, canonical(register)

    merged: dict[str, Any] = {}
    for leaf in leaves:
        for name, register in leaf.get(field, {}).items():
            known = merged.get(name)
            if known is None or later(register) > later(known):
                merged[name] = register
    last = newest([{**leaf, field: {}} for leaf in leaves], at)
    return {**last, field: merged}


def in_order(facts: Iterable[Document], at: datetime) -> list[Document]:
    """Facts oldest first, so that the last one counts; those of a doubtful stamp before all."""
    return sorted(
        facts, key=lambda fact: (not is_doubtful(fact["at"], at), fact["at"], fact["_id"])
    )
