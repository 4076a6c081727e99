// What a page does beyond HTML: keeps the focus, keeps the hour, keeps what was sent.

const $ = (selector, from = document) => from.querySelector(selector);

// After a swap the focus goes to what the page says, else to its title: never back to nowhere. Where
// there are arrows alone it stands on what one can do.
const remote = document.documentElement.dataset.mode === "tv";
const FIRST = "main :is(a[href], button:not([type=hidden])):not(.step *)";
const settle = () => {
  const target = $("main [data-focus]") || (remote && ($(FIRST) || $(".step a"))) || $("main h1") || $("main");
  if (!target) return;
  if (!target.hasAttribute("tabindex") && !target.matches("a, button, input, textarea, select")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
};

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "page") return;
  scrollTo(0, 0);
  settle();
  watch();
  if ($(".leaf")) grow();
  listen();
});
if (remote || $("main [data-focus]")) settle();

// Words that do not fit a shared screen are leafed through, by keys as large as the others.
const leaf = () => {
  const keys = $(".leaf");
  if (!keys) return;
  const { scrollHeight, clientHeight, scrollTop } = $("main");
  const room = scrollHeight - clientHeight;
  keys.hidden = room <= (keys.hidden ? 1 : keys.offsetHeight);
  for (const key of keys.children) key.ariaDisabled = String(key.dataset.leaf < 0 ? scrollTop < 2 : scrollTop > room - 2);
};
const sized = new ResizeObserver(leaf);
const grow = () => {
  sized.disconnect();
  for (const part of [$("main"), ...$("main").children]) sized.observe(part);
};
addEventListener("scroll", leaf, { capture: true, passive: true });
document.addEventListener("click", ({ target }) => {
  const way = target.closest("[data-leaf]")?.dataset.leaf;
  if (way) $("main").scrollBy({ top: way * ($("main").clientHeight * 0.85) });
});
if ($(".leaf")) grow();

// Arrows and Back come with the first of these keys.
const ARROWS = /^Arrow(Left|Right|Up|Down)$/;
const BACK = /^(Escape|Backspace|BrowserBack|GoBack|XF86Back)$/;
let press = null;
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const known = ARROWS.test(key) || (BACK.test(key) && document.documentElement.dataset.mode !== "home");
  if (!known || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (press) return press(event);
  if (!target.matches?.("input, textarea, select, audio") && !$("dialog[open]")) event.preventDefault();
  import("./arrows.js").then((module) => {
    press = module.press;
    press(event);
  });
});

// So does reading aloud, with its key; so does the end of a visit, with the visit.
let reads = false;
document.addEventListener("submit", (event) => {
  if (reads || !event.target.querySelector("[data-listen]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  import("./listen.js").then(() => {
    reads = true;
    event.target.requestSubmit(event.submitter);
  });
}, true);
// What one touches is said where that is wished: F8 turns it on and off.
const speech = () => ($(".voiceless") ? Promise.reject(Error("no voice")) : import("./focus.js"));
addEventListener("keydown", ({ key }) => { if (key === "F8") speech().then(({ toggle }) => toggle(), () => {}); });
if ($("#page").dataset.say === "on") speech().catch(() => {});
const watch = () => { if ($("#page").dataset.left !== undefined && $("#idle")) import("./idle.js"); };
watch();

// On a shared screen the first field calls for the keyboard.
const board = $("#board");
const call = ({ target }) => { if (target.matches?.(board.dataset.for)) import(board.dataset.script); };
if (board) {
  addEventListener("focusin", call);
  call({ target: document.activeElement });
}

// The clock: that of the estate, whatever this machine believes its zone to be.
const hours = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris", hour: "numeric", minute: "2-digit", hourCycle: "h23" });
const tick = () => {
  const clock = $("[data-clock]");
  if (!clock) return;
  const parts = Object.fromEntries(hours.formatToParts(new Date()).map(({ type, value }) => [type, value]));
  clock.textContent = `${Number(parts.hour)}:${parts.minute}`;
};
setInterval(tick, 5000);

// How long until the line is tried again: in steps, so that it hurries nobody.
setInterval(() => {
  for (const left of document.querySelectorAll("[data-until]")) {
    left.textContent = Math.max(0, Math.ceil((new Date(left.dataset.until) - Date.now()) / 5000) * 5);
  }
}, 5000);

// Size and contrast change at once, so that what is being typed stays.
document.addEventListener("click", (event) => {
  const key = event.target.closest("a[data-look]");
  if (!key) return;
  event.preventDefault();
  const name = key.dataset.look;
  const word = new URL(key.href).searchParams.get(name);
  // The key shows that it was pressed before the whole page is drawn anew.
  requestAnimationFrame(() => setTimeout(() => { document.documentElement.dataset[name] = word; }));
  fetch(key.href, { redirect: "manual" }).then(() => import("./renew.js")).then(({ turnKeys }) => turnKeys()).catch(() => {});
});

// Whether the portal answers; of its database this says nothing, which has a page of its own.
const alive = () => fetch($("link[rel=icon]").href, { method: "HEAD", cache: "no-store" });

// The portal itself does not answer: say so, try again by itself, with the same form and so the same id.
const panel = $("#cut");
let waiting = null; // what to do once it is back
let seconds = 2;
let counting = 0;

const wait = (act) => {
  waiting = act;
  seconds = 2;
  if (!panel.open) panel.showModal();
  clearInterval(counting);
  counting = setInterval(() => {
    seconds -= 1;
    $("[data-wait]", panel).textContent = Math.max(0, seconds);
    if (seconds === 0) again();
  }, 1000);
};

const again = () => alive().then(() => {
  const act = waiting;
  waiting = null;
  clearInterval(counting);
  panel.close();
  act?.();
}, () => { seconds = 2; });
$("[data-retry]", panel).addEventListener("click", again);

// `by` is the button that sent a form: it may carry a value of its own.
const repeat = (element, by) => {
  if (!element.isConnected) location.reload();
  else if (element.tagName === "FORM") element.requestSubmit(by?.isConnected ? by : null);
  else element.click();
};

document.body.addEventListener("htmx:sendError", ({ detail }) => {
  const by = detail.requestConfig.triggeringEvent?.submitter;
  wait(() => repeat(detail.elt, by));
});

// What htmx does not send would end on the browser's own page, with no way back on a shared screen.
const plain = (element) => element?.closest("[data-hx-boost]")?.dataset.hxBoost === "false";
const ready = new WeakSet();
const certain = (event, element, by) => {
  if (event.defaultPrevented || !plain(element) || ready.delete(element)) return;
  event.preventDefault();
  event.stopPropagation();
  const go = () => { ready.add(element); repeat(element, by); };
  alive().then(go, () => wait(go));
};
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const other = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (link && !other && !link.matches("[data-look], [href^='#'], [target], [download]")) certain(event, link);
});
document.addEventListener("submit", (event) => certain(event, event.target, event.submitter));

// The database does not answer: the page that says so goes on by itself once it does, once.
const gone = new WeakSet();
const revive = () => {
  const way = $("[data-again]");
  if (!way || gone.has(way) || panel.open) return;
  fetch("/healthz", { cache: "no-store" }).then((answer) => {
    if (!answer.ok || gone.has(way) || !way.isConnected) return;
    gone.add(way);
    repeat(way);
  }, () => {});
};
setInterval(revive, 1500);

// What changes elsewhere arrives here, part by part, without taking the focus from anyone.
const WORDS = ["estate", "mine", "halls"];
let stream = null;
let missed = false;
const listen = () => {
  if (document.hidden || (stream && stream.readyState !== EventSource.CLOSED)) return;
  stream = new EventSource("/live");
  for (const word of WORDS) stream.addEventListener(word, () => refresh(word));
  stream.addEventListener("error", () => { missed = true; });
  stream.addEventListener("open", () => {
    if (missed) refresh(...WORDS); // what was said meanwhile, nobody says again
    missed = false;
  });
};
// A page nobody sees holds no stream: browsers open only six to one host.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return listen();
  stream?.close();
  missed = true;
});
setInterval(listen, 30000);
const refresh = (...words) => import("./renew.js").then((module) => module.refresh(...words)).catch(() => {});
listen();
