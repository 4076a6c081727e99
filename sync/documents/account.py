"""Who lives behind which door, who works here, and how each proves it. Names live only here."""

from typing import Final

from sync.documents.kind import (
    BASE64URL,
    LANGUAGE,
    PLACE,
    STAMP,
    Kind,
    Schema,
    listing,
    one_of,
    record,
    text,
    whole,
)
from sync.documents.merge import newest

ROLES: Final = ("agent", "caretaker", "moderator", "administrator", "helper", "townhall")

HOUSEHOLD: Final = Kind(
    name="household",
    database="accounts",
    origin="never",
    fields={"residence": PLACE, "staircase": PLACE, "door": text(8, 1)},
    optional={"floor": whole(-3, 60), "lease": text(60)},
)
"""``lease``: what the references of those who live there share; another one, other people."""

PERSON: Final = Kind(
    name="person",
    database="accounts",
    origin="never",
    fields={"household": text(20, 1), "last_name": text(80, 1)},
    optional={
        "reference": text(60),
        "title": text(10),
        "first_name": text(80),
        "language": LANGUAGE,
    },
)

STAFF: Final = Kind(
    name="staff",
    database="accounts",
    origin="never",
    fields={"name": text(80, 1), "role": one_of(ROLES)},
    optional={"reference": text(60), "phone": text(40), "residence": PLACE},
)

VERIFIER: Final = Kind(
    name="verifier",
    database="accounts",
    fields={"account": text(40, 1), "person": text(40, 1), "code": text(128), "card": text(128)},
    optional={
        "method": whole(1, 1_000_000),
        "seal": record(public=BASE64URL, code=BASE64URL, card=BASE64URL),
    },
    merge=newest,
)
"""``account``: the household, or the staff member, that is named before the code. ``code``:
argon2id, hex, in the way that ``method`` says; ``card``: HMAC, hex; both under the estate's key,
which no database holds. ``seal``: the public key to which drafts of this person are sealed, and
its private half as their code and their card open it. The id is ``verifier:<account>:<person>``,
so that one range gives all who may answer for a door."""

CARD: Final = Kind(
    name="card",
    database="accounts",
    fields={"account": text(40, 1), "person": text(40, 1)},
    optional={},
)
"""From the HMAC of a card, its key, to its person; valid while their verifier names it."""

FAILURE: Final = Kind(
    name="failure",
    database="accounts",
    fields={"count": whole(0, 1_000_000), "last": STAMP},
    optional={},
    merge=newest,
)
"""Failed codes since the last success, for one account on one node; the key names both."""

SERIAL: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{1,40}$"}

HOME: Final = Kind(
    name="home",
    database="accounts",
    fields={
        "household": text(20, 1),
        "name": text(80, 1),
        "serials": listing(SERIAL, 100),
    },
    optional={},
    merge=newest,
)
"""A home computer that has joined; the key is its node id. ``serials``: of its certificates, in
hexadecimal, by which the landlord revokes it."""
