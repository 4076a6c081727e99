"""What the landlord announces: on the screens of those it is for, until it is withdrawn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from sync import clock
from sync.documents.kind import Document

Hidden = Callable[[Any], dict[str, str]]


@pytest.fixture(autouse=True)
def empty(portal: Any) -> None:
    for document in portal.database.range("estate", "a", "zz"):
        if document["kind"] != "place":
            portal.database.delete("estate", document)
    for app in portal.apps.values():
        app.extensions["residacoeur"].estate.forget()


@pytest.fixture
def publish(portal: Any, hidden: Hidden) -> Callable[..., Any]:
    """A function publish(kind, name, to, **fields): what the form answers to one of the staff."""

    def send(kind: str, name: str = "Claire", to: tuple[str, ...] = (), **fields: str) -> Any:
        screen = portal.sign_in(name)
        form = hidden(screen.get(f"/desk/publish/{kind}"))
        typed = MultiDict({**form, "csrf": screen.csrf, **fields})
        typed.setlist("to", list(to))
        headers = {"Origin": screen.url}
        where = f"/desk/publish/{kind}"
        return screen.client.post(where, base_url=screen.url, data=typed, headers=headers)

    return send


def at(hours: float) -> str:
    """An hour of the estate's clock as a form sends it."""
    there = clock.now().astimezone(clock.ESTATE) + timedelta(hours=hours)
    return there.strftime("%Y-%m-%dT%H:%M")


def written(portal: Any, kind: str) -> list[Document]:
    found: list[Document] = portal.database.range("estate", f"{kind}:", f"{kind};")
    return found


def test_a_notice_reaches_those_it_is_for(portal: Any, publish: Any) -> None:
    answer = publish("notice", title="La cour est lavée", text="Jeudi.", to=("figuiers",))
    assert answer.status_code == 303
    assert "La cour est lavée" in portal.sign_in("Fatou").get("/news/").text
    assert "La cour est lavée" not in portal.sign_in("Samira").get("/news/").text
    assert "La cour est lavée" in portal.sign_in("Claire").get("/desk/published").text


def test_a_notice_for_residents_is_no_passer_by_s(portal: Any, publish: Any) -> None:
    publish("notice", title="Vos charges", audience="residents")
    assert "Vos charges" not in portal.visit().get("/news/").text
    assert "Vos charges" in portal.sign_in("Lucien").get("/news/").text


def test_gérard_speaks_for_the_residence_and_claire_for_hmp(portal: Any, publish: Any) -> None:
    publish("notice", name="Gérard", title="Je suis là jeudi")
    publish("notice", title="Nos bureaux ferment")
    channels = {notice["title"]: notice["channel"] for notice in written(portal, "notice")}
    assert channels == {"Je suis là jeudi": "residence", "Nos bureaux ferment": "landlord"}


def test_works_are_announced_on_the_estate_s_clock(portal: Any, publish: Any) -> None:
    fields = {"touched": "water", "starts": at(30), "ends": at(33), "title": "Pas d’eau"}
    assert publish("works", to=("figuiers-b",), **fields).status_code == 303
    (works,) = written(portal, "works")
    starts = clock.instant(works["starts"]).astimezone(clock.ESTATE)
    assert starts.strftime("%Y-%m-%dT%H:%M") == fields["starts"]
    assert "Pas d’eau" in portal.sign_in("Amina").get("/works/").text
    assert "Pas d’eau" not in portal.sign_in("Lucien").get("/works/").text


def test_an_emergency_stands_above_every_page_until_it_is_withdrawn(
    portal: Any, publish: Any
) -> None:
    publish("emergency", title="Fuite de gaz", text="Sortez par l’escalier.", until=at(2))
    for path in ("/", "/news/", "/works/"):
        assert "Sortez par l’escalier." in portal.visit().get(path).text, path
    (emergency,) = written(portal, "emergency")
    where = f"/desk/published/emergency/{emergency['_id'].partition(':')[2]}"
    claire = portal.sign_in("Claire")
    assert where in claire.get("/desk/published?kind=emergency").text
    for _ in range(2):
        assert claire.post(where, {"reason": "C’est réparé"}).status_code == 303
    assert "Sortez par" not in portal.visit().get("/").text
    (withdrawal,) = written(portal, "withdrawal")
    assert withdrawal["reason"] == "C’est réparé"
    assert written(portal, "emergency") == [emergency]


def test_an_emergency_for_one_residence_leaves_the_others_alone(portal: Any, publish: Any) -> None:
    publish("emergency", title="Fuite de gaz", to=("gabians",))
    assert "Fuite de gaz" in portal.sign_in("Samira").get("/").text
    assert "Fuite de gaz" not in portal.sign_in("Fatou").get("/").text


def test_the_same_form_sent_twice_is_one_announcement(portal: Any, hidden: Hidden) -> None:
    claire = portal.sign_in("Claire")
    form = {**hidden(claire.get("/desk/publish/notice")), "title": "Un banc"}
    for _ in range(2):
        assert claire.post("/desk/publish/notice", form).status_code == 303
    assert len(written(portal, "notice")) == 1


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("notice", {"title": ""}, "Écrivez un titre."),
        ("notice", {"title": "a" * 201}, "Ce titre est trop long."),
        ("notice", {"text": "a" * 6001}, "Ce texte est trop long."),
        ("notice", {"to": "atlantis"}, "Choisissez au plus 40 lieux"),
        ("notice", {"until": at(-1)}, "Cette heure est passée."),
        ("works", {"starts": at(1), "ends": at(2)}, "Dites ce qui s’arrête."),
        ("works", {"touched": "gas", "ends": at(2)}, "Dites quand cela commence."),
        (
            "works",
            {"touched": "gas", "starts": at(1), "ends": "bientôt"},
            "Dites quand cela finit.",
        ),
        ("works", {"touched": "gas", "starts": at(3), "ends": at(2)}, "avant le début"),
        ("works", {"touched": "gas", "starts": at(-3), "ends": at(-2)}, "C’est déjà fini."),
        ("works", {"touched": "gas", "starts": at(3), "ends": at(24 * 800)}, "trop loin"),
        ("emergency", {"title": "a" * 121}, "Ce titre est trop long."),
        ("emergency", {"until": "2026-99-99T99:99"}, "Écrivez un jour et une heure."),
    ],
)
def test_a_form_with_a_fault_keeps_what_was_typed_and_publishes_nothing(
    portal: Any, publish: Any, kind: str, fields: dict[str, str], said: str
) -> None:
    given = {"title": "Un titre", "text": "Un texte.", **fields}
    to = (given.pop("to"),) if "to" in given else ()
    answer = publish(kind, to=to, **given)
    assert answer.status_code == 422
    assert said in answer.text
    assert given["text"] in answer.text
    assert written(portal, kind) == []


def test_who_does_not_act_for_the_landlord_sees_nothing_of_the_desk(
    portal: Any, publish: Any
) -> None:
    publish("notice", title="Un banc")
    (notice,) = written(portal, "notice")
    nadia = portal.sign_in("Nadia")
    where = f"/desk/published/notice/{notice['_id'].partition(':')[2]}"
    for path in ("/desk/", "/desk/published", "/desk/publish/notice"):
        assert nadia.get(path).status_code == 403
    assert nadia.post("/desk/publish/notice", {"title": "Non"}).status_code == 403
    assert nadia.post(where).status_code == 403
    assert "/desk/" not in nadia.get("/").text


def test_nobody_withdraws_what_is_not_there(portal: Any) -> None:
    claire = portal.sign_in("Claire")
    assert claire.post("/desk/published/notice/none").status_code == 404
    assert claire.post("/desk/published/place/figuiers").status_code == 404
    assert written(portal, "withdrawal") == []
