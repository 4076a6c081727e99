"""What the law wants said: accessibility, data, who publishes; and the map of all pages."""

import json
import re
from typing import Any, Final

import pytest

from kiosk import conformity
from kiosk.pages.about.editor import Editor, editor
from kiosk.pages.about.texts import TEXTS
from kiosk.portal import pages

MODES: Final = ("home", "kiosk", "tv")


def links(html: str) -> list[str]:
    """Where the main part of a page leads, beyond its header."""
    main = html.partition("</nav>")[2].partition("</main>")[0]
    return re.findall(r'<a [^>]*href="(/[^"]*)"', main)


def every(screen: Any, path: str) -> str:
    """A text or list from its first screen to its last."""
    html = screen.get(path).text
    onward = re.findall(r'href="([^"]*[?&]n=\d+)"', html)
    later = [way for way in onward if "n=0" not in way and way > path]
    return html + (every(screen, later[-1]) if later and later[-1] != path else "")


@pytest.mark.parametrize("mode", MODES)
def test_the_map_leads_to_every_page(portal: Any, mode: str) -> None:
    screen = portal.visit(mode=mode)
    shown = links(every(screen, "/about/map"))
    known = {page.url for page in pages() if page.title and page.who in ("anyone", "resident")}
    assert known - set(shown) <= {"/drafts/", "/rest", "/listen"}
    for url in shown:
        answer = screen.get(url)
        assert answer.status_code == 200 or answer.headers["Location"].startswith("/signin"), url


def test_the_map_shows_the_desk_to_who_works_there(portal: Any) -> None:
    assert "/desk/" not in links(portal.visit().get("/about/map").text)
    assert "/desk/" in links(portal.sign_in("Claire").get("/about/map").text)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_whole_on_every_screen(portal: Any, mode: str, name: str) -> None:
    html = every(portal.visit(mode=mode), f"/about/{name}")
    for section in TEXTS[name].sections:
        assert f">{section.title}</h2>" in html
        for contact in section.contact or ():
            assert contact.text in html
    assert "%(" not in html


def test_the_first_page_and_all_others_say_how_accessible_they_are(portal: Any) -> None:
    for path in ("/", "/works/", "/signin", "/nothing-here"):
        html = portal.visit().get(path).text
        assert re.search(r'href="/about/".*Accessibilité\xa0: \w+ conforme', html)


def test_the_declaration_gives_the_rate_and_what_is_missing(portal: Any) -> None:
    html = portal.visit().get("/about/accessibility").text
    assert re.search(rf">{int(100 * conformity.rate())}\s%", html)
    for sentence in (conformity.mention(), *conformity.FAILING.values()):
        assert f"<p>{sentence}</p>" in html


@pytest.mark.parametrize(("mode", "said"), [("kiosk", "5\xa0minutes"), ("home", "30\xa0minutes")])
def test_people_are_told_when_a_screen_forgets_them(portal: Any, mode: str, said: str) -> None:
    assert said in every(portal.visit(mode=mode), "/about/privacy").replace(
        " minutes", "\xa0minutes"
    )


def test_a_text_that_is_none_is_no_page(portal: Any) -> None:
    assert portal.visit().get("/about/nothing").status_code == 404


def test_the_publisher_is_who_was_named_at_installation(tmp_path: Any) -> None:
    node = tmp_path / "node.json"
    office = {"type": "office", "name": "HMP, siège", "address": "25 avenue", "city": "Marseille"}
    node.write_text("{}")
    assert editor(node, {}) == Editor()
    assert editor(node, {"hmp": office}) == Editor("HMP", "25 avenue, Marseille")
    told = {"name": "Le pari solidaire", "mail": "a@b.fr", "director": "A. B.", "other": 1}
    node.write_text(json.dumps({"editor": told}))
    assert editor(node, {"hmp": office}) == Editor(
        "Le pari solidaire", mail="a@b.fr", director="A. B."
    )


def test_who_publishes_and_where_the_program_is_are_said_once_they_are_told(portal: Any) -> None:
    screen = portal.visit()
    assert "pas encore nommé" in screen.get("/about/legal").text
    node = portal.config.data / "node.json"
    before = node.read_text()
    told = {"name": "Le pari", "director": "Ada Benali", "source": "code.example.org"}
    told["officer"] = "Luc Rossi, luc@example.org"
    try:
        node.write_text(json.dumps({**json.loads(before), "editor": told}))
        html = screen.get("/about/legal").text + screen.get("/about/privacy").text
    finally:
        node.write_text(before)
    assert "Responsable de la publication\xa0: Ada Benali." in html
    assert "code.example.org" in html
    assert "données\xa0: Luc Rossi, luc@example.org." in html
