"""Every public page in a language 40 % longer than French, right to left: nothing is cut off."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest

from tests.browser import pseudo
from tests.browser.test_accessibility import PUBLIC, first_links
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
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_cut_off_when_every_sentence_is_longer(
    browser: Any, portals: dict[str, str], screen: str
) -> None:
    mode, width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(f"{portals[mode]}/?lang=qps")
    assert page.get_attribute("html", "dir") == "rtl"
    wrong = {}
    for path in (*PUBLIC, *first_links(page, portals[mode])):
        page.goto(portals[mode] + path)
        if found := page.evaluate(CUT):
            wrong[path] = found
    context.close()
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)


CUT: Final = """() => {
  const found = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) found.push(`scrolls sideways: ${wide}`);
  const hidden = '.heard, .skip, .typed, [hidden], dialog, script, style, svg, template';
  const boxes = '.key, .chip, .window, .notice, .first, .plaque, button, main';
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const outside = (r, b) => r.left < b.left - 2 || r.right > b.right + 2 ||
    r.top < b.top - 4 || r.bottom > b.bottom + 4;
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(hidden) || !parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.width < 1) continue;
      const say = (why) => found.push(`${why}: ${node.data.trim().slice(0, 60)}`);
      if (r.left < -1 || r.right > innerWidth + 1) say('beyond the screen');
      const box = parent.closest(boxes);
      if (box && outside(r, box.getBoundingClientRect())) say(`out of ${box.className}`);
      for (let e = parent; e !== document.body; e = e.parentElement) {
        const clips = /hidden|clip/.test(getComputedStyle(e).overflow);
        if (clips && outside(r, e.getBoundingClientRect())) say(`cut by ${e.className}`);
      }
    }
  }
  return [...new Set(found)];
}"""
