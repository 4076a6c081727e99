"""What the database refuses, in CouchDB's own words."""

import sqlite3

_FAILING = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class CouchError(Exception):
    """A refusal that becomes an HTTP answer `{"error": error, "reason": reason}` with `status`.

    Words and numbers are those of CouchDB 3.5 (chttpd's table of errors) wherever it has them.
    """

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(f"{status} {error}: {reason}")
        self.status = status
        self.error = error
        self.reason = reason


class Corrupt(CouchError):
    """A database's file is damaged."""

    def __init__(self, error: sqlite3.Error) -> None:
        super().__init__(500, "file_corrupt", f"{error}; it is looked at, and set aside if need be")


class Hollow(sqlite3.DatabaseError):
    """A file without our tables: cut to nothing, or never written."""


class Locked(Exception):
    """Another process already serves this data directory."""


class BadBackup(Exception):
    """A backup cannot be made, or cannot be brought back."""


class BadSettings(Exception):
    """The file of settings cannot be read, or says what makes no sense."""


class BadSecret(Exception):
    """The file of the administrator's name and password does not hold `NAME:PASSWORD`."""


def bad_request(reason: str) -> CouchError:
    return CouchError(400, "bad_request", reason)


def bad_json() -> CouchError:
    return bad_request("invalid UTF-8 JSON")


def content_mismatch() -> CouchError:
    return CouchError(400, "content_md5_mismatch", "Possible message corruption.")


def bad_query(reason: str) -> CouchError:
    return CouchError(400, "query_parse_error", reason)


def illegal_id(reason: str) -> CouchError:
    return CouchError(400, "illegal_docid", reason)


def invalid_document(reason: str) -> CouchError:
    return CouchError(400, "doc_validation", reason)


def unauthorized(reason: str) -> CouchError:
    return CouchError(401, "unauthorized", reason)


def forbidden(reason: str) -> CouchError:
    return CouchError(403, "forbidden", reason)


def not_found(reason: str = "missing") -> CouchError:
    return CouchError(404, "not_found", reason)


def no_database() -> CouchError:
    return not_found("Database does not exist.")


def not_allowed(methods: str) -> CouchError:
    """`methods` is also what the `Allow` header of the answer says."""
    return CouchError(405, "method_not_allowed", f"Only {methods} allowed")


def stalled() -> CouchError:
    return CouchError(408, "request_timeout", "the body did not come")


def conflict() -> CouchError:
    return CouchError(409, "conflict", "Document update conflict.")


def missing_stub(id: str, name: str) -> CouchError:
    return CouchError(412, "missing_stub", f"Invalid attachment stub in {id} for {name}")


def too_large() -> CouchError:
    return CouchError(413, "too_large", "the request entity is too large")


def document_too_large(id: str) -> CouchError:
    return CouchError(413, "document_too_large", id)


def attachment_too_large(name: str) -> CouchError:
    return CouchError(413, "attachment_too_large", name)


def bad_type(expected: str) -> CouchError:
    return CouchError(415, "bad_content_type", f"Content-Type must be {expected}")


def not_implemented(what: str) -> CouchError:
    return CouchError(501, "not_implemented", what)


def no_room(why: str = "is full") -> CouchError:
    """The disk is full, or fails. 507 is CouchDB's `insufficient_storage`; nothing was written."""
    return CouchError(507, "insufficient_storage", f"the disk {why}; nothing was written")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether `error` says that the file itself is not whole."""
    return isinstance(error, Hollow) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


def disk_error(error: sqlite3.Error) -> CouchError:
    """What SQLite says of a disk that is full or fails, as the client is told of it."""
    if is_damage(error):
        return Corrupt(error)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return no_room()
    if code in _FAILING:
        return no_room("fails")
    return CouchError(500, "internal_server_error", str(error))


def closing() -> CouchError:
    return CouchError(503, "service unavailable", "the database is stopping")
