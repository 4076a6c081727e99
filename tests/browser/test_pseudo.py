"""Every page in a language 40 % longer than French, right to left: nothing is cut off."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest

from tests.browser import pseudo
from tests.browser.checks import built, cut
from tests.browser.conftest import Demo
from tests.browser.examples import addresses
from tests.browser.opening import opened, people, reader
from tests.conftest import running, wait_for

SCREENS: Final = {
    "home": ("home", 1280, 800),
    "kiosk": ("kiosk", 1080, 1920),
    "narrow": ("home", 320, 640),
}


@pytest.fixture(scope="module")
def portals(
    demo: Any, tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]
) -> Iterator[dict[str, str]]:
    """The demonstration's portal at home and in a hall, with one language more: mode → URL."""
    catalogs = pseudo.write(tmp_path_factory.mktemp("pseudo") / "catalogs")
    secret = (demo.node.data / "couch.secret").read_text().strip()
    couch = f"http://{secret}@127.0.0.1:{demo.node.couch_port}"
    data = {"home": demo.node.data, "kiosk": demo.node.data.with_name("kiosk")}
    urls, log = {}, catalogs.with_name("log")
    with ExitStack() as stack:
        for mode, folder in data.items():
            port = free_port()
            told = ["-m", pseudo.__name__, catalogs, folder, str(port), couch, mode]
            process = stack.enter_context(running([sys.executable, *map(str, told)], log))
            urls[mode] = f"http://127.0.0.1:{port}"
            wait_for(f"{urls[mode]}/healthz", process, log)
        yield urls


@pytest.mark.parametrize("word", ["Ascenseur", "a", "Écouter", "l’écran"])
def test_a_word_becomes_at_least_two_fifths_longer(word: str) -> None:
    longer = pseudo.stretch(word)
    assert len(longer) >= 1.4 * len(word)
    assert pseudo.stretch(f"%(day)s {word}") == f"%(day)s {longer}"


@pytest.mark.browser
@pytest.mark.parametrize(
    "screen", [pytest.param("home", marks=pytest.mark.full), "kiosk", "narrow"]
)
def test_nothing_is_cut_off_when_every_sentence_is_longer(
    browser: Any, demo: Any, portals: dict[str, str], known: dict[str, str], screen: str
) -> None:
    mode, *size = SCREENS[screen]
    shown = Demo(demo.node, portals, demo.codes)
    wrong = {}
    for who in people(mode) if screen != "narrow" else ("anyone",):
        with opened(browser, shown, mode, pseudo.CODE, who, (size[0], size[1])) as page:
            assert page.get_attribute("html", "dir") == "rtl"
            fetch = reader(page, portals[mode])
            for path in addresses(who, mode, fetch, known):
                page.goto(portals[mode] + path)
                if found := cut(page) + built(page, pseudo.CODE):
                    wrong[f"{who} {path}"] = found
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
