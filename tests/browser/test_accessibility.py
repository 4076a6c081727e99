"""Every page, on every screen, in every language: axe-core, the W3C checker, arrows, zoom."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

VENDOR: Final = Path(__file__).resolve().parents[1] / "vendor"
SIZES: Final = {"kiosk": (1080, 1920), "home": (1280, 800), "tv": (1920, 1080)}
LANGUAGES: Final = ("fr", "ar")
LOOKED_AT: Final = (
    *((mode, lang) for mode in SIZES for lang in LANGUAGES),
    ("home", "en"),  # the others differ by their words alone: once each is enough
    ("home", "fr-simple"),
)
AXE: Final = {
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a",
            "wcag2aa",
            "wcag2aaa",
            "wcag21a",
            "wcag21aa",
            "wcag22aa",
            "best-practice",
        ],
    },
    "rules": {
        "target-size": {"enabled": True},
        "color-contrast-enhanced": {"enabled": True},
    },
}

PUBLIC: Final = (
    "/",
    "/news/",
    "/works/",
    "/report/",
    "/report/where?what=lift",
    "/report/where?what=lift&at=all",
    "/report/same?what=door&place=figuiers-b-hall",
    "/report/door?what=bins&place=figuiers-poubelles",
    "/signin",
    "/signin?residence=-",
    "/signin/door?staircase=figuiers-b",
    "/signin/code?staircase=figuiers-b&door=31",
    "/signin/staff",
    "/emergency/",
    "/settings/",
    "/language/",
    "/help",
    "/help/people",
    "/townhall/",
    "/listen?page=/works/",
    "/nothing-here",
)
OWN: Final = (
    "/",
    "/reports/",
    "/report/",
    "/report/where?what=light",
    "/report/photo?what=light&place=flat",
    "/report/words?what=light&place=flat",
    "/report/check?what=light&place=flat",
    "/settings/",
)
STAFF: Final = (
    "/",
    "/desk/",
    "/desk/?queue=all&q=31",
    "/desk/published",
    "/desk/publish/notice",
    "/desk/publish/works",
    "/desk/publish/emergency",
)


@pytest.fixture(scope="module")
def screens(browser: Any, demo: Any) -> Iterator[dict[str, Any]]:
    """A page on each kind of screen."""
    contexts = {
        mode: browser.new_context(viewport={"width": width, "height": height})
        for mode, (width, height) in SIZES.items()
    }
    yield {mode: context.new_page() for mode, context in contexts.items()}
    for context in contexts.values():
        context.close()


def faults(page: Any) -> list[str]:
    """What axe-core finds wrong with the page."""
    page.evaluate((VENDOR / "axe.min.js").read_text())
    found = page.evaluate(f"axe.run(document, {json.dumps(AXE)})")["violations"]
    return [f"{v['id']}: {n['html'][:160]} {n['failureSummary'][:200]}" for v in found
            for n in v["nodes"]]  # fmt: skip


def first_links(page: Any, url: str) -> list[str]:
    """The first item of each list: the pages whose addresses the estate decides."""
    found = []
    for path in ("/news/", "/works/", "/townhall/", "/help"):
        page.goto(url + path)
        links = page.eval_on_selector_all(
            "main a[href]", "links => links.map(link => link.getAttribute('href'))"
        )
        inner = [
            link for link in links if link.startswith(path) and link != path and "?" not in link
        ]
        found += inner[:1]
    assert found
    return found


@pytest.mark.browser
@pytest.mark.parametrize(("mode", "lang"), LOOKED_AT)
def test_axe_finds_no_fault_on_any_public_page(
    screens: dict[str, Any], demo: Any, mode: str, lang: str
) -> None:
    page, url = screens[mode], demo.urls[mode]
    page.goto(f"{url}/?lang={lang}")
    wrong = {}
    for path in (*PUBLIC, *first_links(page, url)):
        page.goto(url + path)
        if found := faults(page):
            wrong[path] = found
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("mode", SIZES)
def test_axe_finds_no_fault_on_a_residents_own_pages(
    browser: Any, demo: Any, mode: str, lang: str, tmp_path: Path
) -> None:
    door = "/signin/code?staircase=figuiers-b&door=31"
    with inside(browser, demo.urls[mode], mode, door, demo.codes["Amina"]) as page:
        assert not wrong_pages(page, demo.urls[mode], lang, OWN, tmp_path)
    w3c(tmp_path)


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_no_fault_on_the_desk(
    browser: Any, demo: Any, screens: dict[str, Any], lang: str, tmp_path: Path
) -> None:
    url = demo.urls["home"]
    screens["home"].goto(f"{url}/signin/staff")
    door = screens["home"].locator("a", has_text="Claire Ferrand").get_attribute("href")
    with inside(browser, url, "home", door, demo.codes["Claire"]) as page:
        assert not wrong_pages(page, url, lang, STAFF, tmp_path)
    w3c(tmp_path)


@contextmanager
def inside(browser: Any, url: str, mode: str, door: str, code: str) -> Iterator[Any]:
    """A page on which somebody has signed in."""
    width, height = SIZES[mode]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(url + door)
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.wait_for_selector("form[action='/leave']")
    yield page
    context.close()


def wrong_pages(
    page: Any, url: str, lang: str, paths: tuple[str, ...], folder: Path
) -> dict[str, list[str]]:
    """What axe-core finds on each path, and on the first item of one's list; keeps the HTML."""
    page.goto(f"{url}/?lang={lang}")
    wrong = {}
    for number, path in enumerate((*paths, first_item(page, url, paths))):
        page.goto(url + path)
        if found := faults(page):
            wrong[path] = found
        (folder / f"{number}.html").write_text(page.request.get(url + path).text())
    return wrong


def first_item(page: Any, url: str, paths: tuple[str, ...]) -> str:
    """The first report of one's own, or of the desk."""
    path = "/desk/" if "/desk/" in paths else "/reports/"
    page.goto(url + path)
    links = page.eval_on_selector_all("main a[href]", "l => l.map(a => a.getAttribute('href'))")
    return next(
        str(link) for link in links if re.match(rf"{path}[0-9a-z/]*[0-9A-Za-z]{{20}}", link)
    )


def w3c(folder: Path) -> None:
    """Hold every page in ``folder`` to the W3C checker."""
    command = ["java", "-jar", str(VENDOR / "vnu.jar"), "--errors-only", "--skip-non-html"]
    checked = subprocess.run([*command, str(folder)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr[:4000]


@pytest.mark.browser
@pytest.mark.parametrize("lang", [*LANGUAGES, "fr-simple"])
def test_the_w3c_checker_finds_no_error_on_any_page(
    screens: dict[str, Any], demo: Any, lang: str, tmp_path: Path
) -> None:
    for mode, url in demo.urls.items():
        page = screens[mode]
        page.goto(f"{url}/?lang={lang}")
        for number, path in enumerate((*PUBLIC, *first_links(page, url))):
            answer = page.request.get(url + path)
            (tmp_path / f"{mode}-{number}.html").write_text(answer.text())
    w3c(tmp_path)


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/news/", "/report/", "/signin", "/settings/"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_arrow_keys_reach_every_target_of_a_page(
    screens: dict[str, Any], demo: Any, path: str, lang: str
) -> None:
    page, url = screens["tv"], demo.urls["tv"]
    page.goto(f"{url}/?lang={lang}")
    page.goto(url + path)
    reached = page.evaluate(REACH)
    assert reached["missed"] == []


REACH: Final = """() => {
  const press = (key) => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  const name = (e) => e.outerHTML.slice(0, 120);
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden])')]
    .filter((e) => !e.matches('.skip') && !e.closest('dialog'))
    .filter((e) => e.getBoundingClientRect().width > 1);
  const seen = new Set(), queue = [all[0]];
  while (queue.length) {
    const e = queue.pop();
    if (seen.has(e)) continue;
    seen.add(e);
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
      e.focus(); press(key);
      if (!seen.has(document.activeElement)) queue.push(document.activeElement);
    }
  }
  return {missed: all.filter((e) => !seen.has(e)).map(name)};
}"""


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_four_times_larger_scrolls_one_way_only(demo: Any, browser: Any, lang: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 256})  # 1280 × 1024 at 400 %
    page = context.new_page()
    page.goto(f"{demo.urls['home']}/?lang={lang}")
    wide = {}
    for path in PUBLIC:
        page.goto(demo.urls["home"] + path)
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
            wide[path] = width
    context.close()
    assert not wide


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_target_on_a_kiosk_is_large_enough_for_a_finger(
    screens: dict[str, Any], demo: Any, lang: str
) -> None:
    page, url = screens["kiosk"], demo.urls["kiosk"]
    page.goto(f"{url}/?lang={lang}")
    small = {}
    for path in PUBLIC:
        page.goto(url + path)
        found = page.evaluate(SMALL)
        if found:
            small[path] = found
    assert not small


SMALL: Final = """() => [...document.querySelectorAll(':is(main, .top, .sea) :is(a[href], button)')]
  .map((e) => [e.getBoundingClientRect(), e])
  .filter(([b]) => b.width > 1 && (b.height < 64 || b.width < 64))
  .map(([b, e]) => `${Math.round(b.width)}x${Math.round(b.height)} ${e.outerHTML.slice(0, 90)}`)"""
