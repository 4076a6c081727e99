"""What is announced, as one reader may see it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from sync import announcements
from sync.announcements import Reader, notices, one, works
from sync.clock import now, stamp
from sync.database import Database
from sync.documents.kind import Document
from sync.documents.notice import NOTICE
from sync.documents.withdrawal import withdraw
from sync.documents.works import WORKS_KIND

NOW = now()
AMINA = Reader(places=("figuiers-b", "figuiers", "mairie-13-14"), signed_in=True, now=NOW)
PASSER = Reader(places=("figuiers-b", "figuiers"), signed_in=False, now=NOW)
CLAIRE = Reader(places=(), signed_in=True, now=NOW, everywhere=True)


def notice(key: str, hours: float = 1, channel: str = "landlord", **more: Any) -> Document:
    at = stamp(NOW - timedelta(hours=hours))
    fields = {"audience": "public", "title": key, "lang": "fr", **more}
    return NOTICE.new(key, at=at, origin="n-1.2", channel=channel, **fields)


def job(key: str, starts: float, ends: float, **more: Any) -> Document:
    fields = {"audience": "public", "title": key, "lang": "fr", "channel": "landlord", **more}
    return WORKS_KIND.new(
        key,
        at=stamp(NOW),
        origin="n-1.2",
        what="water",
        starts=stamp(NOW + timedelta(hours=starts)),
        ends=stamp(NOW + timedelta(hours=ends)),
        **fields,
    )


def titles(documents: Sequence[Document]) -> list[str]:
    return [document["title"] for document in documents]


def test_news_are_newest_first_and_page_by_page(database: Database) -> None:
    database.bulk("estate", [notice(f"n{hours}", hours) for hours in (3, 1, 2, 5, 4)])
    assert titles(notices(database, AMINA, limit=2)) == ["n1", "n2"]
    assert titles(notices(database, AMINA, skip=2, limit=2)) == ["n3", "n4"]
    assert titles(notices(database, AMINA, skip=4, limit=2)) == ["n5"]


def test_news_of_other_places_are_for_others(database: Database) -> None:
    database.bulk(
        "estate",
        [notice("all"), notice("mine", to=["figuiers"]), notice("theirs", to=["gabians"])],
    )
    assert sorted(titles(notices(database, AMINA))) == ["all", "mine"]
    assert sorted(titles(notices(database, CLAIRE))) == ["all", "mine", "theirs"]
    nowhere = Reader(places=(), signed_in=False, now=NOW)
    assert sorted(titles(notices(database, nowhere))) == ["all", "mine", "theirs"]


def test_what_is_for_residents_is_not_for_a_passer_by(database: Database) -> None:
    database.put("estate", notice("code", audience="residents"))
    assert titles(notices(database, AMINA)) == ["code"]
    assert notices(database, PASSER) == []
    assert one(database, "notice:code", AMINA) is not None
    assert one(database, "notice:code", PASSER) is None


def test_news_of_one_channel_alone(database: Database) -> None:
    database.bulk("estate", [notice("hmp"), notice("ville", 2, "commune"), notice("old", 3)])
    assert titles(notices(database, AMINA, channel="commune")) == ["ville"]
    assert titles(notices(database, AMINA, channel="landlord")) == ["hmp", "old"]


def test_a_rare_channel_is_found_behind_many_others(database: Database) -> None:
    database.bulk("estate", [notice(f"n{n}", n / 60) for n in range(500)])
    database.put("estate", notice("ville", 999, "commune"))
    assert titles(notices(database, AMINA, channel="commune")) == ["ville"]


def test_what_was_withdrawn_or_has_expired_is_gone(database: Database) -> None:
    gone, over = notice("gone"), notice("over", until=stamp(NOW))
    database.bulk("estate", [gone, over, notice("old", 24 * 91), notice("good")])
    taken = withdraw(gone["_id"], at=stamp(NOW), by="s1", origin="n-1.2")
    database.put("estate", taken)
    assert titles(notices(database, AMINA)) == ["good"]
    assert one(database, gone["_id"], AMINA) is None
    assert one(database, over["_id"], AMINA) is None


def test_what_a_peer_sent_wrong_breaks_no_page(database: Database) -> None:
    bad = [
        {"_id": "notice:1", "kind": "notice", "at": 7, "to": 5, "channel": "landlord"},
        {"_id": "notice:2", "kind": "notice", "at": stamp(NOW), "channel": ["x"]},
        {"_id": "works:1", "kind": "works", "ends": "9", "starts": None},
    ]
    database.bulk("estate", [*bad, notice("good")])
    assert titles(notices(database, AMINA)) == ["good"]
    assert titles(notices(database, AMINA, channel="landlord")) == ["good"]
    assert works(database, AMINA) == []


def test_none_is_lost_or_doubled_where_batches_meet(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcements, "BATCHES", (3, 4, 20))
    database.bulk("estate", [notice(f"n{n}", n // 3) for n in range(9)])  # three at each instant
    found = titles(notices(database, AMINA, limit=20))
    assert sorted(found) == [f"n{n}" for n in range(9)]


def test_a_page_ends_whatever_the_database_holds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.bulk("estate", [notice(f"n{n}", n, to=["gabians"]) for n in range(900)])
    asked: list[int] = []
    find = database.find
    monkeypatch.setattr(
        database, "find", lambda *a, **k: (asked.append(k["limit"]), find(*a, **k))[1]
    )
    assert notices(database, AMINA) == []
    assert sum(asked) == sum(announcements.BATCHES)


def test_works_come_by_when_they_begin_then_by_how_near_they_are(database: Database) -> None:
    database.bulk(
        "estate",
        [
            job("late", 48, 50, to=["figuiers-b"]),
            job("estate", 24, 26),
            job("stairs", 24, 27, to=["figuiers-b"]),
            job("now", -5, 99),
            job("over", -5, -1),
            job("theirs", 1, 2, to=["gabians"]),
        ],
    )
    assert titles(works(database, AMINA)) == ["now", "stairs", "estate", "late"]
    assert titles(works(database, AMINA, skip=1, limit=2)) == ["stairs", "estate"]


def test_only_so_many_works_are_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "AHEAD", 2)
    database.bulk("estate", [job(f"w{n}", n, n + 1) for n in (3, 1, 2)])
    assert titles(works(database, AMINA, limit=9)) == ["w1", "w2"]


def test_what_is_not_there_is_nothing(database: Database) -> None:
    assert one(database, "notice:none", AMINA) is None
    assert notices(database, AMINA) == works(database, AMINA) == []
