"""Every error is a page that says what can be done now."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk.answers import MOST
from sync.errors import BadAnswer, Conflict, DiskFull, Forbidden, TimedOut, Unreachable


@pytest.fixture
def trying(portal: Any) -> Callable[..., Any]:
    """A function trying(error) → a screen whose page "/try" ends in the error."""

    def made(error: Exception, *methods: str) -> Any:
        own = replace(portal, apps={})

        def fail() -> str:
            raise error

        rule = "/try" if methods == () else "/send"
        own.app().add_url_rule(rule, view_func=fail, methods=methods or ("GET", "POST"))
        return own.visit()

    return made


def told(answer: Any) -> str:
    """The main part of a page, without what its frame has ready for other troubles."""
    return str(answer.text.partition("<main")[2].partition("</main>")[0])


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (Unreachable("connection refused"), 503, "Rien n’est perdu."),
        (TimedOut("too slow an answer"), 503, "Rien n’est perdu."),
        (DiskFull("no space left"), 507, "Prévenez le gardien"),
        (Conflict("the document moved"), 409, "Quelqu’un vient de changer cette page"),
        (BadAnswer("a teapot answered"), 500, "Cela n’a pas marché"),
        (Forbidden("the name is refused"), 500, "Cela n’a pas marché"),
        (ZeroDivisionError("seven by nothing"), 500, "Ce n’est pas vous."),
    ],
)
def test_an_error_is_a_sentence_and_its_details_stay_in_the_log(
    trying: Any, error: Exception, code: int, sentence: str
) -> None:
    answer = trying(error).get("/try")
    assert answer.status_code == code
    assert sentence in answer.text
    assert str(error) not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_that_does_not_exist_leads_home(portal: Any) -> None:
    answer = portal.visit().get("/nothing-here")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
    assert '<a class="key act" href="/">' in answer.text


def test_an_error_is_said_in_the_readers_language(portal: Any) -> None:
    assert 'lang="ar" dir="rtl"' in portal.visit("ar").get("/nothing-here").text


def test_a_form_goes_again_with_all_that_was_sent(trying: Any) -> None:
    screen = trying(Unreachable("killed"))
    sent = {"key": "01ABC", "words": '<b>"L’eau"</b>\nfroide', "sign": ["a", "b"]}
    page = screen.post("/try?step=2", sent).text
    assert '<form action="/try?step=2" method="post" data-again>' in page
    assert 'name="key" value="01ABC"' in page
    assert 'value="&lt;b&gt;&#34;L’eau&#34;&lt;/b&gt;\nfroide"' in page
    assert page.count('name="sign"') == 2
    assert f'name="csrf" value="{screen.csrf}"' in page


def test_a_photo_has_to_be_taken_again_and_the_form_waits_for_it(trying: Any) -> None:
    photo = (io.BytesIO(b"\xff\xd8\xff"), "lift.jpg")
    page = told(trying(Unreachable("killed")).post("/try", {"words": "Cassé", "photo": photo}))
    assert "Reprenez la photo." in page
    assert "Rien n’est perdu." not in page
    assert 'type="file" id="again-1" name="photo"' in page
    assert 'name="words" value="Cassé"' in page
    assert "data-again" not in page


def test_a_form_with_an_empty_file_goes_by_itself(trying: Any) -> None:
    page = trying(Unreachable("killed")).post("/try", {"photo": (io.BytesIO(), "")}).text
    assert "Reprenez la photo." not in page
    assert "data-again" in page


@pytest.mark.parametrize("secret", ["code", "card", "scan"])
def test_a_secret_never_comes_back(trying: Any, secret: str) -> None:
    sent = {"door": "31", secret: "7QK2MB4HXA3", "next": "/reports/"}
    answer = trying(Unreachable("killed")).post("/try", sent)
    page = told(answer)
    assert "7QK2MB4HXA3" not in answer.text
    assert 'href="/signin?next=%2Freports%2F" data-again' in page
    assert "Rien n’est perdu." not in page


def test_signing_in_begins_anew_after_an_outage(portal: Any, free_port: Any) -> None:
    dead = replace(portal.config, couch_url=f"http://127.0.0.1:{free_port()}")
    screen = replace(portal, config=dead, apps={}).visit()
    staff = "s" + "a" * 12
    answer = screen.post("/signin", {"staff": staff, "code": "0000000000"})
    if answer.status_code != 503:  # a slip is told before anybody is asked
        answer = screen.post("/signin", {"scan": "X" * 40})
    assert "0000000000" not in answer.text
    assert "X" * 40 not in answer.text


def test_a_form_too_large_to_be_ours_is_not_given_back(trying: Any) -> None:
    answer = trying(Unreachable("killed")).post("/try", {"words": "a" * MOST})
    assert answer.status_code == 503
    assert len(answer.data) < MOST
    assert "Ce n’est pas encore envoyé." in told(answer)
    assert "Rien n’est perdu." not in told(answer)


def test_the_links_of_an_outage_lead_to_pages(trying: Any) -> None:
    page = trying(Unreachable("killed"), "POST").post("/send", {"words": "Bonjour"}).text
    assert 'data-here="/"' in page
    assert 'href="/?lang=ar"' in page


def test_what_a_full_disk_refused_is_sent_again_only_when_asked(trying: Any) -> None:
    page = told(trying(DiskFull("no space left")).post("/try", {"key": "01ABC", "words": "Cassé"}))
    assert '<form action="/try" method="post">' in page
    assert 'name="key" value="01ABC"' in page
    assert 'name="words" value="Cassé"' in page
    assert "Réessayer maintenant" in page


@pytest.mark.parametrize(
    ("before", "way"),
    [("{}/report/photo?what=lift", "/report/photo?what=lift"), ("http://evil.example/", "/")],
)
def test_what_is_too_heavy_leads_back_to_its_form(trying: Any, before: str, way: str) -> None:
    screen = trying(RequestEntityTooLarge())
    page = screen.post("/try", headers={"Referer": before.format(screen.url)})
    assert page.status_code == 413
    assert f'<a class="key act" href="{way}">' in told(page)


def test_a_form_of_another_site_is_told_so(portal: Any) -> None:
    answer = portal.visit().post("/signin", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert "Cette demande ne vient pas d’ici" in answer.text


def test_a_form_of_a_visit_that_ended_leads_to_the_door(portal: Any) -> None:
    answer = portal.visit().post("/signin", csrf="stale")
    assert answer.status_code == 403
    assert "Votre visite est finie" in answer.text
    assert 'href="/signin"' in answer.text
