"""What a node is told when it starts: one frozen value, read once and handed down."""

import hashlib
import json
import os
import secrets
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast
from urllib.parse import unquote, urlsplit, urlunsplit

from kiosk.errors import KioskError

Mode = Literal["kiosk", "home", "tv"]

FORMAT: Final = 1  # of the data directory; counted up when an older program could harm it
PORT: Final = 8080
COUCH_PORT: Final = 5984  # CouchDB's own
EGRESS_PORT: Final = 6985
GATEWAY: Final = "0.0.0.0:6984"  # the port that CouchDB has for TLS
IDLE_LEAST: Final = 25  # seconds: a warning needs 20 of them (WCAG 2.2, 2.2.1)
KEY_BYTES: Final = 32  # as long as the SHA-256 they key (RFC 2104 section 3)


class NewerData(KioskError):
    """The data directory was written by a newer Résidacœur; nothing in it was touched."""


class Unprepared(KioskError):
    """The data directory has no node in it yet, or what is there cannot be read."""


@dataclass(frozen=True)
class Node:
    """Who this machine is among the machines of the estate (DIR/node.json).

    ``idle``: seconds without an act after which its screen forgets who was there; None for what
    its mode says. ``peers``: addresses of other nodes that it was told, as "192.168.1.20:6984".
    """

    id: str
    incarnation: str
    name: str
    roles: tuple[str, ...]
    residence: str | None
    staircase: str | None
    idle: int | None = None
    peers: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """What every document made here carries as its ``from``."""
        return f"{self.id}.{self.incarnation}"


@dataclass(frozen=True)
class Config:
    """All a process of the node needs to know; secrets are left out of its repr.

    ``system``: where this machine's ``/sys`` and ``/proc`` are.
    """

    data: Path
    port: int
    couch_url: str
    couch_name: str
    couch_password: str
    mode: Mode
    window: bool
    runtime: Path
    node: Node
    estate_key: bytes
    portal_key: bytes
    egress: int = 0
    system: Path = Path("/")

    def __repr__(self) -> str:
        return f"Config(data={str(self.data)!r}, port={self.port}, mode={self.mode!r})"


def default_data() -> Path:
    """Where a node keeps its data when nobody says (XDG base directory specification)."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "residacoeur"


def runtime_dir(data: Path) -> Path:
    """The directory in memory (0700, made if missing) for sockets and sound of this node."""
    shared = Path("/dev/shm")
    base = shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())
    own = base / f"residacoeur-{os.getuid()}"
    path = own / hashlib.sha256(str(data.absolute()).encode()).hexdigest()[:16]
    for directory in (own, path):
        directory.mkdir(mode=0o700, exist_ok=True)
        if directory.lstat().st_uid != os.getuid() or directory.is_symlink():
            raise Unprepared(f"{directory} belongs to someone else")
    return path


def check_format(data: Path) -> None:
    """Read DIR/version and touch nothing; raise NewerData when this program is too old for it."""
    try:
        found = int((data / "version").read_text(encoding="ascii"))
    except FileNotFoundError:
        return
    except ValueError as error:
        raise Unprepared(f"{data / 'version'} is not a number") from error
    if found > FORMAT:
        raise NewerData(f"{data} has format {found}; this program knows {FORMAT}")


def prepare(data: Path) -> None:
    """Make the data directory, its keys and its node when missing; what is there stays."""
    check_format(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _create(data / "estate.key", secrets.token_bytes(KEY_BYTES))
    _create(data / "portal.key", secrets.token_bytes(KEY_BYTES))
    _create(data / "node.json", json.dumps(_new_node(), indent=1).encode())
    _create(data / "version", f"{FORMAT}\n".encode())


def read(
    data: Path,
    port: int,
    couch_url: str,
    mode: Mode = "home",
    *,
    window: bool = False,
    egress: int = 0,
) -> Config:
    """The node in a prepared `data` directory, or Unprepared.

    `couch_url` may carry the administrator as NAME:PASSWORD@; without it DIR/couch.secret has him.
    """
    url, name, password = credentials(data, couch_url)
    return Config(
        data=data,
        port=port,
        couch_url=url,
        couch_name=name,
        couch_password=password,
        mode=mode,
        window=window,
        egress=egress,
        runtime=runtime_dir(data),
        node=read_node(data),
        estate_key=read_key(data / "estate.key"),
        portal_key=read_key(data / "portal.key"),
    )


def credentials(data: Path, couch_url: str) -> tuple[str, str, str]:
    """Split `couch_url` into a URL without credentials, a name and a password."""
    parts = urlsplit(couch_url)
    host = parts.netloc.rpartition("@")[2]
    url = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
    if parts.username is not None:
        return url, unquote(parts.username), unquote(parts.password or "")
    try:
        secret = (data / "couch.secret").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Unprepared(f"cannot read {data / 'couch.secret'}") from error
    name, _, password = secret.partition(":")
    return url, name, password


def settle(data: Path, **fields: object) -> None:
    """Change what DIR/node.json says of this node, and make a new incarnation of it."""
    path = data / "node.json"
    known = json.loads(path.read_bytes()) if path.exists() else _new_node()
    changed = {**known, **fields, "incarnation": secrets.token_hex(4)}
    _replace(path, json.dumps(changed, indent=1).encode())


def _new_node() -> dict[str, object]:
    """A node on its own is a hall and the landlord's desk in one, until an estate takes it in."""
    return {
        "v": 1,
        "id": f"n-{secrets.token_hex(4)}",
        "incarnation": secrets.token_hex(4),
        "name": socket.gethostname(),
        "roles": ["kiosk", "landlord"],
        "residence": None,
        "staircase": None,
    }


def _create(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 whole or not at all, unless there is one already."""
    if path.exists():
        return
    draft = _draft(path, content)
    try:
        os.link(draft, path)  # unlike a rename it never replaces what another process just made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _replace(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 in place of the one there is, whole or not at all."""
    _draft(path, content).replace(path)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def read_key(path: Path) -> bytes:
    """The key in a file of a data directory, or Unprepared."""
    try:
        key = path.read_bytes()
    except OSError as error:
        raise Unprepared(f"cannot read {path}") from error
    if len(key) != KEY_BYTES:
        raise Unprepared(f"{path} is not {KEY_BYTES} bytes long")
    return key


def save_key(path: Path, key: bytes) -> None:
    """Put a key in place of the one in a file of a data directory."""
    _replace(path, key)


def read_node(data: Path) -> Node:
    """The node of a data directory, or Unprepared."""
    path = data / "node.json"
    try:
        fields = cast(dict[str, object], json.loads(path.read_bytes()))
        roles = cast(list[str], fields["roles"])
        return Node(
            id=str(fields["id"]),
            incarnation=str(fields["incarnation"]),
            name=str(fields["name"]),
            roles=tuple(roles),
            residence=_text(fields.get("residence")),
            staircase=_text(fields.get("staircase")),
            idle=_idle(fields.get("idle")),
            peers=tuple(cast(list[str], fields.get("peers", []))),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unprepared(f"cannot read {path}") from error


def _idle(value: object) -> int | None:
    return None if value is None else max(IDLE_LEAST, int(str(value)))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
