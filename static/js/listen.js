// The listen key: reads the page as it stands, sentence by sentence, marks the word that sounds, and
// stops as soon as one acts elsewhere. Loaded when the key is first pressed.

import { $, ask, blocked, consent, furniture, louder, players, tune } from "./voice.js";

let turn = 0; // what was asked before the last turn is no longer wanted
let blocks = [];
let sentences = [];
let at = 0;

// A line's end in the source is a blank on the screen, but where what people wrote keeps its lines.
const spaced = (node) => {
  const kept = getComputedStyle(node.parentElement).whiteSpace.startsWith("pre");
  return kept ? node.data : node.data.replaceAll("\n", " ");
};

const isBlock = (element) => !getComputedStyle(element).display.startsWith("inline");

// Words that stand together, with the text nodes they come from.
const shown = () => {
  const found = new Map();
  for (const part of document.querySelectorAll("#alarms, main")) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      if (parent.closest("[aria-hidden=true], [hidden], .step, script, audio, svg") || !parent.checkVisibility()) continue;
      let box = parent;
      while (!isBlock(box)) box = box.parentElement;
      const lang = parent.closest("[lang]").lang;
      const last = [...found.values()].at(-1);
      const same = last && last.box === box && last.lang === lang;
      if (same) last.nodes.push(node);
      else found.set(node, { box, lang, nodes: [node] });
    }
  }
  return [...found.values()]
    .map((block) => ({ ...block, text: block.nodes.map(spaced).join("") }))
    .filter((block) => /[\p{L}\p{N}]/u.test(block.text));
};

// A range over a block's text nodes, from and to in code points.
const rangeOf = (block, start, end) => {
  const letters = [...block.text];
  let from = letters.slice(0, start).join("").length;
  let to = letters.slice(0, end).join("").length;
  const range = new Range();
  let begun = false;
  for (const node of block.nodes) {
    if (!begun && from <= node.length) { range.setStart(node, from); begun = true; }
    if (to <= node.length) { range.setEnd(node, to); break; }
    from -= node.length;
    to -= node.length;
  }
  return range;
};

const mark = (name, range) => {
  if (!CSS.highlights) return;
  if (!range) return void CSS.highlights.delete(name);
  const highlight = new Highlight(range);
  highlight.priority = name === "word" ? 1 : 0;
  CSS.highlights.set(name, highlight);
};

const key = () => $("button[data-listen]");
const playing = () => key()?.hasAttribute("data-playing");

// The keys stand right over the sea; where that is out of sight, at the screen's lower edge.
const place = () => {
  const bar = $("#player");
  if (!bar || bar.hidden) return;
  bar.style.insetBlockEnd = `${Math.max(0, innerHeight - $(".sea").getBoundingClientRect().top)}px`;
  document.documentElement.style.scrollPaddingBlockEnd = `${bar.offsetHeight + 24}px`;
};
addEventListener("scroll", place, { passive: true });
addEventListener("resize", place);

const showState = (on) => {
  const button = key();
  if (!button) return;
  button.toggleAttribute("data-playing", on);
  button.setAttribute("aria-pressed", String(on));
  button.querySelector("span").textContent = on ? button.dataset.stop : button.dataset.word;
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, on ? "#pause" : "#listen"));
  const bar = $("#player");
  if (!bar) return;
  if (!on && bar.contains(document.activeElement)) button.focus({ preventScroll: true });
  bar.hidden = !on;
  if (on) place();
  else document.documentElement.style.scrollPaddingBlockEnd = "";
};

const hush = () => {
  turn += 1;
  for (const player of players) player.pause();
  mark("word");
};

const stop = () => {
  hush();
  mark("said");
  showState(false);
};

const fetched = (url) => {
  players.reverse();
  players[0].preload = "auto";
  players[0].src = url;
  tune();
  return players[0];
};

const play = (player, mine) => new Promise((resolve, reject) => {
  if (mine !== turn) return resolve();
  player.onended = resolve;
  player.onerror = reject;
  player.play().catch((error) => (mine === turn ? reject(error) : resolve()));
});

// The word that sounds, by the player's own clock. Its times come after the sound they belong to.
const follow = async (player, sentence, mine) => {
  if (!CSS.highlights) return;
  if (player.readyState < 2) await new Promise((resolve) => { player.addEventListener("loadeddata", resolve, { once: true }); });
  const answer = await fetch(`${sentence.url}/words`).catch(() => null);
  const words = answer?.ok ? await answer.json() : [];
  let last = -1;
  const draw = () => {
    if (mine !== turn || player !== players[1] || player.ended) return;
    const now = player.currentTime * 1000;
    const index = words.findLastIndex(([begins]) => begins <= now);
    if (index !== last && index >= 0) {
      const [, start, end] = words[index];
      mark("word", rangeOf(blocks[sentence.block], sentence.start + start, sentence.start + end));
    }
    last = index;
    requestAnimationFrame(draw);
  };
  draw();
};

const prepare = () => ask("/listen/blocks", blocks.map(({ text, lang, box }) => ({
  text, lang, ...(box.closest("[data-private], textarea") && { own: true }),
})));

// Where private words begin one is asked; without a yes they are passed over.
const allow = async (mine) => {
  for (const player of players) player.pause();
  const yes = await consent();
  if (mine !== turn) return;
  sentences = yes ? await prepare() : sentences.filter((sentence) => !sentence.ask);
};

const read = async (mine) => {
  let ready = null;
  for (; at < sentences.length; at += 1) {
    if (sentences[at].ask) {
      await allow(mine);
      if (mine !== turn || at >= sentences.length) return;
    }
    const sentence = sentences[at];
    const player = ready ?? fetched(sentence.url);
    const following = sentences[at + 1]?.url;
    ready = null;
    if (following) ready = fetched(following);
    else players.reverse();
    mark("word");
    const range = rangeOf(blocks[sentence.block], sentence.start, sentence.end);
    mark("said", range);
    range.startContainer.parentElement.scrollIntoView({ block: "nearest" });
    follow(player, sentence, mine).catch(() => {});
    await play(player, mine);
    if (mine !== turn) return;
  }
};

// The voice is away: the sentence that says so was rendered in advance.
const fail = async (error, mine) => {
  if (mine !== turn) return;
  if (error?.name === "NotAllowedError") return void blocked();
  await play(fetched("/listen/prompt/silent"), mine).catch(() => {});
};

const go = async (start) => {
  hush();
  const mine = turn;
  at = Math.max(0, start);
  await read(mine).catch((error) => fail(error, mine));
  if (mine === turn) stop();
};

const begin = async () => {
  stop();
  const mine = turn;
  showState(true);
  furniture().then(() => { if (playing()) showState(true); }, () => {});
  blocks = shown();
  try {
    sentences = await prepare();
  } catch (error) {
    await fail(error, mine);
    if (mine === turn) stop();
    return;
  }
  if (mine === turn) go(0);
};

const ACTS = {
  back: () => go(at - 1),
  again: () => go(at),
  next: () => go(at + 1),
  softer: () => louder(-1),
  louder: () => louder(1),
};
document.addEventListener("click", ({ target }) => ACTS[target.closest?.("#player [data-act]")?.dataset.act]?.());

const MEDIA = { previoustrack: ACTS.back, nexttrack: ACTS.next, pause: stop, stop };
for (const [name, act] of Object.entries(MEDIA)) navigator.mediaSession?.setActionHandler(name, () => { if (playing()) act(); });

document.addEventListener("submit", (event) => {
  if (!event.target.querySelector("[data-listen]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (playing()) stop();
  else begin();
}, true);

// Whoever acts wants to act, not to listen; the keys over the page and the question are part of it.
const OWN = "[data-listen], #player, #aloud";
const WAYS = /^(Tab|Shift|Control|Alt|Meta|Enter| |Arrow.*|Media.*|Audio.*)$/;
addEventListener("pointerdown", ({ target }) => { if (playing() && !target.closest?.(OWN)) stop(); }, true);
addEventListener("focusin", ({ target }) => { if (playing() && !target.closest?.(OWN)) stop(); }, true);
addEventListener("keydown", ({ key: name, target }) => {
  const free = target.closest?.(OWN) ? WAYS.test(name) : /^(Shift|Control|Alt|Meta|Tab|Arrow.*|Media.*|Audio.*)$/.test(name);
  if (playing() && !free && !$("#aloud")?.open) stop();
}, true);
document.body.addEventListener("htmx:beforeSwap", stop);
addEventListener("pagehide", stop);
addEventListener("idle", stop); // the question whether one is still here

// What is touched is said in between.
addEventListener("saying", () => { for (const player of players) player.pause(); });
addEventListener("said", () => { if (playing()) players[1].play().catch(() => {}); });
