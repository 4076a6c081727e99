"""The lock that keeps a data directory for one process, and remembers how that process ended."""

import os
import sys
from pathlib import Path

from sync.couch.errors import Locked


class Lock:
    """`directory` is this process's until `release`. Raises Locked.

    `unclean`: the process before this one did not come to its `release`: it was killed, or the
    power failed. While one is at work the lock's file is one byte long, a hole: it takes no room
    on a full disk.
    """

    def __init__(self, directory: Path) -> None:
        self._file = (directory / "lock").open("ab")
        try:
            _take(self._file.fileno())
        except OSError as error:
            self._file.close()
            raise Locked(f"another process already serves {directory}") from error
        self.unclean = os.fstat(self._file.fileno()).st_size > 0
        self._mark(1)

    def release(self, whole: bool = True) -> None:
        """Give the directory up. `whole`: what it holds is closed and needs no look."""
        if whole:
            self._mark(0)
        self._file.close()

    def _mark(self, length: int) -> None:
        os.ftruncate(self._file.fileno(), length)
        os.fsync(self._file.fileno())


def _take(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
