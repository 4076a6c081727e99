"""Who is told what, when something changed."""

import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk import live
from kiosk.live import Live
from sync.documents.departure import departed
from sync.documents.key import fresh
from sync.errors import Unreachable


@pytest.fixture
def forgotten() -> list[bool]:
    return []


@pytest.fixture
def streams(forgotten: list[bool]) -> Iterator[Live]:
    made = Live(lambda: forgotten.append(True))
    yield made
    made.end()


def opened(streams: Live, household: str = "", token: str = "t") -> Iterator[str]:
    lines = streams.stream(household, token)
    assert next(lines) == ": ok\n\n"
    return lines


def test_what_is_public_is_told_to_every_screen(streams: Live, forgotten: list[bool]) -> None:
    amina, passer = opened(streams, "h1"), opened(streams)
    streams.tell("estate", "notice:1")
    assert next(amina) == next(passer) == "event: estate\ndata: \n\n"
    assert forgotten == [True]


def test_what_came_from_another_hall_is_met(database: Any) -> None:
    met = queue.Queue[Any]()
    streams = Live(lambda: None, meet=met.put)
    streams.follow(database)
    while met.empty():
        database.put("private", {"_id": f"h1:event:{fresh()}", "at": "2026-11-22T17:20:00Z"})
        time.sleep(0.1)
    streams.end()
    assert met.get()["at"] == "2026-11-22T17:20:00Z"


def test_what_is_private_is_told_to_the_household_and_the_staff_alone(streams: Live) -> None:
    amina, lucien, claire = (opened(streams, who) for who in ("h1", "h2", "staff"))
    streams.tell("private", "h1:event:1")
    streams.tell("estate", "notice:1")
    assert "mine" in next(amina)
    assert "mine" in next(claire)
    assert "estate" in next(lucien)


def test_a_stream_carries_no_word_of_anyone(streams: Live) -> None:
    amina = opened(streams, "h1")
    streams.tell("private", "h1:event:r1.secret")
    assert next(amina) == "event: mine\ndata: \n\n"


def test_what_this_machine_reaches_is_told_to_every_screen_and_read_anew() -> None:
    looked: list[bool] = []
    streams = Live(lambda: None, lambda: looked.append(True))
    passer = opened(streams)
    streams.tell("node", "session:1")
    assert looked == []
    streams.tell("node", "reach:here")
    assert next(passer) == "event: estate\ndata: \n\n"
    assert looked == [True]


def test_that_something_has_left_is_told_to_whom_it_is_of(streams: Live) -> None:
    amina, lucien = opened(streams, "hamina"), opened(streams, "hlucien")
    note = departed("hamina:report:r1", at="2026-11-23T13:10:00.000Z", peer="n-a")
    streams.tell("node", note["_id"], note)
    streams.tell("estate", "notice:1")
    assert "mine" in next(amina)
    assert "estate" in next(lucien)


def test_how_halls_are_is_told_to_the_staff_alone(streams: Live) -> None:
    amina, gerard = opened(streams, "hamina"), opened(streams, "staff")
    streams.tell("status", "node:n-a")
    streams.tell("estate", "notice:1")
    assert "halls" in next(gerard)
    assert "estate" in next(amina)


def test_who_leaves_hears_no_more(streams: Live) -> None:
    amina, fatou = opened(streams, "h1", "a"), opened(streams, "h1", "b")
    streams.close("a")
    streams.tell("private", "h1:event:1")
    assert list(amina) == []
    assert "mine" in next(fatou)


def test_a_screen_that_does_not_read_loses_the_oldest_words(streams: Live) -> None:
    lines = opened(streams, "h1")
    for _ in range(live.WAITING):
        streams.tell("estate", "notice:1")
    streams.tell("private", "h1:event:1")
    heard = [next(lines) for _ in range(live.WAITING)]
    assert "mine" in heard[-1]
    assert len(heard) == live.WAITING


def test_a_stream_that_nobody_reads_beats(streams: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT", 0.01)
    assert next(opened(streams)).startswith(":")


def test_streams_leave_room_for_pages_and_a_closed_one_leaves_its_own(
    streams: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 1)
    lines: Any = opened(streams)
    assert streams.is_full
    lines.close()
    assert not streams.is_full


def test_a_change_in_the_database_reaches_the_screens(streams: Live, database: Any) -> None:
    lines, heard = opened(streams), threading.Event()

    def listen() -> None:
        if "estate" in next(lines):
            heard.set()

    threading.Thread(target=listen, daemon=True).start()
    streams.follow(database)
    for number in range(100):  # until the follower stands
        database.put("estate", {"_id": f"notice:{number}"})
        if heard.wait(0.1):
            break
    assert heard.is_set()


def test_a_portal_that_stops_asks_no_database_any_more() -> None:
    class Gone:
        asked = 0

        def follow(self, db: str, since: str) -> Iterator[Any]:
            self.asked += 1
            raise Unreachable(db)

    streams, gone, before = Live(lambda: None), Gone(), set(threading.enumerate())
    streams.follow(gone)  # type: ignore[arg-type]
    following = [thread for thread in threading.enumerate() if thread not in before]
    assert following
    streams.end()
    for thread in following:
        thread.join(10)
        assert not thread.is_alive()
    assert gone.asked == len(following)


def test_too_many_screens_are_told_so(portal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST", 0)
    assert portal.visit().get("/live").status_code == 503
    monkeypatch.undo()
    answer = portal.visit().get("/live", buffered=False)
    assert answer.mimetype == "text/event-stream"
    assert next(answer.response) == b": ok\n\n"
    answer.close()
