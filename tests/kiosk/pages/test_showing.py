"""A card shown to the screen's camera: who it lets in, and that nothing of what was seen stays."""

import gzip
import os
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from kiosk.access import cards
from kiosk.lens import MOST, Lens
from kiosk.pages.signin import showing
from sync import clock

SCRIPTS: Final = Path(__file__).resolve().parents[3] / "static" / "js"
WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@pytest.fixture(autouse=True)
def lens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lens that has seen nothing yet."""
    monkeypatch.setattr(showing, "lens", Lens())


def issue(portal: Any, name: str) -> str:
    """A new card for one of the cast."""
    someone, services = portal.cast[name], portal.services()
    origin = services.config.node.origin
    issued = services.verifier.issue(someone.account, someone.person, clock.now(), origin)
    return str(issued.card)


def frame(text: str = "") -> bytes:
    """What a screen sends of a card with this text; of an empty hall for none."""
    picture, file = Image.linear_gradient("L").resize((720, 540)), BytesIO()
    if text:
        code = Image.open(BytesIO(cards.picture(text))).convert("L").resize((180, 180))
        picture.paste(code, (270, 180))
    picture.save(file, "JPEG", quality=70)
    return file.getvalue()


def show(screen: Any, data: bytes, path: str = "/signin/frame", **headers: str) -> TestResponse:
    """What the portal answers to a frame from this screen."""
    known = {"Origin": screen.url, "X-CSRF-Token": screen.csrf, "X-Live": "1", **headers}
    answer: TestResponse = screen.client.post(
        path, base_url=screen.url, data=data, content_type="image/jpeg", headers=known
    )
    return answer


def test_a_card_before_the_camera_opens_as_a_scanned_one(portal: Any) -> None:
    screen, card = portal.visit(), issue(portal, "Amina")
    answer = show(screen, frame(card), "/signin/frame?next=/settings/")
    assert (answer.status_code, answer.json) == (200, {"onward": "/settings/"})
    assert "Location" not in answer.headers
    token = screen.client.get_cookie(f"visit-{portal.config.port}", domain="127.0.0.1").value
    session = portal.services().sessions.get(token, clock.now())
    assert session.person == portal.cast["Amina"].person


def test_a_scanned_and_a_shown_card_set_the_same_cookies(portal: Any) -> None:
    card = issue(portal, "Amina")
    answers = [portal.visit().post("/signin", {"scan": card}), show(portal.visit(), frame(card))]
    names = [
        {cookie.partition("=")[0] for cookie in a.headers.getlist("Set-Cookie")} for a in answers
    ]
    assert names[0] == names[1] != set()


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example", "/\t/evil.example"])
def test_a_shown_card_leads_to_no_other_site(portal: Any, path: str) -> None:
    answer = show(portal.visit(), frame(issue(portal, "Amina")), f"/signin/frame?next={path}")
    assert answer.json == {"onward": "/"}


def test_an_empty_hall_says_nothing(portal: Any) -> None:
    answer = show(portal.visit(), frame())
    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize("text", ["https://shop.example/card/4006381333931", "RESI" + "B" * 25])
def test_an_unknown_square_is_said_to_be_none_of_ours(portal: Any, text: str) -> None:
    answer = show(portal.visit(), frame(text))
    assert answer.status_code == 422
    assert answer.json == {"wrong": "Cette carte n’est pas d’ici.", "say": "card-foreign"}


def test_a_replaced_card_opens_no_more_before_the_camera(portal: Any) -> None:
    old = issue(portal, "Lucien")
    issue(portal, "Lucien")
    answer = show(portal.visit(), frame(old))
    assert (answer.status_code, answer.json["say"]) == (422, "card-old")


@pytest.mark.parametrize("data", [b"\xff\xd8\xff no picture", b"", frame() + bytes(2**20)])
def test_what_is_no_frame_says_nothing(portal: Any, data: bytes) -> None:
    answer = show(portal.visit(), data)
    assert (answer.status_code, answer.json) == (422, {"wrong": "", "say": ""})


def test_a_frame_needs_the_word_of_its_own_screen(portal: Any) -> None:
    screen, card = portal.visit(), issue(portal, "Amina")
    assert show(screen, frame(card), **{"X-CSRF-Token": portal.visit().csrf}).status_code == 403
    assert show(screen, frame(card), Origin="http://evil.example").status_code == 403


def test_more_frames_than_a_screen_sends_are_put_off(portal: Any) -> None:
    screen, hall = portal.visit(), frame()
    codes = [show(screen, hall).status_code for _ in range(MOST + 2)]
    assert codes == [204] * MOST + [429] * 2


def test_frames_are_no_act_of_a_person(portal: Any) -> None:
    screen = portal.visit(mode="kiosk")
    screen.get("/works/")
    visits, now = screen.services.visits, clock.now()
    left = visits.left(screen.token, now)
    show(screen, frame())
    assert visits.left(screen.token, now) == left


def test_who_is_in_shows_no_card(portal: Any) -> None:
    amina = portal.sign_in("Amina")
    assert show(amina, frame(issue(portal, "Lucien"))).status_code == 403
    assert amina.get("/signin/camera").location == "/"


def test_a_frame_is_never_written_nor_logged(portal: Any, caplog: Any) -> None:
    opened: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and arguments[2] & WRITING:
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    caplog.set_level("DEBUG")
    card, stranger = issue(portal, "Amina"), "https://shop.example/a-card"
    opened.clear()
    try:
        for data in (frame(), frame(stranger), frame(card), frame(card)[:5000]):
            show(portal.visit(), data)
        with open(os.devnull, "wb"):
            pass
    finally:
        watching = False
    assert opened == [os.devnull], "the hook sees what is opened, and it was this alone"
    assert card not in caplog.text
    assert stranger not in caplog.text


def test_only_the_camera_s_pages_may_open_it_and_they_are_loaded_whole(portal: Any) -> None:
    screen = portal.visit(mode="kiosk")
    assert "camera=(self)" in screen.get("/signin/camera").headers["Permissions-Policy"]
    for path in ("/", "/signin", "/works/"):
        assert "camera=()" in screen.get(path).headers["Permissions-Policy"]
    part = screen.get("/signin/camera?next=/works/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/signin/camera?next=/works/")


def test_without_scripts_the_page_leads_to_the_door(portal: Any) -> None:
    page = portal.visit(mode="kiosk").get("/signin/camera?next=/works/").text
    assert "Choisissez votre porte, puis tapez votre code." in page
    assert 'href="/signin?next=%2Fworks%2F"' in page


def test_a_scanner_is_heard_on_every_page_of_a_shared_screen(portal: Any) -> None:
    for mode in ("kiosk", "tv"):
        assert "/js/scan.js" in portal.visit(mode=mode).get("/works/").text
    assert "/js/scan.js" not in portal.visit(mode="home").get("/works/").text
    assert "/js/scan.js" in portal.visit(mode="home").get("/signin").text


def test_what_every_page_of_a_shared_screen_loads_for_a_scanner_is_tiny() -> None:
    assert len(gzip.compress((SCRIPTS / "scan.js").read_bytes(), 6)) <= 700
