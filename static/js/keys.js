// The keyboard on a shared screen: simple-keyboard draws the keys and feels the fingers, this module
// writes into the field. Loaded at the first field; see kiosk/layout/_board.html for its words.

const board = document.getElementById("board");
const { pictures, space, erase } = board.dataset;

const END = "{space} {erase} {ok}";
const LAYERS = {
  fr: ["a z e r t y u i o p", "q s d f g h j k l m", "{shift} w x c v b n ’ , .", "é è ê à â ç ù û î ô", `{123} {tongue} ${END}`],
  en: ["q w e r t y u i o p", "a s d f g h j k l ’", "{shift} z x c v b n m , .", "1 2 3 4 5 6 7 8 9 0", `{123} {tongue} ${END}`],
  ar: ["ض ص ث ق ف غ ع ه خ ح", "ش س ي ب ل ا ت ن م ك", "ئ ء ؤ ر ى ة و ز ظ ط", "ج د ذ أ إ آ ؟ ، . !", `{123} {tongue} ${END}`],
  123: ["1 2 3 4 5 6 7 8 9 0", "- / : ; ( ) € & @ \"", "+ = % ° # * « » ? !", "ë ï ü œ æ ñ ' … _ ·", `{abc} {tongue} ${END}`],
  pad: ["1 2 3", "4 5 6", "7 8 9", "{erase} 0 {ok}"],
};
const raised = (row) => (row.endsWith(END) ? row : row.toUpperCase().replace("SHIFT", "shift").replace(", .", "? !"));
for (const name of ["fr", "en"]) LAYERS[name.toUpperCase()] = LAYERS[name].map(raised);

const TWICE = 60; // milliseconds in which a trembling finger touches a key once
const GHOST = 400; // milliseconds in which the click of a touch that ended may still come

let field = null; // where the keys write
let resting = null; // where OK has put the keys away, until it is touched or left
let letters = "fr"; // what one goes back to after the figures
let layer = "fr";

const picture = (name) => `<svg class="picto line-only" aria-hidden="true" viewBox="0 0 64 64"><use href="${pictures}#${name}"/></svg>`;
const small = () => layer.toLowerCase();
const latin = () => (document.documentElement.lang === "en" ? "en" : "fr");

const show = (name) => {
  const keys = [...board.querySelectorAll("button")];
  const at = keys.indexOf(document.activeElement);
  layer = name;
  if (name.length === 2) letters = name.toLowerCase();
  const arabic = letters === "ar";
  keyboard.setOptions({
    layoutName: name,
    display: {
      "{shift}": "ABC", "{123}": "123", "{abc}": arabic ? "ابت" : "abc", "{tongue}": arabic ? "abc" : "العربية",
      "{space}": space, "{erase}": picture("erase"), "{ok}": `${picture("check")}OK`,
    },
    buttonAttributes: [
      { attribute: "lang", value: arabic ? "fr" : "ar", buttons: "{tongue}" },
      { attribute: "lang", value: arabic ? "ar" : "fr", buttons: "{abc}" },
      { attribute: "aria-label", value: erase, buttons: "{erase}" },
      { attribute: "aria-pressed", value: String(name !== small()), buttons: "{shift}" },
    ],
  });
  if (at >= 0) (board.querySelectorAll("button")[at] || board.querySelector("button")).focus();
};

const replace = (from, to, text) => {
  field.setRangeText(text, from, to, "end");
  if (isLast()) field.scrollTop = field.scrollHeight;
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text }));
};

const isLast = () => field.selectionEnd === field.value.length;

const write = (text) => {
  const { selectionStart: from, selectionEnd: to, value, maxLength } = field;
  if (maxLength < 0 || value.length - to + from < maxLength) replace(from, to, text);
};

const rub = () => {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const last = from === to ? [...value.slice(0, from)].pop() ?? "" : "";
  replace(from - last.length, to, "");
};

const ACTS = {
  "{space}": () => write(" "),
  "{erase}": rub,
  "{shift}": () => show(layer === small() ? layer.toUpperCase() : small()),
  "{123}": () => show("123"),
  "{abc}": () => show(letters),
  "{tongue}": () => show(letters === "ar" ? latin() : "ar"),
  "{ok}": () => {}, // acts when it is let go: see finish
};

let last = { key: "", at: 0 };
const press = (key) => {
  const at = performance.now();
  const again = key === last.key && at - last.at < TWICE;
  last = { key, at };
  if (again || !field) return;
  if (ACTS[key]) return ACTS[key]();
  write(key);
  if (layer !== small()) show(small());
};

const wanted = (element) => element.matches(board.dataset.for);

// The field, with its label, stays above the keys.
const reveal = () => field.scrollIntoView({ block: "nearest", behavior: "instant" });

const open = (element) => {
  if (field === element) return reveal();
  field = element;
  resting = null;
  const kind = field.dataset.board || (field.inputMode === "numeric" || field.type === "tel" ? "pad" : "text");
  field.dataset.board = kind;
  field.inputMode = "none"; // the system's own keyboard stays away
  const lang = field.closest("[lang]").lang.slice(0, 2);
  board.hidden = false;
  document.body.classList.add("writing");
  show(kind === "pad" ? "pad" : lang === "ar" ? "ar" : latin());
  document.documentElement.style.scrollPaddingBlockEnd = `${board.offsetHeight + 24}px`;
  reveal();
};

const close = () => {
  field = null;
  board.hidden = true;
  document.body.classList.remove("writing");
  document.documentElement.style.scrollPaddingBlockEnd = "";
};

// OK: the next field of the form, else the keys go and the focus stays where one was writing.
let ghosts = 0;
const finish = () => {
  if (!field) return;
  ghosts = performance.now() + GHOST;
  const fields = [...(field.form || [])].filter(wanted);
  const following = fields[fields.indexOf(field) + 1];
  if (following) return following.focus();
  resting = field;
  field.focus({ preventScroll: true });
  close();
};

// What follows a touch on OK would fall on the key of the sea that comes back under the finger.
for (const type of ["mousedown", "mouseup", "click"]) {
  addEventListener(type, (event) => {
    if (performance.now() > ghosts || event.detail === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}

// While a finger is down nothing moves: what it presses would slip away from under it.
let pressed = false;
let pending = false;
const review = () => {
  if (!pending || pressed) return;
  pending = false;
  const at = document.activeElement || document.body;
  if (board.contains(at) && field?.isConnected) return;
  if (at !== resting) resting = null;
  if (!wanted(at)) close();
  else if (at !== resting) open(at);
};
const soon = () => {
  pending = true;
  setTimeout(review);
};
const release = () => {
  pressed = false;
  setTimeout(review);
};
addEventListener("pointerdown", () => { pressed = true; }, true);
addEventListener("pointerup", release, true);
addEventListener("pointercancel", release, true);
addEventListener("focusin", soon);
addEventListener("focusout", soon);
addEventListener("click", ({ target }) => {
  if (target !== resting) return;
  resting = null;
  soon();
});
document.body.addEventListener("htmx:afterSettle", soon);

// By keys: down from the end of what is written, up from the first row, Escape to put the board away.
addEventListener("keydown", (event) => {
  if (!field || event.ctrlKey || event.altKey || event.metaKey) return;
  const inside = board.contains(event.target);
  if (event.key === "Escape") finish();
  else if (event.key === "ArrowDown" && event.target === field && (isLast() || field.tagName === "INPUT")) board.querySelector("button").focus();
  else if (event.key === "ArrowUp" && board.querySelector(".hg-row").contains(event.target)) field.focus({ preventScroll: true });
  else if (inside && event.repeat && ["Enter", " "].includes(event.key)) last = { key: "", at: 0 };
  else {
    // Letters of a real keyboard, or of a scanner, go where one writes.
    if (inside && event.key !== " " && (event.key.length === 1 || event.key === "Backspace")) field.focus({ preventScroll: true });
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}, true);

board.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
board.addEventListener("contextmenu", (event) => event.preventDefault());
// A click without a pointer: Enter on a key, or an assistive tool. Fingers are felt as they touch.
board.addEventListener("click", (event) => {
  const key = event.detail === 0 && event.target.closest("button")?.dataset.skbtn;
  if (key === "{ok}") finish();
  else if (key) press(key);
});

const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: board.dataset.sheet });
const dressed = new Promise((resolve) => { sheet.onload = sheet.onerror = resolve; });
document.head.append(sheet);
const [{ default: Keyboard }] = await Promise.all([import(board.dataset.vendor), dressed]);
const rows = board.appendChild(document.createElement("div"));
rows.className = "letters"; // it must have a name
const keyboard = new Keyboard(rows, {
  layout: LAYERS,
  layoutName: "fr",
  theme: "",
  useButtonTag: true,
  disableButtonHold: true,
  inputPattern: /^$/, // it keeps nothing of what is typed
  onKeyPress: press,
  onKeyReleased: (key) => { if (key === "{ok}") finish(); },
});
soon();
