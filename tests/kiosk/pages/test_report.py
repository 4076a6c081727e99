"""Reporting a trouble: the steps, what is written, what survives."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from kiosk.pages.report import sending
from kiosk.pages.report.model import Draft, plain, read
from kiosk.pages.report.spots import SHARED_ONLY, SPOTS, choices, is_spot, near
from sync import album, faults, stories
from sync.documents import validate
from sync.documents.category import ALL_SIGNS, CATEGORIES, SIGNS
from sync.documents.key import daily, fresh
from sync.documents.report import REPORT, delivery
from sync.errors import Unreachable

NOW = datetime(2026, 11, 23, 16, 20, tzinfo=UTC)
LIFT = "figuiers-b-ascenseur"
numbers = count()


@pytest.fixture
def spot(portal: Any) -> Iterator[str]:
    """A shared place of staircase B of this test's own, so that its faults are too."""
    slug = f"figuiers-b-coin{next(numbers)}"
    place = {"_id": f"place:{slug}", "kind": "place", "v": 1, "type": "shared"}
    portal.database.put("estate", {**place, "name": "Coin", "parent": "figuiers-b"})
    for app in portal.apps.values():
        app.extensions["residacoeur"].estate.forget()
    return slug


def told(place: str, what: str = "light", **more: str) -> dict[str, str]:
    return {"what": what, "place": place, "key": fresh(), "fault": daily(NOW), **more}


def owned(screen: Any, hidden: Any, fields: dict[str, str]) -> dict[str, str]:
    """The fields of the last step's form, as this visitor's page carries them."""
    return dict(hidden(screen.post("/report/check", fields)))


def private(portal: Any, name: str, kind: str) -> list[dict[str, Any]]:
    start = f"{portal.cast[name].account}:{kind}"
    return list(portal.database.range("private", f"{start}:", f"{start};"))


def jpeg(color: str = "red", size: tuple[int, int] = (640, 480)) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", size, color).save(file, "JPEG")
    file.seek(0)
    return file


def upload(screen: Any, fields: dict[str, str], *files: tuple[BytesIO, str]) -> Any:
    """Send the photo step’s form. werkzeug would leave the file of a large body open."""
    brought = [FileStorage(file, name, "photo") for file, name in files]
    boundary, body = encode_multipart({**fields, "csrf": screen.csrf, "photo": brought})
    return screen.client.post(
        "/report/photo",
        base_url=screen.url,
        headers={"Origin": screen.url},
        input_stream=BytesIO(body),
        content_length=len(body),
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def test_twelve_pictures_lead_to_the_places_near(portal: Any) -> None:
    amina = portal.sign_in("Amina")
    first = amina.get("/report/").text
    assert all(f"/report/where?what={what}" in first for what in CATEGORIES)
    where = amina.get("/report/where?what=light").text
    for name in ("Chez moi", "Hall B", "Ascenseur B", "Caves B", "Cour", "Local poubelles"):
        assert name in where
    assert "Hall A" not in where


def test_the_whole_way_ends_in_a_receipt(portal: Any, hidden: Any, spot: str) -> None:
    amina = portal.sign_in("Amina")
    form = owned(amina, hidden, told(spot, sign="light-out", words="Je ne vois rien."))
    answer = amina.post("/report/send", form)
    assert answer.status_code == 303
    receipt = amina.get(answer.location).text
    assert "HMP l’a reçu." in receipt
    assert re.search(r'class="big number"><bdi dir="ltr">B \d\d \d\d \d\d<', receipt)
    assert "HMP répond avant" in receipt
    [report] = [r for r in private(portal, "Amina", "report") if r["place"] == spot]
    assert (report["signs"], report["words"], report["lang"]) == (
        ["light-out"],
        "Je ne vois rien.",
        "fr",
    )


def test_on_a_hall_the_receipt_says_that_it_is_kept_here(
    portal: Any, hidden: Any, spot: str
) -> None:
    amina = portal.sign_in("Amina", roles=("kiosk",))
    answer = amina.post("/report/send", owned(amina, hidden, told(spot)))
    receipt = amina.get(answer.location).text
    assert "Merci. C’est gardé ici." in receipt
    assert "cinq jours après l’avoir reçu" in receipt
    assert "HMP l’a reçu." not in receipt


def test_the_public_part_tells_nothing_of_the_person(portal: Any, hidden: Any, spot: str) -> None:
    amina = portal.sign_in("Amina")
    form = owned(amina, hidden, told(spot, words="Un secret"))
    amina.post("/report/send", form)
    fault = portal.database.get("estate", f"fault:{form['fault']}")
    assert fault.keys() == {
        "_id", "_rev", "kind", "v", "at", "from", "category", "place", "day",
    }  # fmt: skip
    assert fault["at"].endswith("T00:00:00.000Z")
    assert form["key"] not in str(fault)
    assert portal.cast["Amina"].account not in str(fault)
    found = faults.one(portal.database, fault["_id"])
    assert found is not None
    assert found.count == 1


def test_the_same_form_twice_is_one_report(portal: Any, hidden: Any, spot: str) -> None:
    amina = portal.sign_in("Amina")
    form = owned(amina, hidden, told(spot, words="Deux fois"))
    answers = [amina.post("/report/send", form) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert [r["place"] for r in private(portal, "Amina", "report")].count(spot) == 1
    assert len(faults.recent(portal.database, [spot], datetime.now(UTC))) == 1


def test_other_words_under_the_same_key_are_asked_about(
    portal: Any, hidden: Any, spot: str
) -> None:
    amina = portal.sign_in("Amina")
    form = owned(amina, hidden, told(spot, words="Avant"))
    amina.post("/report/send", form)
    answer = amina.post("/report/send", {**form, "words": "Après"})
    assert answer.status_code == 409
    assert "Une première demande est déjà partie" in answer.text
    second = hidden(answer)
    assert second["key"] != form["key"]
    assert second["words"] == "Après"
    assert amina.post("/report/send", second).status_code == 303


def test_a_kill_between_the_two_databases_is_mended_by_sending_again(
    portal: Any, hidden: Any, spot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = portal.sign_in("Amina")
    form = owned(amina, hidden, told(spot, words="Coupé"))
    real = amina.services.database.bulk

    def cut(db: str, documents: Any) -> Any:
        if db == "private":
            raise Unreachable("killed")
        return real(db, documents)

    monkeypatch.setattr(amina.services.database, "bulk", cut)
    outage = amina.post("/report/send", form)
    assert outage.status_code == 503
    assert unescape(hidden(outage)["words"]) == "Coupé"
    standing = faults.open_at(portal.database, "light", spot, datetime.now(UTC))
    assert standing is not None
    assert standing.count == 1
    monkeypatch.undo()
    assert amina.post("/report/send", hidden(outage)).status_code == 303
    [report] = [r for r in private(portal, "Amina", "report") if r["place"] == spot]
    assert report["fault"] == standing.id


def test_a_neighbour_joins_and_nobody_hears_of_a_duplicate(
    portal: Any, hidden: Any, spot: str
) -> None:
    amina, fatou = portal.sign_in("Amina"), portal.sign_in("Fatou")
    receipt = amina.post("/report/send", owned(amina, hidden, told(spot))).location
    page = fatou.get(f"/report/same?what=light&place={spot}").text
    assert "C’est déjà signalé" in page
    assert "1 foyer l’a dit" in page
    joined = re.search(r'href="(/report/check[^"]*)"', page)
    assert joined
    form = hidden(fatou.get(unescape(joined[1])))
    fatou.post("/report/send", form)
    assert "1 foyer l’a dit" in amina.get(receipt).text
    [fault] = faults.recent(portal.database, [spot], datetime.now(UTC))
    assert faults.told(portal.database, fault).count == 2
    assert "2 foyers l’ont dit" in amina.get("/report/").text
    assert "Votre foyer l’a déjà dit" in fatou.get(f"/report/same?what=light&place={spot}").text


def test_another_trouble_at_the_same_place_is_another_fault(
    portal: Any, hidden: Any, spot: str
) -> None:
    amina, fatou = portal.sign_in("Amina"), portal.sign_in("Fatou")
    amina.post("/report/send", owned(amina, hidden, told(spot)))
    fatou.post("/report/send", owned(fatou, hidden, told(spot)))
    assert len(faults.recent(portal.database, [spot], datetime.now(UTC))) == 2


def test_a_settled_or_old_fault_is_not_offered(portal: Any, hidden: Any, spot: str) -> None:
    amina = portal.sign_in("Amina")
    form = owned(amina, hidden, told(spot))
    amina.post("/report/send", form)
    now = datetime.now(UTC)
    assert faults.open_at(portal.database, "light", spot, now) is not None
    assert faults.open_at(portal.database, "water", spot, now) is None
    assert faults.open_at(portal.database, "light", spot, now + timedelta(days=62)) is None
    said = {"kind": "progress", "v": 1, "at": "2026-11-24T09:00:00Z", "by": "sclaire"}
    done = {**said, "from": "n-1.1", "fault": f"fault:{form['fault']}", "state": "done"}
    portal.database.put("estate", {"_id": f"progress:{form['fault']}.{fresh()}", **done})
    assert faults.open_at(portal.database, "light", spot, now) is None


@pytest.mark.parametrize("who", [None, "Claire"])
def test_without_a_household_only_the_public_part_is_made(
    portal: Any, hidden: Any, spot: str, who: str | None
) -> None:
    screen = portal.sign_in(who) if who else portal.visit()
    before = portal.database.range("private", "", "\ufff0")
    page = screen.get(f"/report/same?what=light&place={spot}")
    door = screen.get(page.location)
    assert ("/signin?next=" in door.text.partition("<main")[2]) is (who is None)
    answer = screen.post("/report/send", {**hidden(door), "words": "perdu"})
    assert "HMP l’a reçu." in screen.get(answer.location).text
    assert portal.database.range("private", "", "\ufff0") == before
    [fault] = faults.recent(portal.database, [spot], datetime.now(UTC))
    assert faults.told(portal.database, fault).count == 0
    assert "perdu" not in str(fault)


def test_one_s_own_home_asks_to_enter_first(portal: Any) -> None:
    visitor = portal.visit(staircase="figuiers-b")
    where = visitor.get("/report/where?what=water").text
    assert "/signin?next=" in where
    answer = visitor.get("/report/photo?what=water&place=flat")
    assert answer.location.startswith("/signin?next=%2Freport%2Fphoto")
    shared = visitor.get("/report/photo?what=lift&place=flat")
    assert shared.location == "/report/where?what=lift"


def test_who_is_nowhere_chooses_a_residence_then_a_staircase_s_lift(portal: Any) -> None:
    visitor = portal.visit()
    plaques = visitor.get("/report/where?what=lift").text
    assert plaques.count('<a class="plaque" href="/report/where') == 5
    assert 'data-residence="gabians"' in plaques
    lifts = visitor.get("/report/where?what=lift&at=gabians").text
    assert all(f"place=gabians-{letter}-ascenseur" in lifts for letter in "abcd")


def test_a_report_of_one_s_home_has_no_public_part(portal: Any, hidden: Any) -> None:
    amina = portal.sign_in("Amina")
    form = owned(amina, hidden, told("flat", "water", sign="water-leak"))
    amina.post("/report/send", form)
    report = portal.database.get("private", REPORT.id(form["key"], portal.cast["Amina"].account))
    assert report["flat"]
    assert report["place"] == "figuiers-b"
    assert "fault" not in report


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "\u202eabc\u202c", "l’eau\r\n& le « feu »", "ماء"]
)
def test_words_are_shown_as_written_and_never_run(
    portal: Any, hidden: Any, spot: str, words: str
) -> None:
    amina = portal.sign_in("Amina", language="ar")
    form = owned(amina, hidden, told(spot, words=words))
    key = amina.post("/report/send", form).location.rpartition("/")[2]
    page = amina.get(f"/reports/{key}").text
    assert "<script>alert" not in page
    shown = re.search(r'<p class="told" dir="auto" lang="ar">([^<]*)</p>', page)
    assert shown
    assert unescape(shown[1]) == words.replace("\r\n", "\n")


def test_too_many_words_get_a_sentence_and_stay(portal: Any, spot: str) -> None:
    amina = portal.sign_in("Amina")
    answer = amina.post("/report/check", told(spot, words="mot " * 1250))
    assert answer.status_code == 422
    assert "C’est trop long" in answer.text
    assert "mot mot mot" in answer.text
    assert 'aria-invalid="true"' in answer.text
    direct = amina.post("/report/send", told(spot, words="x" * 1001))
    assert direct.status_code == 422


def test_a_photo_is_cleaned_and_kept_beside_the_report(portal: Any, hidden: Any, spot: str) -> None:
    amina = portal.sign_in("Amina")
    fields = told(spot)
    answer = upload(amina, fields, (jpeg(), "lift.jpg"), (jpeg("blue"), "b.jpg"))
    assert "photos=2" in answer.location
    again = upload(amina, fields, (jpeg(), "lift.jpg"), (jpeg("blue"), "b.jpg"))
    assert again.location == answer.location
    form = owned(amina, hidden, {**fields, "photos": "2"})
    amina.post("/report/send", form)
    id = REPORT.id(fields["key"], portal.cast["Amina"].account)
    assert portal.database.get("private", id)["photos"] == 2
    photos = album.photos(portal.database, id)
    assert [album.number_of(photo) for photo in photos] == [1, 2]
    for photo in photos:
        validate(photo)
        assert photo["_attachments"].keys() == {album.FULL, album.SMALL}
    small = album.image(portal.database, id, 1, album.SMALL)
    assert small is not None
    assert Image.open(BytesIO(small)).size == (320, 240)


def test_a_fifth_photo_is_left_out(portal: Any, spot: str) -> None:
    amina = portal.sign_in("Amina")
    fields = told(spot)
    colors = ("red", "blue", "green", "white", "black", "yellow")
    upload(amina, fields, *((jpeg(color), "x.jpg") for color in colors[:3]))
    answer = upload(amina, fields, *((jpeg(color), "x.jpg") for color in colors[3:]))
    assert "photos=4" in answer.location


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no picture at all", "Ce n’est pas une photo"),
        (b"II*\0" + b"\0" * 100, "On ne sait pas lire ce format"),
        (jpeg().getvalue()[:400], "Cette photo est abîmée"),
        (b"\xff\xd8\xff" + b"\0" * (31 * 2**20), "trop lourde"),
        (b"", "Ce n’est pas une photo"),
    ],
)
def test_a_file_that_is_no_photo_is_refused_in_words(
    portal: Any, spot: str, data: bytes, sentence: str
) -> None:
    amina = portal.sign_in("Amina")
    answer = upload(amina, told(spot), (BytesIO(data), "photo.jpg"))
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert spot in answer.text  # what was told stays


def test_no_file_is_asked_for_again(portal: Any, spot: str) -> None:
    answer = portal.sign_in("Amina").post("/report/photo", told(spot))
    assert answer.status_code == 422
    assert "Choisissez d’abord une photo." in answer.text


def test_photos_of_a_report_never_sent_go_after_a_day(portal: Any, spot: str) -> None:
    samira, abandoned, sent = portal.sign_in("Samira"), told(spot), told(spot)
    for fields in (abandoned, sent):
        upload(samira, fields, (jpeg(), "x.jpg"))
    household, origin = portal.cast["Samira"].account, samira.services.origin
    samira.post("/report/send", sent)
    now = datetime.now(UTC)
    assert album.sweep(portal.database, household, origin, now) == 0
    assert album.sweep(portal.database, household, "n-2.1", now + timedelta(days=2)) == 0
    assert album.sweep(portal.database, household, origin, now + timedelta(days=2)) == 1
    assert album.photos(portal.database, REPORT.id(abandoned["key"], household)) == []
    assert len(album.photos(portal.database, REPORT.id(sent["key"], household))) == 1


def test_only_who_added_a_photo_sees_it(portal: Any, spot: str) -> None:
    fatou, fields = portal.sign_in("Fatou"), told(spot)
    upload(fatou, fields, (jpeg(), "x.jpg"))
    address = f"/report/photo/{fields['key']}/1"
    assert fatou.get(address).mimetype == "image/jpeg"
    for other in (portal.sign_in("Moussa"), portal.sign_in("Amina"), portal.visit()):
        assert other.get(address).status_code == 404


def test_a_kiosk_asks_for_no_file_and_has_its_own_keyboard(portal: Any, spot: str) -> None:
    amina = portal.sign_in("Amina", mode="kiosk", staircase="figuiers-b")
    photo = amina.get(f"/report/photo?what=light&place={spot}").text
    assert "Ajoutez la photo de chez vous, avec votre numéro de demande." in photo
    assert 'type="file"' not in photo
    words = amina.get(f"/report/words?what=light&place={spot}").text
    assert "<textarea" in words
    assert 'id="board"' in words
    assert words.count('class="chip"') == 3


def test_only_a_screen_that_is_touched_says_touch(portal: Any) -> None:
    said = {mode: portal.visit(mode=mode).get("/report/").text for mode in ("kiosk", "home", "tv")}
    assert "Touchez une image." in said["kiosk"]
    assert "Choisissez une image." in said["home"]
    assert "Choisissez une image." in said["tv"]


def test_a_television_asks_for_no_writing(portal: Any, spot: str) -> None:
    amina = portal.sign_in("Amina", mode="tv", staircase="figuiers-b")
    words = amina.get(f"/report/words?what=light&place={spot}").text
    assert "<textarea" not in words
    assert words.count('class="chip"') == 3


def test_with_a_remote_ok_after_ok_sends(portal: Any, spot: str) -> None:
    asked = f"/report/check?what=light&place={spot}"
    page = portal.sign_in("Amina", mode="tv", staircase="figuiers-b").get(asked).text
    send = next(key for key in re.findall(r"<button[^>]*>.*?</button>", page) if "à HMP" in key)
    assert "data-focus" in send
    assert page.count("data-focus") == 1
    assert "data-focus" not in portal.sign_in("Amina").get(asked).text


def test_what_was_typed_outlives_the_visit_for_its_owner_alone(
    portal: Any, hidden: Any, spot: str
) -> None:
    amina = portal.sign_in("Amina")
    form = owned(amina, hidden, told(spot, words="À moi seule"))
    amina.leave()
    late = amina.post("/report/send", form)
    assert late.status_code == 403
    assert "À moi seule" in late.text
    assert "/signin?next=%2Freport%2Fresume" in late.text
    for other in ("Lucien", "Fatou"):
        screen = portal.sign_in(other)
        assert "Reprendre" not in screen.get("/report/").text
        assert screen.get("/report/resume").location == "/report/"
    back = portal.sign_in("Amina")
    assert "Reprendre ce que vous écriviez" in back.get("/report/").text
    resumed = back.get("/report/resume")
    assert "À moi seule" in resumed.text
    assert back.post("/report/send", hidden(resumed)).status_code == 303
    assert "Reprendre" not in back.get("/report/").text


def test_a_form_of_one_person_never_enters_another_s_visit(
    portal: Any, hidden: Any, spot: str
) -> None:
    amina, fatou = portal.sign_in("Amina"), portal.sign_in("Fatou")
    form = owned(amina, hidden, told(spot, words="Pas pour Fatou"))
    for csrf in (None, amina.csrf):  # the browser's new word, and the form's own
        answer = fatou.post("/report/send", form, csrf=csrf)
        assert answer.status_code == 403
        assert "Pas pour Fatou" not in answer.text
    assert "Pas pour Fatou" not in str(private(portal, "Fatou", "report"))
    assert "Pas pour Fatou" in portal.sign_in("Amina").get("/report/resume").text


def test_a_form_without_its_word_is_refused(portal: Any, spot: str) -> None:
    answer = portal.visit().post("/report/send", told(spot), csrf="wrong")
    assert answer.status_code == 403
    assert faults.recent(portal.database, [spot], datetime.now(UTC)) == []


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/report/photo", "/report/"),
        ("/report/words?what=light", "/report/where?what=light"),
        ("/report/check?what=nothing&place=flat", "/report/"),
        ("/report/check?what=light&place=nowhere", "/report/where?what=light"),
        ("/report/check?what=light&place=mairie-1-7", "/report/where?what=light"),
    ],
)
def test_a_step_without_what_it_needs_leads_to_the_one_that_asks(
    portal: Any, address: str, leads: str
) -> None:
    assert portal.sign_in("Amina").get(address).location == leads


def test_a_receipt_is_for_who_sent_it(portal: Any, hidden: Any, spot: str) -> None:
    fatou = portal.sign_in("Fatou")
    receipt = fatou.post("/report/send", owned(fatou, hidden, told(spot))).location
    assert fatou.get(receipt).status_code == 200
    for other in (portal.sign_in("Moussa"), portal.sign_in("Amina"), portal.visit()):
        assert other.get(receipt).status_code == 404


def test_a_fault_key_that_stands_for_something_else_is_not_taken(
    portal: Any, hidden: Any, spot: str
) -> None:
    amina = portal.sign_in("Amina")
    form = owned(amina, hidden, told(spot))
    amina.post("/report/send", form)
    other = owned(amina, hidden, told(LIFT, "lift", fault=form["fault"]))
    amina.post("/report/send", other)
    fault = portal.database.get("estate", f"fault:{form['fault']}")
    assert (fault["category"], fault["place"]) == ("light", spot)
    odd = owned(amina, hidden, told(spot, "water", fault="rude"))
    amina.post("/report/send", odd)
    assert portal.database.get("estate", "fault:rude") is None


def test_two_sends_at_the_same_moment_agree(portal: Any, spot: str) -> None:
    sender = sending.Sender("hdouble", "pdouble", "figuiers-b", "fr", "n-1.1", landlord=True)
    draft = Draft("light", spot, fresh(), daily(NOW))
    ids = {sending.send(portal.database, draft, sender, NOW + timedelta(s)) for s in (0, 1)}
    assert len(ids) == 1
    story = stories.one(portal.database, ids.pop(), NOW)
    assert story is not None
    assert list(delivery(story).values()) == ["2026-11-23T16:20:00.000Z"] * 3 + [None]


def test_signs_fit_their_categories_and_all_have_words() -> None:
    from kiosk.words import SIGN

    assert SIGNS.keys() == set(CATEGORIES)
    assert SIGN.keys() == set(ALL_SIGNS)
    draft = read({"what": "lift"}, ["lift-out", "bins-full", "?"], {}, NOW)
    assert draft.signs == ("lift-out",)


def test_every_trouble_has_a_place_wherever_one_lives(portal: Any) -> None:
    places = portal.services().estate.places()
    for at in ("figuiers", "figuiers-b", "gabians-c", "crique", "tuiliere"):
        for category in CATEGORIES:
            found = choices(places, category, at)
            assert found, (at, category)
            assert all(is_spot(places, spot.slug) for spot in found)
    assert SPOTS.keys() >= SHARED_ONLY


def test_here_is_one_s_staircase_and_what_all_share(portal: Any) -> None:
    places = portal.services().estate.places()
    here = near(places, "figuiers-b")
    assert {LIFT, "figuiers-b-hall", "figuiers-cour", "figuiers"} <= here
    assert "figuiers-a-ascenseur" not in here
    assert near(places, "") == set()


@given(st.text(max_size=200))
def test_plain_words_are_plain_already(words: str) -> None:
    assert plain(plain(words)) == plain(words)
    assert "\r" not in plain(words)
    assert "\x00" not in plain(words)


@given(st.dictionaries(st.sampled_from(["what", "place", "key", "fault", "photos"]), st.text()))
def test_whatever_an_address_says_a_draft_is_one_of_ours(fields: dict[str, str]) -> None:
    draft = read(fields, [], {}, NOW)
    assert draft.what in ("", *CATEGORIES)
    assert 0 <= draft.photos <= 4
    assert read(draft.query, [], {}, NOW) == draft or draft.flat
