"""The Apache CouchDB that `COUCH_REF_URL` names replicates with the embedded database, whichever
drives. Collected only where there is one."""

import base64
import os
import random
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from sync.couch.wire import Json

SIZES = {"small": 3_000, "large": 300_000}
HUGE = 30_000_000


def bytes_of(kind: str, size: int, seed: int) -> bytes:
    """Words for text, noise for the rest: the same on each run."""
    chance = random.Random(seed)
    if not kind.startswith("text/"):
        return chance.randbytes(size)
    words = ["ascenseur", "panne", "voisine", "fête", "« merci »", "couscous"]
    return " ".join(chance.choices(words, k=size // 8)).encode()[:size]


def attach(db: Any, id: str, name: str, kind: str, data: bytes) -> None:
    rev = db.ask("HEAD", f"/{id}").headers.get("ETag", "").strip('"')
    path = f"/{id}/{name}" + (f"?rev={rev}" if rev else "")
    answer = db.ask("PUT", path, data=data, headers={"Content-Type": kind})
    assert answer.status_code == 201, answer.text


def fill(db: Any) -> None:
    for n, kind in enumerate(("text/plain; charset=utf-8", "image/png", "application/json")):
        for size, length in SIZES.items():
            attach(db, f"doc{n}", size, kind, bytes_of(kind, length, length + n))
        inline = {"content_type": kind, "data": base64.b64encode(bytes_of(kind, 500, n)).decode()}
        db.put(f"inline{n}", {"n": n, "_attachments": {"ünï/code": inline}})
    attach(db, "film", "film", "video/mp4", bytes_of("video/mp4", HUGE, 7))
    plain = [{"_id": f"plain{n}", "n": n} for n in range(300)]
    db.post("/_bulk_docs", {"docs": plain})
    db.graft({"_id": "torn", "_rev": "2-a", "n": 1}, {"_id": "torn", "_rev": "2-b", "n": 2})
    rev = db.put("gone", {})
    db.ask("DELETE", f"/gone?rev={rev}")


def state(db: Any) -> dict[str, Json]:
    """Leaves, and what the winner says of its attachments, by id."""
    rows = db.get("/_changes?style=all_docs&include_docs=true&att_encoding_info=true")["results"]
    return {
        row["id"]: (
            sorted(change["rev"] for change in row["changes"]),
            row["doc"]["_rev"],
            row["doc"].get("_attachments"),
        )
        for row in rows
    }


def address(db: Any) -> str:
    return str(db.server.url.replace("//", "//admin:secret@")) + "/" + db.name


def replicate(driver: Any, source: Any, target: Any) -> dict[str, Json]:
    wish = {"source": address(source), "target": address(target)}
    answer = driver.ask("POST", "/_replicate", json=wish)
    assert answer.status_code == 200, answer.text
    # Apache counts on over the runs that share a checkpoint.
    history: dict[str, Json] = answer.json()["history"][0]
    assert history["doc_write_failures"] == 0
    return history


@pytest.fixture
def reference(embedded: Any) -> Any:
    return type(embedded)(os.environ["COUCH_REF_URL"].rstrip("/"), "reference")


@pytest.fixture
def pair(own: Any, reference: Any) -> Iterator[tuple[Any, Any]]:
    """An empty database on the embedded server, and one on the reference."""
    there = type(own)(reference, f"t-{uuid4().hex}")
    assert reference.ask("PUT", f"/{there.name}?q=1").status_code == 201
    yield own, there
    reference.ask("DELETE", f"/{there.name}")


def check(source: Any, target: Any) -> None:
    assert state(source) == state(target)
    for path in ("/doc0/large", "/doc1/large", "/doc2/small", "/film/film", "/inline0/ünï%2Fcode"):
        assert source.ask("GET", path).content == target.ask("GET", path).content


@pytest.mark.parametrize("driver", ["ours", "apache"])
@pytest.mark.parametrize("way", ["there", "back"])
def test_all_of_it_comes_over_whoever_drives(
    pair: Any, embedded: Any, reference: Any, way: str, driver: str
) -> None:
    source, target = pair if way == "there" else pair[::-1]
    server = embedded if driver == "ours" else reference
    fill(source)
    replicate(server, source, target)
    check(source, target)
    attach(source, "doc0", "later", "text/plain", b"x" * 5000)
    replicate(server, source, target)
    check(source, target)
    replicate(server, target, source)
    check(target, source)


@pytest.mark.parametrize("driver", ["ours", "apache"])
@pytest.mark.parametrize("way", ["there", "back"])
def test_each_leaf_keeps_its_photo_whoever_drives(
    pair: Any, embedded: Any, reference: Any, way: str, driver: str
) -> None:
    source, target = pair if way == "there" else pair[::-1]
    for rev in ("1-a", "1-b"):
        data = base64.b64encode(rev.encode() * 99).decode()
        entry = {"content_type": "text/plain", "revpos": 1, "data": data}
        source.graft({"_id": "torn", "_rev": rev, "_attachments": {rev: entry, "p": entry}})
    replicate(embedded if driver == "ours" else reference, source, target)
    assert state(source) == state(target)
    for path in ("/torn/p?rev=1-a", "/torn/1-a?rev=1-a", "/torn/p"):
        assert source.ask("GET", path).content == target.ask("GET", path).content != b""


def test_the_same_edits_make_the_same_revisions(pair: Any) -> None:
    for db in pair:
        fill(db)
    assert state(pair[0]) == state(pair[1])
