"""The allow-list: which requests are replication, taken apart once, and built anew.

What is not on it does not exist. The path is cut at its slashes before it is decoded, so that an
encoded slash is part of an id, and what is handed on is never the text that came.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

from sync.mesh.errors import Refusal, not_found

LONGEST: Final = 8192
"""Characters of a path with its query: `open_revs` names many revisions."""

DATABASES: Final = frozenset(
    {"estate", "private", "estate-media", "private-media", "accounts", "status", "usage"}
)
"""What is replicated; `node` never is."""

ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,239}")
"""Ids as our kinds make them; nothing that a URL escapes, and no design documents."""

LOCAL: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,127}")


class What(Enum):
    """The calls of the replication protocol."""

    ROOT = "root"
    INFO = "info"
    CHANGES = "changes"
    REVS_DIFF = "revs_diff"
    BULK_GET = "bulk_get"
    BULK_DOCS = "bulk_docs"
    COMMIT = "commit"
    READ_LOCAL = "read_local"
    WRITE_LOCAL = "write_local"
    READ = "read"
    WRITE = "write"


POSTS: Final = {
    "_changes": What.CHANGES,
    "_revs_diff": What.REVS_DIFF,
    "_bulk_get": What.BULK_GET,
    "_bulk_docs": What.BULK_DOCS,
    "_ensure_full_commit": What.COMMIT,
}
LOCALS: Final = {"GET": What.READ_LOCAL, "PUT": What.WRITE_LOCAL}
DOCUMENTS: Final = {"GET": What.READ, "PUT": What.WRITE}

QUERIES: Final[Mapping[What, frozenset[str]]] = {
    What.CHANGES: frozenset(
        {"feed", "style", "since", "limit", "heartbeat", "timeout", "filter", "seq_interval"}
    ),
    What.BULK_GET: frozenset({"revs", "latest", "attachments"}),
    What.READ: frozenset(
        {"revs", "rev", "open_revs", "latest", "attachments", "atts_since", "att_encoding_info"}
    ),
    What.WRITE: frozenset({"new_edits"}),
}
"""What may be asked of each call; the rest is left out. `include_docs` is never needed."""


@dataclass(frozen=True)
class Call:
    """A request of the replication protocol. `id`: of a document, or of a `_local` one."""

    what: What
    db: str = ""
    id: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_heavy(self) -> bool:
        """Whether it carries photos or clips: it gives way to words."""
        carries = self.what in (What.READ, What.WRITE, What.BULK_GET, What.BULK_DOCS)
        return carries and self.db.endswith("-media")

    def path(self, id: str | None = None) -> str:
        """The path and query to ask a database for, built anew; another `id` in its place."""
        named = self.id if id is None else id
        local = self.what in LOCALS.values()
        special = {what: name for name, what in POSTS.items()}.get(self.what, "")
        tail = "_local/" + quote(named, safe="") if local else special or quote(named, safe="")
        path = "/" + "/".join(filter(None, [self.db, tail]))
        return f"{path}?{urlencode(self.query)}" if self.query else path


def parse(method: str, target: str) -> Call:
    """The call in a request line. Raises :class:`sync.mesh.errors.Refusal`, mostly 404."""
    if len(target) > LONGEST or not target.isascii() or not target.startswith("/"):
        raise not_found()
    path, _, query = target.partition("?")
    segments = [_decoded(segment) for segment in path[1:].removesuffix("/").split("/")]
    call = _call("GET" if method == "HEAD" else method, segments)
    return Call(call.what, call.db, call.id, _asked(call.what, query))


def _decoded(segment: str) -> str:
    try:
        text = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_found() from error
    if not text.isprintable():
        raise not_found()
    return text


def _call(method: str, segments: list[str]) -> Call:
    if segments == [""]:
        return Call(_one_of({"GET": What.ROOT}, method))
    db, *rest = segments
    if db not in DATABASES or "" in rest:
        raise not_found()
    if not rest:
        return Call(_one_of({"GET": What.INFO}, method), db)
    if len(rest) == 1 and rest[0] in POSTS:
        feed = rest[0] == "_changes" and method == "GET"
        return Call(POSTS[rest[0]] if feed else _one_of({"POST": POSTS[rest[0]]}, method), db)
    if len(rest) == 2 and rest[0] == "_local" and LOCAL.fullmatch(rest[1]):
        return Call(_one_of(LOCALS, method), db, rest[1])
    if len(rest) == 1 and ID.fullmatch(rest[0]):
        return Call(_one_of(DOCUMENTS, method), db, rest[0])
    raise not_found()


def _one_of(methods: Mapping[str, What], method: str) -> What:
    if method not in methods:
        raise Refusal(405, "method_not_allowed", f"Only {','.join(methods)} allowed")
    return methods[method]


def _asked(what: What, query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=20
        )
    except ValueError as error:
        raise Refusal(400, "query_parse_error", "the query cannot be read") from error
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise Refusal(400, "query_parse_error", "a parameter comes twice")
    return {name: value for name, value in pairs if name in QUERIES.get(what, ())}
