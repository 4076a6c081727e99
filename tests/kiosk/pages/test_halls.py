"""All halls from any of them: who is heard, what each lacks, the worst first."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
import requests

from kiosk.pages.halls import model
from sync import clock
from sync.clock import stamp
from sync.documents.kind import Document
from sync.documents.node import NODE
from sync.documents.notice import NOTICE
from sync.documents.reach import HERE, REACH

IDLE: Final = {"urgent": 0, "words": 0, "media": 0}


def peer(id: str, name: str, state: str = "reachable", why: str = "", **more: Any) -> Document:
    since = stamp(clock.now() - timedelta(hours=1))
    told = {"id": id, "name": name, "role": "kiosk", "state": state, "why": why}
    return {**told, "since": since, **more}


@pytest.fixture
def heard(portal: Any) -> Iterator[Callable[..., None]]:
    """A function heard(id, name, seconds=…, **fields): a machine said so long ago how it is."""
    made: list[str] = []

    def said(id: str, name: str, seconds: float = 10, **fields: Any) -> None:
        well = {
            "role": "kiosk",
            "version": "2026.11",
            "disk": 38 * 10**9,
            "clock": {"certain": True, "ahead": 0.1},
            "waiting": IDLE,
            "refused": 0,
            "merged": 0,
        }
        at = stamp(clock.now() - timedelta(seconds=seconds))
        document = NODE.new(id, at=at, origin=f"{id}.1", name=name, **{**well, **fields})
        portal.database.put("status", document)
        made.append(document["_id"])

    yield said
    for id in made:
        portal.database.delete("status", portal.database.get("status", id))


@pytest.fixture
def reached(portal: Any) -> Iterator[Callable[..., None]]:
    """A function reached(*peers): how this machine reaches others, as its mesh says."""

    def said(*peers: Document) -> None:
        at = stamp(clock.now())
        portal.database.put("node", REACH.new(HERE, at=at, waiting=IDLE, peers=list(peers)))
        portal.services().lookout.forget()

    yield said
    if standing := portal.database.get("node", REACH.id(HERE)):
        portal.database.delete("node", standing)
    portal.services().lookout.forget()


def names(page: str) -> list[str]:
    return re.findall(r'href="/halls/[^"]+".*?<b><bdi>([^<]*)</bdi>', page, re.S)


def test_those_who_act_for_the_landlord_alone_see_the_halls(portal: Any, heard: Any) -> None:
    heard("n-a", "Hall A")
    assert "Hall A" in portal.sign_in("Gérard").get("/halls/").text
    assert "Hall A" in portal.sign_in("Gérard", mode="kiosk").get("/halls/").text
    assert portal.sign_in("Amina").get("/halls/").status_code == 403
    assert portal.sign_in("Nadia").get("/halls/n-a").status_code == 403
    assert portal.visit().get("/halls/").location.startswith("/signin?next=")


def test_what_needs_somebody_stands_first(portal: Any, heard: Any) -> None:
    heard("n-a", "Hall A")
    heard("n-b", "Hall B", clock={"certain": False, "ahead": 0})
    heard("n-c", "Hall C", disk=10**9)
    heard("n-d", "Hall D", seconds=121)
    page = portal.sign_in("Gérard").get("/halls/").text
    assert names(page) == ["Hall D", "Hall C", "Hall B", "Hall A"]
    assert "On ne l’entend plus depuis" in page
    assert "Son disque est presque plein." in page
    assert "Son heure n’est pas sûre." in page
    assert "3 halls sur 4 demandent un coup d’œil." in page


@pytest.mark.parametrize(("seconds", "silent"), [(119, False), (121, True)])
def test_a_hall_is_silent_after_two_minutes(
    portal: Any, heard: Any, seconds: int, silent: bool
) -> None:
    heard("n-a", "Hall A", seconds=seconds)
    (hall,) = model.halls(portal.database, None, clock.now() - timedelta(seconds=0.5))
    assert (hall.troubles == ("silent",)) is silent


def test_a_hall_that_others_know_and_nobody_ever_heard_is_listed(
    portal: Any, heard: Any, reached: Any
) -> None:
    heard("n-a", "Hall A", peers=[peer("n-h", "Chez Amina", role="home")])
    reached(peer("n-a", "Hall A"), peer("n-e", "Hall E", "unseen", "off"))
    page = portal.sign_in("Gérard").get("/halls/").text
    assert names(page) == ["Hall E", "Hall A"]
    assert "On ne l’a pas encore entendu." in page


def test_why_a_silent_hall_is_not_reached_is_said_in_words(
    portal: Any, heard: Any, reached: Any
) -> None:
    heard("n-d", "Hall D", seconds=600)
    reached(peer("n-d", "Hall D", "seen", "firewall"))
    page = portal.sign_in("Gérard").get("/halls/n-d").text
    assert "On ne l’entend plus depuis" in page
    assert "Un pare-feu le bloque." in page


def test_one_hall_tells_all_of_itself(portal: Any, heard: Any) -> None:
    away = peer("n-l", "Bureau HMP", "unseen", "off", role="landlord")
    heard(
        "n-a",
        "Hall A",
        peers=[peer("n-b", "Hall B"), away],
        waiting={"urgent": 1, "words": 5, "media": 3},
        refused=2,
        merged=4,
        clock={"certain": True, "ahead": -7.4},
    )
    page = portal.sign_in("Gérard").get("/halls/n-a").text
    for words in (
        "2026.11",
        "38 Go",
        "1 urgent, 5 textes et 3 photos",
        "7 secondes de retard",
        "<dt>Refusés</dt><dd>2</dd>",
        "<dt>Réunis</dt><dd>4</dd>",
        "Il ne joint pas Bureau HMP.",
        "Il semble éteint.",
    ):
        assert words in page, words
    assert page.index("Bureau HMP</bdi>") < page.index("Hall B</bdi>")
    assert portal.sign_in("Gérard").get("/halls/n-none").status_code == 404


def test_a_machine_on_its_own_says_that_it_knows_no_other(portal: Any) -> None:
    page = portal.sign_in("Gérard").get("/halls/").text
    assert "Ce hall ne connaît pas encore les autres." in page


def test_what_a_peer_sent_wrong_breaks_no_page(portal: Any, heard: Any) -> None:
    heard("n-a", "Hall A")
    portal.database.put("status", {"_id": "node:n-x", "kind": "node", "name": ["?"]})
    assert names(portal.sign_in("Gérard").get("/halls/").text) == ["Hall A"]
    portal.database.delete("status", portal.database.get("status", "node:n-x"))


def test_what_was_merged_is_for_the_administrator(portal: Any) -> None:
    said = {"audience": "public", "channel": "landlord", "lang": "fr", "at": "2026-11-23T13:10:00Z"}
    leaves = [
        {**NOTICE.new("n1", title=title, edited=f"2026-11-23T14:0{n}:00Z", **said), "_rev": rev}
        for n, (title, rev) in enumerate((("Marché lundi", "1-aa"), ("Marché mardi", "1-bb")))
    ]
    config = portal.config
    requests.post(
        f"{config.couch_url}/estate/_bulk_docs",
        json={"docs": leaves, "new_edits": False},
        auth=(config.couch_name, config.couch_password),
        timeout=10,
    ).raise_for_status()
    page = portal.sign_in("Thierry").get("/halls/merged").text
    assert "Marché mardi" in page
    assert "Marché lundi" not in page
    assert "2 versions" in page
    assert portal.sign_in("Gérard").get("/halls/merged").status_code == 403
    assert "/halls/merged" not in portal.sign_in("Gérard").get("/halls/").text
