"""Keeps the processes of a node running: starts them, starts them again, ends them together.

Only the standard library, and little of it: this process is never allowed to be the one that fails.
Linux only where it says so; elsewhere a killed supervisor leaves its children behind.
"""

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from kiosk.herald import Herald

FIRST_DELAY: Final = 0.2  # seconds before the first restart; doubles at each one …
LAST_DELAY: Final = 10.0  # … up to this …
STEADY: Final = 30.0  # … and starts over once a child has lived this long
GRACE: Final = 5.0  # seconds a child has between SIGTERM and SIGKILL
READY_EVERY: Final = 0.05  # seconds between two looks whether the node answers
LOG_BYTES: Final = 1_000_000  # a log is turned over at this size
LOG_KEPT: Final = 3  # and so many old ones stay
PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


@dataclass(frozen=True)
class Command:
    """A process to keep running: its short name, its arguments, what its environment adds.

    ``last``: the exit codes after which it is not started again. ``words``: what to say at the
    terminal of an exit code, for whoever started the node; of others it hears what the log says.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    last: frozenset[int] = frozenset()
    words: Mapping[int, str] = field(default_factory=dict)


class Log:
    """A file that is turned over when it is full: NAME.log, NAME.log.1 (newest) … NAME.log.3."""

    def __init__(self, path: Path, limit: int = LOG_BYTES) -> None:
        self.path, self.limit = path, limit
        self._file = path.open("ab", buffering=0)

    def write(self, data: bytes) -> None:
        """Append; a full disk loses the line, never the process."""
        with suppress(OSError):
            if self._file.tell() + len(data) > self.limit:
                self._turn()
            self._file.write(data)

    def close(self) -> None:
        """Nothing is written after this."""
        self._file.close()

    def _turn(self) -> None:
        for number in range(LOG_KEPT - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        full, self._file = self._file, self.path.open("ab", buffering=0)
        full.close()


class Child:
    """One command, its process when there is one, and when to start it next."""

    def __init__(self, command: Command, log: Log) -> None:
        self.command, self.log = command, log
        self.process: subprocess.Popen[bytes] | None = None
        self.due = 0.0
        self.over = False
        self.words = ""
        self._delay = FIRST_DELAY
        self._started = 0.0

    def start(self, now: float) -> IO[bytes]:
        """Start the process in a group of its own; returns what it says."""
        self._started = now
        self.process = subprocess.Popen(
            self.command.arguments,
            env={**os.environ, **self.command.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            process_group=0,
            preexec_fn=die_with(os.getpid()),
        )
        assert self.process.stdout is not None
        return self.process.stdout

    def ended(self, now: float) -> str | None:
        """When the process is gone: why, after planning the next start. Else None."""
        if self.process is None or self.process.poll() is None:
            return None
        why = _reason(self.process.returncode)
        self.words = self.command.words.get(self.process.returncode, "")
        self.over = self.process.returncode in self.command.last
        self.signal(signal.SIGKILL)  # what it left running in its group
        self.process = None
        if self.over:
            return f"{why}, stays so"
        if now - self._started >= STEADY:
            self._delay = FIRST_DELAY
        self.due = now + self._delay
        why += f", starts again in {self._delay:.1f} s"
        self._delay = min(2 * self._delay, LAST_DELAY)
        return why

    def signal(self, number: int) -> None:
        """Send a signal to the whole group; a group that is gone is none of our trouble."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Runs `commands` until SIGTERM or SIGINT."""

    def __init__(
        self,
        commands: Sequence[Command],
        logs: Path,
        ready: Callable[[], bool] | None = None,
    ) -> None:
        """`logs` is the directory of the logs (made if missing), one file per process.

        `ready` is asked again and again after the start until it says True; it announces the
        node itself.
        """
        logs.mkdir(parents=True, exist_ok=True)
        self._log = Log(logs / "supervisor.log")
        self._children = [Child(each, Log(logs / f"{each.name}.log")) for each in commands]
        self._ready = ready
        self._herald = Herald()
        self._said = ""
        self._selector = selectors.DefaultSelector()
        self._stopping = False

    def run(self) -> int:
        """Block until told to stop; 0 once every child has ended."""
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # only wakes the selector
        self._selector.register(wake, selectors.EVENT_READ)
        while not self._stopping:
            self._herald.beat()
            self._start_due()
            self._wait(self._pause())
            self._note_ended()
        self._end()
        return 0

    def _stop(self, number: int, frame: object) -> None:
        self._stopping = True

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is None and not child.over and child.due <= now:
                try:
                    pipe = child.start(now)
                except OSError as error:
                    child.due = now + LAST_DELAY
                    self._say(f"{child.command.name}: cannot start: {error}")
                else:
                    self._selector.register(pipe, selectors.EVENT_READ, (pipe, child.log))
                    assert child.process is not None
                    self._note(f"{child.command.name}: started, process {child.process.pid}")

    def _pause(self) -> float | None:
        """Seconds until there is something to do unasked; None when there is nothing."""
        if self._ready is not None:
            if not self._ready():
                return READY_EVERY
            self._ready = None
            self._herald.ready()
        waiting = [child for child in self._children if child.process is None and not child.over]
        due = [max(0.0, child.due - time.monotonic()) for child in waiting]
        return min([*due, *([self._herald.every] if self._herald.every else [])], default=None)

    def _wait(self, seconds: float | None) -> None:
        """Sleep until a signal, an end, or a line of a child, which goes to its log."""
        for key, _ in self._selector.select(seconds):
            data = os.read(key.fd, 65536)
            if key.data is None:  # only a signal's number
                continue
            pipe, log = key.data
            if data:
                log.write(data)
            else:
                self._selector.unregister(pipe)
                pipe.close()

    def _note_ended(self) -> None:
        now = time.monotonic()
        for child in self._children:
            why = child.ended(now)
            if why:
                self._say(f"{child.command.name}: {why}", child.words)

    def _end(self) -> None:
        """SIGTERM to every child, SIGKILL to those still there after GRACE."""
        self._note("stopping")
        self._herald.ends()
        deadline = time.monotonic() + GRACE
        for child in self._children:
            child.signal(signal.SIGTERM)
        while self._alive() and time.monotonic() < deadline:
            self._wait(0.1)
        for child in self._alive():
            self._say(f"{child.command.name}: does not end, killed")
        for child in self._children:
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        self._note("stopped")
        for log in (self._log, *(child.log for child in self._children)):
            log.close()

    def _alive(self) -> list[Child]:
        return [
            child
            for child in self._children
            if child.process is not None and child.process.poll() is None
        ]

    def _note(self, line: str) -> None:
        self._log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {line}\n".encode())

    def _say(self, line: str, words: str = "") -> None:
        """Log a line and show it, or the ``words`` for it, once for each row of the same."""
        self._note(line)
        if words and words == self._said:
            return
        self._said = words
        with suppress(OSError):  # the terminal is gone; the log has it
            print(words or line, file=sys.stderr, flush=True)


def die_with(parent: int) -> Callable[[], None] | None:
    """What a child does before it runs: ask to be killed when `parent` is (prctl(2), Linux)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return arrange


def _reason(code: int) -> str:
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
