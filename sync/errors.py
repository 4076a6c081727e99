"""What can go wrong with documents, so that a page can say it in words."""


class SyncError(Exception):
    """Base of every error raised by :mod:`sync`."""


class Unreachable(SyncError):
    """The database does not answer: not started, killed, or the connection broke."""


class TimedOut(Unreachable):
    """The database took longer than we wait; whether a write was kept is not known."""


class BadAnswer(SyncError):
    """The database answered something that its protocol does not foresee."""


class Forbidden(SyncError):
    """The database refused our name and password, or this one document."""


class Missing(SyncError):
    """There is no such document, attachment or database."""


class Conflict(SyncError):
    """Another document already stands under that id, or an edit came from an old revision."""


class DiskFull(SyncError):
    """The database had no room to write. Nothing was kept, nothing was damaged."""


class Invalid(SyncError):
    """A document does not hold what its kind asks.

    ``fields`` maps a JSON pointer ("/words") to the reason, in English, for the log.
    """

    def __init__(self, kind: str, fields: dict[str, str]) -> None:
        super().__init__(f"{kind}: " + "; ".join(f"{k or '/'} {v}" for k, v in fields.items()))
        self.kind = kind
        self.fields = fields
