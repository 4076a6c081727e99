// What a remote can do with the page that is shown; read by test_arrows.py.
const WAYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
const TARGETS = "a[href], button, input:not([type=hidden]), textarea, select, summary, audio";
const name = (e) => e.outerHTML.slice(0, 120);
const at = () => document.activeElement;
const all = () => [...document.querySelectorAll(TARGETS)]
  .filter((e) => !e.matches(".skip, [tabindex='-1']") && !e.closest("dialog:not([open])"))
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 1);
const press = (key) =>
  at().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const height = () => at().closest("main")?.scrollTop;

// An arrow that moves the words leaves the focus, or puts it on them: pressed until it arrives.
const go = async (e, key) => {
  e.focus();
  for (let n = 0, y = -1; n < 9 && (at() === e || at().matches("main")) && y !== height(); n += 1) {
    y = height();
    press(key);
    if (e.matches("textarea")) await new Promise((done) => setTimeout(done, 1));
  }
  return at();
};

const from = (start, next) => {
  const seen = new Set();
  const queue = [start];
  while (queue.length) {
    const e = queue.pop();
    if (!seen.has(e)) { seen.add(e); queue.push(...next(e)); }
  }
  return seen;
};

// What arrows never come to from where the focus was set, and from where none lead back to it.
const walk = async () => {
  const first = at();
  const ways = new Map();
  for (const e of all()) {
    ways.set(e, []);
    for (const key of WAYS) ways.get(e).push(await go(e, key));
  }
  const there = from(first, (e) => ways.get(e) || []);
  const back = from(first, (e) => [...ways.keys()].filter((o) => ways.get(o).includes(e)));
  first.focus();
  const left = [...ways.keys()];
  return {
    missed: left.filter((e) => !there.has(e)).map(name),
    trapped: left.filter((e) => !back.has(e)).map(name),
  };
};

// The fewest arrows from where the focus stands to what matches `goal`.
const path = async (goal) => {
  const start = at();
  const queue = [[start, []]];
  const seen = new Set([start]);
  while (queue.length) {
    const [e, keys] = queue.shift();
    if (e.matches(goal)) { start.focus(); return keys; }
    for (const key of WAYS) {
      const next = await go(e, key);
      if (!seen.has(next)) { seen.add(next); queue.push([next, [...keys, key]]); }
    }
  }
  return null;
};

// What is wrong with where the focus stands: nowhere, under something, without a ring of 4 px.
const stands = () => {
  const e = at();
  if (!e || e === document.body) return "nowhere";
  const shown = e.closest(".scan, .grouped, .chip") || e;
  const b = shown.getBoundingClientRect();
  const top = document.elementFromPoint((b.left + b.right) / 2, (b.top + b.bottom) / 2);
  if (!top || !(shown.contains(top) || top.contains(shown))) return `under something: ${name(e)}`;
  const rings = [e, shown, shown.querySelector(".groups") || e].map((r) => getComputedStyle(r));
  const widths = rings.map((s) => (s.outlineStyle === "solid" ? parseFloat(s.outlineWidth) : 0));
  return Math.max(...widths) >= 4 ? "" : `a ring of ${widths} px: ${name(e)}`;
};

// Words, pictures and keys that lie where a television may cut.
const outside = ([left, top, right, bottom]) => [...document.querySelectorAll("body *")]
  .filter((e) => e.matches("a, button, input, textarea, svg, img, kbd")
    || [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .filter((e) => !e.closest(".heard, .skip, .isles, .typed, [data-leaf]"))
  .filter((e) => !getComputedStyle(e).clipPath.startsWith("inset(50%"))
  .map((e) => [e.getBoundingClientRect(), e])
  .filter(([b]) => b.width > 1 && b.height > 1)
  .filter(([b, e]) => !e.closest("main") || (b.bottom > 0 && b.top < document.querySelector("main").getBoundingClientRect().bottom))
  .filter(([b]) => b.left < left - 1 || b.top < top - 1 || b.right > right + 1 || b.bottom > bottom + 1)
  .map(([b, e]) => `${[b.left, b.top, b.right, b.bottom].map(Math.round)} ${name(e)}`);

// Which of the article's paragraphs one sees whole now.
const visible = () => {
  const main = document.querySelector("main").getBoundingClientRect();
  return [...document.querySelectorAll("article p")]
    .map((p, n) => [p.getBoundingClientRect(), n])
    .filter(([b]) => b.bottom <= main.bottom + 4 && b.bottom > main.top)
    .map(([, n]) => n);
};
