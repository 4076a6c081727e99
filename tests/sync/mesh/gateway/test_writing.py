"""What peers write: judged on what came and on what stands here, document by document."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from sync.documents.emergency import EMERGENCY
from sync.documents.report import EVENT
from sync.documents.withdrawal import withdraw
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.revocation import revoke
from sync.mesh.identity.signing import sign

AMINA, LUCIEN = "hamina23456", "hlucien7654"
Report = Callable[..., dict[str, Any]]


def revised(document: dict[str, Any], *revs: str) -> dict[str, Any]:
    """The document as a replicator sends it; ``revs`` newest first, else a first revision."""
    ids = [rev.partition("-")[2] for rev in revs] or ["a" * 32]
    start = int(revs[0].partition("-")[0]) if revs else 1
    return {**document, "_rev": f"{start}-{ids[0]}", "_revisions": {"start": start, "ids": ids}}


def why(refused: list[dict[str, Any]]) -> list[str]:
    assert all(row["error"] == "forbidden" for row in refused)
    return [row["reason"] for row in refused]


def answer_of(household: str, **fields: Any) -> dict[str, Any]:
    """What the landlord says of a report."""
    return revised(
        {
            "_id": f"{household}:event:r1.e1",
            "kind": EVENT.name,
            "v": 1,
            "at": "2026-11-28T08:30:00.000Z",
            "by": "s-claire",
            "from": "n-000000ff.1",
            "report": f"{household}:report:r1",
            **fields,
        }
    )


def test_a_hall_brings_what_others_wrote(gate: Any, hall: Identity, report: Report) -> None:
    assert gate.push(hall, "private", report(AMINA), report(LUCIEN)) == []
    assert gate.database.get("private", f"{LUCIEN}:report:r1")["category"] == "lift"


def test_a_home_reports_in_its_own_range(gate: Any, amina: Identity, report: Report) -> None:
    mine = report(AMINA, **{"from": f"{amina.node.node}.1"})
    assert gate.push(amina, "private", mine) == []
    assert gate.database.get("private", mine["_id"]) is not None


def test_one_bad_document_takes_no_good_one_with_it(
    gate: Any, amina: Identity, report: Report
) -> None:
    refused = gate.push(amina, "private", report(LUCIEN), report(AMINA))
    assert why(refused) == ["another household's"]
    assert refused[0]["id"] == f"{LUCIEN}:report:r1"
    assert gate.database.get("private", f"{AMINA}:report:r1") is not None
    assert gate.database.get("private", f"{LUCIEN}:report:r1") is None


def test_a_home_cannot_win_over_anothers_document(
    gate: Any, hall: Identity, amina: Identity, report: Report
) -> None:
    gate.push(hall, "private", report(LUCIEN))
    forged = revised(report(LUCIEN, words="never mind"), "999-" + "f" * 32)
    assert gate.push(amina, "private", forged)
    assert "words" not in gate.database.get("private", forged["_id"])


def test_a_home_cannot_bury_anothers_document(
    gate: Any, hall: Identity, amina: Identity, report: Report
) -> None:
    standing = report(LUCIEN)
    gate.push(hall, "private", standing)
    grave = {k: standing[k] for k in ("_id", "kind", "v", "from")} | {"_deleted": True}
    tomb = revised(grave, "2-" + "f" * 32, standing["_rev"])
    assert gate.push(amina, "private", tomb)
    assert gate.database.get("private", standing["_id"]) is not None


def test_a_home_cannot_jump_so_far_that_it_wins_for_ever(
    gate: Any, amina: Identity, report: Report
) -> None:
    far = revised(report(AMINA), "999-" + "f" * 32)
    assert why(gate.push(amina, "private", far)) == ["too many generations"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"by": "s-claire", "state": "done", "words": "Réparé."}, "another person's name"),
        ({"by": "plucien", "words": "Merci"}, "another person's name"),
        ({"by": "pamina", "state": "done"}, "the landlord's to say"),
        ({"by": "pamina", "promised": "2026-12-01"}, "the landlord's to say"),
    ],
)
def test_a_home_cannot_speak_for_others(
    gate: Any, amina: Identity, fields: dict[str, Any], reason: str
) -> None:
    assert why(gate.push(amina, "private", answer_of(AMINA, **fields))) == [reason]


def test_a_home_may_say_that_it_is_not_mended(gate: Any, amina: Identity) -> None:
    said = answer_of(AMINA, by="pamina", state="reopened", **{"from": f"{amina.node.node}.1"})
    assert gate.push(amina, "private", said) == []


def test_a_home_cannot_change_the_landlords_answer(
    gate: Any, office: Identity, amina: Identity
) -> None:
    told = answer_of(AMINA, state="planned")
    gate.push(office, "private", told)
    changed = {**told, "state": "reopened", "by": "pamina"}
    assert gate.push(amina, "private", revised(changed, "2-" + "f" * 32, told["_rev"]))
    assert gate.database.get("private", told["_id"])["state"] == "planned"


@pytest.mark.parametrize(
    ("db", "document"),
    [
        (
            "estate",
            {"_id": "emergency:e1", "kind": "emergency", "title": "x", "lang": "fr", "by": "p"},
        ),
        ("estate", {"_id": "notice:n1", "kind": "notice", "title": "x", "channel": "landlord"}),
        ("estate", {"_id": "place:p1", "kind": "place", "type": "hall", "name": "x"}),
        (
            "estate",
            {
                "_id": f"metoo:f1:{LUCIEN}",
                "kind": "metoo",
                "fault": "fault:f1",
                "household": LUCIEN,
            },
        ),
        (
            "estate",
            {
                "_id": f"metoo:f1:{LUCIEN}",
                "kind": "metoo",
                "fault": "fault:f1",
                "household": AMINA,
            },
        ),
        ("private", {"_id": f"{AMINA}:gossip:g1", "kind": "gossip"}),
        (
            "private",
            {
                "_id": f"{AMINA}:receipt:r1.reached.n-000000ff",
                "kind": "receipt",
                "item": f"{AMINA}:report:r1",
                "state": "reached",
            },
        ),
        ("private", {"_id": f"{AMINA}:preference:plucien", "kind": "preference", "values": {}}),
    ],
)
def test_what_is_not_for_a_home_to_write(
    gate: Any, amina: Identity, db: str, document: dict[str, Any]
) -> None:
    whole = {"v": 1, "at": "2026-11-28T08:00:00.000Z", "from": f"{amina.node.node}.1", **document}
    assert len(gate.push(amina, db, revised(whole))) == 1


def test_a_home_says_me_too_once_for_its_own_household(gate: Any, amina: Identity) -> None:
    said = {"_id": f"metoo:f1:{AMINA}", "kind": "metoo", "v": 1}
    mine = revised({**said, "fault": "fault:f1", "household": AMINA, "day": "2026-11-28"})
    assert gate.push(amina, "estate", mine) == []


@pytest.mark.parametrize(
    "document",
    [
        None,
        {"_id": 3},
        {"_id": "_design/x", "kind": "report"},
        {"_id": "hamina23456:report:r1"},
        {"_id": "hamina23456:report:r1", "kind": "event"},
        {"_id": "hamina23456:report:r1", "kind": "report", "v": 1, "at": "yesterday"},
        {"_id": "notice:n1", "kind": "notice", "v": 1},
        {"_id": "hamina23456:report:r1\u202e", "kind": "report", "v": 1},
    ],
)
def test_a_hall_too_is_held_to_the_kinds(gate: Any, hall: Identity, document: Any) -> None:
    assert len(gate.push(hall, "private", document)) == 1


def test_what_only_a_newer_version_understands_comes_in(
    gate: Any, hall: Identity, report: Report
) -> None:
    newer = report(AMINA, v=2, category="teleport")
    unknown = revised({"_id": f"{AMINA}:poem:p1", "kind": "poem", "v": 1})
    assert gate.push(hall, "private", newer, unknown) == []


def test_a_revocation_counts_by_its_signature_whoever_brings_it(
    gate: Any, hall: Identity, office: Identity
) -> None:
    at = gate.now
    true = revoke(4711, "n-0000000c", "Hall C", at, "n-000000ff.1", office)
    false = revoke(4712, "n-0000000c", "Hall C", at, "n-0000000b.1", hall)
    bare = {k: v for k, v in true.items() if k != "signed"} | {"_id": "revocation:abc"}
    refused = gate.push(hall, "estate", revised(true), revised(false), revised(bare))
    assert {row["id"] for row in refused} == {false["_id"], bare["_id"]}


def test_an_emergency_comes_in_signed_by_a_hall_or_the_landlord_whoever_brings_it(
    gate: Any, hall: Identity, office: Identity, amina: Identity
) -> None:
    made = {"at": "2026-11-28T08:00:00Z", "by": "s1", "origin": "n-0000000b.1", "lang": "fr"}
    said = [EMERGENCY.new(key, title="Sortez", **made) for key in ("a", "b", "c")]
    signed = [sign(said[0], office), sign(said[1], hall)]
    assert gate.push(hall, "estate", *map(revised, signed)) == []
    for who in (hall, office):
        assert why(gate.push(who, "estate", revised(said[2]))) == ["not signed by who may say it"]
    assert why(gate.push(amina, "estate", revised(sign(said[2], amina)))) == [
        "not signed by who may say it"
    ]
    end = withdraw(said[0]["_id"], at=made["at"], by="s1", origin=made["origin"])
    assert why(gate.push(hall, "estate", revised(end))) == ["not signed by who may say it"]
    assert gate.push(hall, "estate", revised(sign(end, hall))) == []


def test_what_is_signed_is_never_deleted_by_a_peer(
    gate: Any, hall: Identity, office: Identity
) -> None:
    fact = revoke(7, "n-0000000b", "Hall B", gate.now, "n-000000ff.1", office)
    assert gate.push(office, "estate", revised(fact)) == []
    grave = {"_id": fact["_id"], "kind": "revocation", "_deleted": True}
    buried = revised(grave, "2-" + "b" * 32, "1-" + "a" * 32)
    assert why(gate.push(hall, "estate", buried)) == ["stays for ever"]
    assert gate.database.get("estate", fact["_id"]) is not None


def test_what_has_expired_does_not_come_back(gate: Any, hall: Identity, report: Report) -> None:
    assert why(gate.push(hall, "private", report(AMINA, "expired"))) == ["expired"]


def test_peers_never_edit(gate: Any, hall: Identity, report: Report) -> None:
    status, _ = gate.ask(hall, "POST", "/private/_bulk_docs", {"docs": [report(AMINA)]})
    assert status == 403
    status, _ = gate.ask(hall, "PUT", f"/private/{AMINA}:report:r1", report(AMINA))
    assert status == 403
    assert gate.database.get("private", f"{AMINA}:report:r1") is None


def related(document: dict[str, Any], photo: bytes, *more: bytes) -> tuple[bytes, dict[str, str]]:
    """A document with its photo as a replicator sends it, and parts that nobody asked for."""
    parts = [(b"application/json", json.dumps(document).encode()), (b"image/jpeg", photo)]
    parts += [(b"application/json", each) for each in more]
    body = b"".join(b"--cut\r\nContent-Type: %b\r\n\r\n%b\r\n" % part for part in parts)
    return body + b"--cut--", {"Content-Type": 'multipart/related; boundary="cut"'}


@pytest.fixture
def photo(amina: Identity) -> dict[str, Any]:
    digest = hashlib.md5(b"jpeg").digest()
    stub = {
        "content_type": "image/jpeg",
        "revpos": 1,
        "digest": "md5-" + base64.b64encode(digest).decode(),
        "length": 4,
        "follows": True,
    }
    return revised(
        {
            "_id": f"{AMINA}:photo:r1.1",
            "kind": "photo",
            "v": 1,
            "at": "2026-11-28T08:00:00.000Z",
            "by": "pamina",
            "from": f"{amina.node.node}.1",
            "owner": f"{AMINA}:report:r1",
            "width": 10,
            "height": 10,
            "_attachments": {"photo.jpg": stub},
        }
    )


def test_a_photo_comes_in_with_its_document(
    gate: Any, amina: Identity, photo: dict[str, Any]
) -> None:
    body, headers = related(photo, b"jpeg")
    path = f"/private-media/{photo['_id']}?new_edits=false"
    status, found = gate.ask(amina, "PUT", path, body, headers)
    assert (status, found.get("rev")) == (201, photo["_rev"])
    assert gate.database.attachment("private-media", photo["_id"], "photo.jpg") == b"jpeg"


def test_a_photo_of_another_household_stays_out(
    gate: Any, amina: Identity, photo: dict[str, Any]
) -> None:
    foreign = {**photo, "_id": f"{LUCIEN}:photo:r1.1"}
    for sent, to in ((foreign, foreign["_id"]), (foreign, photo["_id"]), (photo, foreign["_id"])):
        body, headers = related(sent, b"jpeg")
        path = f"/private-media/{to}?new_edits=false"
        status, found = gate.ask(amina, "PUT", path, body, headers)
        assert (status, found["error"]) == (403, "forbidden")
    assert gate.database.get("private-media", foreign["_id"]) is None


def test_a_good_part_followed_by_a_foreign_one_brings_nothing_foreign(
    gate: Any, amina: Identity, photo: dict[str, Any], report: Report
) -> None:
    body, headers = related(photo, b"jpeg", json.dumps(report(LUCIEN)).encode())
    path = f"/private-media/{photo['_id']}?new_edits=false"
    gate.ask(amina, "PUT", path, body, headers)
    for db in ("private", "private-media"):
        assert gate.database.range(db, f"{LUCIEN}:", f"{LUCIEN};") == []


def test_a_torn_upload_leaves_nothing(gate: Any, amina: Identity, photo: dict[str, Any]) -> None:
    body, headers = related(photo, b"jpeg")
    path = f"/private-media/{photo['_id']}?new_edits=false"
    for torn in (body[:40], body[: body.find(b"jpeg") + 2], b"", b"nonsense"):
        status, _ = gate.ask(amina, "PUT", path, torn, headers)
        assert 400 <= status < 500
    assert gate.database.get("private-media", photo["_id"]) is None


def test_what_would_have_to_be_unpacked_is_refused(gate: Any, hall: Identity) -> None:
    packed = {"Content-Encoding": "gzip"}
    assert gate.ask(hall, "POST", "/private/_bulk_docs", b"x", packed)[0] == 415


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b'{"docs":1}', b'{"docs":[1],"new_edits":0}'])
def test_nonsense_is_refused_in_couchdbs_words(gate: Any, hall: Identity, body: bytes) -> None:
    status, found = gate.ask(hall, "POST", "/private/_bulk_docs", body)
    assert status in (400, 403)
    assert {"error", "reason"} <= set(found)


def test_each_peer_has_its_own_checkpoints(gate: Any, hall: Identity, amina: Identity) -> None:
    for who, seq in ((hall, "7-a"), (amina, "9-b")):
        kept = {"source_last_seq": seq, "history": []}
        status, found = gate.ask(who, "PUT", "/private/_local/same", kept)
        assert (status, found["id"]) == (201, "_local/same")
    for who, seq in ((hall, "7-a"), (amina, "9-b")):
        _, found = gate.ask(who, "GET", "/private/_local/same")
        assert (found["_id"], found["source_last_seq"]) == ("_local/same", seq)
    assert {peer for peer, _, _ in gate.checkpoints} == {hall.node.node, amina.node.node}


def test_refusals_are_counted(gate: Any, amina: Identity, report: Report) -> None:
    gate.push(amina, "private", report(LUCIEN))
    refused = gate.gateway.writing.refused
    assert refused[amina.node.node, "another household's"] == 1
