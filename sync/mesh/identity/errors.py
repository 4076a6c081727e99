"""What can be wrong with who someone says they are, in one word that a page can put in words."""

from sync.errors import SyncError


class IdentityError(SyncError):
    """Base of every error of :mod:`sync.mesh.identity`; ``word`` is the reason."""

    def __init__(self, word: str, detail: str = "") -> None:
        super().__init__(f"{word}: {detail}" if detail else word)
        self.word = word


class NotOurs(IdentityError):
    """A chain, or a signature, that our estate does not vouch for.

    "estate": not made by our root. "certificate": made by ours, but not what a node's proof must
    be. "signature": the document does not say what was signed.
    """


class Refused(IdentityError):
    """One of ours who may not come in now: "expired", "early" or "revoked"."""


class Unreadable(IdentityError):
    """The identity of a data directory, or a node file, is not whole: "missing" or "damaged"."""
