"""What a database may be called, and the file it is then."""

import re
from pathlib import Path
from urllib.parse import quote, unquote

from sync.couch.errors import CouchError

SYSTEM = {"_users", "_global_changes", "_replicator"}
SUFFIX = ".sqlite"
MAX_NAME = 200
"""Characters of a file's name: file systems take 255 and SQLite adds its own."""

_NAME = re.compile(r"[a-z][a-z0-9_$()+/-]*")


def check_name(name: str) -> str:
    """`name` when a database may be called so. Raises CouchError 400."""
    if not _NAME.fullmatch(name) and name not in SYSTEM:
        raise CouchError(
            400,
            "illegal_database_name",
            f"Name: '{name}'. Only lowercase characters (a-z), digits (0-9), and any of the "
            "characters _, $, (, ), +, -, and / are allowed. Must begin with a letter.",
        )
    if len(file_name(name)) > MAX_NAME:
        raise CouchError(
            400,
            "database_name_too_long",
            f"At least one path segment of `{name}` is too long.",
        )
    return name


def may_be(name: str) -> bool:
    """Whether a database can have that name."""
    named = _NAME.fullmatch(name) is not None or name in SYSTEM
    return named and len(file_name(name)) <= MAX_NAME


def file_name(name: str) -> str:
    """The name of its file."""
    return quote(name, safe="$()+") + SUFFIX


def name_of(file: Path) -> str:
    """The database that `file` holds."""
    return unquote(file.name.removesuffix(SUFFIX))


def databases_in(directory: Path) -> dict[str, Path]:
    """The databases of a directory, by name, sorted."""
    return dict(sorted((name_of(file), file) for file in directory.glob("*" + SUFFIX)))
