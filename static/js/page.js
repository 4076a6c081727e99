// What a page does beyond HTML: keeps the focus, keeps the hour, keeps what was sent.

const $ = (selector, from = document) => from.querySelector(selector);

// After a swap the focus goes to what the page says, else to its title: never back to nowhere.
const settle = () => {
  const target = $("[data-focus]") || $("main h1") || $("main");
  if (!target) return;
  if (!target.hasAttribute("tabindex") && !target.matches("a, button, input, textarea, select")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
};

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "page") return;
  scrollTo(0, 0);
  settle();
  listenAgain();
});
if ($("[data-focus]")) settle();

// The clock.
const tick = () => {
  const clock = $("[data-clock]");
  const now = new Date();
  if (clock) clock.textContent = `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
};
setInterval(tick, 5000);

// Size and contrast change at once, so that what is being typed stays.
document.addEventListener("click", (event) => {
  const key = event.target.closest("a[data-look]");
  if (!key) return;
  event.preventDefault();
  const name = key.dataset.look;
  const value = new URL(key.href).searchParams.get(name);
  document.documentElement.dataset[name] = value;
  fetch(key.href, { redirect: "manual" }).then(() => refreshSea());
});

// The keys of the sea turn: after one press they offer the next choice.
const refreshSea = async () => {
  const here = $("#page").dataset.here;
  const answer = await fetch(here.startsWith("/") && $("form[method=post]:not([action='/leave'])") ? "/" : here);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const fresh of page.querySelectorAll("a[data-look]")) {
    const old = $(`a[data-look="${fresh.dataset.look}"]`);
    const url = new URL(old.href);
    url.searchParams.set(old.dataset.look, new URL(fresh.href, location).searchParams.get(old.dataset.look));
    old.href = url;
    old.innerHTML = fresh.innerHTML;
  }
};

// The portal itself does not answer: say so, try again by itself, with the same form and so the same id.
const panel = $("#cut");
let waiting = null;
let seconds = 2;

const again = () => {
  const { elt } = waiting;
  fetch("/healthz", { cache: "no-store" }).then(() => {
    panel.close();
    waiting = null;
    clearInterval(counting);
    if (!elt.isConnected) location.reload();
    else if (elt.tagName === "FORM") elt.requestSubmit();
    else elt.click();
  }, () => { seconds = 2; });
};

let counting = 0;
document.body.addEventListener("htmx:sendError", (event) => {
  waiting = { elt: event.detail.elt };
  seconds = 2;
  if (!panel.open) panel.showModal();
  clearInterval(counting);
  counting = setInterval(() => {
    seconds -= 1;
    $("[data-wait]", panel).textContent = Math.max(0, seconds);
    if (seconds === 0) again();
  }, 1000);
});
$("[data-retry]", panel).addEventListener("click", () => waiting && again());

// The database does not answer: the page that says so goes on by itself once it does.
const revive = () => {
  const way = $("[data-again]");
  if (!way) return;
  fetch("/healthz", { cache: "no-store" }).then((answer) => {
    if (!answer.ok) return;
    if (way.tagName === "FORM") way.requestSubmit();
    else way.click();
  }, () => {});
};
setInterval(revive, 1500);

// What changes elsewhere arrives here, part by part, without taking the focus from anyone.
let stream = null;
const listenAgain = () => {
  if (stream) return;
  stream = new EventSource("/live");
  for (const word of ["estate", "mine"]) stream.addEventListener(word, () => refresh(word));
};
let pending = 0;
const refresh = (word) => {
  clearTimeout(pending);
  pending = setTimeout(async () => {
    const parts = [...document.querySelectorAll(`[data-live~="${word}"][id]`)];
    if (!parts.length) return;
    const answer = await fetch($("#page").dataset.here, { headers: { "X-Live": "1" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      if (fresh && !part.contains(document.activeElement) && fresh.innerHTML !== part.innerHTML) {
        part.replaceChildren(...fresh.childNodes);
        htmx.process(part);
      }
    }
  }, 300);
};
listenAgain();
