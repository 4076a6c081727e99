// A shared screen that nobody touches goes to rest, once the portal has a page for that.

const TICK = 1000;
let touched = performance.now();
let asked = -Infinity;

// Whoever woke it with a key stands on the first thing one can do.
if (location.hash === "#awake") {
  history.replaceState(null, "", location.pathname);
  document.querySelector("main :is(a[href], button)")?.focus({ preventScroll: true });
}

const busy = () => document.querySelector("dialog[open], [data-playing]");

const tick = async () => {
  const after = Number(document.getElementById("page").dataset.rest) * 1000;
  const now = performance.now();
  if (busy()) touched = now;
  if (!after || now - touched < after || now - asked < 10 * TICK) return;
  asked = now;
  const answer = await fetch("/rest", { headers: { "X-Live": "1" } }).catch(() => null);
  if (answer?.ok && !answer.redirected && touched < asked) location.replace("/rest");
};

for (const name of ["pointerdown", "keydown", "wheel", "input"]) addEventListener(name, () => { touched = performance.now(); }, { capture: true, passive: true });
document.body.addEventListener("htmx:afterSettle", () => { touched = performance.now(); });
setInterval(tick, TICK);
