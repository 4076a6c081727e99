"""Who comes, where they are, how they want the screen."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk import cookies
from sync.documents.account import HOUSEHOLD
from sync.documents.preference import PREFERENCE, choose, chosen


def cookie(screen: Any, word: str) -> str | None:
    found = screen.client.get_cookie(cookies.name(word, 8080), domain="127.0.0.1")
    return found.value if found else None


def test_two_portals_on_one_machine_keep_their_own_visits(portal: Any) -> None:
    here, there = portal.sign_in("Amina"), replace(portal.config, port=8090)
    other = replace(portal, config=there, apps={}).visit()
    other.client = here.client.__class__(other.client.application)
    other.client._cookies = here.client._cookies  # one browser
    other.get("/")
    assert "Amina" in here.get("/").text
    assert here.client.get_cookie("visit-8090", domain="127.0.0.1")


def test_a_newcomer_gets_a_visit_and_who_has_one_keeps_it(portal: Any) -> None:
    screen = portal.visit()
    assert not screen.get("/").headers.getlist("Set-Cookie")
    screen.client.delete_cookie(cookies.name("visit", 8080), domain="127.0.0.1")
    (given,) = screen.get("/").headers.getlist("Set-Cookie")
    assert given.startswith("visit-8080=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(given.split("; "))


@pytest.mark.parametrize("value", ["", "x", "é", "\udcff", "a" * 5000])
def test_whatever_a_cookie_holds_the_page_comes(portal: Any, value: str) -> None:
    words = "; ".join(f"{cookies.name(word, 8080)}={value}" for word in ("visit", "look"))
    sent = {"Cookie": words.encode("utf-8", "surrogateescape").decode("latin-1")}
    screen = portal.visit()
    assert screen.client.get("/", base_url=screen.url, headers=sent).status_code == 200


def test_a_link_sets_the_screen_and_leads_to_the_plain_address(portal: Any) -> None:
    screen = portal.visit()
    answer = screen.get("/works/?n=2&lang=ar&size=huge&theme=blinding")
    assert (answer.status_code, answer.location) == (303, "/works/?n=2")
    assert cookie(screen, "look") == "ar.huge.light.normal.off.whole"
    page = screen.get("/").text
    assert 'lang="ar" dir="rtl"' in page
    assert 'data-size="huge"' in page


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "/%09/evil.example/"])
def test_no_link_leads_to_another_site(portal: Any, path: str) -> None:
    found = portal.visit().get(f"{path}?lang=ar").headers.get("Location", "/")
    assert found.startswith("/")
    assert found[1:2] not in ("/", "\\", "\t")


def test_a_home_computer_remembers_the_screen_and_a_kiosk_only_the_visit(portal: Any) -> None:
    kept = {
        mode: portal.visit(mode=mode).get("/?size=large").headers["Set-Cookie"]
        for mode in ("home", "kiosk")
    }
    assert "Max-Age=31536000" in kept["home"]
    assert "Max-Age" not in kept["kiosk"]


def test_what_a_resident_chooses_is_kept_for_their_other_screens(portal: Any) -> None:
    portal.sign_in("Fatou").get("/?size=large")
    fatou = portal.cast["Fatou"]
    found = portal.database.get("private", PREFERENCE.id(fatou.person, fatou.account))
    assert chosen(found)["size"] == "large"


def test_a_preference_of_a_newer_kind_is_never_overwritten(portal: Any) -> None:
    moussa, id = portal.cast["Moussa"], ""
    id = PREFERENCE.id(moussa.person, moussa.account)
    stamp = "2026-11-22T10:00:00.000Z"
    newer = PREFERENCE.new(
        moussa.person, household=moussa.account, at=stamp, by="p", origin="n-1.2", values={}
    )
    portal.database.put("private", {**choose(newer, stamp, size="huge"), "v": 2})
    screen = portal.sign_in("Moussa")
    assert screen.get("/?size=large").status_code == 303
    assert chosen(portal.database.get("private", id)) == {"size": "huge"}


def test_who_lives_somewhere_stands_there_and_not_where_the_kiosk_is(portal: Any) -> None:
    screen = portal.sign_in("Samira", mode="kiosk", staircase="figuiers-b")
    assert 'data-residence="gabians"' in screen.get("/").text
    passer = portal.visit(mode="kiosk", staircase="figuiers-b")
    assert 'data-residence="figuiers"' in passer.get("/").text


def test_what_asks_who_one_is_leads_to_the_door_and_back(portal: Any) -> None:
    answer = portal.visit().get("/reports/?n=1")
    assert answer.location == "/signin?next=%2Freports%2F%3Fn%3D1"
    assert portal.sign_in("Lucien").get("/desk/").status_code == 403
    assert portal.visit().get("/desk/").status_code == 303


def test_a_page_the_screen_asks_for_by_itself_is_no_act(portal: Any) -> None:
    screen = portal.sign_in("Lucien")
    asked: list[bool] = []
    sessions = screen.services.sessions
    get = sessions.get
    sessions.get = lambda *a, touch=True: (asked.append(touch), get(*a, touch=touch))[1]
    try:
        screen.get("/")
        screen.get("/", headers={"X-Live": "1"})
        screen.get("/healthz")
    finally:
        del sessions.get
    assert asked == [True, False, False]


def test_while_nobody_can_say_who_one_is_nobody_is_sent_away(portal: Any, free_port: Any) -> None:
    dead = replace(portal.config, couch_url=f"http://127.0.0.1:{free_port()}")
    away = replace(portal, config=dead, apps={})
    away.app().add_url_rule("/own", "reports.own", lambda: "", methods=["GET", "POST"])
    screen = away.visit()
    assert screen.get("/own").status_code == 503
    answer = screen.post("/own", {"words": "Bonjour"})
    assert answer.status_code == 503
    assert 'name="words" value="Bonjour"' in answer.text


def test_a_household_that_nobody_knows_stands_where_the_kiosk_is(portal: Any) -> None:
    lucien = portal.cast["Lucien"]
    id = HOUSEHOLD.id(lucien.account)
    screen = portal.sign_in("Lucien", mode="tv", staircase="gabians-c")
    stood = portal.database.get("accounts", id)
    portal.database.put("accounts", {**stood, "staircase": "nowhere"})
    try:
        assert 'data-residence="gabians"' in screen.get("/").text
    finally:
        now = portal.database.get("accounts", id)
        portal.database.put("accounts", {**stood, "_rev": now["_rev"]})
