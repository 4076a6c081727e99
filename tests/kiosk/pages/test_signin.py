"""Coming in with a code or a card, and leaving so that nothing stays."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.access import codes
from kiosk.pages.signin import model
from sync import clock
from sync.documents.account import HOUSEHOLD
from sync.documents.key import household
from sync.documents.preference import PREFERENCE, choose

AMINA = {"staircase": "figuiers-b", "door": "31"}


def issue(portal: Any, name: str) -> Any:
    """A new code and card for one of the cast."""
    someone, services = portal.cast[name], portal.services()
    return services.verifier.issue(
        someone.account, someone.person, clock.now(), services.config.node.origin
    )


def passer_by(portal: Any, language: str = "", **which: Any) -> Any:
    """A screen that nobody has set."""
    screen = portal.visit(**which)
    screen.client.delete_cookie(f"look-{portal.config.port}", domain="127.0.0.1")
    if language:
        screen.get(f"/?lang={language}")
    return screen


def cookie(screen: Any, word: str) -> str:
    """What one of the screen's cookies holds; "" when it has none."""
    name = f"{word}-{screen.services.config.port}"
    found = screen.client.get_cookie(name, domain="127.0.0.1")
    return found.value if found else ""


def look(screen: Any) -> str:
    """How the screen is set."""
    return cookie(screen, "look")


def visit(screen: Any) -> str:
    """The token that the screen carries now."""
    return cookie(screen, "visit")


def test_amina_comes_in_with_her_door_and_her_code(portal: Any) -> None:
    screen, code = portal.visit(), issue(portal, "Amina").code
    before = visit(screen)
    answer = screen.post("/signin", {**AMINA, "code": codes.show(code), "next": "/settings/"})
    assert (answer.status_code, answer.location) == (303, "/settings/")
    assert visit(screen) != before
    session = portal.services().sessions.get(visit(screen), clock.now())
    assert session.person == portal.cast["Amina"].person


def test_a_card_opens_in_its_own_field_and_in_the_code_s(portal: Any) -> None:
    card = issue(portal, "Amina").card
    assert portal.visit().post("/signin", {"scan": card.lower()}).status_code == 303
    assert portal.visit().post("/signin", {**AMINA, "code": card}).status_code == 303


def test_a_wrong_code_and_an_unknown_door_are_answered_alike(portal: Any) -> None:
    wrong = codes.new_code()
    answers = [
        portal.visit().post("/signin", {"staircase": "figuiers-b", "door": door, "code": wrong})
        for door in ("31", "99")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    first, second = (main(answer.text) for answer in answers)
    assert "Ce code ne va pas avec cette porte." in first
    assert first.replace("porte 31", "porte 99").replace('"31"', '"99"') == second
    assert wrong not in first


def main(page: str) -> str:
    """The main part of a page without the words that belong to one visit."""
    inner = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'name="csrf" value="[^"]*"', "", inner)


def test_after_a_few_wrong_codes_the_page_says_how_long_to_wait(portal: Any) -> None:
    screen = portal.visit()
    answers = [
        screen.post("/signin", {"staircase": "gabians-c", "door": "21", "code": codes.new_code()})
        for _ in range(6)
    ]
    assert answers[0].status_code == 422
    last = answers[-1]
    assert last.status_code == 429
    seconds = int(last.headers["Retry-After"])
    assert f'data-countdown="{seconds}"' in last.text
    assert re.search(rf"Attendez {seconds} secondes?, puis réessayez", last.text)


def test_a_slip_of_the_finger_is_told_and_never_counted(portal: Any) -> None:
    screen, code = portal.visit(), issue(portal, "Fatou").code
    typo = code[:-1] + ("A" if code[-1] != "A" else "B")
    door = {"staircase": "figuiers-b", "door": "42"}
    for _ in range(6):
        answer = screen.post("/signin", {**door, "code": typo})
        assert answer.status_code == 422
        assert "Il y a une faute dans ce code" in answer.text
    assert screen.post("/signin", {**door, "code": code}).status_code == 303


def test_what_is_no_card_of_ours_gets_a_sentence(portal: Any) -> None:
    answer = portal.visit().post("/signin", {"scan": "4006381333931"})
    assert answer.status_code == 422
    assert "Cette carte n’est pas d’ici." in answer.text
    assert "4006381333931" not in answer.text


def test_a_replaced_card_opens_no_more(portal: Any) -> None:
    old = issue(portal, "Lucien").card
    issue(portal, "Lucien")
    answer = portal.visit().post("/signin", {"scan": old})
    assert answer.status_code == 422
    assert "Cette carte n’ouvre plus." in answer.text


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/\\evil.example", "https://evil.example", "/\t/evil.example", "x"]
)
def test_nobody_is_sent_to_another_site(portal: Any, path: str) -> None:
    card = issue(portal, "Amina").card
    assert portal.visit().post("/signin", {"scan": card, "next": path}).location == "/"


def test_the_screen_turns_to_the_person_s_language_unless_they_chose_one(portal: Any) -> None:
    card = issue(portal, "Amina").card
    untouched, touched = passer_by(portal), passer_by(portal, "fr")
    for screen in (untouched, touched):
        screen.post("/signin", {"scan": card})
    assert look(untouched).startswith("ar.")
    assert look(touched).startswith("fr.")


def test_the_screen_is_set_as_the_person_left_it_elsewhere(portal: Any) -> None:
    lucien, at = portal.cast["Lucien"], clock.stamp(clock.now())
    fresh = PREFERENCE.new(
        lucien.person, household=lucien.account, at=at, by=lucien.person, origin="n-1.1", values={}
    )
    portal.database.put("private", choose(fresh, at, size="huge", rate="slow"))
    screen = passer_by(portal)
    screen.post("/signin", {"scan": issue(portal, "Lucien").card})
    assert look(screen) == "fr.huge..slow.off.whole"


def test_the_doors_are_asked_for_where_the_kiosk_stands(portal: Any) -> None:
    anywhere = portal.visit().get("/signin").text
    here = portal.visit(mode="kiosk", staircase="figuiers-b").get("/signin").text
    assert "Les Gabians" in anywhere
    assert "Les Gabians" not in here
    assert "Escalier B" in here
    assert "Ici" in here


def test_letters_stand_on_the_pad_only_where_doors_have_them(portal: Any) -> None:
    at = household("crique", "crique-a", "3B")
    crique = {"residence": "crique", "staircase": "crique-a", "door": "3B", "floor": 0}
    portal.database.put("accounts", HOUSEHOLD.new(at, **crique))
    letters = model.Letters()
    assert letters.of(portal.database, "crique") == "B"
    assert letters.of(portal.database, "figuiers") == ""


def test_what_is_no_door_is_asked_for_again(portal: Any) -> None:
    answer = portal.visit().get("/signin/code?staircase=figuiers-b&door=31313")
    assert answer.status_code == 422
    assert 'name="door"' in answer.text
    assert portal.visit().get("/signin/door?staircase=nowhere").status_code == 404


def test_the_code_page_names_the_caretaker_and_says_no_sign_of_the_pad(portal: Any) -> None:
    from kiosk.pages.listen import shown

    page = portal.visit().get("/signin/code?staircase=figuiers-b&door=31").text
    said = [block.text for block in shown.blocks(page, "fr")]
    assert any("Gérard Rossi" in text for text in said)
    assert not any(len(text) == 1 for text in said)
    assert page.count("data-sign=") == 32


def test_claire_comes_in_by_her_name_and_goes_to_her_desk(portal: Any) -> None:
    screen, code = portal.visit(), issue(portal, "Claire").code
    names = screen.get("/signin/staff").text
    assert "Claire Ferrand" in names
    claire = portal.cast["Claire"].account
    assert "Claire Ferrand" in screen.get(f"/signin/code?staff={claire}").text
    answer = screen.post("/signin", {"staff": claire, "code": code})
    assert (answer.status_code, answer.location) == (303, "/desk/")


def test_gérard_goes_home_from_the_door(portal: Any) -> None:
    card = issue(portal, "Gérard").card
    assert portal.visit().post("/signin", {"scan": card}).location == "/"


def test_leaving_ends_the_session_and_forgets_the_screen(portal: Any) -> None:
    screen = portal.sign_in("Amina", language="ar", mode="kiosk")
    answer = screen.post("/leave")
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert visit(screen) != screen.token
    assert look(screen) == ""
    assert portal.services(mode="kiosk").sessions.get(screen.token, clock.now()) is None
    assert "Amina" not in screen.get("/").text


def test_a_home_computer_keeps_its_look_when_one_leaves(portal: Any) -> None:
    screen = portal.sign_in("Amina", language="ar")
    screen.post("/leave")
    assert look(screen).startswith("ar.")


def test_who_is_in_already_goes_on(portal: Any) -> None:
    answer = portal.sign_in("Amina").get("/signin?next=/reports/")
    assert (answer.status_code, answer.location) == (303, "/reports/")


def test_signing_in_ends_the_session_before(portal: Any) -> None:
    screen = portal.sign_in("Amina")
    card = issue(portal, "Fatou").card
    assert screen.post("/signin", {"scan": card}).status_code == 303
    assert portal.services().sessions.get(screen.token, clock.now()) is None


@given(st.text(max_size=40))
def test_a_path_to_go_on_to_never_names_another_site(text: str) -> None:
    for path in (text, "/" + text, "//" + text, "/\\" + text):
        found = model.local(path)
        assert found in ("", path)
        assert not found.startswith(("//", "/\\"))
        assert not re.search(r"[\x00-\x20\\]", found)


@given(st.text(max_size=20))
def test_a_door_is_four_of_our_signs_at_most(text: str) -> None:
    assert re.fullmatch(r"[0-9A-Z]{0,4}", model.door(text))


def test_doors_are_read_as_people_write_them() -> None:
    assert [model.door(text) for text in (" 3 b ", "٣١", "3-1", "31313", "é")] == [
        "3B",
        "31",
        "31",
        "",
        "",
    ]
