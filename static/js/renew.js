// Parts of the page that the server draws anew. Loaded when the first of them is wanted, see page.js.

const $ = (selector) => document.querySelector(selector);

// The keys of the sea turn: after one press they offer the next choice.
export const turnKeys = async () => {
  const here = $("#page").dataset.here;
  const answer = await fetch($("form[method=post]:not([action='/leave'])") ? "/" : here);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const fresh of page.querySelectorAll("a[data-look]")) {
    const old = $(`a[data-look="${fresh.dataset.look}"]`);
    if (!old) continue;
    const url = new URL(old.href);
    url.searchParams.set(old.dataset.look, new URL(fresh.href, location).searchParams.get(old.dataset.look));
    old.href = url;
    old.innerHTML = fresh.innerHTML;
  }
};

const changed = new Set();
let pending = 0;
export const refresh = (...words) => {
  for (const word of words) changed.add(word);
  clearTimeout(pending);
  pending = setTimeout(() => renew().catch(() => {}), 300);
};

const renew = async () => {
  const wanted = [...changed].map((word) => `[data-live~="${word}"][id]`).join();
  changed.clear();
  if (!$(wanted)) return;
  const here = $("#page").dataset.here;
  const answer = await fetch(here, { headers: { "X-Live": "1" } });
  if (!answer.ok || here !== $("#page").dataset.here) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll(wanted)) {
    const fresh = page.getElementById(part.id);
    if (fresh && fresh.innerHTML !== part.innerHTML) replace(part, fresh);
  }
};

// Where someone stands on a link of the part, they stand on it afterwards; else it waits for them.
const replace = (part, fresh) => {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const href = focused?.getAttribute("href");
  const same = href && [...fresh.querySelectorAll("a")].find((link) => link.getAttribute("href") === href);
  if (focused && !same) return;
  part.replaceChildren(...fresh.childNodes);
  htmx.process(part);
  same?.focus({ preventScroll: true });
};
