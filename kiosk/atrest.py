"""Whether what lies on this machine's disk is encrypted, as far as the kernel tells.

What encrypts below the kernel, a disk by itself or the host of a virtual machine, is seen by nobody
here and counts as no.
"""

import fcntl
import os
import struct
from pathlib import Path
from typing import Final

FLAGS: Final = 0x80086601
"""FS_IOC_GETFLAGS of linux/fs.h, where a long has eight bytes."""

ENCRYPTED: Final = 0x800
"""FS_ENCRYPT_FL: a directory under fscrypt, as of ext4 and f2fs."""

LAYERS: Final = frozenset({"ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs"})
"""File systems that do nothing but encrypt."""


def is_encrypted(place: Path, system: Path = Path("/")) -> bool | None:
    """Whether a directory lies on an encrypted disk, or is encrypted; None: nobody can tell.

    ``system``: where ``/sys`` and ``/proc`` are found. A volume on several disks is encrypted when
    all of them are (dm/uuid "CRYPT-…" of device-mapper: LUKS and plain dm-crypt).
    """
    if _is_flagged(place):
        return True
    device = place.stat().st_dev
    name = f"{os.major(device)}:{os.minor(device)}"
    kind, source = _mounted(system, name)
    if kind in LAYERS:
        return True
    if os.major(device) == 0:  # several disks in one, as btrfs, or none at all
        name = _block(Path(source))
    block = system / "sys/dev/block" / name
    return _crypted(block) if name and block.exists() else None


def _crypted(block: Path) -> bool:
    try:
        if (block / "dm/uuid").read_text().startswith("CRYPT-"):
            return True
    except OSError:
        pass
    under = sorted((block / "slaves").glob("*"))
    return bool(under) and all(_crypted(each) for each in under)


def _mounted(system: Path, name: str) -> tuple[str, str]:
    """File system and source of what is mounted with this device number (proc_pid_mountinfo(5))."""
    try:
        rows = (system / "proc/self/mountinfo").read_text().splitlines()
    except OSError:
        return "", ""
    for row in rows:
        fields, _, rest = row.partition(" - ")
        if fields.split()[2] == name:
            kind, source, *_ = rest.split()
            return kind, source
    return "", ""


def _block(source: Path) -> str:
    try:
        device = source.stat().st_rdev
    except OSError:
        return ""
    return f"{os.major(device)}:{os.minor(device)}" if device else ""


def _is_flagged(place: Path) -> bool:
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        told = fcntl.ioctl(handle, FLAGS, struct.pack("l", 0))
        return bool(struct.unpack("l", told)[0] & ENCRYPTED)
    except OSError:  # a file system without such flags
        return False
    finally:
        os.close(handle)
