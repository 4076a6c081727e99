"""The state of the node, for a program that watches it."""

from dataclasses import replace
from typing import Any


def test_a_node_that_can_show_pages_says_so(portal: Any) -> None:
    answer = portal.visit().get("/healthz")
    assert answer.status_code == 200
    assert answer.json["database"] is True
    assert answer.json["voice"] == []  # no worker runs beside this portal
    assert answer.json["version"][0].isdecimal()


def test_a_node_without_its_database_says_so(portal: Any, free_port: Any) -> None:
    dead = replace(portal.config, couch_url=f"http://127.0.0.1:{free_port()}")
    answer = replace(portal, config=dead, apps={}).visit().get("/healthz")
    assert answer.status_code == 503
    assert answer.json["database"] is False


def test_a_program_that_watches_is_no_person(portal: Any) -> None:
    screen = portal.sign_in("Lucien")
    (document,) = portal.database.range("node", "session:", "session;")[-1:]
    assert screen.get("/healthz").status_code == 200
    assert portal.database.get("node", document["_id"]) == document
