"""What can go wrong between nodes."""

from sync.errors import SyncError


class MeshError(SyncError):
    """Base of every error raised by :mod:`sync.mesh`."""


class Renewal(MeshError):
    """New certificates were taken: the process begins again with them."""


class Refusal(MeshError):
    """A request is not answered: `status` and CouchDB's word for it; the text is the reason."""

    def __init__(self, status: int, word: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.word = word


def not_found() -> Refusal:
    """Of what is not on the allow-list: nobody learns whether it is there."""
    return Refusal(404, "not_found", "missing")


def forbidden(reason: str) -> Refusal:
    """Of what is understood and not allowed."""
    return Refusal(403, "forbidden", reason)
