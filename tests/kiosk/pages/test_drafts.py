"""What was typed outlives the visit for its owner: the warning, the late form, the next sign-in."""

import html
import re
from typing import Any, Final

import pytest

from kiosk.access.tokens import new_token
from kiosk.pages.report import sending
from sync import clock
from sync.documents.draft import DRAFT
from sync.documents.key import fresh
from sync.documents.report import REPORT
from sync.errors import Unreachable

SECRET: Final = "Personne ne le sait."
LIFT: Final = "figuiers-b-ascenseur"


@pytest.fixture
def cast(portal: Any) -> Any:
    """Nobody has begun to write anything."""
    for row in portal.database.range("node", "draft:", "draft;"):
        portal.database.delete("node", row)
    return portal


def form(screen: Any, hidden: Any, words: str = SECRET) -> dict[str, str]:
    """The form in which someone writes about the lift, as they have filled it."""
    page = screen.get(f"/report/words?what=lift&place={LIFT}")
    assert page.status_code == 200
    return {**hidden(page), "words": words, "sign": "lift-out"}


def kept(portal: Any, name: str) -> list[Any]:
    start = DRAFT.id(portal.cast[name].person)
    return list(portal.database.range("node", f"{start}:", f"{start};"))


def enter(portal: Any, name: str, **more: str) -> Any:
    """Someone's card before the reader: the answer and the screen they came in on."""
    screen = portal.visit()
    answer = screen.post("/signin", {"scan": portal._card(name, clock.now()), **more})
    assert answer.status_code == 303
    cookie = screen.client.get_cookie(f"visit-{portal.config.port}", domain="127.0.0.1")
    screen.token = cookie.value if cookie else ""
    return answer, screen


def test_the_page_whose_visit_ends_has_the_words_kept(cast: Any, hidden: Any) -> None:
    amina = cast.sign_in("Amina", mode="kiosk")
    assert 'data-kept="words sign"' in amina.get(f"/report/words?what=lift&place={LIFT}").text
    assert amina.post("/visit/draft", form(amina, hidden)).json == {"kept": True}
    (document,) = kept(cast, "Amina")
    assert SECRET not in str(document)
    assert amina.post("/visit/draft", {"words": SECRET}).json == {"kept": False}


def test_the_next_sign_in_offers_it_and_yes_leads_to_the_form_filled_in(
    cast: Any, hidden: Any
) -> None:
    amina = cast.sign_in("Amina")
    late = form(amina, hidden)
    amina.leave()
    answer = amina.post("/report/check", late)
    assert answer.status_code == 403
    assert "sept jours" in answer.text
    came, screen = enter(cast, "Amina")
    assert came.location == "/drafts/?next=%2F"
    offer = screen.get(came.location)
    assert "Vous aviez commencé un signalement. Le reprendre ?" in offer.text.replace("\u00a0", " ")
    assert SECRET not in offer.text
    way = re.search(r'class="key act" href="([^"]*)"', offer.text)
    assert way
    resumed = screen.get(html.unescape(way[1]))
    assert SECRET in resumed.text
    sent = screen.post("/report/send", hidden(resumed))
    assert sent.location.startswith("/report/sent/")
    assert kept(cast, "Amina") == []
    assert enter(cast, "Amina")[0].location == "/"


def test_no_thanks_deletes_it(cast: Any, hidden: Any) -> None:
    amina = cast.sign_in("Amina")
    amina.post("/visit/draft", form(amina, hidden))
    _, screen = enter(cast, "Amina")
    offer = screen.get("/drafts/?next=/works/")
    answer = screen.post("/drafts/drop", hidden(offer))
    assert answer.location == "/drafts/?next=%2Fworks%2F"
    assert screen.get(answer.location).location == "/works/"
    assert kept(cast, "Amina") == []


def test_another_person_is_offered_nothing_and_deletes_nothing(cast: Any, hidden: Any) -> None:
    amina = cast.sign_in("Amina")
    amina.post("/visit/draft", form(amina, hidden))
    came, fatou = enter(cast, "Fatou")
    assert came.location == "/"
    assert fatou.get("/drafts/").location == "/"
    fatou.post("/drafts/drop", {"form": "report"})
    assert fatou.get("/report/resume").location == "/report/"
    assert len(kept(cast, "Amina")) == 1
    assert cast.visit().get("/drafts/").location.startswith("/signin")


def test_a_form_of_amina_sent_in_fatou_s_visit_becomes_amina_s_draft(
    cast: Any, hidden: Any
) -> None:
    amina, fatou = cast.sign_in("Amina"), cast.sign_in("Fatou")
    late = form(amina, hidden)
    for path in ("/report/check", "/visit/draft", "/settings/"):
        for csrf in (None, amina.csrf):
            answer = fatou.post(path, late, csrf=csrf)
            assert answer.status_code == 403
            assert SECRET not in answer.text
    assert kept(cast, "Fatou") == []
    assert SECRET in enter(cast, "Amina")[1].get("/report/resume").text


def test_a_passer_by_s_words_are_kept_nowhere(cast: Any) -> None:
    passer_by = cast.visit()
    answer = passer_by.post("/report/check", {"words": SECRET}, csrf="old")
    assert answer.status_code == 403
    assert SECRET not in answer.text
    assert passer_by.post("/visit/draft", {"words": SECRET}).json == {"kept": False}
    assert cast.database.range("node", "draft:", "draft;") == []


def test_who_begins_the_same_anew_is_asked_there_and_not_before(cast: Any, hidden: Any) -> None:
    amina = cast.sign_in("Amina")
    amina.post("/visit/draft", form(amina, hidden))
    onward = f"/report/photo?what=light&place={LIFT}"
    came, screen = enter(cast, "Amina", next=onward)
    assert came.location == onward
    assert "Reprendre ce que vous écriviez" in screen.get("/report/").text


def test_a_killed_portal_keeps_the_draft_and_forgets_the_key(cast: Any, hidden: Any) -> None:
    amina = cast.sign_in("Amina")
    amina.post("/visit/draft", form(amina, hidden))
    cast.apps.clear()
    amina.services = cast.services()
    amina.client.application = cast.app()
    assert amina.get("/report/resume").location == "/report/"  # she is in, her key is gone
    assert 'data-kept="words sign"' in amina.get(f"/report/words?what=lift&place={LIFT}").text
    assert SECRET in enter(cast, "Amina")[1].get("/report/resume").text


def test_a_key_lasts_no_longer_than_its_visit(cast: Any) -> None:
    _, screen = enter(cast, "Amina")
    keys, visits = screen.services.drafts.keys, screen.services.visits
    assert keys.opens(screen.token)
    assert visits.left(screen.token, clock.now()) is not None  # though no page was asked for yet
    screen.post("/visit/end")
    assert not keys.opens(screen.token)


def test_while_the_database_is_away_the_sealed_draft_waits(
    cast: Any, hidden: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = cast.sign_in("Amina")
    late = form(amina, hidden)
    shelf = amina.services.drafts.shelf
    away = type(cast.database)("http://127.0.0.1:9", "", "")
    with monkeypatch.context() as patch:
        patch.setattr(shelf, "_database", away)
        assert amina.post("/visit/draft", late).json == {"kept": True}
        assert kept(cast, "Amina") == []
        shelf.tidy(clock.now())
    shelf.tidy(clock.now())
    (document,) = kept(cast, "Amina")
    assert SECRET not in str(document)
    assert SECRET in enter(cast, "Amina")[1].get("/report/resume").text


def test_the_page_of_an_outage_says_whose_words_it_holds(
    cast: Any, hidden: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = cast.sign_in("Amina", mode="kiosk")
    fields = form(amina, hidden)

    def away(*_: object) -> None:
        raise Unreachable("killed")

    monkeypatch.setattr(sending, "send", away)
    page = amina.post("/report/send", fields)
    assert page.status_code == 503
    assert 'data-kept="words sign"' in page.text
    assert amina.post("/visit/draft", hidden(page)).json == {"kept": True}


def test_an_answer_begun_at_the_desk_is_its_writer_s(cast: Any, hidden: Any) -> None:
    household, key = cast.cast["Amina"].account, fresh()
    report = REPORT.new(
        key,
        household=household,
        at=clock.stamp(clock.now()),
        by=cast.cast["Amina"].person,
        origin="n-3f2a91c0.8d41",
        category="lift",
        place=LIFT,
    )
    cast.database.put("private", report)
    page = f"/desk/{household}/{key}"
    claire = cast.sign_in("Claire")
    typed = {**hidden(claire.get(page)), "words": SECRET, "state": "received"}
    claire.leave()
    assert claire.post(page, typed).status_code == 403
    came, screen = enter(cast, "Claire")
    assert came.location == "/drafts/?next=%2Fdesk%2F"
    assert "Vous aviez commencé une réponse" in screen.get(came.location).text
    resumed = screen.get(f"{page}?draft=1")
    assert SECRET in resumed.text
    assert SECRET not in cast.sign_in("Gérard").get(f"{page}?draft=1").text
    answer = screen.post(page, {**hidden(resumed), "words": SECRET, "state": "received"})
    assert answer.status_code == 303
    assert kept(cast, "Claire") == []


def test_a_mark_of_another_machine_is_worth_nothing(cast: Any) -> None:
    passer_by = cast.visit()
    fields = {"owner": f"{new_token()}.{'0' * 64}", "words": SECRET}
    assert passer_by.post("/visit/draft", fields).json == {"kept": False}
    assert "sept jours" not in passer_by.post("/report/send", fields, csrf="x").text
