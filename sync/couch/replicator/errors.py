"""Why a replication stops."""


class ReplicationError(Exception):
    """It cannot go on now; another attempt may. ``word`` is CouchDB's, ``status`` what to answer
    to who asked for it, ``answered`` what an end answered, 0 where it said nothing."""

    def __init__(self, word: str, reason: str, status: int = 500, answered: int = 0) -> None:
        super().__init__(f"{word}: {reason}")
        self.word = word
        self.reason = reason
        self.status = status
        self.answered = answered


class BadWish(ReplicationError):
    """What is asked for makes no sense, and never will."""

    def __init__(self, reason: str) -> None:
        super().__init__("bad_request", reason, 400)
