"""What goes wrong at one end of a replication stops neither it nor what comes after."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from sync.couch.replicator import batch, job, remote
from sync.couch.replicator.endpoint import Endpoint
from sync.couch.replicator.errors import ReplicationError
from sync.couch.replicator.running import Replications
from sync.couch.replicator.wish import Wish
from tests.sync.couch.between import Asked, Between, between

HEADERS = {"Authorization": "Basic YWRtaW46c2VjcmV0"}


@pytest.fixture
def far(own: Any) -> Iterator[Any]:
    """A second database on the server, which is met through `way`."""
    second = type(own)(own.server, f"t-{uuid4().hex}")
    assert own.server.ask("PUT", f"/{second.name}").ok
    yield second
    own.server.ask("DELETE", f"/{second.name}")


@pytest.fixture
def way(own: Any) -> Iterator[Between]:
    """Who stands between the replicator and `far`."""
    with between(own.server.url) as told:
        yield told


def ends(own: Any, far: Any, way: Between) -> tuple[Endpoint, Endpoint]:
    return (
        Endpoint(f"{own.server.url}/{own.name}", HEADERS),
        Endpoint(f"{way.url}/{far.name}", HEADERS),
    )


def replicate(source: Endpoint, target: Endpoint, **options: Any) -> dict[str, Any]:
    """A run to its end, or ReplicationError."""
    wish = Wish(source, target, **options)
    told = asyncio.run(asyncio.wait_for(job.Job(wish, "node").run(), 60))
    found: dict[str, Any] = told["history"][0]
    return found


def ids(db: Any) -> set[str]:
    return {row["id"] for row in db.get("/_all_docs")["rows"]}


def write(db: Any, *names: str, **fields: Any) -> None:
    db.post("/_bulk_docs", {"docs": [{"_id": name, **fields} for name in names]})


def refusing(path: str, bad: str, word: str, times: int = 10**9) -> Callable[[Asked], bool]:
    """In what `path` answers, the document `bad` fails with `word`, so many times."""
    left = [times]

    def rule(asked: Asked) -> bool:
        if path not in asked.path or bad.encode() not in asked.body or not left[0]:
            return False
        left[0] -= 1
        said = {"id": bad, "rev": "1-x", "error": word, "reason": "no"}
        if path == "_bulk_get":
            answer = json.loads(asked.answer().content)
            for result in answer["results"]:
                if result["id"] == bad:
                    said["rev"] = result["docs"][0]["ok"]["_rev"]
                    result["docs"] = [{"error": said}]
        else:
            body = json.loads(asked.body)
            body["docs"] = [doc for doc in body["docs"] if doc["_id"] != bad]
            asked.body = json.dumps(body).encode()
            answer = [*json.loads(asked.answer().content), said]
        asked.say(200, json.dumps(answer).encode())
        return True

    return rule


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long in a test."""
    monkeypatch.setattr(batch, "PAUSE", 0.01)
    monkeypatch.setattr(remote, "HEARTBEAT", 200)
    monkeypatch.setattr(remote, "MUTE", 1)


pytestmark = pytest.mark.usefixtures("hurried")


@pytest.mark.parametrize("word", ["forbidden", "unauthorized", "internal_server_error"])
def test_a_document_that_the_source_does_not_give_is_counted_and_left(
    own: Any, far: Any, way: Between, word: str
) -> None:
    write(far, "a", "bad", "c")
    way.rules.append(refusing("_bulk_get", "bad", word))
    target, source = ends(own, far, way)
    told = replicate(source, target)
    assert (told["docs_read"], told["docs_written"], told["doc_write_failures"]) == (2, 2, 1)
    assert ids(own) == {"a", "c"}
    before = way.count("_bulk_get")
    assert replicate(source, target)["recorded_seq"] == told["recorded_seq"]
    assert way.count("_bulk_get") == before  # the checkpoint is past it


def test_a_document_that_fails_for_a_while_comes_in_the_end(
    own: Any, far: Any, way: Between
) -> None:
    write(far, "a", "bad", "c")
    way.rules.append(refusing("_bulk_get", "bad", "timeout", times=3))
    target, source = ends(own, far, way)
    told = replicate(source, target)
    assert (told["docs_written"], told["doc_write_failures"]) == (3, 0)
    assert ids(own) == {"a", "bad", "c"}


def test_a_revision_that_is_gone_meanwhile_is_no_failure(own: Any, far: Any, way: Between) -> None:
    write(far, "a", "bad")
    way.rules.append(refusing("_bulk_get", "bad", "not_found"))
    target, source = ends(own, far, way)
    told = replicate(source, target)
    assert (told["docs_written"], told["doc_write_failures"]) == (1, 0)


def test_a_document_that_the_target_refuses_is_counted_and_left(
    own: Any, far: Any, way: Between
) -> None:
    write(own, "a", "bad", "c")
    way.rules.append(refusing("_bulk_docs", "bad", "forbidden"))
    told = replicate(*ends(own, far, way))
    assert (told["docs_written"], told["doc_write_failures"]) == (2, 1)
    assert ids(far) == {"a", "c"}
    before = way.count("_bulk_docs")
    replicate(*ends(own, far, way))
    assert way.count("_bulk_docs") == before


def whole(path: str, method: str, status: int, body: bytes, bad: bytes = b"") -> Any:
    """Requests that have `bad` in them are refused as a whole."""

    def rule(asked: Asked) -> bool:
        if path not in asked.path or asked.method != method or bad not in asked.body:
            return False
        asked.say(status, body)
        return True

    return rule


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b'{"error":"forbidden","reason":"no"}'),
        (400, b'{"error":"doc_validation","reason":"no"}'),
        (413, b"<html>Request Entity Too Large</html>"),
    ],
)
def test_one_document_for_which_all_are_refused_is_found_out(
    own: Any, far: Any, way: Between, status: int, body: bytes
) -> None:
    write(own, *(f"d{n:02}" for n in range(20)), "bad")
    way.rules.append(whole("_bulk_docs", "POST", status, body, b'"bad"'))
    told = replicate(*ends(own, far, way))
    assert (told["docs_written"], told["doc_write_failures"]) == (20, 1)
    assert "bad" not in ids(far)


@pytest.mark.parametrize("status", [500, 503, 507, 404, 429])
def test_what_may_pass_leaves_nothing_behind(own: Any, far: Any, way: Between, status: int) -> None:
    write(own, "a", "b")
    way.rules.append(whole("_bulk_docs", "POST", status, b'{"error":"x","reason":"x"}'))
    with pytest.raises(ReplicationError):
        replicate(*ends(own, far, way))
    way.rules.clear()
    assert replicate(*ends(own, far, way))["docs_written"] == 2
    assert ids(far) == {"a", "b"}


@pytest.mark.parametrize("status", [403, 412, 500])
def test_a_photo_that_one_side_refuses_keeps_nothing_else_back(
    own: Any, far: Any, way: Between, status: int
) -> None:
    photo = {"p": {"content_type": "image/jpeg", "data": "eHh4"}}
    write(far, "bad", _attachments=photo)
    write(far, "b", "c")
    way.rules.append(whole("/bad?", "GET", status, b'{"error":"forbidden","reason":"no"}'))
    if status == 500:
        way.rules[0] = whole("/bad?", "GET", status, b"broken")
    target, source = ends(own, far, way)
    told = replicate(source, target)
    assert (told["docs_written"], told["doc_write_failures"]) == (2, 1)
    assert ids(own) == {"b", "c"}


STRANGE = [b"", b"null", b"[]", b"{}", b'{"results":3}', b'{"results":[{}]}', b"<html>", b"[[1]]"]


@pytest.mark.parametrize("path", ["_changes", "_revs_diff", "_bulk_get", "_bulk_docs", "_local"])
@pytest.mark.parametrize("said", STRANGE)
def test_an_answer_that_no_database_gives_is_an_error_and_no_fault(
    own: Any, far: Any, way: Between, path: str, said: bytes
) -> None:
    write(own, "a")
    write(far, "a2")
    for method in ("GET", "POST"):
        way.rules.append(whole(path, method, 200, said))
    one, other = ends(own, far, way)
    for source, target in ((one, other), (other, one)):
        with suppress(ReplicationError):
            replicate(source, target)


def test_large_documents_come_in_smaller_batches(
    own: Any, far: Any, way: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "HEAVY", 200_000)
    monkeypatch.setattr(batch, "LIGHT", 50_000)
    for n in range(7):
        write(far, *(f"d{n}{i:02}" for i in range(50)), text="x" * 5_000)
    sizes = []

    def weigh(asked: Asked) -> bool:
        if "_bulk_get" in asked.path:
            sizes.append(len(json.loads(asked.body)["docs"]))
        return False

    way.rules.append(weigh)
    target, source = ends(own, far, way)
    assert replicate(source, target)["docs_written"] == 350
    assert sizes[-1] <= batch.FIRST // 2
    assert len(ids(own)) == 350


async def kept(wish: Wish, until: Callable[[], bool], patience: float = 30) -> Replications:
    """A replication kept at work until `until` holds; they are to be closed."""
    replications = Replications("node")
    replications.keep(wish)
    deadline = time.monotonic() + patience
    while not await asyncio.to_thread(until):
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.05)
    return replications


def test_a_feed_that_falls_silent_is_asked_again(own: Any, far: Any, way: Between) -> None:
    target, source = ends(own, far, way)
    silenced: list[Asked] = []

    def mute(asked: Asked) -> bool:
        if "longpoll" not in asked.path or silenced:
            return False
        silenced.append(asked)
        asked.handler.send_response(200)
        asked.handler.end_headers()
        time.sleep(20)
        return True

    async def run() -> None:
        way.rules.append(mute)
        write(far, "a")
        wish = Wish(source, target, continuous=True)
        replications = await kept(wish, lambda: bool(silenced))
        write(far, "b")
        begun = time.monotonic()
        while "b" not in await asyncio.to_thread(ids, own):
            assert time.monotonic() - begun < 10
            await asyncio.sleep(0.05)
        await replications.close()

    asyncio.run(run())


def test_a_target_that_is_made_anew_is_filled_anew(
    own: Any, far: Any, way: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "WATCHED", 0.3)
    target, source = ends(own, far, way)
    write(far, "a", "b")

    async def run() -> None:
        wish = Wish(source, target, continuous=True, interval=0.1)
        replications = await kept(wish, lambda: ids(own) == {"a", "b"})
        await asyncio.sleep(0.5)
        own.server.ask("DELETE", f"/{own.name}")
        own.server.ask("PUT", f"/{own.name}")
        begun = time.monotonic()
        while await asyncio.to_thread(ids, own) != {"a", "b"}:
            assert time.monotonic() - begun < 10
            await asyncio.sleep(0.05)
        await replications.close()

    asyncio.run(run())


def test_what_was_carried_before_a_long_run_was_cut_need_not_come_again(
    own: Any, far: Any, way: Between
) -> None:
    target, source = ends(own, far, way)
    for n in range(5):
        write(far, *(f"d{n}{i:03}" for i in range(300)))

    def slow(asked: Asked) -> bool:
        if "_bulk_get" in asked.path:
            time.sleep(0.3)
        return b'"d4' in asked.body and "_bulk_get" in asked.path and asked.say(500, b"{}") is None

    way.rules.append(slow)
    with pytest.raises(ReplicationError):
        replicate(source, target, interval=0.1)
    way.rules.clear()
    way.seen.clear()
    assert replicate(source, target)["docs_read"] < 1500
    assert len(ids(own)) == 1500
