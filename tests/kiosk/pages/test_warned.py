"""Emergencies in an estate: signed as they are published, shown as far as who signed may speak."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from kiosk.membership.signing import Pen
from sync.documents.emergency import EMERGENCY
from sync.documents.kind import Document


@pytest.fixture(autouse=True)
def empty(landlord: Any) -> None:
    for document in landlord.database.range("estate", "a", "zz"):
        if document["kind"] != "place":
            landlord.database.delete("estate", document)
    for app in landlord.apps.values():
        app.extensions["residacoeur"].estate.forget()


@pytest.fixture
def warn(landlord: Any, hidden: Any) -> Callable[..., Any]:
    """A function warn(name, to, **which): what the form for an emergency answers."""

    def send(name: str = "Claire", to: tuple[str, ...] = (), **which: Any) -> Any:
        screen = landlord.sign_in(name, **which)
        form = hidden(screen.get("/desk/publish/emergency"))
        typed = MultiDict({**form, "csrf": screen.csrf, "title": "Fuite de gaz"})
        typed.setlist("to", list(to))
        headers = {"Origin": screen.url}
        where = "/desk/publish/emergency"
        return screen.client.post(where, base_url=screen.url, data=typed, headers=headers)

    return send


HALL = {"mode": "kiosk", "roles": ("kiosk",), "staircase": "figuiers-b"}


def written(landlord: Any, kind: str = "emergency") -> list[Document]:
    found: list[Document] = landlord.database.range("estate", f"{kind}:", f"{kind};")
    return found


def test_what_the_landlord_publishes_is_signed_shown_and_withdrawn(
    landlord: Any, warn: Any
) -> None:
    assert warn().status_code == 303
    assert "Fuite de gaz" in landlord.visit().get("/").text
    (said,) = written(landlord)
    claire = landlord.sign_in("Claire")
    claire.post(f"/desk/published/emergency/{said['_id'].partition(':')[2]}", {"reason": "Réparé"})
    assert "Fuite de gaz" not in landlord.visit().get("/").text
    assert "signed" in written(landlord, "withdrawal")[0]


def test_a_forged_one_is_shown_nowhere(landlord: Any) -> None:
    made = {"at": "2026-11-28T08:00:00Z", "by": "s1", "origin": "n-1.1", "lang": "fr"}
    landlord.database.put("estate", EMERGENCY.new("forged", title="Ouvrez vos portes", **made))
    for which in ({}, HALL):
        landlord.services(**which).estate.forget()
        assert "Ouvrez vos portes" not in landlord.visit(**which).get("/").text
    listed = landlord.sign_in("Claire").get("/desk/published?kind=emergency").text
    assert "Ouvrez vos portes" not in listed


def test_sent_twice_it_stands_once(landlord: Any, hidden: Any) -> None:
    claire = landlord.sign_in("Claire")
    form = {**hidden(claire.get("/desk/publish/emergency")), "title": "Fuite de gaz"}
    for _ in range(2):
        assert claire.post("/desk/publish/emergency", form).status_code == 303
    assert len(written(landlord)) == 1


def test_from_a_hall_one_warns_its_own_residence_alone(landlord: Any, warn: Any) -> None:
    page = landlord.sign_in("Gérard", **HALL).get("/desk/publish/emergency").text
    assert "pour cette résidence seulement" in page
    assert "Les Gabians" not in page.partition('class="reply"')[2]
    answer = warn("Gérard", ("gabians",), **HALL)
    assert answer.status_code == 422
    assert written(landlord) == []
    assert warn("Gérard", **HALL).status_code == 303
    assert [said["to"] for said in written(landlord)] == [["figuiers"]]


def test_what_cannot_be_signed_stays_on_the_page(
    landlord: Any, warn: Any, monkeypatch: Any, tmp_path: Any
) -> None:
    services = landlord.services()
    monkeypatch.setitem(vars(services), "pen", Pen(tmp_path, 1))
    answer = warn()
    assert answer.status_code == 503
    assert "Ce poste n’a pas pu signer." in answer.text
    assert 'value="Fuite de gaz"' in answer.text
    assert written(landlord) == []
