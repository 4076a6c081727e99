"""Answers that stand while their database does not change."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, TypeVar, cast

T = TypeVar("T")

MOST: Final = 24
"""Answers kept: two hundred documents are half a megabyte."""


class Kept:
    """A memory of answers, each with the state it was true in. Safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._known: OrderedDict[Hashable, tuple[str, object]] = OrderedDict()

    def get(self, asked: Hashable, state: str, read: Callable[[], T]) -> T:
        """What ``read`` returned when ``asked`` was last asked in this ``state``, else does now.

        It is shared: nobody may change it. The answers asked for longest ago make room.
        """
        with self._lock:
            seen, found = self._known.get(asked, ("", None))
        if seen != state:
            found = read()
        with self._lock:
            self._known[asked] = (state, found)
            self._known.move_to_end(asked)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return cast(T, found)
