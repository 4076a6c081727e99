// What a screen shows, measured; read by test_comfort.py.
const TARGETS = "a[href], button, input:not([type=hidden]), textarea, select, summary, audio, [tabindex='0']";
const name = (e) => e.outerHTML.slice(0, 90);
const main = () => document.querySelector("main");

// The part of an element one sees: the page's middle, and a dialog, cut what scrolls in them.
const seen = (e) => {
  const b = e.getBoundingClientRect();
  const box = { top: b.top, bottom: b.bottom, left: b.left, right: b.right };
  const part = e.closest("main, dialog");
  if (part && getComputedStyle(part).overflowY === "auto") {
    const p = part.getBoundingClientRect();
    box.top = Math.max(box.top, p.top);
    box.bottom = Math.min(box.bottom, p.bottom);
  }
  return box.bottom - box.top > 1 && b.width > 1 && b.height > 1 ? box : null;
};

const targets = () => [...document.querySelectorAll(TARGETS)]
  .filter((e) => !e.matches(".skip, [tabindex='-1']") && e.checkVisibility({ visibilityProperty: true }))
  .filter((e) => !document.querySelector("dialog[open]") || e.closest("dialog"));

// What one would have to reach up for, wherever the page is leafed to.
const high = () => {
  const found = new Set();
  const dialog = document.querySelector("dialog[open]");
  for (const y of dialog ? [0] : [0, 1e6]) {
    if (!dialog) main().scrollTop = y;
    for (const e of targets()) {
      const box = seen(e);
      if (box && box.top < innerHeight / 2 - 0.5) found.add(`${Math.round(box.top)} ${name(e)}`);
    }
  }
  return [...found];
};

// A ring drawn around any of them counts too.
const small = () => targets().map((e) => [seen(e), e.getBoundingClientRect(), e])
  .filter(([box, b, e]) => box && !e.closest("p, label, .typed") && (b.height < 63.5 || b.width < 63.5))
  .map(([, b, e]) => `${Math.round(b.width)}x${Math.round(b.height)} ${name(e)}`);

// Words whose letters are lower than they should be: H is 0.668 of the size of this font.
const low = (height) => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !e.checkVisibility({ visibilityProperty: true })) continue;
    if (e.closest(".heard, .skip, script, [aria-hidden=true], .scan .typed")) continue;
    const size = parseFloat(getComputedStyle(e).fontSize) * 0.668;
    if (size < height) found.add(`${size.toFixed(1)} ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return [...found];
};

const scrolls = () => {
  const { scrollHeight, scrollWidth } = document.documentElement;
  return scrollHeight > innerHeight || scrollWidth > innerWidth ? [scrollWidth, scrollHeight] : null;
};

// What one has to leaf to: not seen whole where the page stands.
const below = (selector) => {
  const end = Math.min(main().getBoundingClientRect().bottom, innerHeight) + 0.5;
  return [...document.querySelectorAll(selector)]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().bottom > end).map(name);
};

// Leafing down by the screen's own key: every turn moves, and the last one shows the end.
const until = async (holds) => {
  for (let n = 0; n < 50 && !holds(); n += 1) await new Promise((done) => setTimeout(done, 20));
  return holds();
};

const leaf = async () => {
  const key = document.querySelector("[data-leaf='1']");
  const room = () => main().scrollHeight - main().clientHeight - main().scrollTop;
  const ended = () => room() <= 1;
  if (ended()) return "";
  const ready = () => key.checkVisibility() && key.ariaDisabled === "false";
  for (let n = 0; n < 40 && !ended(); n += 1) {
    if (!(await until(ready))) return `stuck ${room()} px before the end`;
    const before = room();
    key.click();
    if (!(await until(() => room() < before))) return `does not move, ${room()} px before the end`;
  }
  return (await until(() => key.ariaDisabled === "true")) ? "" : "does not say that it is the end";
};

const moving = () => [...document.querySelectorAll("*")]
  .map((e) => [getComputedStyle(e), e])
  .filter(([s]) => s.animationName !== "none" || parseFloat(s.transitionDuration) > 0 || s.scrollBehavior === "smooth")
  .map(([, e]) => name(e));

const edgeless = () => targets()
  .filter((e) => seen(e) && !e.closest("p, .about, label"))
  .filter((e) => {
    const s = getComputedStyle(e);
    return parseFloat(s.borderTopWidth) < 2 && parseFloat(s.outlineWidth) < 2;
  }).map(name);
