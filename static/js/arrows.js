// Arrow keys go to what lies that way on the screen, in both directions of writing: a television's
// remote has no Tab. In a field they stay the field's own.

const TARGETS = "a[href], button:not([disabled]), input:not([type=hidden]), textarea, select, summary, [tabindex='0']";
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];

const isSeen = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== "hidden" && !element.matches(".skip");
};

// Near along the way counts once, aside counts three times: what a person would call "the next one".
const distance = (from, to, [dx, dy]) => {
  const [fx, fy] = middle(from);
  const [tx, ty] = middle(to);
  const along = (tx - fx) * dx + (ty - fy) * dy;
  const edge = dx ? Math.max(0, Math.max(from.top - to.bottom, to.top - from.bottom)) : Math.max(0, Math.max(from.left - to.right, to.left - from.right));
  const aside = Math.abs((tx - fx) * dy + (ty - fy) * dx);
  const beyond = dx > 0 ? to.left >= from.right - 4 : dx < 0 ? to.right <= from.left + 4 : dy > 0 ? to.top >= from.bottom - 4 : to.bottom <= from.top + 4;
  return along > 0 && beyond ? along + 3 * edge + aside / 2 : Infinity;
};

const next = (current, way) => {
  const from = current.getBoundingClientRect();
  const box = document.querySelector("dialog[open], .board:focus-within") || document;
  const others = [...box.querySelectorAll(TARGETS)].filter((element) => element !== current && isSeen(element));
  const ranked = others.map((element) => [distance(from, element.getBoundingClientRect(), way), element]);
  ranked.sort(([a], [b]) => a - b);
  return ranked.length && ranked[0][0] < Infinity ? ranked[0][1] : null;
};

// Words that one has to scroll through come before a target that lies far below or above them.
const isBeyond = (element, down) => {
  const box = element.getBoundingClientRect();
  return down > 0 ? box.top > innerHeight * 1.2 : box.bottom < -innerHeight * 0.2;
};

const keepsArrows = (element, key) => {
  if (element.matches("textarea")) {
    // A screen with arrows alone leaves it past its first and its last letter.
    const edge = document.getElementById("board") && { ArrowUp: 0, ArrowDown: element.value.length }[key];
    return edge !== element.selectionStart || edge !== element.selectionEnd;
  }
  if (element.matches("select, audio")) return true;
  if (!element.matches("input")) return false;
  if (element.type === "radio" || element.type === "checkbox") return false;
  return key === "ArrowLeft" || key === "ArrowRight";
};

document.addEventListener("keydown", (event) => {
  const way = WAYS[event.key];
  if (!way || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const current = document.activeElement;
  if (keepsArrows(current, event.key)) return;
  const lost = current === document.body || current.matches("main, h1");
  const target = lost ? document.querySelector("main a[href], main button, main input:not([type=hidden])") : next(current, way);
  if (!target) return;
  event.preventDefault();
  if (way[1] && isBeyond(target, way[1])) {
    scrollBy({ top: way[1] * innerHeight * 0.6 });
    return;
  }
  target.focus();
  target.scrollIntoView({ block: "nearest" });
});
