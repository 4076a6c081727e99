// The screen at rest: its cards in turn, the hour of the house, an emergency aloud, and whoever wakes it.
// It stands for months: one timer, one player, and a page begun anew each day.

const $ = (selector, from = document) => from.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const now = () => performance.now() / 1000;

const RENEW = 60; // seconds: "demain" becomes "aujourd’hui", day becomes night
const SHIFT = 240; // seconds: no line of light stands long enough to stay in the glass
const DAY = 86400;
const SILENCE = 600; // milliseconds after a key: a scanner goes on typing, a person looks
const ENTERED = 3000; // milliseconds in which a scanned card opens its page
const PATIENCE = 8000;
const LONGEST = 60; // seconds of one sentence

const rest = $("#rest");
const told = $("#told");
let at = all(".card").findIndex((card) => !card.hidden);
let shown = now();
let renewed = now();
let shifted = now();
let shift = 0;

// Cards in turn, and around them the words of their language.
const show = (turn = 0) => {
  const cards = all(".card");
  at = (at + turn) % cards.length;
  const card = cards[at];
  for (const other of cards) other.hidden = other !== card;
  for (const words of all("#told [lang]:not(.card, .card *, #aloud *)")) words.hidden = words.lang !== card.lang;
  for (const bay of all(".bay.lit")) bay.toggleAttribute("data-now", bay.dataset.thing === card.dataset.thing);
};

let known = "";
const renew = async () => {
  renewed = now();
  const answer = await fetch("/rest", { headers: { "X-Live": "1" }, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) return;
  if (now() > DAY) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("told");
  if (!fresh) return;
  document.documentElement.dataset.theme = page.documentElement.dataset.theme;
  rest.dataset.sky = page.getElementById("rest").dataset.sky;
  if (fresh.innerHTML === known) return;
  known = fresh.innerHTML;
  const focused = told.contains(document.activeElement) ? document.activeElement.className : "";
  told.replaceChildren(...fresh.childNodes);
  if (focused) told.getElementsByClassName(focused)[0]?.focus({ preventScroll: true });
};

// An emergency, as it comes and each hour: what is due the portal says.
const player = new Audio();
let speaking = false;
let tried = -Infinity;
let ids = "";

const send = (path, body, type = "application/x-www-form-urlencoded") => fetch(path, {
  method: "POST",
  body,
  headers: { "Content-Type": type, "X-CSRF-Token": JSON.parse(document.body.dataset.hxHeaders)["X-CSRF-Token"] },
  signal: AbortSignal.timeout(PATIENCE),
});

const play = (url) => new Promise((resolve, reject) => {
  const late = setTimeout(reject, LONGEST * 1000);
  player.onended = () => { clearTimeout(late); resolve(); };
  player.onerror = () => { clearTimeout(late); reject(); };
  player.src = url;
  player.play().catch(player.onerror);
});

const speak = async () => {
  const part = $("#aloud");
  if (speaking || !part?.dataset.ids || (part.dataset.ids === ids && now() - tried < RENEW)) return;
  speaking = true;
  ids = part.dataset.ids;
  tried = now();
  try {
    const blocks = [...part.children].map(({ textContent, lang }) => ({ text: textContent, lang }));
    const answer = await send("/listen/blocks", JSON.stringify(blocks), "application/json");
    for (const { url } of await answer.json()) await play(url);
    await send("/rest/said", new URLSearchParams(ids.split(" ").map((id) => ["id", id])));
    await renew();
  } catch {
    // the voice is away: it is tried again in a minute
  }
  speaking = false;
};

// Awake: by any touch or key. A card's scanner types too: its keys are left to it.
let waking = false;
let typed = -Infinity;
let asleep = 0;

const wake = (page) => {
  if (waking) return;
  const way = $(".touch");
  waking = true;
  way.href = page;
  way.click(); // the page asks first whether the portal is there, and goes on when it is
};
const wakeLater = (milliseconds) => {
  clearTimeout(asleep);
  asleep = setTimeout(wake, milliseconds, "/#awake");
};

addEventListener("keydown", (event) => {
  const { key, timeStamp } = event;
  if (["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock"].includes(key)) return;
  const scanned = timeStamp - typed < SILENCE;
  if (key.length === 1) typed = timeStamp;
  if (key.length === 1) wakeLater(SILENCE);
  else if (scanned) wakeLater(ENTERED);
  else {
    event.preventDefault();
    event.stopImmediatePropagation();
    wake("/#awake");
  }
}, true);
addEventListener("pointerup", ({ target }) => { if (!target.closest?.("dialog, .how")) wake("/"); }, true);
addEventListener("wheel", () => wake("/"), { capture: true, passive: true });
addEventListener("click", (event) => { // the touch that woke it is no second one
  if (!event.isTrusted || !waking || event.target.closest("dialog")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

const tick = () => {
  if (now() - shown >= Number(rest.dataset.stay)) {
    shown = now();
    show(1);
  }
  if (now() - renewed >= RENEW) renew().catch(() => {});
  if (now() - shifted >= SHIFT) {
    shifted = now();
    shift = (shift + 1) % 8;
    rest.dataset.shift = shift;
  }
  speak();
};

new MutationObserver(() => { show(); speak(); }).observe(told, { childList: true });
show();
setInterval(tick, 1000);
addEventListener("pagehide", () => player.pause());
