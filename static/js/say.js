// A key that says its sentence at once; without this script it leads to a page with a player.

let player = null;

document.addEventListener("click", (event) => {
  player?.pause();
  const key = event.target.closest("a[data-say]");
  if (!key) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  player = new Audio(key.dataset.say);
  import("./voice.js").then(({ tune }) => tune(player));
  player.play().catch(() => { location.href = key.href; });
}, true);
