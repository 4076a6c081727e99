"""Contract: attachments, by themselves and inside documents."""

import base64
import gzip
import random
from collections.abc import Callable
from hashlib import md5
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

PHOTO = bytes(range(256)) * 300


def attach(db: Any, path: str, data: bytes, kind: str = "image/jpeg") -> str:
    answer = db.ask("PUT", path, data=data, headers={"Content-Type": kind})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["rev"])


def test_an_attachment_comes_back_as_sent(db: Any) -> None:
    rev = db.put("a", {"n": 1})
    rev = attach(db, f"/a/photo.jpg?rev={rev}", PHOTO)
    answer = db.ask("GET", "/a/photo.jpg")
    assert (answer.content, answer.headers["Content-Type"]) == (PHOTO, "image/jpeg")
    assert answer.headers["Content-Length"] == str(len(PHOTO))
    stub = db.get("/a")["_attachments"]["photo.jpg"]
    digest = "md5-" + base64.b64encode(md5(PHOTO).digest()).decode()
    assert stub == {
        "content_type": "image/jpeg",
        "revpos": 2,
        "digest": digest,
        "length": len(PHOTO),
        "stub": True,
    }
    assert db.get("/a")["n"] == 1


def test_an_attachment_can_come_before_its_document(db: Any) -> None:
    attach(db, "/new/a%20b/c.bin", b"x", "application/octet-stream")
    assert db.ask("GET", "/new/a%20b/c.bin").content == b"x"
    assert "a b/c.bin" in db.get("/new")["_attachments"]


def test_an_attachment_asks_for_the_right_revision(db: Any) -> None:
    db.put("a", {})
    assert db.error("PUT", "/a/x", data=b"x") == (409, "conflict")
    assert db.error("DELETE", "/a/x")[0] in (404, 409)
    assert db.error("GET", "/a/x") == (404, "not_found")
    assert db.error("GET", "/none/x") == (404, "not_found")


def test_an_attachment_is_removed_and_the_others_stay(db: Any) -> None:
    rev = attach(db, "/a/one", b"1")
    rev = attach(db, f"/a/two?rev={rev}", b"2")
    assert db.ask("DELETE", f"/a/one?rev={rev}").status_code == 200
    assert list(db.get("/a")["_attachments"]) == ["two"]
    assert db.ask("GET", "/a/two").content == b"2"


def test_an_unchanged_attachment_is_not_sent_again(db: Any) -> None:
    attach(db, "/a/x", PHOTO)
    head = db.ask("HEAD", "/a/x")
    assert (head.status_code, head.content) == (200, b"")
    tag = head.headers["ETag"]
    assert db.ask("GET", "/a/x", headers={"If-None-Match": tag}).status_code == 304


def test_attachments_travel_inside_documents(db: Any) -> None:
    data = base64.b64encode(PHOTO).decode()
    entry = {"content_type": "image/jpeg", "data": data}
    rev = db.put("a", {"_attachments": {"p": entry}})
    assert db.ask("GET", "/a/p").content == PHOTO
    inline = db.get("/a?attachments=true", headers={"Accept": "application/json"})
    inline = inline["_attachments"]["p"]
    assert base64.b64decode(inline["data"]) == PHOTO
    stub = db.get("/a")["_attachments"]
    rev = db.put("a", {"n": 2, "_rev": rev, "_attachments": stub})
    assert db.ask("GET", "/a/p").content == PHOTO
    db.put("a", {"n": 3, "_rev": rev})
    assert "_attachments" not in db.get("/a")


def test_a_stub_of_nothing_is_refused(db: Any) -> None:
    stub = {"p": {"stub": True, "content_type": "image/jpeg"}}
    assert db.error("PUT", "/a", json={"_attachments": stub}) == (412, "missing_stub")


@pytest.mark.parametrize("data", ["%%%", 1])
def test_what_is_not_base64_is_refused(db: Any, data: Any) -> None:
    body = {"_attachments": {"p": {"content_type": "x/y", "data": data}}}
    answer = db.ask("PUT", "/a", json=body)
    assert answer.status_code in (400, 500) if db.server.kind == "reference" else 400
    assert db.ask("GET", "/a").status_code == 404


def test_the_same_bytes_are_kept_once_and_only_while_needed(own: Any) -> None:
    data = bytes(2_000_000)
    size = own.get("")["sizes"]["file"]
    one, two = attach(own, "/a/x", data), attach(own, "/b/y", data)
    grown = own.get("")["sizes"]["file"] - size
    assert grown < 3_000_000
    own.ask("DELETE", f"/a?rev={one}")
    assert own.ask("GET", "/b/y").content == data
    own.ask("DELETE", f"/b?rev={two}")
    headers = {"Content-Type": "application/json"}
    own.ask("POST", "/_compact", headers=headers)
    assert own.get("")["sizes"]["file"] < size + 500_000


def test_losing_leaves_keep_their_own_attachments(own: Any) -> None:
    def leaf(rev: str, text: bytes) -> dict[str, Any]:
        entry = {"content_type": "image/png", "data": base64.b64encode(text).decode()}
        return {"_id": "a", "_rev": rev, "_attachments": {"p": entry}}

    own.graft(leaf("1-aaa", b"mine"), leaf("1-bbb", b"yours"))
    assert own.ask("GET", "/a/p").content == b"yours"
    assert own.ask("GET", "/a/p?rev=1-aaa").content == b"mine"


def test_an_attachment_beyond_the_limit_is_refused(own: Any) -> None:
    address = urlsplit(own.server.url)
    connection = HTTPConnection(str(address.hostname), address.port)
    connection.putrequest("PUT", f"/{own.name}/a/x")
    connection.putheader("Authorization", "Basic " + base64.b64encode(b"admin:secret").decode())
    connection.putheader("Content-Length", str(200 * 1024 * 1024))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    assert own.ask("GET", "/a").status_code == 404


def test_a_type_cannot_add_headers(own: Any) -> None:
    entry = {"content_type": "image/png\r\nSet-Cookie: a=b", "data": "eA=="}
    own.put("a", {"_attachments": {"p": entry}})
    answer = own.ask("GET", "/a/p")
    assert answer.content == b"x"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=5-", 5, 600_000),
        ("bytes=-7", 599_993, 600_000),
        ("bytes=262140-262150", 262_140, 262_151),
        ("bytes=599999-700000", 599_999, 600_000),
    ],
)
def test_a_range_of_an_attachment_is_sent_alone(db: Any, asked: str, first: int, end: int) -> None:
    data = random.Random(1).randbytes(600_000)
    attach(db, "/a/film", data, "video/mp4")
    answer = db.ask("GET", "/a/film", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, data[first:end])
    assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/600000"
    assert answer.headers["Content-Length"] == str(end - first)


def test_a_range_that_is_not_there_is_refused(db: Any) -> None:
    attach(db, "/a/film", PHOTO, "video/mp4")
    answer = db.ask("GET", "/a/film", headers={"Range": f"bytes={len(PHOTO)}-"})
    assert answer.status_code == 416
    assert answer.json()["error"] == "requested_range_not_satisfiable"
    whole = db.ask("GET", "/a/film", headers={"Range": "bytes=0-"})
    assert (whole.status_code, whole.headers["Accept-Ranges"]) == (200, "bytes")


@pytest.mark.parametrize("asked", ["bytes=", "bytes=-", "bytes=x-1", "lines=1-2", "bytes=9-1", "é"])
def test_a_strange_range_is_no_failure(own: Any, asked: str) -> None:
    attach(own, "/a/film", PHOTO, "video/mp4")
    headers = {"Range": asked.encode("latin-1")}
    assert own.ask("GET", "/a/film", headers=headers).status_code in (200, 416)


WORDS = "L’ascenseur est en panne. ".encode() * 200


def test_text_is_kept_and_sent_packed(db: Any) -> None:
    attach(db, "/a/t", WORDS, "text/plain; charset=utf-8")
    stub = db.get("/a")["_attachments"]["t"]
    packed = db.ask("GET", "/a/t", headers={"Accept-Encoding": "gzip"}, stream=True)
    raw = packed.raw.read(decode_content=False)
    assert (packed.headers["Content-Encoding"], gzip.decompress(raw)) == ("gzip", WORDS)
    assert packed.headers["Content-Length"] == str(len(raw))
    assert stub["length"] == len(WORDS)
    assert stub["digest"] == "md5-" + base64.b64encode(md5(raw).digest()).decode()
    plain = db.ask("GET", "/a/t", headers={"Accept-Encoding": "identity", "Range": "bytes=1-2"})
    assert (plain.status_code, plain.content) == (200, WORDS)
    assert plain.headers["Content-Length"] == str(len(WORDS))
    assert plain.headers["ETag"] == f'"{stub["digest"][4:]}"'


def test_what_comes_packed_is_kept_as_it_came(db: Any) -> None:
    packed = gzip.compress(WORDS, 1, mtime=0)
    headers = {"Content-Type": "image/svg+xml", "Content-Encoding": "gzip"}
    assert db.ask("PUT", "/a/p", data=packed, headers=headers).status_code == 201
    stub = db.get("/a?att_encoding_info=true")["_attachments"]["p"]
    assert stub["digest"] == "md5-" + base64.b64encode(md5(packed).digest()).decode()
    assert (stub["encoding"], stub["encoded_length"]) == ("gzip", len(packed))
    assert db.ask("GET", "/a/p", headers={"Accept-Encoding": "identity"}).content == WORDS


@pytest.mark.parametrize(
    "data",
    [b"no gzip", gzip.compress(WORDS, mtime=0)[:-9], gzip.compress(b"", mtime=0) + b"x"],
    ids=["not packed", "cut short", "followed by more"],
)
def test_what_is_not_gzip_is_not_kept_as_such(own: Any, data: bytes) -> None:
    headers = {"Content-Type": "image/svg+xml", "Content-Encoding": "gzip"}
    assert own.ask("PUT", "/a/p", data=data, headers=headers).status_code == 400
    assert own.ask("GET", "/a").status_code == 404


def test_a_packed_attachment_that_unpacks_beyond_the_limit_is_refused(own: Any) -> None:
    headers = {"Content-Encoding": "gzip"}
    bomb = gzip.compress(bytes(200_000_000))
    assert own.error("PUT", "/a/p", data=bomb, headers=headers) == (413, "attachment_too_large")


def test_a_large_attachment_does_not_stay_in_memory(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    server = serve(tmp_path)
    server.ask("PUT", "/a")
    status = Path(f"/proc/{server.process.pid}/status")
    before = int(status.read_text().split("VmHWM:")[1].split()[0])
    data = random.Random(1).randbytes(30_000_000)
    assert server.ask("PUT", "/a/film/film", data=data).status_code == 201
    assert server.ask("GET", "/a/film/film").content == data
    headers = {"Accept": "multipart/related"}
    assert data in server.ask("GET", "/a/film?attachments=true", headers=headers).content
    grown = int(status.read_text().split("VmHWM:")[1].split()[0]) - before
    assert grown < 15_000, f"{grown} kB"
