// The listen key: reads the page as it stands, sentence by sentence, and stops as soon as one acts.

const MARK = "said";
const players = [new Audio(), new Audio()]; // one sounds while the other fetches what follows
let turn = 0; // what was asked before the last turn is no longer wanted

// A line's end in the source is a blank on the screen, but where what people wrote keeps its lines.
const spaced = (node) => {
  const kept = getComputedStyle(node.parentElement).whiteSpace.startsWith("pre");
  return kept ? node.data : node.data.replaceAll("\n", " ");
};

const isBlock = (element) => !getComputedStyle(element).display.startsWith("inline");

// Words that stand together, with the text nodes they come from.
const shown = () => {
  const blocks = new Map();
  for (const part of document.querySelectorAll("#alarms, main")) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      if (parent.closest("[aria-hidden=true], [hidden], .step, script, audio, svg") || !parent.checkVisibility()) continue;
      let box = parent;
      while (!isBlock(box)) box = box.parentElement;
      const lang = parent.closest("[lang]").lang;
      const last = [...blocks.values()].at(-1);
      const same = last && last.box === box && last.lang === lang;
      if (same) last.nodes.push(node);
      else blocks.set(node, { box, lang, nodes: [node] });
    }
  }
  return [...blocks.values()]
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

const key = () => document.querySelector("button[data-listen]");

const showState = (playing) => {
  const button = key();
  if (!button) return;
  button.toggleAttribute("data-playing", playing);
  button.setAttribute("aria-pressed", String(playing));
  button.querySelector("span").textContent = playing ? button.dataset.stop : button.dataset.word;
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, playing ? "#pause" : "#listen"));
};

const stop = () => {
  turn += 1;
  for (const player of players) player.pause();
  CSS.highlights?.delete(MARK);
  showState(false);
};

const fetched = (url) => {
  players.reverse();
  players[0].preload = "auto";
  players[0].src = url;
  return players[0];
};

const play = (player, mine) => new Promise((resolve, reject) => {
  if (mine !== turn) return resolve();
  player.onended = resolve;
  player.onerror = reject;
  player.play().catch((error) => (mine === turn ? reject(error) : resolve()));
});

const begin = async () => {
  stop();
  const mine = turn;
  showState(true);
  const blocks = shown();
  const token = JSON.parse(document.body.dataset.hxHeaders)["X-CSRF-Token"];
  try {
    const answer = await fetch("/listen/blocks", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
      body: JSON.stringify(blocks.map(({ text, lang }) => ({ text, lang }))),
    });
    if (!answer.ok) throw new Error(answer.status);
    const sentences = await answer.json();
    if (mine !== turn) return; // stopped, or begun anew, before the answer came
    let ready = sentences.length ? fetched(sentences[0].url) : null;
    for (const [number, sentence] of sentences.entries()) {
      if (mine !== turn) return;
      const player = ready;
      if (sentences[number + 1]) ready = fetched(sentences[number + 1].url);
      const range = rangeOf(blocks[sentence.block], sentence.start, sentence.end);
      if (CSS.highlights) CSS.highlights.set(MARK, new Highlight(range));
      range.startContainer.parentElement.scrollIntoView({ block: "nearest" });
      await play(player, mine);
    }
  } catch {
    // The voice is away: the sentence that says so was rendered in advance.
    if (mine === turn) await play(fetched("/listen/prompt/silent"), mine).catch(() => {});
  }
  if (mine === turn) stop();
};

document.addEventListener("submit", (event) => {
  if (!event.target.querySelector("[data-listen]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (key().hasAttribute("data-playing")) stop();
  else begin();
}, true);

// Whoever acts wants to act, not to listen; on the key itself only what presses it is its own.
const acts = (event) => {
  const own = event.target.closest?.("[data-listen]");
  const presses = event.type === "pointerdown" || ["Enter", " "].includes(event.key);
  if (key()?.hasAttribute("data-playing") && !(own && presses)) stop();
};
addEventListener("pointerdown", acts, true);
addEventListener("keydown", (event) => {
  if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
  acts(event);
}, true);
document.body.addEventListener("htmx:beforeSwap", stop);
addEventListener("pagehide", stop);
addEventListener("idle", stop); // the question whether one is still here
