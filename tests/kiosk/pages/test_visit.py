"""A shared screen forgets: how long a visit lasts, who prolongs it, what its end takes along."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from kiosk.access.sessions import IDLE
from kiosk.access.tokens import token_digest
from kiosk.pages.listen.routes import sayings
from kiosk.pages.listen.sayings import Saying
from kiosk.prompts import PROMPTS
from kiosk.visits import PASSING
from sync import clock

KIOSK = IDLE["kiosk"].total_seconds()
WIPED = '"cache", "storage"'


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], datetime]:
    """A function later(seconds) that puts the clock forward, and says what it shows."""
    start, passed = clock.now(), [0.0]

    def forward(seconds: float) -> datetime:
        passed[0] += seconds
        return start + timedelta(seconds=passed[0])

    monkeypatch.setattr(clock, "now", lambda: start + timedelta(seconds=passed[0]))
    return forward


def left(screen: Any) -> Any:
    return screen.get("/visit/left").json["left"]


def cookie(screen: Any, word: str) -> str:
    found = screen.client.get_cookie(f"{word}-{screen.services.config.port}", domain="127.0.0.1")
    return found.value if found else ""


def document(screen: Any) -> Any:
    """What the database holds of the screen's session."""
    return screen.services.database.get("node", f"session:{token_digest(screen.token)}")


def stream(screen: Any) -> Any:
    answer = screen.get("/live", buffered=False)
    assert next(answer.response) == b": ok\n\n"
    return answer.response


def test_a_page_says_how_long_its_visit_lasts(portal: Any, later: Any) -> None:
    amina = portal.sign_in("Amina", mode="kiosk")
    page = amina.get("/").text
    assert f'data-left="{KIOSK:.0f}"' in page
    assert 'role="alertdialog"' in page
    later(100)
    assert left(amina) == KIOSK - 100


@pytest.mark.parametrize(("mode", "seconds"), [("home", 1800), ("tv", 1800)])
def test_home_and_television_warn_too(portal: Any, later: Any, mode: str, seconds: int) -> None:
    amina, passer_by = portal.sign_in("Amina", mode=mode), portal.visit(mode=mode)
    assert f'data-left="{seconds}"' in amina.get("/").text
    page = passer_by.get("/works/").text
    assert "data-left" not in page
    assert 'id="idle"' not in page


def test_one_touch_prolongs_a_visit_ten_times_and_more(portal: Any, later: Any) -> None:
    amina = portal.sign_in("Amina", mode="kiosk")
    amina.get("/")
    for _ in range(12):
        later(KIOSK - 10)
        assert amina.post("/visit/extend").json == {"left": KIOSK}
    assert amina.get("/reports/").status_code == 200


def test_what_a_screen_does_by_itself_prolongs_nothing(portal: Any, later: Any) -> None:
    amina = portal.sign_in("Amina", mode="kiosk")
    amina.get("/")
    for _ in range(4):
        later(KIOSK / 5)
        left(amina)
        amina.get("/", headers={"X-Live": "1"})
        amina.get("/listen/prompt/idle")
        stream(amina).close()
    assert left(amina) == pytest.approx(KIOSK / 5)


def test_a_touch_after_the_end_brings_nothing_back(portal: Any, later: Any) -> None:
    amina = portal.sign_in("Amina", mode="kiosk")
    amina.get("/")
    later(KIOSK)
    assert amina.post("/visit/extend").json == {"left": 0}
    assert amina.get("/", headers={"X-Live": "1"}).text.count('action="/leave"') == 0


def test_the_server_ends_a_visit_whose_page_is_frozen(portal: Any, later: Any) -> None:
    amina, fatou = (portal.sign_in(name, mode="kiosk") for name in ("Amina", "Fatou"))
    amina.get("/")
    name = sayings.add(Saying("L’eau est coupée.", "fr", 1.0, True), amina.token)
    open_stream = stream(amina)
    later(KIOSK - 1)
    fatou.get("/")
    theirs = sayings.add(Saying("Bonjour.", "fr", 1.0, True), fatou.token)
    assert amina.services.visits.tick(later(1)) >= 1
    assert list(open_stream) == []
    assert sayings.get(name) is None
    assert document(amina) is None
    assert sayings.get(theirs) is not None
    assert fatou.get("/reports/").status_code == 200


@pytest.mark.parametrize("way", ["/leave", "/visit/end"])
def test_leaving_and_the_end_leave_the_same_behind(portal: Any, way: str) -> None:
    amina = portal.sign_in("Amina", "ar", mode="kiosk")
    amina.get("/?size=huge")
    name = sayings.add(Saying("مرحبا", "ar", 1.0, True), amina.token)
    open_stream = stream(amina)
    answer = amina.post(way)
    assert answer.status_code in (204, 303)
    assert answer.headers["Clear-Site-Data"] == WIPED
    assert cookie(amina, "visit") not in ("", amina.token)
    assert cookie(amina, "look") == ""
    assert sayings.get(name) is None
    assert list(open_stream) == []
    assert amina.services.sessions.get(amina.token, clock.now()) is None


def test_without_a_script_the_next_request_says_that_the_visit_is_over(
    portal: Any, later: Any
) -> None:
    amina = portal.sign_in("Amina", mode="kiosk")
    amina.get("/reports/")
    later(KIOSK)
    answer = amina.get("/reports/")
    assert answer.status_code == 403
    assert "Votre visite est finie" in answer.text
    assert answer.headers["Clear-Site-Data"] == WIPED
    assert amina.get("/").status_code == 200
    assert 'action="/leave"' not in amina.get("/").text


def test_a_form_that_comes_too_late_says_so_once(portal: Any, later: Any) -> None:
    amina = portal.sign_in("Amina", mode="kiosk")
    amina.get("/settings/")
    later(KIOSK)
    answer = amina.post("/reports/x/nudge")
    assert answer.status_code in (403, 404)
    assert amina.get("/").status_code == 200


def test_a_kiosk_forgets_how_a_passer_by_set_its_screen(portal: Any, later: Any) -> None:
    passer_by = portal.visit("ar", mode="kiosk")
    assert f'data-left="{PASSING.total_seconds():.0f}"' in passer_by.get("/works/").text
    later(PASSING.total_seconds() - 1)
    assert 'lang="ar" dir="rtl"' in passer_by.get("/works/").text
    later(PASSING.total_seconds())
    answer = passer_by.get("/works/?page=2")
    assert (answer.status_code, answer.location) == (303, "/works/?page=2")
    assert 'lang="fr" dir="ltr"' in passer_by.get("/works/").text


def test_a_part_of_a_page_becomes_a_whole_one_when_the_language_is_reset(
    portal: Any, later: Any
) -> None:
    passer_by = portal.visit("ar", mode="kiosk")
    passer_by.get("/works/")
    later(PASSING.total_seconds())
    answer = passer_by.get("/news/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/news/")


def test_a_screen_as_one_finds_it_never_warns(portal: Any, later: Any) -> None:
    passer_by = portal.visit(mode="kiosk")
    passer_by.client.delete_cookie(f"look-{portal.config.port}", domain="127.0.0.1")
    assert "data-left" not in passer_by.get("/").text
    assert "data-left" in passer_by.get("/works/").text
    passer_by.get("/?theme=dark")
    assert "data-left" in passer_by.get("/").text
    passer_by.get("/?theme=light")
    later(PASSING.total_seconds() * 10)
    assert passer_by.get("/works/").status_code in (200, 303)


def test_what_a_passer_by_sends_slowly_without_a_script_is_not_lost(
    portal: Any, later: Any
) -> None:
    passer_by = portal.visit(mode="kiosk")
    passer_by.get("/signin/staff")
    later(PASSING.total_seconds() + 5)
    assert passer_by.post("/signin", {"scan": "x"}).status_code == 422
    assert passer_by.get("/works/").status_code == 200


def test_who_prolongs_or_ends_a_visit_shows_that_it_is_theirs(portal: Any) -> None:
    amina = portal.sign_in("Amina", mode="kiosk")
    for way in ("/visit/extend", "/visit/end"):
        assert amina.post(way, csrf="x").status_code == 403
    assert amina.get("/reports/").status_code == 200


def test_a_visit_of_a_killed_portal_ends_at_its_time(portal: Any, later: Any) -> None:
    amina = portal.sign_in("Amina", mode="kiosk")
    amina.get("/")
    portal.apps.clear()
    restarted = portal.services(mode="kiosk")
    assert restarted.sessions.get(amina.token, later(10), touch=False)
    restarted.visits.tick(later(KIOSK + 700))
    assert restarted.sessions.get(amina.token, later(0)) is None
    assert document(amina) is None


def test_the_warning_is_rendered_in_advance() -> None:
    assert "20 secondes" in PROMPTS["idle"]
