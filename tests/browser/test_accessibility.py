"""Every page, on every screen, in every language: axe-core, the W3C checker, keys, boxes, zoom.

Every run takes a sample; ``--full`` takes each page on every screen in every language.

| | home | kiosk | television |
|---|---|---|---|
| French | all checks; zoom, spacing, Tab, all themes | `--full` | axe, structure, boxes |
| Arabic | `--full`: all but the themes | axe, structure, boxes | `--full` |
| English, easy French | `--full`: as Arabic | `--full` | `--full` |

The landlord's desk is always at home. The language 40 % longer is in ``test_pseudo.py``, arrows in
``test_arrows.py``.
"""

import json
import subprocess
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk import config
from kiosk.portal import create_app
from tests.browser import examples
from tests.browser.checks import VENDOR, alike, built, narrow, pale, small, spaced, walked
from tests.browser.checks import faults as faults  # for others
from tests.browser.conftest import SIZES
from tests.browser.examples import addresses
from tests.browser.opening import opened, people, reader

LANGUAGES: Final = ("fr", "ar", "en", "fr-simple")
SAMPLE: Final = (("home", "fr"), ("kiosk", "ar"), ("tv", "fr"))
"""Each screen, both directions of writing: what every run looks at."""

LOOKED_AT: Final = tuple(
    pytest.param(mode, lang, marks=[] if (mode, lang) in SAMPLE else pytest.mark.full)
    for mode in SIZES
    for lang in LANGUAGES
)
PUBLIC: Final = tuple(
    page.path
    for pages in examples.PAGES.values()
    for page in pages
    if page.who == "anyone" and "{" not in page.path and "home" in page.modes
)

pytestmark = pytest.mark.browser


def first_links(page: Any, url: str) -> list[str]:
    """The first item of each list: the pages whose addresses the estate decides."""
    fetch = reader(page, url)
    return [examples.address(path, fetch) for path in ("{news}", "{works}", "{townhall}", "{card}")]


def test_every_view_of_the_portal_is_looked_at(tmp_path: Path) -> None:
    config.prepare(tmp_path)
    (tmp_path / "couch.secret").write_text("name:password")
    app = create_app(config.read(tmp_path, 8080, "http://127.0.0.1:1"))
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    wrong = examples.missing(rule.endpoint for rule in rules)
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("mode", "lang"), LOOKED_AT)
def test_every_page_is_without_fault(
    browser: Any, demo: Any, known: dict[str, str], mode: str, lang: str
) -> None:
    wrong: dict[str, list[str]] = {}
    for who in people(mode):
        with opened(browser, demo, mode, lang, who) as page:
            page.add_init_script(path=VENDOR / "axe.min.js")  # half of its time is to get there
            titles = {}
            for path in addresses(who, mode, reader(page, demo.urls[mode]), known):
                page.goto(demo.urls[mode] + path)
                titles[path] = page.title()
                found = [] if page.url == demo.urls[mode] + path else [f"led to {page.url}"]
                found += faults(page) + built(page, lang) + small(page)
                if mode == "home":
                    found += narrow(page) + spaced(page)
                    found += pale(page) if lang == "fr" else []
                    found += walked(page)
                if found:
                    wrong[f"{who} {path}"] = found
            if same := alike(titles):
                wrong[f"{who}, by their titles"] = same
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)


def test_the_w3c_checker_finds_no_error_on_any_page(
    browser: Any, demo: Any, known: dict[str, str], tmp_path: Path, pytestconfig: Any
) -> None:
    every = pytestconfig.getoption("--full")
    for mode, lang in product(SIZES, LANGUAGES) if every else SAMPLE:
        for who in people(mode):
            with opened(browser, demo, mode, lang, who) as page:
                fetch = reader(page, demo.urls[mode])
                for number, path in enumerate(addresses(who, mode, fetch, known)):
                    (tmp_path / f"{mode}-{lang}-{who}-{number}.html").write_text(fetch(path))
    command = ["java", "-jar", str(VENDOR / "vnu.jar"), "--errors-only", "--skip-non-html"]
    checked = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr[:4000]
