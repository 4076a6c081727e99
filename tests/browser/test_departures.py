"""The administrator erases somebody and sees it done, then lets a household leave."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.browser.checks import built, faults, small
from tests.browser.conftest import issue, run
from tests.browser.opening import opened

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(
    estate: Path,
    start_node: Callable[..., Any],
    free_port: Callable[[], int],
    tmp_path_factory: Any,
) -> Any:
    """The landlord's machine of an estate, all its processes at work."""
    data = tmp_path_factory.mktemp("office") / "data"
    shutil.copytree(estate, data)
    run("-m", "app", "estate", "new", "--data", str(data))
    ports = ["--gateway", f"127.0.0.1:{free_port()}", "--egress-port", str(free_port())]
    node = start_node(data, *ports)
    codes = {"Thierry": issue(data, "Thierry Masson")}
    return SimpleNamespace(urls={"home": node.url}, codes=codes)


def check(page: Any) -> None:
    assert [*faults(page), *built(page, "fr"), *small(page)] == []


def test_an_erasure_by_the_page_is_carried_out_and_a_move_out_is_followed(
    browser: Any, office: Any
) -> None:
    with opened(browser, office, "home", "fr", "Thierry") as page:
        page.goto(f"{office.urls['home']}/halls/")
        page.click("text=Départs et effacements")
        page.fill("#q", "amina benali")
        page.click(".seek button")
        page.click(".notices a")
        page.click(".notices a[href*=erase]")
        page.click("text=Effacer pour toujours")
        page.wait_for_selector("text=Effacé dans 1 hall sur 1", timeout=30_000)
        check(page)
        page.goto(f"{office.urls['home']}/departures/?q=amina+benali")
        assert "On ne trouve personne" in page.inner_text("main")
        page.goto(f"{office.urls['home']}/departures/?q=carvalho")
        page.click(".notices a")
        page.click("text=Ce logement se vide")
        page.click("text=Ils partent ce jour-là")
        page.wait_for_selector("text=HMP garde leurs demandes trois ans.")
        check(page)
