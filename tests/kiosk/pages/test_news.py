"""News: who reads which, in which order, and the way back."""

from datetime import timedelta
from typing import Any

import pytest

from kiosk.pager import ROOM
from sync import clock
from sync.documents.key import fresh
from sync.documents.notice import NOTICE
from sync.documents.withdrawal import withdraw


@pytest.fixture
def tell(portal: Any) -> Any:
    """A function tell(title, hours, **fields) that writes a notice so many hours old."""

    def write(title: str, hours: float = 1, **fields: Any) -> str:
        at = clock.stamp(clock.now() - timedelta(hours=hours))
        given = {"audience": "public", "channel": "landlord", "lang": "fr", **fields}
        notice = NOTICE.new(fresh(), at=at, origin="n-1.a", title=title, **given)
        portal.database.put("estate", notice)
        return str(notice["_id"].partition(":")[2])

    return write


@pytest.fixture(autouse=True)
def empty(portal: Any) -> None:
    for document in portal.database.range("estate", "notice:", "notice;"):
        portal.database.delete("estate", document)


def test_the_newest_stands_first(portal: Any, tell: Any) -> None:
    tell("Le vieux banc est repeint", hours=50)
    tell("Le nouveau banc arrive", hours=2)
    text = portal.visit().get("/news/").text
    assert text.index("Le nouveau banc") < text.index("Le vieux banc")


def test_lucien_leafs_on_and_comes_back_to_the_same_page(portal: Any, tell: Any) -> None:
    keys = [tell(f"Nouvelle {n}", hours=n) for n in range(1, 9)]
    screen = portal.visit()
    second = screen.get("/news/?n=1").text
    first = ROOM["home"]
    assert f"Nouvelle {first + 1}<" in second
    assert f"Nouvelle {first}<" not in second
    assert f'href="/news/{keys[first]}?n=1"' in second
    assert 'href="/news/?n=1"' in screen.get(f"/news/{keys[first]}?n=1").text


def test_one_hears_one_speaker_alone(portal: Any, tell: Any) -> None:
    tell("Le bus passe plus tard", channel="commune")
    tell("Le hall est lavé")
    text = portal.visit().get("/news/?who=commune").text
    assert "Le bus passe" in text
    assert "Le hall est lavé" not in text


def test_ones_residence_is_all_that_is_told_there_alone(portal: Any, tell: Any) -> None:
    tell("La cour est fermée", to=["figuiers"])
    tell("Le loyer se paie en ligne")
    text = portal.visit(staircase="figuiers-b").get("/news/?who=residence").text
    assert "La cour est fermée" in text
    assert "Le loyer" not in text


def test_a_screen_that_stands_nowhere_offers_no_residence(portal: Any) -> None:
    assert "who=residence" not in portal.visit().get("/news/").text
    assert "who=residence" in portal.visit(staircase="figuiers-b").get("/news/").text


def test_news_for_residents_wait_behind_the_door(portal: Any, tell: Any) -> None:
    key = tell("Réunion des locataires jeudi", audience="residents")
    passer = portal.visit()
    text = passer.get("/news/").text
    assert "Réunion des locataires" not in text
    assert "Entrez pour lire aussi les nouvelles de votre résidence." in text
    assert passer.get(f"/news/{key}").status_code == 404
    fatou = portal.sign_in("Fatou")
    assert "Réunion des locataires" in fatou.get("/news/").text
    assert "Entrez pour lire aussi" not in fatou.get("/news/").text


def test_news_of_another_residence_are_not_amina_s(portal: Any, tell: Any) -> None:
    tell("Aux Gabians, la grille change", to=["gabians"])
    assert "la grille change" not in portal.sign_in("Amina").get("/news/").text


def test_a_notice_says_for_whom_when_and_who_says_it(portal: Any, tell: Any) -> None:
    source = {"name": "Radio du quartier", "url": "https://radio.example/banc"}
    text = "Un banc.\n\nIl est bleu."
    key = tell("Un banc devant chez vous", to=["figuiers-b"], text=text, source=source)
    page = portal.sign_in("Amina", "fr").get(f"/news/{key}").text
    assert "Pour vous\xa0: <bdi>Escalier B</bdi>" in page
    assert page.count('<p class="told"') == 2
    assert "aujourd’hui" in page or "hier" in page
    assert "Radio du quartier" in page


def test_an_address_elsewhere_is_text_and_leads_nowhere(portal: Any, tell: Any) -> None:
    source = {"name": "Radio", "url": "https://radio.example/banc"}
    page = portal.visit(mode="kiosk").get(f"/news/{tell('Un banc', source=source)}").text
    assert "https://radio.example/banc" in page
    assert 'href="https://' not in page


def test_what_was_withdrawn_or_never_said_is_no_page(portal: Any, tell: Any) -> None:
    key = tell("Dit trop vite")
    fact = withdraw(f"notice:{key}", at=clock.stamp(clock.now()), by="s1", origin="n-1.a")
    portal.database.put("estate", fact)
    assert portal.visit().get(f"/news/{key}").status_code == 404
    assert portal.visit().get("/news/nobody-said-this").status_code == 404
    assert "Dit trop vite" not in portal.visit().get("/news/").text


def test_words_that_look_like_a_script_are_shown_as_words(portal: Any, tell: Any) -> None:
    key = tell("<script>alert(1)</script>", text="<img src=x>")
    for path in ("/news/", f"/news/{key}"):
        assert "<script>alert" not in portal.visit().get(path).text
    assert "&lt;img src=x&gt;" in portal.visit().get(f"/news/{key}").text


def test_words_keep_their_own_language_on_an_arabic_screen(portal: Any, tell: Any) -> None:
    key = tell("Le banc est bleu", text="Il est beau.")
    page = portal.visit("ar").get(f"/news/{key}").text
    assert '<html lang="ar" dir="rtl"' in page
    assert '<h1 dir="auto" lang="fr">Le banc est bleu</h1>' in page
