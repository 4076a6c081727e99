"""A yard whose halls are network namespaces, joined by a bridge (ip-netns(8), veth(4)).

Each node believes itself alone on its machine. What does not pass is lost without a word, as on a
real line: a host that sends to a false address of the link layer hears nothing.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

NET: Final = "10.77.0"
ROUTER: Final = 254
GATEWAY: Final = 6984
NOBODY: Final = "02:00:00:00:de:ad"
CLONE_NEWNET: Final = 0x40000000  # linux/sched.h


def may() -> str:
    """Why this machine makes no namespaces; "" where it does."""
    if not shutil.which("ip"):
        return "no command ip (Debian: iproute2)"
    if os.geteuid() != 0:
        return "not root"
    name = f"rc-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode:
        return made.stderr.strip()
    try:
        link = ["ip", "-n", name, "link", "add", "yard", "type", "bridge"]
        found = subprocess.run(link, capture_output=True, text=True)
        enter = ["ip", "netns", "exec", name, "true"]
        entered = subprocess.run(enter, capture_output=True, text=True)
        return found.stderr.strip() or entered.stderr.strip()
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)


class Namespaces:
    """The yard, of names of this process alone; one namespace more holds the bridge."""

    def __init__(self) -> None:
        self._prefix = f"rc-{os.getpid()}-{id(self) % 9973}"
        self._addresses: dict[str, int] = {}
        self._last = 10
        self.yard = self._add("yard")
        self._do("link", "add", "yard", "type", "bridge", "mcast_snooping", "0", within="yard")
        self._do("address", "add", f"{NET}.{ROUTER}/24", "dev", "yard", within="yard")
        self._do("link", "set", "yard", "up", within="yard")

    def add(self, name: str) -> None:
        """Make a hall, on the bridge."""
        self._add(name)
        yard, hall = self.yard, self._space(name)
        self._do("link", "add", f"to-{name}", "netns", yard, "type", "veth", "peer", "name", "eth0",
                 "netns", hall)  # fmt: skip
        self._do("link", "set", f"to-{name}", "master", "yard", "up", within="yard")
        self._settle(name)

    def _settle(self, name: str) -> None:
        """Give a hall an address nobody had, and a way out, which leads to nobody."""
        self._last += 1
        self._addresses[name] = self._last
        self._do("address", "flush", "dev", "eth0", within=name)
        self._do("link", "set", "eth0", "up", within=name)
        self._do("address", "add", f"{NET}.{self._last}/24", "dev", "eth0", within=name)
        self._do("route", "replace", "default", "via", f"{NET}.{ROUTER}", within=name)

    def move(self, name: str) -> None:
        """Give a hall another address, as a box does that was restarted."""
        self._settle(name)

    def where(self, name: str) -> tuple[str, int]:
        """The address of a hall's gateway."""
        return f"{NET}.{self._addresses[name]}", GATEWAY

    def within(self, name: str) -> list[str]:
        """What stands before a command that is to run in a hall."""
        return ["ip", "netns", "exec", self._space(name)]

    def socket(self, name: str) -> socket.socket:
        """A TCP socket of a hall, or of the yard."""
        with _inside(self._space(name)):
            return socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    def drop(self, one: str, other: str) -> None:
        """Lose all that ``one`` sends to ``other``."""
        where = f"{NET}.{self._addresses[other]}"
        false = ["lladdr", NOBODY, "dev", "eth0", "nud", "permanent"]
        self._do("neighbour", "replace", where, *false, within=one)

    def allow(self, one: str, other: str) -> None:
        """Lose nothing more of what ``one`` sends to ``other``."""
        where = f"{NET}.{self._addresses[other]}"
        self._try("neighbour", "del", where, "dev", "eth0", within=one)

    def shut(self, one: str, other: str) -> None:
        """A firewall before ``other``: it does not answer ``one``, which it may ask itself."""
        self._do("rule", "add", *self._firewall(one), within=other)

    def open(self, one: str, other: str) -> None:
        """Take that firewall away."""
        self._try("rule", "del", *self._firewall(one), within=other)

    def _firewall(self, one: str) -> list[str]:
        answers = ["ipproto", "tcp", "sport", str(GATEWAY)]
        return ["to", f"{NET}.{self._addresses[one]}", *answers, "blackhole"]

    def unplug(self, name: str) -> None:
        """Pull a hall's cable."""
        self._do("link", "set", f"to-{name}", "down", within="yard")

    def plug(self, name: str) -> None:
        """Put it back."""
        self._do("link", "set", f"to-{name}", "up", within="yard")

    def narrow(self, name: str, rate: str) -> None:
        """Let a hall's line carry no more than ``rate`` ("64kbit") each way (tc-tbf(8))."""
        for space, device in (("yard", f"to-{name}"), (name, "eth0")):
            bucket = ["tbf", "rate", rate, "burst", "3k", "latency", "2s"]
            where = ["tc", "qdisc", "replace", "dev", device, "root"]
            subprocess.run([*self.within(space), *where, *bucket], check=True)

    def close(self) -> None:
        """Leave nothing behind."""
        for name in ["yard", *self._addresses]:
            subprocess.run(["ip", "netns", "del", self._space(name)], check=False)

    def _space(self, name: str) -> str:
        return f"{self._prefix}-{name}"

    def _add(self, name: str) -> str:
        space = self._space(name)
        subprocess.run(["ip", "netns", "add", space], check=True)
        self._do("link", "set", "lo", "up", within=name)
        return space

    def _do(self, *words: str, within: str = "") -> None:
        space = ["-n", self._space(within)] if within else []
        subprocess.run(["ip", *space, *words], check=True)

    def _try(self, *words: str, within: str) -> None:
        command = ["ip", "-n", self._space(within), *words]
        subprocess.run(command, check=False, capture_output=True)


@contextmanager
def _inside(space: str) -> Iterator[None]:
    """This thread alone in another network namespace (setns(2))."""
    setns = ctypes.CDLL(None, use_errno=True).setns
    own = f"/proc/self/task/{threading.get_native_id()}/ns/net"
    with open(own) as here, open(f"/run/netns/{space}") as there:
        if setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {space}")
        try:
            yield
        finally:
            setns(here.fileno(), CLONE_NEWNET)
