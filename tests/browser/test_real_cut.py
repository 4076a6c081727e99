"""A real cut between real nodes, as Amina sees it: her page in Hall B stays open throughout.

Three whole nodes, with the demonstration estate: HMP's office, Hall A, Hall B. Nothing is written
but by people: cables are pulled and put back.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.browser.conftest import issue, stand
from tests.browser.opening import DOOR, desk, enter
from tests.browser.test_cut import report
from tests.sync.mesh.conftest import command as command
from tests.sync.mesh.member import until
from tests.sync.mesh.whole.conftest import make_estate as make_estate
from tests.sync.mesh.whole.estate import Estate

LATE: Final = 90_000
"""Milliseconds for a cable to be missed, or for a document to come once it is back."""

pytestmark = [pytest.mark.browser, pytest.mark.full, pytest.mark.timeout(600)]


@pytest.fixture
def halls(estate: Path, make_estate: Callable[[], Estate]) -> tuple[Estate, str, str]:
    """The nodes, Amina's code and Claire's."""
    made = make_estate()
    office = made.place / "office"
    shutil.copytree(estate, office)
    stand(office)
    amina, claire = issue(office, "figuiers-b-31", "Amina Benali"), issue(office, "Claire Ferrand")
    made.found("a", "b", residents=False)
    made.linked("office", "a", "b")
    made.settled()
    return made, amina, claire


def test_a_report_is_followed_through_a_cut_from_hall_to_hall(
    browser: Any, halls: tuple[Estate, str, str]
) -> None:
    estate, amina, claire = halls
    office, b = estate["office"], estate["b"]
    page = browser.new_context(viewport={"width": 1080, "height": 1920}).new_page()
    page.set_default_timeout(LATE)
    enter(page, b.node.url, DOOR, amina)
    page.goto(f"{b.node.url}/?lang=fr")

    estate.yard.unplug("office")
    estate.yard.unplug("b")
    until(lambda: b.reach()["alone"]["up"])
    key = report(page, b.node.url)
    page.wait_for_selector("#truth:has-text('Merci. C’est gardé ici.')")
    page.wait_for_selector("#line .cut:has-text('Un de vos messages attend ici.')")

    estate.yard.plug("b")
    page.wait_for_selector("#truth:has-text('Merci. C’est parti.')")
    page.wait_for_selector("#line .cut:has-text('La ligne vers HMP est coupée depuis')")

    estate.yard.plug("office")
    page.wait_for_selector("#truth:has-text('HMP l’a reçu.')")
    page.wait_for_selector("#line .cut", state="detached")

    found = b.ask(
        "POST", "/private/_find", json={"selector": {"_id": {"$regex": f"report:{key}$"}}}
    )
    household = found.json()["docs"][0]["_id"].partition(":")[0]
    read_by_claire(browser, office.node.url, claire, f"/desk/{household}/{key}")
    page.wait_for_selector("#truth:has-text('HMP l’a lu.')")
    assert page.locator(".path .past").count() == 4
    page.context.close()


def read_by_claire(browser: Any, url: str, code: str, path: str) -> None:
    """Claire opens a report at the office."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(LATE)
    enter(page, url, desk(page, url, "Claire Ferrand"), code)
    page.goto(url + path)
    page.wait_for_selector("form.reply")
    page.context.close()
