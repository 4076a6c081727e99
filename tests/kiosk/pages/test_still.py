"""Whom the window may name when no page can be shown."""

from typing import Any


def test_the_caretaker_of_this_hall_is_told(portal: Any) -> None:
    answer = portal.visit(mode="kiosk", staircase="figuiers-b").get("/still")
    assert answer.json == {"keepers": ["Gérard Rossi"]}


def test_nobody_is_told_where_a_screen_stands_nowhere(portal: Any) -> None:
    assert portal.visit().get("/still").json == {"keepers": []}
    assert portal.visit(staircase="gabians-c").get("/still").json == {"keepers": []}


def test_asking_is_no_act_of_a_person(portal: Any) -> None:
    screen = portal.visit(mode="kiosk")
    screen.get("/still")
    from sync import clock

    assert screen.services.visits.left(screen.token, clock.now()) is None
