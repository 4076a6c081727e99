// The pad under a code or a door's number. Loaded by the pages that need it, once; htmx brings others of them without loading it again.

const fieldOf = (element) => element.closest("form").querySelector("[data-typed]");

// As many boxes as the code has groups, a dot for every sign: the code itself is never shown.
const draw = (field) => {
  const groups = field.parentElement.querySelector("[data-groups]");
  if (!groups) return;
  const typed = [...field.value].length;
  let start = 0;
  const boxes = groups.dataset.groups.split(" ").map(Number).map((size) => {
    const box = document.createElement("span");
    const filled = Math.max(0, Math.min(size, typed - start));
    box.style.flexGrow = size;
    box.textContent = "●".repeat(filled);
    if (typed >= start + size) box.className = "past";
    else if (typed >= start) box.className = "here";
    start += size;
    return box;
  });
  groups.replaceChildren(...boxes);
};

// Without this script the field takes keys alone; with it there is a pad, and the card's field hides.
const furnish = () => {
  for (const pad of document.querySelectorAll(".pad[hidden]")) {
    pad.hidden = false;
    pad.closest("form").dataset.typing = "pad";
    const field = fieldOf(pad);
    const groups = field.parentElement.querySelector("[data-groups]");
    if (groups) groups.hidden = false;
    // A kiosk's own keyboard stays away from a field that has a pad.
    if (document.documentElement.dataset.mode !== "home") field.inputMode = "none";
    draw(field);
  }
  for (const form of document.querySelectorAll("[data-scan]")) form.dataset.scan = "page";
  count();
};

document.addEventListener("click", (event) => {
  const key = event.target.closest(".pad button[type=button]");
  if (!key) return;
  const field = fieldOf(key);
  const signs = [...field.value];
  if ("erase" in key.dataset) signs.pop();
  else if (signs.length < Number(field.dataset.typed)) signs.push(key.dataset.sign);
  field.value = signs.join("");
  draw(field);
});

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-typed]")) draw(event.target);
});

// The wait after a wrong code, second by second, so that nobody has to guess.
let counting = 0;
const count = () => {
  clearInterval(counting);
  const place = document.querySelector("[data-countdown]");
  if (!place) return;
  const words = place.querySelector("span");
  const end = performance.now() + Number(place.dataset.countdown) * 1000;
  counting = setInterval(() => {
    const left = Math.ceil((end - performance.now()) / 1000);
    if (left > 0) {
      words.textContent = words.textContent.replace(/\p{Nd}+/u, left);
      return;
    }
    clearInterval(counting);
    words.textContent = place.dataset.over;
  }, 250);
};

furnish();
document.body.addEventListener("htmx:afterSettle", furnish);
