"""One good document of each kind."""

from datetime import date
from typing import Any

import pytest

from sync.documents.account import CARD, FAILURE, HOUSEHOLD, PERSON, STAFF, VERIFIER
from sync.documents.account import HOME as COMPUTER
from sync.documents.departure import departed
from sync.documents.draft import DRAFT
from sync.documents.emergency import EMERGENCY
from sync.documents.erasure import ERASED, erase, move_out
from sync.documents.fault import PROGRESS, declare, join
from sync.documents.key import household, person
from sync.documents.kind import Document
from sync.documents.node import NODE
from sync.documents.notice import NOTICE
from sync.documents.photo import PHOTO
from sync.documents.place import PLACE_KIND
from sync.documents.preference import PREFERENCE
from sync.documents.reach import HERE, REACH
from sync.documents.renewal import RENEWAL
from sync.documents.report import EVENT, REPORT, acknowledge
from sync.documents.revocation import REVOCATION
from sync.documents.withdrawal import withdraw
from sync.documents.works import WORKS_KIND

HOME = household("figuiers", "figuiers-b", "31")
AMINA = person("200051-1")
MADE = {"at": "2026-11-22T17:20:00.123Z", "origin": "n-3f2a91c0.8d41"}
SAID = {"audience": "public", "title": "Pas d’eau", "channel": "landlord", "lang": "fr"}
DATED = {"starts": "2026-11-24T08:00:00Z", "ends": "2026-11-24T11:00:00Z"}


def good_documents() -> dict[str, Document]:
    """A valid document of every kind, by the kind's name."""
    report = REPORT.new("r1", household=HOME, by=AMINA, category="lift", place="figuiers-b", **MADE)
    fault = declare("lift", "figuiers-b", date(2026, 11, 22), origin=MADE["origin"])
    door = {"residence": "figuiers", "staircase": "figuiers-b", "door": "31"}
    event = {"report": report["_id"], "by": AMINA, "state": "planned", "promised": "2026-11-27"}
    told = {"fault": fault["_id"], "state": "done", "by": "sclaire"}
    account = {"account": HOME, "person": AMINA}
    seal = {"public": "cA", "code": "Y28", "card": "Y2E"}
    signed = {"chain": ["-----BEGIN CERTIFICATE-----"], "signature": "c2ln"}
    documents = [
        report,
        fault,
        PLACE_KIND.new("figuiers-b", type="staircase", name="Escalier B", parent="figuiers"),
        NOTICE.new("n1", at=MADE["at"], **SAID),
        WORKS_KIND.new("w1", at=MADE["at"], what="water", **SAID, **DATED),
        EMERGENCY.new("e1", title="Sortez", lang="fr", by="sclaire", **MADE),
        withdraw("notice:n1", by="sclaire", **MADE),
        REVOCATION.new("1f", node="n-3f2a91c0", name="Hall B", signed=signed, **MADE),
        RENEWAL.new("n-3f2a91c0", node="n-3f2a91c0", chain=signed["chain"][0], **MADE),
        join(fault["_id"], HOME, date(2026, 11, 23)),
        PROGRESS.new("f1.p1", **told, **MADE),
        EVENT.new("r1.e1", household=HOME, **event, **MADE),
        acknowledge(report["_id"], "reached", **MADE),
        PHOTO.new("r1.1", household=HOME, owner="r1", width=1, height=1, by=AMINA, **MADE),
        PREFERENCE.new(AMINA, household=HOME, values={"lang": {"value": "ar", **_at()}}, **MADE),
        HOUSEHOLD.new(HOME, **door),
        PERSON.new(AMINA, household=HOME, last_name="Benali"),
        STAFF.new("sclaire", name="Claire", role="agent"),
        VERIFIER.new(f"{HOME}:{AMINA}", **account, code="00", card="00", seal=seal, **MADE),
        CARD.new("00ff", **account, **MADE),
        FAILURE.new(f"{HOME}.n1", count=3, last=MADE["at"], **MADE),
        COMPUTER.new("h-abcdefgh", household=HOME, name="Salon", serials=["1f"], **MADE),
        DRAFT.new(
            f"{AMINA}:report", public="cA", sealed="c2U", ends="2026-11-30T00:00:00Z", **MADE
        ),
        NODE.new("n-3f2a91c0", **_health(), **MADE),
        REACH.new(
            HERE,
            at=MADE["at"],
            peers=[],
            waiting=_health()["waiting"],
            alone={"up": True, **_since()},
        ),
        departed(report["_id"], at=MADE["at"], peer="n-1"),
        erase(AMINA, HOME, [], by="sclaire", **MADE),
        ERASED.new(f"{AMINA}.n-3f2a91c0", person=AMINA, asked=MADE["at"], **MADE),
        move_out(HOME, date(2026, 11, 30), by="sclaire", **MADE),
    ]
    return {document["kind"]: document for document in documents}


def _at() -> dict[str, str]:
    return {"at": MADE["at"]}


def _since() -> dict[str, str]:
    return {"since": MADE["at"]}


def _health() -> dict[str, Any]:
    peer = {"id": "n-1", "name": "Hall A", "role": "kiosk", "state": "seen", "why": "firewall"}
    return {
        "name": "Hall B",
        "role": "kiosk",
        "version": "2026.11",
        "disk": 40_000_000_000,
        "clock": {"certain": True, "ahead": -0.2},
        "peers": [{**peer, **_since()}],
        "waiting": {"urgent": 0, "words": 2, "media": 3},
        "refused": 0,
        "merged": 1,
    }


@pytest.fixture
def good() -> dict[str, Document]:
    """A valid document of every kind, by the kind's name."""
    return good_documents()
