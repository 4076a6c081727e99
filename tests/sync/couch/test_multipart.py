"""Contract: documents and their attachments in multipart, as replicators send and take them."""

import base64
import gzip
import json
from email import message_from_bytes
from email.message import Message
from hashlib import md5
from typing import Any
from urllib.parse import quote

import pytest

PHOTO = bytes(range(256)) * 300
WORDS = "L’ascenseur est en panne. ".encode() * 200
PACKED = gzip.compress(WORDS, 8, mtime=0)


def digest(data: bytes) -> str:
    return "md5-" + base64.b64encode(md5(data).digest()).decode()


def follows(data: bytes, kind: str = "image/jpeg", **more: Any) -> dict[str, Any]:
    entry = {"follows": True, "content_type": kind, "length": len(data), "digest": digest(data)}
    return entry | more


def related(document: dict[str, Any], *parts: bytes, boundary: str = "b0") -> dict[str, Any]:
    """The options of a request whose body is `document` and what follows it."""
    line = f"\r\n--{boundary}".encode()
    body = line[2:] + b"\r\nContent-Type: application/json\r\n\r\n" + json.dumps(document).encode()
    for part in parts:
        body += line + b"\r\nContent-Length: %d\r\n\r\n" % len(part) + part
    kind = f'multipart/related; boundary="{boundary}"'
    return {"data": body + line + b"--", "headers": {"Content-Type": kind}}


def parsed(answer: Any) -> Message:
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    return message_from_bytes(head + answer.content)


def payloads(message: Any) -> list[Any]:
    """What the parts hold: JSON as values, others as bytes."""
    found: list[Any] = []
    for part in message.get_payload():
        if part.is_multipart():
            found.append(payloads(part))
        elif part.get_content_type() == "application/json":
            found.append(json.loads(part.get_payload(decode=True)))
        else:
            found.append(part.get_payload(decode=True))
    return found


def graft(db: Any, id: str, document: dict[str, Any], *parts: bytes) -> Any:
    return db.ask("PUT", f"/{id}?new_edits=false", **related(document, *parts))


def test_a_document_comes_with_its_attachments(db: Any) -> None:
    document = {"n": 1, "_attachments": {"z": follows(PHOTO), "a": follows(b"x")}}
    answer = db.ask("PUT", "/a", **related(document, PHOTO, b"x"))
    assert (answer.status_code, answer.json()["id"]) == (201, "a")
    assert answer.json()["ok"] is True
    assert db.ask("GET", "/a/z").content == PHOTO
    assert db.ask("GET", "/a/a").content == b"x"
    assert db.get("/a")["_attachments"]["z"]["digest"] == digest(PHOTO)


def test_a_replicator_writes_its_own_revision(db: Any) -> None:
    entry = follows(PHOTO, revpos=2)
    document = {"_revisions": {"start": 3, "ids": ["ccc", "bbb", "aaa"]}}
    document |= {"_id": "a", "_rev": "3-ccc", "_attachments": {"p": entry}}
    answer = graft(db, "a", document, PHOTO)
    assert (answer.status_code, answer.json()) == (201, {"ok": True, "id": "a", "rev": "3-ccc"})
    stub = db.get("/a")["_attachments"]["p"]
    assert (stub["revpos"], stub["length"], stub["digest"]) == (2, len(PHOTO), digest(PHOTO))


def test_packed_text_is_kept_as_it_came(db: Any) -> None:
    packing = {"encoding": "gzip", "encoded_length": len(PACKED), "length": len(WORDS)}
    entry = follows(PACKED, "text/plain", **packing)
    document = {"_id": "a", "_rev": "1-aaa", "_attachments": {"t": entry}}
    assert graft(db, "a", document, PACKED).status_code == 201
    stub = db.get("/a?att_encoding_info=true")["_attachments"]["t"]
    assert (stub["digest"], stub["length"]) == (digest(PACKED), len(WORDS))
    assert (stub["encoding"], stub["encoded_length"]) == ("gzip", len(PACKED))
    assert "encoding" not in db.get("/a")["_attachments"]["t"]
    assert db.ask("GET", "/a/t", headers={"Accept-Encoding": "identity"}).content == WORDS


def test_stubs_and_parts_stand_side_by_side(db: Any) -> None:
    first = graft(db, "a", {"_rev": "1-a", "_attachments": {"p": follows(PHOTO, revpos=1)}}, PHOTO)
    assert first.status_code == 201
    stub = {"stub": True, "revpos": 1, "digest": digest(PHOTO), "content_type": "image/jpeg"}
    attachments = {"p": stub, "q": follows(b"new", revpos=2)}
    history = {"start": 2, "ids": ["b", "a"]}
    document = {"_rev": "2-b", "_revisions": history, "_attachments": attachments}
    assert graft(db, "a", document, b"new").status_code == 201
    assert (db.ask("GET", "/a/p").content, db.ask("GET", "/a/q").content) == (PHOTO, b"new")


def test_what_its_digest_belies_is_refused(db: Any) -> None:
    entry = follows(PHOTO) | {"digest": digest(b"other")}
    answer = db.ask("PUT", "/a", **related({"_attachments": {"p": entry}}, PHOTO))
    refusals = [(400, "content_md5_mismatch")]
    # CouchDB means to say the same, and its cluster layer turns it into a failure.
    refusals += [(500, "unknown_error")] if db.server.kind == "reference" else []
    assert (answer.status_code, answer.json()["error"]) in refusals
    assert db.ask("GET", "/a").status_code == 404


BROKEN = {
    "no boundary": (b"x", "multipart/related"),
    "cut in the document": (b'--b\r\nContent-Type: application/json\r\n\r\n{"a":', None),
    "cut in a part": (b"", None),
    "no document": (b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_body_is_refused_and_leaves_nothing(own: Any, case: str) -> None:
    data, kind = BROKEN[case]
    if case == "cut in a part":
        data = related({"_attachments": {"p": follows(PHOTO)}}, PHOTO, boundary="b")["data"][:-50]
    headers = {"Content-Type": kind or "multipart/related; boundary=b"}
    assert own.ask("PUT", "/a", data=data, headers=headers).status_code in (400, 415)
    assert own.ask("GET", "/a").status_code == 404


@pytest.mark.parametrize("parts", [[], [b"xx"], [b"x", b"y"]])
def test_parts_and_document_agree(own: Any, parts: list[bytes]) -> None:
    answer = own.ask("PUT", "/a", **related({"_attachments": {"p": follows(b"x")}}, *parts))
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")
    assert own.ask("GET", "/a").status_code == 404


def test_bytes_like_a_boundary_belong_to_the_attachment(own: Any) -> None:
    data = b"\r\n--b\r\n--b1x\r\n--b0\r" * 3
    document = {"_attachments": {"p": follows(data)}}
    assert own.ask("PUT", "/a", **related(document, data, boundary="b0zz")).status_code == 201
    assert own.ask("GET", "/a/p").content == data


def test_a_follower_without_a_body_is_refused(own: Any) -> None:
    assert own.error("PUT", "/a", json={"_attachments": {"p": follows(b"x")}}) == (
        400,
        "bad_request",
    )


def put(db: Any, id: str, rev: str) -> None:
    """Write a document with a photo and a text."""
    document = {"_rev": rev, "_attachments": {"p": follows(PHOTO, revpos=1)}}
    document["_attachments"]["t"] = {"content_type": "text/plain", "revpos": 1} | {
        "data": base64.b64encode(WORDS).decode()
    }
    assert graft(db, id, document, PHOTO).status_code == 201


def test_a_reader_of_multipart_gets_the_attachments_beside(db: Any) -> None:
    put(db, "a", "1-a")
    answer = db.ask("GET", "/a?attachments=true", headers={"Accept": "multipart/related"})
    assert answer.headers["Content-Length"] == str(len(answer.content))
    document, *data = payloads(parsed(answer))
    entries = document["_attachments"]
    assert [entries[name]["follows"] for name in entries] == [True, True]
    packed = data[list(entries).index("t")]
    assert (gzip.decompress(packed), entries["t"]["digest"]) == (WORDS, digest(packed))
    assert data[list(entries).index("p")] == PHOTO


def test_open_revisions_come_as_parts(db: Any) -> None:
    put(db, "a", "1-a")
    db.graft({"_id": "a", "_rev": "1-b"})
    query = "?revs=true&open_revs=" + quote('["1-a","1-b","7-c"]')
    answer = db.ask("GET", "/a" + query, headers={"Accept": "multipart/mixed"})
    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=")
    found = payloads(parsed(answer))
    with_attachments = next(part for part in found if isinstance(part, list))
    assert with_attachments[0]["_rev"] == "1-a"
    assert PHOTO in with_attachments
    assert {"missing": "7-c"} in found
    assert [part["_rev"] for part in found if isinstance(part, dict) and "_id" in part] == ["1-b"]
    error = next(p for p in parsed(answer).get_payload() if p.get_param("error"))
    assert error.get_param("error") == "true"


def test_all_leaves_come_as_parts(db: Any) -> None:
    db.graft({"_id": "a", "_rev": "1-a"}, {"_id": "a", "_rev": "1-b"})
    answer = db.ask("GET", "/a?open_revs=all", headers={"Accept": "multipart/mixed"})
    assert {part["_rev"] for part in payloads(parsed(answer))} == {"1-a", "1-b"}
    assert db.error("GET", "/none?open_revs=all") == (404, "not_found")


def test_attachments_that_the_reader_has_are_stubs(db: Any) -> None:
    put(db, "a", "1-a")
    stubs = db.get("/a")["_attachments"]
    history = {"_rev": "2-b", "_revisions": {"start": 2, "ids": ["b", "a"]}}
    attachments = stubs | {"q": follows(b"new", revpos=2)}
    assert graft(db, "a", history | {"_attachments": attachments}, b"new").status_code == 201
    query = "?open_revs=" + quote('["2-b"]') + "&atts_since=" + quote('["1-a"]')
    answer = db.ask("GET", "/a" + query, headers={"Accept": "multipart/mixed"})
    ((document, *data),) = payloads(parsed(answer))
    assert data == [b"new"]
    assert document["_attachments"]["p"]["stub"] is True
    inline = db.get("/a?atts_since=" + quote('["1-a"]'), headers={"Accept": "application/json"})
    assert "data" in inline["_attachments"]["q"]
    assert "data" not in inline["_attachments"]["p"]


def test_a_revision_of_another_branch_saves_no_attachment(db: Any) -> None:
    put(db, "a", "1-a")
    query = "?atts_since=" + quote('["7-x"]')
    inline = db.get("/a" + query, headers={"Accept": "application/json"})
    assert "data" in inline["_attachments"]["p"]


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/related"])
def test_many_documents_come_as_parts(db: Any, kind: str) -> None:
    put(db, "a", "1-a")
    db.put("b", {"n": 1})
    asked = {"docs": [{"id": "a"}, {"id": "b"}, {"id": "none", "rev": "1-x"}]}
    answer = db.ask("POST", "/_bulk_get?revs=true", json=asked, headers={"Accept": kind})
    assert answer.headers["Content-Type"].startswith(kind + "; boundary=")
    message = parsed(answer)
    first, second, third = payloads(message)
    assert (first[0]["_id"], second["n"], third["error"]) == ("a", 1, "not_found")
    assert PHOTO in first
    head = message.get_payload()[0]
    assert (head["X-Doc-Id"], head["X-Rev-Id"]) == ("a", "1-a")
    assert second["_revisions"]["start"] == 1


def test_many_documents_carry_attachments_inline_when_asked(db: Any) -> None:
    put(db, "a", "1-a")
    asked = {"docs": [{"id": "a"}, {"id": "a", "rev": "1-a", "atts_since": ["1-a"]}]}
    first, second = db.post("/_bulk_get?attachments=true", asked)["results"]
    data = first["docs"][0]["ok"]["_attachments"]["t"]["data"]
    assert base64.b64decode(data) == WORDS
    assert second["docs"][0]["ok"]["_attachments"]["t"]["stub"] is True


def test_what_is_wrong_with_one_is_said_in_its_place(db: Any) -> None:
    db.put("b", {})
    asked = {"docs": [{"id": "_x"}, 3, {"rev": "1-a"}, {"id": "b", "rev": "y"}, {"id": "b"}]}
    rows = db.post("/_bulk_get", asked)["results"]
    errors = [row["docs"][0].get("error", {}).get("error") for row in rows]
    assert errors == ["illegal_docid", "bad_request", "bad_request", "bad_request", None]
    assert db.error("POST", "/_bulk_get?rev=1-a", json=asked) == (400, "bad_request")
