"""A yard without namespaces, for machines that forbid them: each hall has an address of loopback.

Halls reach each other by lines of ours alone (``proxy.py``), which is where they are cut. What
this cannot show: packets lost below TCP, another address, multicast between machines.
"""

import socket
from dataclasses import replace
from typing import Final

from tests.conftest import free_port_now
from tests.sync.mesh.whole.proxy import Proxy

FIRST: Final = 10


class Loopbacks:
    """The same as :class:`Namespaces`, by the ``lines`` of the estate: (from, to) to proxy."""

    def __init__(self, lines: dict[tuple[str, str], Proxy]) -> None:
        self._lines, self._where = lines, dict[str, tuple[str, int]]()

    def add(self, name: str) -> None:
        self._where[name] = (f"127.0.0.{FIRST + len(self._where)}", free_port_now())

    def where(self, name: str) -> tuple[str, int]:
        return self._where[name]

    def within(self, name: str) -> list[str]:
        return []

    def socket(self, name: str) -> socket.socket:
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    def drop(self, one: str, other: str) -> None:
        self._turn(one, other, ahead=False)
        self._turn(other, one, back=False)

    def allow(self, one: str, other: str) -> None:
        self._turn(one, other, ahead=True)
        self._turn(other, one, back=True)

    def shut(self, one: str, other: str) -> None:
        self._turn(one, other, ahead=False, back=False)

    def open(self, one: str, other: str) -> None:
        self._turn(one, other, ahead=True, back=True)

    def unplug(self, name: str) -> None:
        for one, other in self._lines:
            if name in (one, other):
                self.shut(one, other)

    def plug(self, name: str) -> None:
        for one, other in self._lines:
            if name in (one, other):
                self.open(one, other)

    def close(self) -> None:
        """Nothing is left behind by itself."""

    def _turn(self, one: str, other: str, **ways: bool) -> None:
        line = self._lines.get((one, other))
        if line:
            line.behave(replace(line.manner, **ways))
