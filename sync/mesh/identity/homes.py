"""Which home computers have joined: what the landlord revokes them by."""

from datetime import datetime

from sync.clock import stamp
from sync.documents.account import HOME
from sync.documents.kind import Document
from sync.mesh.identity.claims import subject_of
from sync.mesh.identity.pem import read_chain


def record(chain: str, at: datetime, origin: str, known: Document | None = None) -> Document:
    """What the kiosk that made a home's ``chain`` (PEM) writes of it, at joining and renewal.

    ``known``: what was written before; the serial numbers add up.
    """
    certificate = read_chain(chain)[0]
    subject = subject_of(certificate)
    before = known["serials"] if known else []
    document = HOME.new(
        subject.node,
        household=subject.households[0],
        name=subject.name,
        serials=[*before, f"{certificate.serial_number:x}"],
        at=stamp(at),
        origin=origin,
    )
    return {**document, **({"_rev": known["_rev"]} if known else {})}
