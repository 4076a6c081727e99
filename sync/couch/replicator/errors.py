"""Why a replication stops."""


class ReplicationError(Exception):
    """It cannot go on now; another attempt may. ``word`` is CouchDB's, ``status`` of HTTP."""

    def __init__(self, word: str, reason: str, status: int = 500) -> None:
        super().__init__(f"{word}: {reason}")
        self.word = word
        self.reason = reason
        self.status = status


class BadWish(ReplicationError):
    """What is asked for makes no sense, and never will."""

    def __init__(self, reason: str) -> None:
        super().__init__("bad_request", reason, 400)
