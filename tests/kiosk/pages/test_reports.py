"""One's own reports: what is listed, what was said, what one may add."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import permutations
from typing import Any

import pytest
from PIL import Image

from i18n import dates
from i18n.languages import SOURCE
from kiosk.pager import ROOM
from kiosk.pages.reports.model import Case
from sync import album, stories
from sync.clock import stamp, today
from sync.documents.departure import departed
from sync.documents.fault import PROGRESS, declare, join
from sync.documents.key import fresh
from sync.documents.kind import Document
from sync.documents.report import (
    EVENT,
    REPORT,
    acknowledge,
    delivery,
    fold,
    key_of,
    number,
)
from sync.errors import Unreachable

NODE = "n-3f2a91c0.8d41"
NOW = datetime.now(UTC)
THEN = NOW - timedelta(days=3)
PROMISED = THEN.date() + timedelta(days=40)


@pytest.fixture
def report(portal: Any) -> Callable[..., Document]:
    """A function report(name, **fields) → a report that one of the cast has sent."""

    def made(name: str, at: datetime = THEN, **fields: Any) -> Document:
        someone = portal.cast[name]
        told = {"category": "light", "place": "figuiers-b-hall", "recipient": "landlord"}
        document = REPORT.new(
            fresh(),
            household=someone.account,
            at=stamp(at),
            by=someone.person,
            origin=NODE,
            **{**told, **fields},
        )
        portal.database.put("private", document)
        return document

    return made


@pytest.fixture
def answer(portal: Any) -> Callable[..., Document]:
    """A function answer(report, hours, **fields) → what Claire says of it, so many hours later."""

    def made(report: Document, hours: int = 1, **fields: Any) -> Document:
        event = EVENT.new(
            f"{key_of(report['_id'])}.{fresh()}",
            household=report["_id"].partition(":")[0],
            at=stamp(THEN + timedelta(hours=hours)),
            by=portal.cast["Claire"].person,
            origin=NODE,
            report=report["_id"],
            **fields,
        )
        portal.database.put("private", event)
        return event

    return made


def url(report: Document) -> str:
    return f"/reports/{key_of(report['_id'])}"


def jpeg() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (64, 48), "red").save(file, "JPEG")
    file.seek(0)
    return file


def test_each_person_sees_what_they_have_reported(portal: Any, report: Any) -> None:
    theirs, childs = report("Fatou"), report("Moussa", category="bins")
    page = portal.sign_in("Fatou").get("/reports/").text
    assert url(theirs) in page
    assert url(childs) not in page
    assert portal.sign_in("Fatou").get(url(childs)).status_code == 404
    assert portal.sign_in("Amina").get(url(theirs)).status_code == 404
    assert portal.visit().get(url(theirs)).location.startswith("/signin?next=")


def test_reports_come_newest_first_and_page_by_page(portal: Any, report: Any) -> None:
    sent = [report("Lucien", THEN + timedelta(days=day)) for day in range(9)]
    lucien = portal.sign_in("Lucien")
    first, second = lucien.get("/reports/").text, lucien.get("/reports/?n=1").text
    order = [key_of(document["_id"]) for document in reversed(sent)]
    assert re.findall(r'href="/reports/(\w{26})"', first) == order[: ROOM["home"]]
    assert re.findall(r'href="/reports/(\w{26})"', second) == order[ROOM["home"] :]
    assert "Suite" in first


def test_who_reported_nothing_reads_what_will_come_here(portal: Any) -> None:
    page = portal.sign_in("Samira").get("/reports/").text
    assert "Ici viennent les réponses de HMP." in page


def test_staff_have_no_reports_of_their_own(portal: Any, report: Any) -> None:
    claire = portal.sign_in("Claire")
    assert claire.get("/reports/").location == "/desk/"
    assert claire.get(url(report("Amina"))).status_code == 404


def test_an_answer_is_shown_with_its_language_and_its_promise(
    portal: Any, report: Any, answer: Any
) -> None:
    sent = report("Amina", signs=["light-out"], words="ماكاش الضوء", lang="ar")
    words = "L’électricien vient.\n<b>Merci</b>"
    answer(sent, state="planned", promised=str(PROMISED), words=words, lang="fr")
    page = portal.sign_in("Amina").get(url(sent)).text
    assert '<p class="told" dir="auto" lang="fr">L’électricien vient.\n&lt;b&gt;Merci' in page
    assert '<p class="told" dir="auto" lang="ar">ماكاش الضوء' in page
    assert dates.day(PROMISED, SOURCE) in page
    assert "Réparation prévue" in page
    assert "Pas de lumière" in page
    assert "HMP a répondu" in portal.sign_in("Amina").get("/reports/").text


def test_opening_an_answer_is_told_to_the_desk_once(portal: Any, report: Any, answer: Any) -> None:
    sent = report("Amina")
    event = answer(sent, words="On vient.", lang="fr")
    amina = portal.sign_in("Amina")
    amina.get(url(sent), headers={"X-Live": "1"})
    unopened = stories.one(portal.database, sent["_id"], NOW)
    assert unopened is not None
    assert unopened.heard(event) is None
    for _ in range(2):
        assert amina.get(url(sent)).status_code == 200
    story = stories.one(portal.database, sent["_id"], NOW)
    assert story is not None
    assert story.heard(event) is not None
    assert len(story.receipts) == 1
    assert story.read is None  # the landlord has not read the report for all that


def test_reading_goes_before_telling_that_one_has_read(
    portal: Any, report: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = report("Amina")
    answer(sent, words="On vient.", lang="fr")
    amina = portal.sign_in("Amina")

    def full(*_: Any) -> None:
        raise Unreachable("no room")

    monkeypatch.setattr(amina.services.database, "bulk", full)
    assert "On vient." in amina.get(url(sent)).text


def test_answers_that_contradict_are_both_shown(portal: Any, report: Any, answer: Any) -> None:
    sent = report("Amina")
    answer(sent, 1, state="done", words="C’est fait.", lang="fr")
    answer(sent, 2, state="planned", words="On vient jeudi.", lang="fr")
    page = portal.sign_in("Amina").get(url(sent)).text
    assert "Deux réponses ne vont pas ensemble." in page
    assert "C’est fait." in page
    assert "On vient jeudi." in page
    listed = portal.sign_in("Amina").get("/reports/").text
    assert "C’est réparé" in listed
    assert "Réparation prévue" in listed


def test_what_is_not_mended_is_opened_again_once(
    portal: Any, report: Any, answer: Any, hidden: Any
) -> None:
    sent = report("Amina")
    done = answer(sent, state="done")
    amina = portal.sign_in("Amina")
    page = amina.get(url(sent))
    assert "Ce n’est pas réparé" in page.text
    form = hidden(page)
    for _ in range(2):
        assert amina.post(f"{url(sent)}/reopen", form).status_code == 303
    story = stories.one(portal.database, sent["_id"], NOW)
    assert story is not None
    assert story.states == ("reopened",)
    first, again = story.events
    assert first == portal.database.get("private", done["_id"])
    assert again["after"] == [key_of(done["_id"])]
    assert "Ce n’est pas réparé" not in amina.get(url(sent)).text


def test_nobody_reopens_what_is_still_open_or_another_s(
    portal: Any, report: Any, answer: Any
) -> None:
    sent = report("Amina")
    assert "Ce n’est pas réparé" not in portal.sign_in("Amina").get(url(sent)).text
    portal.sign_in("Amina").post(f"{url(sent)}/reopen", {"key": fresh()})
    answer(sent, state="done")
    form = {"key": fresh()}
    assert portal.sign_in("Fatou").post(f"{url(sent)}/reopen", form).status_code == 404
    assert portal.visit().post(f"{url(sent)}/reopen", form).status_code == 403
    story = stories.one(portal.database, sent["_id"], NOW)
    assert story is not None
    assert story.states == ("done",)


def test_what_is_said_to_all_reaches_who_joined(portal: Any, report: Any) -> None:
    fault = declare("door", "figuiers-b-hall", THEN.date(), origin=NODE)
    households = [portal.cast[name].account for name in ("Amina", "Fatou", "Lucien")]
    key = key_of(fault["_id"])
    said = {"words": "La porte est neuve.", "lang": "fr", "promised": str(PROMISED)}
    progress = PROGRESS.new(
        f"{key}.{fresh()}",
        at=stamp(THEN),
        by=portal.cast["Claire"].person,
        origin=NODE,
        fault=fault["_id"],
        state="planned",
        **said,
    )
    metoos = [join(fault["_id"], household, THEN.date()) for household in households]
    portal.database.bulk("estate", [fault, progress, *metoos])
    sent = report("Amina", category="door", fault=fault["_id"])
    page = portal.sign_in("Amina").get(url(sent)).text
    assert "La porte est neuve." in page
    assert "2 foyers l’ont dit" in page
    assert dates.day(PROMISED, SOURCE) in page
    assert "Réparation prévue" in portal.sign_in("Amina").get("/reports/").text


def test_what_is_said_alike_to_one_and_to_all_is_said_once() -> None:
    said = {"at": "2026-11-24T09:00:00.000Z", "state": "planned", "words": "On vient."}
    event = {"_id": "h1:event:r.1", "by": "sclaire", **said}
    sent = {"_id": "h1:report:r", "by": "pamina", "at": stamp(THEN)}
    case = Case(fold(sent, [event], [], NOW), ({**said, "_id": "progress:f.1"},))
    assert [line.words for line in case.lines] == ["On vient."]
    assert case.states == ("planned",)


def test_a_photo_is_added_later_from_home_alone(portal: Any, report: Any) -> None:
    sent = report("Amina")
    amina = portal.sign_in("Amina")
    data = {"photo": (jpeg(), "x.jpg")}
    answer = amina.post(f"{url(sent)}/photo", data, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert f"{url(sent)}/photo/1?size=small" in amina.get(url(sent)).text
    assert len(album.photos(portal.database, sent["_id"])) == 1
    kiosk = portal.sign_in("Amina", mode="kiosk", staircase="figuiers-b").get(url(sent)).text
    assert 'type="file"' not in kiosk
    assert f"{url(sent)}/photo/1" in kiosk


def test_a_photo_that_is_none_is_refused_in_words(portal: Any, report: Any) -> None:
    sent = report("Amina")
    data = {"photo": (BytesIO(b"nothing"), "x.jpg")}
    answer = portal.sign_in("Amina").post(
        f"{url(sent)}/photo", data, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "Ce n’est pas une photo." in answer.text


def test_a_photo_is_served_to_who_added_it_and_to_staff(portal: Any, report: Any) -> None:
    sent = report("Fatou")
    data = {"photo": (jpeg(), "x.jpg")}
    portal.sign_in("Fatou").post(f"{url(sent)}/photo", data, content_type="multipart/form-data")
    address = f"{url(sent)}/photo/1"
    assert portal.sign_in("Fatou").get(address).mimetype == "image/jpeg"
    of = portal.cast["Fatou"].account
    assert portal.sign_in("Claire").get(f"{address}?of={of}").status_code == 200
    for name in ("Moussa", "Amina"):
        assert portal.sign_in(name).get(f"{address}?of={of}").status_code == 404
    assert portal.sign_in("Claire").get(f"{address}?of=h1:x").status_code == 404
    assert portal.visit().get(address).status_code == 303


def test_what_changes_elsewhere_changes_here(portal: Any, report: Any) -> None:
    page = portal.sign_in("Amina").get(url(report("Amina"))).text
    for part in ("how-far", "story"):
        assert re.search(rf'id="{part}" data-live="mine', page)


def test_delivery_follows_receipts_in_whatever_order_they_come() -> None:
    sent = {"_id": "h1:report:r", "by": "pamina", "at": "2026-11-23T08:00:00.000Z"}
    reached = acknowledge("h1:report:r", "reached", at="2026-11-23T09:00:00.000Z", origin=NODE)
    read = acknowledge("h1:report:r", "read", at="2026-11-23T10:00:00.000Z", origin="n-2.1")
    heard = acknowledge("h1:event:r.1", "read", at="2026-11-23T08:30:00.000Z", origin=NODE)
    for receipts in permutations([reached, read, heard]):
        steps = delivery(fold(sent, [], receipts, NOW))
        assert list(steps.values()) == [sent["at"], reached["at"], reached["at"], read["at"]]
    alone = delivery(fold(sent, [], [heard], NOW))
    assert list(alone.values()) == [sent["at"], None, None, None]


def test_a_number_has_the_letter_of_the_staircase_it_is_about(portal: Any) -> None:
    places = portal.services().estate.places()
    lift = number({"_id": "h1:report:r", "place": "figuiers-b-ascenseur"}, places)
    yard = number({"_id": "h1:report:r", "place": "figuiers-cour"}, places)
    assert lift == f"B {yard}"
    assert re.fullmatch(r"\d\d \d\d \d\d", yard)


def test_a_report_is_kept_then_leaves_then_is_got_then_is_read(portal: Any, report: Any) -> None:
    sent = report("Moussa", datetime.now(UTC) - timedelta(minutes=5))
    moussa = portal.sign_in("Moussa", mode="kiosk")

    def far() -> list[str]:
        page = moussa.get(url(sent)).text
        return re.findall(r'class="past">.*?<b>([^<]*)</b>', page)

    told = {"at": stamp(datetime.now(UTC)), "origin": "n-landlord.1"}
    assert far() == ["Gardé ici"]
    assert "Gardé ici" in moussa.get("/reports/").text
    portal.database.put("node", departed(sent["_id"], at=told["at"], peer="n-a"))
    assert far() == ["Gardé ici", "Parti de ce hall"]
    assert "Parti de ce hall" in moussa.get("/reports/").text
    portal.database.put("private", acknowledge(sent["_id"], "reached", **told))
    assert far() == ["Gardé ici", "Parti de ce hall", "Arrivé chez HMP"]
    portal.database.put("private", acknowledge(sent["_id"], "read", **told))
    assert far() == ["Gardé ici", "Parti de ce hall", "Arrivé chez HMP", "Lu"]


def test_at_home_nothing_leaves_a_hall(portal: Any, report: Any) -> None:
    page = portal.sign_in("Lucien").get(url(report("Lucien"))).text
    assert "Parti d’ici" in page
    assert "Parti de ce hall" not in page


def test_the_promise_runs_from_the_day_the_landlord_has_it_not_from_the_day_it_left(
    portal: Any, report: Any
) -> None:
    sent = report("Lucien")
    lucien = portal.sign_in("Lucien")
    portal.database.put("node", departed(sent["_id"], at=stamp(THEN), peer="n-a"))
    assert "HMP répond avant" not in lucien.get(url(sent)).text
    got = THEN + timedelta(days=2)
    receipt = acknowledge(sent["_id"], "reached", at=stamp(got), origin="n-l.1")
    portal.database.put("private", receipt)
    due = today(got) + timedelta(days=5)
    assert f"HMP répond avant {dates.day(due, SOURCE)}." in lucien.get(url(sent)).text


def test_a_photo_goes_its_own_way_after_the_words(portal: Any, report: Any) -> None:
    sent = report("Lucien", photos=1)
    lucien = portal.sign_in("Lucien", roles=("kiosk",))
    lucien.post(f"{url(sent)}/photo", {"photo": (jpeg(), "a.jpg")})
    told = {"at": stamp(datetime.now(UTC)), "origin": "n-landlord.1"}
    portal.database.put("private", acknowledge(sent["_id"], "reached", **told))
    assert "La photo est gardée ici." in lucien.get(url(sent)).text
    photo = album.photo_id(sent["_id"], 1)
    portal.database.put("node", departed(photo, at=told["at"], peer="n-a"))
    assert "La photo est en route." in lucien.get(url(sent)).text
    portal.database.put("private", acknowledge(photo, "reached", **told))
    assert "HMP a la photo." in lucien.get(url(sent)).text


def test_a_photo_that_was_taken_in_another_hall_is_on_its_way(portal: Any, report: Any) -> None:
    sent = report("Lucien", photos=2)
    assert "2 photos sont en route." in portal.sign_in("Lucien").get(url(sent)).text


def test_what_the_landlords_own_screen_keeps_has_reached_the_landlord(
    portal: Any, report: Any
) -> None:
    sent = report("Lucien", photos=1)
    lucien = portal.sign_in("Lucien")
    lucien.post(f"{url(sent)}/photo", {"photo": (jpeg(), "a.jpg")})
    assert "HMP a la photo." in lucien.get(url(sent)).text
