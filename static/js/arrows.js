// Arrows, OK and Back: with a television's remote everything is reached, in both directions of writing.
// What lies that way is found by BBC's LRUD; words too long for the screen are read before they are left.
// Loaded at the first of these keys, see page.js.

import { getNextFocus } from "../vendor/lrud.js";

const DOWN = { ArrowUp: -1, ArrowDown: 1 };
const OTHERS = ":is(textarea, select, summary, audio):not([tabindex])"; // fields the library does not know
const TARGETS = "a[href], button:not([disabled]), input:not([type=hidden]), textarea, select, summary, audio";
const ROWS = ".top, .step, .sea, .windows, .chips, .keys, .pad, .leaf";
const PART = 0.7; // of what one sees: how far the words move at a press

const board = document.getElementById("board");
const shared = document.documentElement.dataset.mode !== "home"; // no mouse, no Tab
const main = () => document.querySelector("main");

// A dialog and the keyboard keep the arrows to themselves.
const scopeOf = (element) => document.querySelector("dialog[open]") || element.closest("#board") || document.getElementById("page");

const isSeen = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true });
};

const isField = (element) => element.matches("textarea, input") && element.selectionStart !== null;

// Words of one's own are walked through first; past their edge the arrow leads on.
const isInside = (element, key) => {
  const { selectionStart: from, selectionEnd: to, value } = element;
  if (key in DOWN) return false;
  const ahead = (key === "ArrowRight") === (getComputedStyle(element).direction === "ltr");
  return from !== to || from !== (ahead ? value.length : 0);
};

const keepsArrows = (element, key) => {
  if (element.matches("select, audio")) return element.matches("audio") !== key in DOWN;
  if (!element.matches("input, textarea") || element.matches("[type=radio], [type=checkbox], [type=file]")) return false;
  if (!isField(element)) return true;
  if (!shared) return element.matches("textarea") || !(key in DOWN);
  return isInside(element, key);
};

// What moves under the eyes: the page's own middle on a shared screen, else the whole page.
const scrollerOf = (element) => {
  const part = element.closest("dialog, main");
  return part && part.scrollHeight > part.clientHeight + 1 && getComputedStyle(part).overflowY === "auto" ? part : document.scrollingElement;
};

const viewOf = (scroller) => {
  const { top, bottom } = scroller === document.scrollingElement ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  return { top, bottom };
};

const roomOf = (scroller, way) => (way > 0 ? scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop : scroller.scrollTop);

const isNear = (element, { top, bottom }) => {
  const box = element.getBoundingClientRect();
  const part = (bottom - top) * 0.3;
  return box.bottom > top - part && box.top < bottom + part;
};

const isIn = (element, { top, bottom }) => {
  const box = element.getBoundingClientRect();
  return box.bottom > top + 8 && box.top < bottom - 8;
};

// From nowhere, or from words one is reading: what one sees of the page.
const start = (way, view) => {
  const seen = [...main().querySelectorAll(TARGETS)].filter((element) => isSeen(element) && isIn(element, view));
  const own = seen.filter((element) => !element.closest(".step"));
  return way < 0 ? seen.at(-1) : own[0] || seen[0];
};

const take = (target) => {
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
};

const read = (scroller, way, current) => {
  const { top, bottom } = viewOf(scroller);
  scroller.scrollBy({ top: way * (bottom - top) * PART });
  if (current === document.body || isIn(current, viewOf(scroller))) return;
  main().focus({ preventScroll: true });
};

const beside = (current, key) => {
  const row = current.closest(ROWS);
  return row && getNextFocus(current, key, row);
};

// What lies scrolled away under the frame is no neighbour of the frame's keys.
const nearest = (current, key, scope) => {
  const part = main();
  const beneath = scrollerOf(part) === part && !part.contains(current) ? [...part.querySelectorAll(TARGETS)] : [];
  const hidden = beneath.filter((element) => !isIn(element, viewOf(part)));
  for (const element of hidden) element.classList.add("lrud-ignore");
  // A row, a grid, a pad is gone through before it is left.
  const found = beside(current, key) || getNextFocus(current, key, scope);
  for (const element of hidden) element.classList.remove("lrud-ignore");
  return found;
};

const move = (current, key) => {
  const way = DOWN[key] || 0;
  const lost = current === document.body || current.matches("main, main h1");
  const scroller = scrollerOf(lost ? main() : current);
  const view = viewOf(scroller);
  for (const field of document.querySelectorAll(OTHERS)) field.tabIndex = 0;
  const scope = scopeOf(current);
  const known = lost && !document.querySelector("dialog[open]") ? start(way, view) : null;
  const target = known || nearest(current === document.body ? main() : current, key, scope);
  const away = !target || (scroller !== document.scrollingElement && !scroller.contains(target)) || !isNear(target, view);
  if (way && away && roomOf(scroller, way) > 1) read(scroller, way, current);
  else if (target) take(target);
};

const home = () => document.querySelector("main .step a[href]");

// Back: out of what stands above the page, else where the page's own Back key leads.
const back = (current) => {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    if (dialog.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
  } else if (board && !board.hidden) {
    current.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
  } else if (home()) home().click();
  else start(1, viewOf(scrollerOf(main())))?.focus();
};

// Up and down in words of one's own: where the caret stays, it has reached an edge.
const leave = (field, key) => {
  const { selectionStart: from, selectionEnd: to } = field;
  setTimeout(() => {
    const same = document.activeElement === field && field.selectionStart === from && field.selectionEnd === to;
    if (same) move(field, key);
  });
};

// `event` is a keydown of one of the keys that page.js knows.
export const press = (event) => {
  const current = document.activeElement || document.body;
  if (!event.key.startsWith("Arrow")) {
    if (event.key === "Backspace" && (isField(current) || current.closest("#board"))) return;
    if (event.key === "Escape" && document.querySelector("dialog[open]")) return; // the browser's own
    event.preventDefault();
    back(current);
  } else if (current.matches("textarea") && shared && event.key in DOWN) leave(current, event.key);
  else if (!keepsArrows(current, event.key)) {
    event.preventDefault();
    move(current, event.key);
  }
};

// OK on a box ticks it: there is no space bar.
document.addEventListener("keydown", (event) => {
  if (!shared || event.key !== "Enter" || !event.target.matches?.("[type=radio], [type=checkbox]")) return;
  event.preventDefault();
  event.target.click();
});
