"""A message that stands above every page of every screen until it is withdrawn.

In an estate it is signed, by the landlord for all places or by a hall for its own residence
(:mod:`sync.mesh.identity.witness`); on a machine of no estate nobody can sign.
"""

from datetime import datetime
from typing import Final

from sync.clock import instant, later
from sync.documents.kind import LANGUAGE, PLACE, STAMP, Document, Kind, listing, text
from sync.documents.signed import SIGNED


def expires(document: Document) -> datetime | None:
    """At its own end, else two days after it was said: an alarm forgotten is an alarm no more."""
    return instant(document["until"]) if "until" in document else later(document["at"], days=2)


EMERGENCY: Final = Kind(
    name="emergency",
    database="estate",
    fields={"title": text(120, 1), "lang": LANGUAGE, "by": text(40, 1)},
    optional={"to": listing(PLACE, 40), "text": text(600), "until": STAMP, "signed": SIGNED},
    expires=expires,
)
