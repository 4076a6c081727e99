"""What a page has to be for everybody: each check gives the faults it finds on an open page."""

import json
from pathlib import Path
from typing import Any, Final

VENDOR: Final = Path(__file__).resolve().parents[1] / "vendor"

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
        "color-contrast": {"enabled": False},  # 4.5:1, which 7:1 says with it
        "color-contrast-enhanced": {"enabled": True},
    },
    "resultTypes": ["violations"],
    "preload": False,  # style sheets and media, for rules that are not run
}
CONTRAST: Final = {**AXE, "runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}

SMALLEST: Final = {"kiosk": 64, "home": 44, "desk": 44, "tv": 44}
"""Pixels of the smaller side of whatever is touched or clicked (WCAG 2.2, 2.5.5: 44)."""

TARGETS: Final = (
    "a[href], button, input:not([type=hidden]), textarea, select, summary, audio[controls]"
)


def faults(page: Any, options: dict[str, Any] = AXE) -> list[str]:
    """What axe-core finds wrong with the page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate((VENDOR / "axe.min.js").read_text())
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")["violations"]
    return [f"{v['id']}: {n['html'][:160]} {n['failureSummary'][:200]}" for v in found
            for n in v["nodes"]]  # fmt: skip


def pale(page: Any) -> list[str]:
    """Words under 7:1 in the dark theme and in the one of high contrast; leaves the page light."""
    found = []
    for theme in ("dark", "contrast", "light"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        if theme != "light":
            found += [f"{theme}: {fault}" for fault in faults(page, CONTRAST)]
    return found


def built(page: Any, lang: str) -> list[str]:
    """What is wrong with title, languages, landmarks, headings, pictures and fields."""
    return [*page.evaluate(BUILT, {"html": lang, "dir": "rtl" if lang in RIGHT else "ltr"})]


RIGHT: Final = {"ar", "qps"}

BUILT: Final = """({html, dir}) => {
  const found = [];
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const say = (why, e) => found.push(e ? `${why}: ${e.outerHTML.slice(0, 120)}` : why);
  const root = document.documentElement;
  if (!/^\\S.* · Résidacœur$/.test(document.title)) say(`title: ${document.title}`);
  if (root.lang !== html || root.dir !== dir) say(`language: ${root.lang} ${root.dir}`);
  for (const e of all("[lang]")) {
    try { Intl.getCanonicalLocales(e.lang); } catch { say("no language", e); }
  }
  for (const name of ["header.top", "main#main", "footer.shore", "a.skip[href='#main']"]) {
    if (all(name).length !== 1) say(`not one ${name}`);
  }
  for (const e of all("nav")) if (!e.ariaLabel) say("unnamed", e);
  const heads = all("main :is(h1, h2, h3, h4)").filter((e) => e.checkVisibility());
  if (heads.filter((e) => e.tagName === "H1").length !== 1) say(`not one h1 of ${heads.length}`);
  let before = 1;
  for (const e of heads) {
    const level = Number(e.tagName[1]);
    if (level > before + 1) say("a level is skipped", e);
    if (!e.innerText.trim()) say("empty", e);
    before = level;
  }
  for (const e of all("svg")) if (!e.closest("[aria-hidden=true]")) say("a drawing is read", e);
  for (const e of all("img")) if (!e.getAttribute("alt")) say("a picture without words", e);
  for (const e of all("[aria-invalid=true]")) {
    const said = (e.getAttribute("aria-describedby") || "none").split(" ");
    const why = said.map((id) => document.getElementById(id)?.innerText.trim());
    if (!why.every(Boolean)) say("wrong, and nobody says why", e);
  }
  for (const e of all("table")) {
    if (!e.caption?.textContent.trim()) say("a table without a title", e);
    for (const th of all("th", e)) if (!th.scope) say("heads nothing", th);
  }
  for (const e of all("fieldset")) if (!e.querySelector(":scope > legend")) say("no legend", e);
  const about = all("footer a[href='/about/']");
  if (about.length !== 1) say(`${about.length} ways to what the law wants said`);
  for (const e of all("[tabindex]")) if (e.tabIndex > 0) say("out of turn", e);
  const never = "[accesskey], [target], [onclick], meta[http-equiv], iframe, object, " +
    "font, center, b:empty, blockquote, table[role]";
  for (const e of all(never)) say("never used here", e);
  const ids = all("[id]").map((e) => e.id);
  for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) say(`twice: ${id}`);
  for (const e of all(".notices, .windows")) {
    const items = [...e.children].filter((c) => c.matches("a, li") && c.checkVisibility());
    if (items.length > 1 && !e.matches("ul, ol, [role=list]")) say("a list that is none", e);
  }
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const {data, parentElement: e} = words.currentNode;
    if (!e.checkVisibility() || e.closest("script, svg")) continue;
    const lang = e.closest("[lang]").lang;
    const arabic = data.match(/\\p{Script=Arabic}/gu)?.length || 0;
    const latin = data.match(/\\p{Script=Latin}+/gu)?.filter((word) => word.length > 2).length || 0;
    if (arabic > 3 && !latin && !/^(ar|qps)/.test(lang)) say(`not said to be Arabic: ${data}`);
    const name = /^\\s*\\S+\\s*$/.test(data); // an address of the web, a file
    if (latin > 3 && !arabic && !name && lang === "ar") say(`said to be Arabic: ${data.trim()}`);
  }
  return found;
}"""


def small(page: Any) -> list[str]:
    """What is too small to be touched; a link within a sentence is as high as its line."""
    return [*page.evaluate(SMALL, [TARGETS, SMALLEST])]


SMALL: Final = """([targets, smallest]) => {
  const least = smallest[document.documentElement.dataset.mode];
  return [...document.querySelectorAll(targets)]
    .filter((e) => e.checkVisibility({visibilityProperty: true}))
    .filter((e) => !e.closest("dialog, .board, .typed"))
    .filter((e) => !e.matches(".skip, p a, p small a, [tabindex='-1']"))
    .map((e) => (e.matches("[type=checkbox], [type=radio]") ? e.closest("label") : e))
    .map((e) => [e.getBoundingClientRect(), e])
    .filter(([b]) => b.width > 1 && Math.min(b.width, b.height) < least - .5)
    .map(([b, e]) => `${Math.round(b.width)}x${Math.round(b.height)} ${e.outerHTML.slice(0, 90)}`);
}"""


def narrow(page: Any) -> list[str]:
    """What 320 CSS pixels do to a page (400 % of 1280; WCAG 2.2, 1.4.10); leaves it as it was."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 256})
    found = [f"at 320 pixels: {fault}" for fault in cut(page)]
    page.set_viewport_size(before)
    return found


def spaced(page: Any) -> list[str]:
    """What the widest spacing that one may ask for cuts off (WCAG 2.2, 1.4.12)."""
    page.evaluate(SPACE)
    found = [f"spaced: {fault}" for fault in cut(page)]
    page.evaluate("document.adoptedStyleSheets = []")
    return found


SPACE: Final = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""


def cut(page: Any) -> list[str]:
    """Words that stand beyond the screen, out of their box, or cut by one; scrolling sideways."""
    return [*page.evaluate(CUT)]


CUT: Final = """() => {
  const found = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) found.push(`scrolls sideways: ${wide}`);
  const hidden = '.heard, .skip, .typed, [hidden], dialog, script, style, svg, template, table';
  const boxes = '.key, .chip, .window, .notice, .first, .plaque, button, main';
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const rolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflowY) &&
    e.scrollHeight > e.clientHeight;
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
      if (box && !rolls(box) && outside(r, box.getBoundingClientRect())) {
        say(`out of ${box.className}`);
      }
      for (let e = parent; e !== document.body && !rolls(e); e = e.parentElement) {
        const clips = /hidden|clip/.test(getComputedStyle(e).overflow);
        if (clips && outside(r, e.getBoundingClientRect())) say(`cut by ${e.className}`);
      }
    }
  }
  return [...new Set(found)];
}"""


def walked(page: Any) -> list[str]:
    """What the Tab key misses, meets twice or out of turn, or shows no ring on."""
    for _ in range(page.evaluate(BEGIN, TARGETS)):
        page.keyboard.press("Tab")
    return [*page.evaluate(END)]


BEGIN: Final = """(targets) => {
  const groups = new Set();
  const first = (e) => {
    if (e.type !== "radio") return true;
    const group = [...document.getElementsByName(e.name)];
    return e === (group.find((radio) => radio.checked) || group[0]);
  };
  window.stops = [...document.querySelectorAll(targets)]
    .filter((e) => e.tabIndex >= 0 && !e.disabled && !e.closest("dialog") && first(e))
    .filter((e) => e.checkVisibility({visibilityProperty: true}));
  window.met = [];
  addEventListener("focusin", ({target}) => {
    const drawn = [target, target.closest("label, .scan") || target].map((e) =>
      getComputedStyle(e));
    const rings = drawn.map((s) => (s.outlineStyle === "none" ? 0 : parseFloat(s.outlineWidth)));
    const ring = Math.max(...rings);
    const box = target.getBoundingClientRect();
    met.push({target, ring, x: box.left + scrollX, y: box.top + scrollY, box});
  });
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  met.length = 0;
  // Inside of these the browser has stops of its own.
  const more = document.querySelectorAll("audio[controls], [type^=date]").length;
  return stops.length + 6 * more;
}"""

END: Final = """() => {
  const found = [];
  const say = (why, e) => found.push(`${why}: ${e.outerHTML.slice(0, 120)}`);
  const right = (e) => (getComputedStyle(e.parentElement).direction === "rtl" ? -1 : 1);
  stops.forEach((e, n) => { if (met[n]?.target !== e) say(`not met at its turn (${n})`, e); });
  for (const {target, ring} of met) {
    if (ring < 3) say("no ring", target);
  }
  const group = "nav, ul, ol, form, fieldset, section, header, table, [role=group], .keys, " +
    ".windows, .notices, .aside";
  for (let n = 1; n < met.length; n += 1) {
    const [a, b] = [met[n - 1], met[n]];
    if (a.target.closest(group) !== b.target.closest(group) || a.target.matches(".skip")) continue;
    const below = b.y >= a.y + a.box.height - 4;
    const beside = b.y + b.box.height > a.y + 4 && (b.x - a.x) * right(b.target) > 0;
    if (!below && !beside) say("turns back", b.target);
  }
  return found;
}"""


def alike(titles: dict[str, str]) -> list[str]:
    """Pages (path → title) that one could not tell apart by their title."""
    by_title: dict[str, set[str]] = {}
    for path, title in titles.items():
        by_title.setdefault(title, set()).add(path.partition("?")[0])
    return [f"{title}: {sorted(paths)}" for title, paths in by_title.items() if len(paths) > 1]
