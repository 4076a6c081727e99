"""Whether there is a way out of the estate, as far as feeds fetched from beyond it have shown.

Nothing is sent to find out. That one server is silent says nothing of the line; two that are, with
no other answering since, do. What is known grows old: then nobody knows.
"""

import ipaddress
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sync.clock import instant, stamp

NAME: Final = "internet.json"
"""Of the file in DIR, for this machine alone."""

GOOD: Final = timedelta(hours=3)
"""How long a fetch says something: feeds are looked at every hour."""

ENOUGH: Final = 2
"""Servers that must be silent for the line to be: one alone may be down."""

NEAR: Final = ("localhost", ".local", ".lan", ".home", ".home.arpa", ".internal")
"""Ends of names that lead no further than this network (RFC 6762, RFC 8375)."""


def beyond(address: str) -> str:
    """The server of an http(s) address beyond this network; "" for one that is near, or none."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""
    try:
        return host if ipaddress.ip_address(host).is_global else ""
    except ValueError:
        return host if "." in host and not host.endswith(NEAR) else ""


def note(path: Path, host: str, at: datetime, *, answered: bool) -> None:
    """Write down that a server has answered, or was silent. OSError when it cannot be."""
    told = _told(path)
    if answered:
        fresh = told["failed"] or not told["answered"]
        since = stamp(at) if fresh else told["since"]
        told = {"answered": stamp(at), "since": since, "failed": {}, "tried": ""}
    else:
        told["failed"].setdefault(host, stamp(at))
        told["tried"] = stamp(at)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps({"v": 1, **told}))
    draft.replace(path)


def known(path: Path, at: datetime) -> tuple[bool, str] | None:
    """Whether there is a way out at ``at``, and since when (a stamp); None: nobody knows."""
    told = _told(path)
    failed = told["failed"]
    if len(failed) >= ENOUGH and _is_good(told["tried"], at):
        return False, min(failed.values())
    if len(failed) < ENOUGH and _is_good(told["answered"], at):
        return True, str(told["since"])
    return None


def _is_good(said: str, at: datetime) -> bool:
    return bool(said) and abs(at - instant(said)) <= GOOD


def _told(path: Path) -> dict[str, Any]:
    """What stands in the file; nothing where there is none, or it makes no sense."""
    try:
        told = json.loads(path.read_bytes())
        failed = {str(host): str(since) for host, since in told["failed"].items()}
        plain = {name: str(told[name]) for name in ("answered", "since", "tried")}
        for each in (*failed.values(), *filter(None, plain.values())):
            instant(each)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"answered": "", "since": "", "failed": {}, "tried": ""}
    return {**plain, "failed": failed}
