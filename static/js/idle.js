// The end of a visit in which nobody acts any more: asked about, aloud, 20 seconds before; then nothing
// of it is left. The server keeps the time and ends the visit by itself; this is what one sees of it.

const WARN = 22; // seconds before the end: 20 to answer, two to ask the server first
const SPARE = 1; // the page ends a second before the server does
const TELL = 15; // an act is told to the server at most this often
const POLL = 20;
const PATIENCE = 4000; // milliseconds for an answer, else the page goes by its own clock
const KEPT = 900; // seconds for which a draft is worth being sent

const $ = (selector, from = document) => from.querySelector(selector);
const now = () => performance.now() / 1000;

const dialog = $("#idle");
let whole = 0; // seconds that a visit lasts from an act on
let ends = Infinity; // when it ends, by this page's clock
let told = now(); // when the server last heard of an act
let asked = now();
let asking = false;
let turn = 0; // an answer to an earlier question says nothing of now
let acted = false;
let over = false;
let sound = null;

const send = (path, body, method = "POST") => fetch(path, {
  method,
  body,
  headers: method === "POST" ? { "X-CSRF-Token": JSON.parse(document.body.dataset.hxHeaders)["X-CSRF-Token"] } : {},
  keepalive: true,
  signal: AbortSignal.timeout(PATIENCE),
});

const set = (left) => { ends = now() + Math.max(0, left - SPARE); };

// A page fresh from the server says how long its visit lasts; a screen that nobody has touched does not.
const read = () => {
  const left = $("#page").dataset.left;
  told = asked = now();
  if (left === undefined || !dialog) ends = Infinity;
  else {
    whole = Number(left);
    set(whole);
  }
};

// What was being written in a form that has an owner: it becomes their draft, sealed.
const draft = () => {
  const mark = $("main [data-kept]");
  if (!mark) return null;
  const fields = new URLSearchParams([...new FormData(mark.form)].filter(([, value]) => typeof value === "string"));
  return mark.dataset.kept.split(" ").some((name) => fields.get(name)?.trim()) ? fields : null;
};

// Whether the portal has taken it; undefined where it does not answer.
const keep = (fields) => send("/visit/draft", fields, "POST").then((answer) => (answer.ok ? answer.json() : {}), () => undefined);

const hush = () => {
  sound?.pause();
  sound = null;
};

const show = () => {
  if (dialog.open) return;
  dispatchEvent(new Event("idle")); // whatever is being read aloud makes room
  // Said once it is true.
  const said = $("[data-draft]", dialog);
  const words = draft();
  said.hidden = true;
  if (words) keep(words).then((answer) => { said.hidden = !answer?.kept; });
  dialog.showModal();
  sound = new Audio(dialog.dataset.said);
  sound.play().catch(() => {});
};

const hide = () => {
  hush();
  if (dialog.open) dialog.close();
};

// The server knows of acts on other pages of the same visit. Where it is away, the page's own clock stands.
const ask = async (path = "/visit/left", method = "GET") => {
  if (asking && method === "GET") return;
  turn += 1;
  const mine = turn;
  asking = true;
  asked = now();
  try {
    const answer = await send(path, undefined, method);
    const { left } = answer.ok ? await answer.json() : {};
    if (typeof left === "number" && mine === turn) set(left);
  } catch {
    // it does not answer
  }
  if (over || mine !== turn) return;
  asking = false;
  if (ends <= now()) finish();
  else if (ends - now() <= WARN) show();
  else hide();
};

const stay = () => {
  acted = false;
  told = now();
  set(whole);
  return ask("/visit/extend", "POST");
};

const wipe = () => {
  hush();
  const page = $("#page");
  page.replaceChildren();
  page.dataset.here = "/";
  document.title = "Résidacœur";
  history.replaceState(null, "", "/");
  sessionStorage.clear();
  dialog.dataset.ended = "";
  $("h2", dialog).textContent = dialog.dataset.over;
  if (!dialog.open) dialog.showModal();
};

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

// Who says so goes, and somebody may stand behind them; else nobody is there: the screen rests.
const finish = async (next = "/rest") => {
  if (over) return;
  over = true;
  const words = draft();
  const since = now();
  wipe();
  while (words && now() - since < KEPT && !(await keep(words))) await pause(2000);
  while (!(await send("/visit/end").catch(() => null))) await pause(2000);
  location.replace(next);
};

const tick = () => {
  if (over || ends === Infinity) return;
  const left = ends - now();
  if (dialog.open) $("[data-seconds]", dialog).textContent = Math.max(0, Math.min(20, Math.ceil(left)));
  if (acted && now() - told > TELL) stay();
  else if (left <= 0 || (left <= WARN && !dialog.open) || now() - asked > (dialog.open ? 5 : POLL)) ask();
};

// Whoever touches or types is here. While the question stands, its two keys answer it, and any touch says yes.
const act = (event) => {
  if (!event.isTrusted || over || ends === Infinity || dialog.open) return;
  acted = true;
  tick();
};

if (dialog) {
  for (const name of ["pointerdown", "keydown", "wheel"]) addEventListener(name, act, { capture: true, passive: true });
  dialog.addEventListener("click", (event) => {
    if (over) return;
    if (event.target.closest("[data-go]")) finish("/");
    else stay();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!over) stay();
  });
  setInterval(tick, 1000);
}
// Who leaves in the middle of a sentence finds it again.
addEventListener("submit", ({ target }) => {
  const words = target.matches("[action='/leave']") && draft();
  if (words) keep(words);
}, true);
document.body.addEventListener("htmx:afterSettle", ({ detail }) => { if (detail.target.id === "page" && !over) read(); });
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
read();
