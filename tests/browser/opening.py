"""People before the demonstration's screens: a browser in their language, signed in or not."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from tests.browser.conftest import SIZES
from tests.browser.examples import Who

STAFF: Final = {"Claire": "Claire Ferrand", "Thierry": "Thierry Masson"}
DOOR: Final = "/signin/code?staircase=figuiers-b&door=31"
PLAIN: Final = "size=normal&theme=light&rate=normal&say=off&layout=whole"
"""What a screen is set to where nobody chose; a test before may have chosen for a resident."""


def people(mode: str) -> tuple[Who, ...]:
    """Who looks at their pages on this kind of screen."""
    return ("anyone", "Amina", *(["Claire"] if mode == "home" else []), "Thierry")


def reader(page: Any, url: str) -> Callable[[str], str]:
    """A function that gives the HTML the person of this browser sees at a path."""
    return lambda path: str(page.request.get(url + path).text())


@contextmanager
def opened(
    browser: Any, demo: Any, mode: str, lang: str, who: Who, size: tuple[int, int] | None = None
) -> Iterator[Any]:
    """A page of ``demo.urls[mode]`` in this language; Amina or Claire have signed in.

    ``size``: of the window, where it is not that of the mode's screen.
    """
    width, height = size or SIZES[mode]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale={"ar": "ar", "en": "en-GB"}.get(lang, "fr-FR"),
        reduced_motion="reduce",  # a colour on its way to another is no fault
    )
    try:
        page, url = context.new_page(), demo.urls[mode]
        if who != "anyone":
            door = DOOR if who == "Amina" else desk(page, url, STAFF[who])
            enter(page, url, door, demo.codes[who])
        page.goto(f"{url}/?lang={lang}&{PLAIN}")
        yield page
    finally:
        context.close()


def enter(page: Any, url: str, door: str, code: str) -> None:
    """Sign in."""
    page.goto(url + door)
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.wait_for_selector("form[action='/leave']", state="attached")  # huge letters hide it


def desk(page: Any, url: str, name: str) -> str:
    """Where a member of the staff types their code: their name stands on one of a few pages."""
    read = reader(page, url)
    lists = (read(f"/signin/staff?n={number}") for number in range(9))
    like = re.compile(rf'href="([^"]+)"[^>]*>(?:(?!</a>).)*{name}', re.S)
    found = next(filter(None, map(like.search, lists)))
    return found[1].replace("&amp;", "&")


def begin(browser: Any, demo: Any) -> dict[str, str]:
    """Let a passer-by report something, and Amina begin to; the addresses of what was reported."""
    url = demo.urls["home"]
    with opened(browser, demo, "home", "fr", "anyone") as page:
        page.goto(f"{url}/report/door?what=bins&place=figuiers-poubelles")
        page.click("main form button")
        page.wait_for_url("**/report/told/*")
        told = page.url.removeprefix(url)
    with opened(browser, demo, "home", "fr", "Amina") as page:
        page.goto(f"{url}/report/words?what=light&place=flat")
        page.fill("#words", "La lampe de l’entrée clignote.")
        kept = page.evaluate(
            """() => fetch("/visit/draft",
              {method: "POST", body: new FormData(document.querySelector("form.telling"))})
              .then((answer) => answer.json())"""
        )
        assert kept == {"kept": True}
    return {"told": told, "fault": told.replace("/report/told/", "/desk/fault/")}
