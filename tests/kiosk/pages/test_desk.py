"""The desk: Claire finds, answers and announces; who may not, does not."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from sync import album, clock, faults, stories
from sync.documents.fault import declare, join
from sync.documents.key import fresh
from sync.documents.kind import Document
from sync.documents.report import EVENT, REPORT, Story, acknowledge, key_of, number

Hidden = Callable[[Any], dict[str, str]]


@pytest.fixture(autouse=True)
def empty(portal: Any) -> None:
    for db in ("private", "private-media", "estate"):
        for document in portal.database.range(db, "a", "zz"):
            if document["kind"] != "place":
                portal.database.delete(db, document)
    for app in portal.apps.values():
        app.extensions["residacoeur"].estate.forget()


@pytest.fixture
def report(portal: Any) -> Callable[..., Document]:
    """A function report(name, days, **fields) that writes what one of the cast has reported."""

    def write(name: str = "Fatou", days: float = 1, **fields: Any) -> Document:
        someone = portal.cast[name]
        given = {"category": "lift", "place": f"{someone.home}-ascenseur", **fields}
        document = REPORT.new(
            fresh(),
            household=someone.account,
            at=clock.stamp(clock.now() - timedelta(days=days)),
            by=someone.person,
            origin="n-1.a",
            **given,
        )
        portal.database.put("private", document)
        return document

    return write


def path(document: Document) -> str:
    household, _, key = document["_id"].split(":")
    return f"/desk/{household}/{key}"


def story(portal: Any, document: Document) -> Story:
    found = stories.one(portal.database, document["_id"], clock.now())
    assert found is not None
    return found


def day(away: int) -> str:
    return str(clock.today(clock.now()) + timedelta(days=away))


def state(portal: Any, document: Document, word: str, **fields: Any) -> Document:
    event = EVENT.new(
        f"{key_of(document['_id'])}.{fresh()}",
        household=document["_id"].partition(":")[0],
        at=clock.stamp(clock.now()),
        by=portal.cast["Claire"].person,
        origin="n-1.a",
        report=document["_id"],
        state=word,
        **fields,
    )
    portal.database.put("private", event)
    return event


def test_residents_and_passers_by_find_no_desk(portal: Any, report: Any) -> None:
    sent = report()
    for where in ("/desk/", path(sent), "/desk/published", "/desk/publish/emergency"):
        assert portal.visit().get(where).headers["Location"].startswith("/signin?next=")
        assert portal.sign_in("Fatou").get(where).status_code == 403
    assert portal.sign_in("Fatou").post(path(sent), {"state": "done"}).status_code == 403
    assert story(portal, sent).states == ()


def test_what_is_due_soonest_stands_first(portal: Any, report: Any) -> None:
    late, fresh_one = report(days=9, category="door"), report("Lucien", category="noise")
    receipt = acknowledge(late["_id"], "reached", at="2026-11-01T10:00:00Z", origin="n-2.b")
    portal.database.put("private", receipt)
    text = portal.sign_in("Claire").get("/desk/").text
    assert text.index(path(late)) < text.index(path(fresh_one))
    assert 'class="late"' in text
    assert "2 demandes" in text


def test_each_case_stands_in_its_queue(portal: Any, report: Any) -> None:
    sent, planned, done = report(), report("Lucien"), report("Samira")
    state(portal, planned, "planned", promised=day(3))
    state(portal, done, "done")
    claire = portal.sign_in("Claire")
    for queue, mine in (("open", sent), ("planned", planned), ("finished", done)):
        text = claire.get(f"/desk/?queue={queue}").text
        found = {d["_id"] for d in (sent, planned, done) if path(d) in text}
        assert found == {mine["_id"]}, queue
    assert all(path(d) in claire.get("/desk/?queue=all").text for d in (sent, planned, done))


def test_the_list_tells_the_household_that_hmp_has_it(portal: Any, report: Any) -> None:
    sent = report()
    portal.sign_in("Claire").get("/desk/")
    first = story(portal, sent).reached
    assert first
    portal.sign_in("Claire").get("/desk/")
    assert (story(portal, sent).reached, story(portal, sent).read) == (first, None)


def test_a_hall_s_own_node_does_not_speak_for_hmp(portal: Any, report: Any) -> None:
    sent = report()
    claire = portal.sign_in("Claire", roles=("kiosk",))
    assert path(sent) in claire.get("/desk/").text
    claire.get(path(sent))
    assert story(portal, sent).reached is None


def test_opening_a_report_tells_that_it_is_read(portal: Any, report: Any) -> None:
    sent = report()
    claire = portal.sign_in("Claire")
    assert "Fatou Diallo" in claire.get(path(sent)).text
    first = story(portal, sent).read
    assert first
    claire.get(path(sent))
    assert story(portal, sent).read == first


def test_claire_finds_by_number_door_and_word(portal: Any, report: Any) -> None:
    mine = report("Amina", words="L’évier déborde", category="water", place="figuiers-b", flat=True)
    other = report("Lucien", words="Le bruit")
    claire = portal.sign_in("Claire")
    told = number(mine, portal.services().estate.places())
    for asked in (told, told[2:], "31", "b 31", "evier deborde"):
        text = claire.get("/desk/", query_string={"q": asked}).text
        assert path(mine) in text, asked
        assert path(other) not in text, asked
    assert path(mine) not in claire.get("/desk/?q=a+31").text


def test_one_residence_is_seen_alone(portal: Any, report: Any) -> None:
    here, there = report("Fatou"), report("Samira")
    text = portal.sign_in("Claire").get("/desk/?residence=gabians").text
    assert path(there) in text
    assert path(here) not in text


def test_sixteen_cases_are_two_pages_and_the_way_back_is_kept(portal: Any, report: Any) -> None:
    for _ in range(16):
        report()
    claire = portal.sign_in("Claire")
    assert claire.get("/desk/").text.count('class="what"') == 15
    second = claire.get("/desk/?queue=open&n=1").text
    (link,) = re.findall(r'class="what" href="([^"]+)"', second)
    assert "n=1" in link
    assert 'href="/desk/?queue=open&amp;n=1"' in claire.get(link.replace("&amp;", "&")).text


def test_fatou_hears_claire_s_answer_with_its_day(portal: Any, report: Any, hidden: Hidden) -> None:
    sent = report()
    claire = portal.sign_in("Claire")
    form = hidden(claire.get(path(sent)))
    answer = {**form, "state": "planned", "promised": day(2), "words": "On vient avec la pièce."}
    for _ in range(2):  # the answer was lost: the same form is sent again
        assert claire.post(path(sent), answer).status_code == 303
    told = story(portal, sent)
    assert len(told.events) == 1
    assert (told.states, str(told.promised)) == (("planned",), day(2))
    assert told.events[0]["by"] == portal.cast["Claire"].person
    assert "On vient avec la pièce." in claire.get(path(sent)).text


def test_other_words_under_the_same_form_change_nothing(
    portal: Any, report: Any, hidden: Hidden
) -> None:
    sent = report()
    claire = portal.sign_in("Claire")
    form = {**hidden(claire.get(path(sent))), "state": "received"}
    claire.post(path(sent), {**form, "words": "Merci."})
    assert claire.post(path(sent), {**form, "words": "Non."}).status_code == 409
    assert [event["words"] for event in story(portal, sent).events] == ["Merci."]


def test_all_who_have_the_fault_hear_the_day_and_no_private_word(
    portal: Any, report: Any, hidden: Hidden
) -> None:
    fault = declare("lift", "figuiers-b-ascenseur", clock.today(clock.now()), origin="n-1.a")
    portal.database.bulk(
        "estate", [fault, join(fault["_id"], "hlucien000", clock.today(clock.now()))]
    )
    sent = report(fault=fault["_id"])
    claire = portal.sign_in("Claire")
    page = claire.get(path(sent))
    assert "2 foyers" in page.text
    answer = {"state": "planned", "promised": day(1), "words": "Votre fauteuil passe."}
    claire.post(path(sent), {**hidden(page), **answer})
    public = faults.one(portal.database, fault["_id"])
    assert public is not None
    (progress,) = public.progress
    assert (progress["state"], progress["promised"]) == ("planned", day(1))
    assert "fauteuil" not in str(public)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Dites où cela en est."),
        ({"state": "reopened"}, "Dites où cela en est."),
        ({"state": "planned"}, "Dites quel jour."),
        ({"state": "planned", "promised": day(-1)}, "Ce jour est passé."),
        ({"state": "planned", "promised": day(900)}, "trop loin"),
        ({"state": "received", "promised": "demain"}, "Écrivez un jour"),
        ({"state": "done", "words": "a" * 2001}, "C’est trop long"),
    ],
)
def test_an_answer_with_a_fault_is_kept_on_the_page_and_not_sent(
    portal: Any, report: Any, hidden: Hidden, fields: dict[str, str], said: str
) -> None:
    sent = report()
    claire = portal.sign_in("Claire")
    form = hidden(claire.get(path(sent)))
    answer = claire.post(path(sent), {**form, "words": "Mes mots restent.", **fields})
    assert answer.status_code == 422
    assert said in answer.text
    assert fields.get("words", "Mes mots restent.") in answer.text
    assert hidden(answer)["key"] == form["key"]
    assert story(portal, sent).events == ()


def test_a_day_means_nothing_once_it_is_done(portal: Any, report: Any, hidden: Hidden) -> None:
    sent = report()
    claire = portal.sign_in("Claire")
    form = {**hidden(claire.get(path(sent))), "state": "done", "promised": day(-3)}
    assert claire.post(path(sent), form).status_code == 303
    assert story(portal, sent).promised is None


def test_a_template_fills_the_form_and_sends_nothing(
    portal: Any, report: Any, hidden: Hidden
) -> None:
    sent = report()
    claire = portal.sign_in("Claire")
    form = hidden(claire.get(path(sent)))
    page = claire.post(path(sent), {**form, "template": "3", "promised": day(2)})
    assert page.status_code == 200
    assert "C’est réparé. Sinon, dites-le nous ici.</textarea>" in page.text
    assert f'value="{day(2)}"' in page.text
    assert 'value="done" checked' in page.text
    assert re.search(r"<textarea [^>]*data-focus", page.text)
    assert hidden(page)["key"] == form["key"]
    assert story(portal, sent).events == ()


def test_contradicting_answers_both_show_until_claire_chooses(
    portal: Any, report: Any, hidden: Hidden
) -> None:
    sent = report()
    state(portal, sent, "planned", promised=day(3))
    state(portal, sent, "closed")
    claire = portal.sign_in("Claire")
    assert path(sent) in claire.get("/desk/?queue=open").text
    page = claire.get(path(sent))
    assert "Deux réponses se contredisent." in page.text
    assert page.text.count("Garder\xa0:") == 2
    claire.post(path(sent), {**hidden(page), "state": "planned"})
    assert story(portal, sent).states == ("planned",)
    assert "se contredisent" not in claire.get(path(sent)).text


def test_an_answer_is_after_what_its_writer_saw_and_no_more(
    portal: Any, report: Any, hidden: Hidden
) -> None:
    sent = report()
    seen = state(portal, sent, "received")
    claire = portal.sign_in("Claire")
    form = hidden(claire.get(path(sent)))
    state(portal, sent, "closed", after=[key_of(seen["_id"])])
    claire.post(path(sent), {**form, "state": "done"})
    assert set(story(portal, sent).states) == {"closed", "done"}


def test_a_fault_nobody_reported_has_a_queue_and_an_answer(portal: Any, hidden: Hidden) -> None:
    fault = declare("light", "figuiers-b-hall", clock.today(clock.now()), origin="n-1.a")
    portal.database.put("estate", fault)
    where = f"/desk/fault/{key_of(fault['_id'])}"
    claire = portal.sign_in("Claire")
    assert where in claire.get("/desk/?queue=unreported").text
    assert where not in claire.get("/desk/").text
    page = claire.get(where)
    assert "Hall B" in page.text
    assert claire.post(where, {**hidden(page), "state": "done"}).status_code == 303
    found = faults.one(portal.database, fault["_id"])
    assert found is not None
    assert found.state == "done"
    assert where not in claire.get("/desk/?queue=unreported").text


def test_arabic_words_keep_their_language_and_a_script_stays_words(
    portal: Any, report: Any
) -> None:
    sent = report("Amina", words="<script>المصعد</script>", lang="ar")
    text = portal.sign_in("Claire").get(path(sent)).text
    assert 'dir="auto" lang="ar">&lt;script&gt;المصعد' in text


class Snap(NamedTuple):
    full: bytes = b"large"
    small: bytes = b"small"
    width: int = 40
    height: int = 30


def test_a_photo_is_shown_or_said_to_be_on_its_way(portal: Any, report: Any) -> None:
    sent = report(photos=2)
    author, when = portal.cast["Fatou"].person, clock.now()
    album.add(portal.database, sent["_id"], [Snap()], at=when, by=author, origin="n-1.a")
    claire = portal.sign_in("Claire")
    page = claire.get(path(sent)).text
    (shown,) = re.findall(r'<img src="([^"]+)"', page)
    assert "La photo est en chemin." in page
    assert claire.get(shown).data == b"small"
    assert claire.get(shown.replace("small", "full")).data == b"large"
    assert portal.sign_in("Lucien").get(shown).status_code == 403


def test_what_is_not_there_is_no_page(portal: Any, report: Any) -> None:
    claire = portal.sign_in("Claire")
    for where in (
        "/desk/hnobody0000/none",
        "/desk/fault/none",
        "/desk/publish/poem",
        "/desk/photo/hnobody0000/none/1/small",
        f"/desk/photo/{path(report())[6:]}/1/huge",
    ):
        assert claire.get(where).status_code == 404, where


@pytest.mark.parametrize("path", ["/desk/published", "/desk/publish/notice"])
def test_the_key_of_the_page_one_is_on_is_the_only_one_marked(portal: Any, path: str) -> None:
    page = portal.sign_in("Claire").get(path).text
    keys = page.partition('<div class="make">')[2].partition("</div>")[0]
    assert keys.count("aria-current") == 1
    assert f'href="{path}" aria-current="page"' in keys


def test_the_desk_has_its_own_look_and_no_inline_style(portal: Any, report: Any) -> None:
    text = portal.sign_in("Claire").get(path(report())).text
    assert 'data-mode="desk"' in text
    assert "css/desk.css" in text
    assert "style=" not in text


@pytest.mark.parametrize(
    ("came", "asked", "whole"),
    [("/", "/desk/", True), ("/desk/", "/", True), ("/desk/", "/desk/?queue=all", False)],
)
def test_crossing_the_desk_s_threshold_opens_a_whole_page(
    portal: Any, came: str, asked: str, whole: bool
) -> None:
    claire = portal.sign_in("Claire")
    headers = {"HX-Request": "true", "HX-Current-URL": f"{claire.url}{came}"}
    answer = claire.get(asked, headers=headers)
    assert answer.headers.get("HX-Redirect") == (asked if whole else None)


def test_the_list_is_also_a_sheet_that_no_spreadsheet_runs(portal: Any, report: Any) -> None:
    sent = report("Fatou", words='=HYPERLINK("http://evil.example")', flat=True)
    report("Samira", words="Plus d’eau; plus rien", category="water")
    claire = portal.sign_in("Claire", mode="home")
    answer = claire.get("/desk/list.csv?queue=all")
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    head, *rows = csv.reader(answer.text.lstrip("\ufeff").splitlines(), delimiter=";")
    assert head[0] == "Numéro"
    assert {row[-1] for row in rows} == {
        '\'=HYPERLINK("http://evil.example")',
        "Plus d’eau; plus rien",
    }
    (hers,) = [row for row in rows if row[-1].startswith("'=")]
    assert hers[0] == number(sent, portal_places(portal))
    assert hers[5] == "42"
    assert "/desk/list.csv?queue=all" in claire.get("/desk/?queue=all").text
    assert portal.sign_in("Nadia").get("/desk/list.csv").status_code == 403


def portal_places(portal: Any) -> dict[str, Document]:
    found = portal.database.range("estate", "place:", "place;")
    return {place["_id"].partition(":")[2]: place for place in found}
