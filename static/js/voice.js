// What listening to a page and hearing what one touches have in common: the players, how loud they
// are, the way to the server, the question before private words.

const GAINS = [0.15, 0.3, 0.5, 0.75, 1];

export const $ = (selector, from = document) => from.querySelector(selector);
export const here = () => $("#page").dataset.here;
export const token = () => JSON.parse(document.body.dataset.hxHeaders)["X-CSRF-Token"];

export const players = [new Audio(), new Audio()]; // one sounds while the other fetches what follows

export const send = (path, body, type) => fetch(path, {
  method: "POST",
  redirect: "manual",
  headers: { "X-CSRF-Token": token(), ...(type && { "Content-Type": type }) },
  body,
});

export const ask = async (path, parts) => {
  const answer = await send(`${path}?page=${encodeURIComponent(here())}`, JSON.stringify(parts), "application/json");
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
};

const step = () => Number($("#page").dataset.volume) || 4;

export const tune = (...others) => { for (const player of [...players, ...others]) player.volume = GAINS[step() - 1]; };

export const louder = (by) => {
  const next = Math.min(GAINS.length, Math.max(1, step() + by));
  $("#page").dataset.volume = next;
  tune();
  send("/listen/volume", new URLSearchParams({ step: next })).catch(() => {});
};

// Put a sheet into the page; done when it is there, or will not come.
const dressed = (sheet) => new Promise((resolve) => {
  if ([...document.styleSheets].some((known) => known.href === sheet.href)) return resolve();
  for (const end of ["load", "error"]) sheet.addEventListener(end, resolve, { once: true });
  document.head.append(sheet);
});

// Keys and question: fetched once in a page, with the language and the look it has then.
let bringing = null;
export const furniture = () => {
  if (!bringing || !$("#player")) {
    bringing = fetch("/player").then((answer) => answer.text()).then(async (html) => {
      const brought = new DOMParser().parseFromString(html, "text/html");
      await dressed($("link", brought)); // without its sheet a bar has no place yet
      for (const old of document.querySelectorAll("#player, #player-note, #aloud")) old.remove();
      ($(".sea") ?? $("main")).before($("#player", brought)); // one step before the key that listens
      document.body.append(...brought.querySelectorAll("p.player, dialog"));
    });
  }
  return bringing;
};

// Browsers keep silent until one has acted: then a sentence says so, until one does.
export const blocked = async () => {
  await furniture();
  const note = $("#player-note");
  note.hidden = false;
  return new Promise((resolve) => {
    const over = () => {
      note.hidden = true;
      for (const name of ["keydown", "pointerup"]) removeEventListener(name, over, true);
      resolve();
    };
    for (const name of ["keydown", "pointerup"]) addEventListener(name, over, true);
  });
};

// "Read it here, aloud?" Resolves to whether it may be read; nothing said is no.
export const consent = async () => {
  await furniture();
  const dialog = $("#aloud");
  if (dialog.open) return false;
  const prompt = new Audio(dialog.dataset.said);
  const before = document.activeElement;
  const keys = [...dialog.querySelectorAll("button")];
  keys.at(-1).autofocus = true; // who presses Enter once too often says no
  dialog.showModal();
  if ($("#page").dataset.say !== "on") prompt.play().catch(() => {});
  dialog.onkeydown = (event) => { // round and round: there is nothing else to go to
    if (event.key !== "Tab") return;
    event.preventDefault();
    keys.at((keys.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1)) % keys.length).focus();
  };
  const answer = await new Promise((resolve) => {
    dialog.onclick = ({ target }) => { if (target.closest("button")) resolve(target.closest("button").value); };
    dialog.onclose = () => resolve("no");
    addEventListener("idle", () => resolve("no"), { once: true });
  });
  prompt.pause();
  if (dialog.open) dialog.close();
  await send("/listen/aloud", new URLSearchParams({ page: here(), answer })).catch(() => {});
  if (before.isConnected) before.focus({ preventScroll: true });
  return answer !== "no";
};
