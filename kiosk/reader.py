"""The visitor of this request as a reader of what is announced."""

from kiosk.services import now, visitor
from sync.announcements import Reader


def reader() -> Reader:
    """Who reads: their places, and whether they have signed in."""
    who = visitor()
    return Reader(
        places=who.places,
        signed_in=who.session is not None,
        now=now(),
        everywhere=who.is_landlord,
    )
