// Says what one touches or comes to: its name, what it is, how it stands, which of how many. Loaded
// by pages whose visitor wants it; what may be said is decided by the server.

import { $, ask, blocked, consent, here, tune } from "./voice.js";

const GROUPS = "nav, ul, ol, fieldset, dialog, section:is([aria-label], [aria-labelledby]), [role=group], .windows, .notices, .chips, .letters";
const TARGETS = "a[href], button, input:not([type=hidden]), textarea, select, summary";
const SECRET = "input[type=password], .grouped input"; // a code is typed here

let player = null;
let on = $("#page").dataset.say === "on";
let turn = 0;
let last = []; // what was said last, to be said again
let group = null;
let mute = false; // the voice is away, and that was said
const refused = new Set(); // pages on which private words are not to be read

const hush = () => {
  turn += 1;
  player?.pause();
};

const fetched = (url) => {
  const sound = new Audio(url);
  sound.preload = "auto";
  return sound;
};

const sounded = (sound) => new Promise((resolve, reject) => {
  player = sound;
  tune(player);
  player.onended = player.onpause = resolve;
  player.onerror = reject;
  player.play().catch(reject);
});

const speak = async (parts) => {
  if (!on || !parts.length) return;
  hush();
  const mine = turn;
  last = parts;
  dispatchEvent(new Event("saying"));
  try {
    const { sounds, asks } = await ask("/listen/touched", parts);
    for (const sound of sounds.map(fetched)) {
      if (mine !== turn) return;
      await sounded(sound);
    }
    mute = false;
    if (mine !== turn) return;
    dispatchEvent(new Event("said"));
    if (asks && !refused.has(here())) await question(parts);
  } catch (error) {
    if (mine === turn) await fail(error, parts);
  }
};

const question = async (parts) => {
  if (!(await consent())) refused.add(here());
  else if (!document.activeElement.matches(TARGETS)) speak(parts); // else it is said as the focus comes back
};

const fail = async (error, parts) => {
  if (error?.name === "NotAllowedError") {
    await blocked();
    if (last === parts) speak(parts);
  } else if (error?.name !== "AbortError" && !mute) {
    mute = true;
    await sounded(fetched("/listen/prompt/silent")).catch(() => {});
  }
};

const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });
const langOf = (element) => element.closest("[lang]").lang;

// The words of an element, piece by piece, each in its language.
const words = (element) => {
  const found = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    const silent = node.matches("[aria-hidden=true], [hidden], svg, script, textarea, select") || !isSeen(node);
    return silent ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  while (walker.nextNode()) found.push({ text: walker.currentNode.data, lang: langOf(walker.currentNode.parentElement) });
  for (const image of element.querySelectorAll("img[alt]")) found.push({ text: image.alt, lang: langOf(image) });
  return found.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
};

const named = (ids) => (ids ?? "").split(" ").map((id) => document.getElementById(id)).filter(Boolean).flatMap(words);

const nameOf = (element) => {
  const label = named(element.getAttribute("aria-labelledby"));
  if (label.length) return label;
  if (element.ariaLabel) return [{ text: element.ariaLabel, lang: langOf(element) }];
  const labels = [...(element.labels ?? [])].flatMap(words);
  if (labels.length) return labels;
  const own = words(element);
  return own.length ? own : [{ text: element.placeholder || element.title || "", lang: langOf(element) }];
};

const word = (name) => ({ word: name });

const roleOf = (element) => {
  if (element.matches(SECRET)) return "secret";
  if (element.matches("a[href]")) return "link";
  if (element.matches("button, summary, input:is([type=submit], [type=button])")) return "button";
  if (element.matches("textarea")) return "lines";
  if (element.matches("select")) return "list";
  if (element.matches("[type=checkbox], [type=radio]")) return element.type;
  return element.matches("input") ? "field" : "";
};

const valueOf = (element) => {
  if (element.matches(SECRET)) return { signs: [...element.value].length };
  if (element.matches("select")) return { text: element.selectedOptions[0]?.textContent ?? "", lang: langOf(element) };
  if (!element.matches("textarea, input:not([type=checkbox], [type=radio], [type=file], [type=submit])")) return null;
  return element.value ? { value: element.value, lang: langOf(element) } : word("empty");
};

const STATES = [
  [":is([type=checkbox], [type=radio]):checked", "checked"],
  ["[type=checkbox]:not(:checked)", "unchecked"],
  ["[aria-pressed=true]", "pressed"],
  ["[aria-current]:not([aria-current=false])", "current"],
  [":disabled, [aria-disabled=true]", "disabled"],
  ["[aria-invalid=true]", "wrong"],
];
const statesOf = (element) => [
  ...STATES.filter(([selector]) => element.matches(selector)).map(([, name]) => word(name)),
  valueOf(element),
].filter(Boolean);

const groupOf = (element) => element.parentElement.closest(GROUPS);

const placeOf = (element) => {
  const box = groupOf(element);
  if (!box) return [];
  const others = [...box.querySelectorAll(TARGETS)].filter((other) => groupOf(other) === box && isSeen(other));
  return others.length > 1 && others.includes(element) ? [{ at: others.indexOf(element) + 1, of: others.length }] : [];
};

// Whoever comes into another group hears its name, and in a question what it says.
const enter = (element) => {
  const box = groupOf(element);
  const found = [];
  if (box && box !== group) {
    const legend = $(":scope > legend", box);
    const named_ = box.matches("[aria-label], [aria-labelledby]") ? nameOf(box) : legend ? words(legend) : [];
    found.push(...named_, ...(box.matches("dialog") ? named(box.getAttribute("aria-describedby")) : []));
  }
  group = box;
  return found;
};

// The sign of a key for a code is never said, nor its place, which would tell it.
const isSign = (element) => element.matches("[data-sign]") && Boolean($(SECRET, element.closest("form")));

const describe = (element) => {
  const opening = enter(element);
  if (isSign(element)) return [...opening, word("sign"), word("button")];
  const role = roleOf(element);
  const described = named(element.getAttribute("aria-describedby"));
  return [...opening, ...nameOf(element), ...(role ? [word(role)] : []), ...statesOf(element), ...described, ...placeOf(element)];
};

// A page says its title first, then what has to be put right, then where one stands.
let fresh = true;
let acted = false; // before one acts, it is the page that moves the focus: its title comes first
const arrive = () => {
  const title = $("main h1");
  const wrong = [...document.querySelectorAll("main .wrong, main [role=status]")].filter(isSeen).flatMap(words);
  const name = document.title.split(" · ")[0];
  const heard = title ? words(title) : [];
  const same = heard.map(({ text }) => text).join("").trim() === name.trim();
  const target = document.activeElement;
  group = null;
  const stands = target.matches?.(TARGETS) ? describe(target) : [];
  speak([...(same ? [] : [{ text: name, lang: document.documentElement.lang }]), ...heard, ...wrong, ...stands]);
};
const settle = () => {
  fresh = true;
  acted = false;
  setTimeout(() => {
    if (!fresh) return;
    fresh = false;
    arrive();
  }, 60);
};

for (const name of ["keydown", "pointerdown"]) addEventListener(name, () => { acted = true; }, true);
addEventListener("focusin", ({ target }) => {
  if (fresh || !target.matches?.(TARGETS) || target.matches("#idle [autofocus]")) return;
  if (acted) speak(describe(target));
  else arrive();
});
addEventListener("change", ({ target }) => {
  if (target.matches("[type=checkbox], [type=radio]")) speak([...nameOf(target), ...statesOf(target)]);
});

// What is typed, sign by sign; after a blank the whole word.
addEventListener("input", ({ target, data, inputType }) => {
  if (!target.matches?.("input, textarea")) return;
  if (target.matches(SECRET)) speak([word("sign"), valueOf(target)]);
  else if (data === " ") speak([{ value: target.value.trimEnd().split(/\s/).at(-1), lang: langOf(target) }]);
  else if (data) speak([{ text: data, lang: langOf(target) }]);
  else if (data === "" || inputType?.startsWith("delete")) speak([word("erased")]);
});
// The pad writes by itself; keys of the screen that write nothing say their name.
addEventListener("click", ({ target }) => {
  const key = target.closest?.(".pad button[type=button]");
  if (!key) return;
  const field = $("[data-typed]", key.closest("form"));
  setTimeout(() => speak([...(isSign(key) ? [word("sign")] : nameOf(key)), valueOf(field)]));
});
addEventListener("pointerdown", ({ target }) => {
  const key = target.closest?.("#board button");
  if (key && key.textContent.trim().length !== 1) speak(nameOf(key));
});

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  hush();
  fresh ||= detail.target.id === "page" && detail.shouldSwap;
});
document.body.addEventListener("htmx:afterSettle", ({ detail }) => { if (detail.target.id === "page") settle(); });
document.addEventListener("submit", hush, true);
addEventListener("pagehide", hush);
addEventListener("idle", hush);

// One key turns it on and off wherever one is.
export const toggle = async () => {
  const wish = on ? "off" : "on";
  const url = new URL(here(), location);
  url.searchParams.set("say", wish);
  await fetch(url, { redirect: "manual" }).catch(() => {});
  $("#page").dataset.say = wish;
  on = true;
  speak([word(wish), ...(wish === "on" ? words($("main h1") ?? $("main")) : [])]);
  on = wish === "on";
};

if (on) settle();
else fresh = false;
