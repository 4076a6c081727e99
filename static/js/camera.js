// The way to the screen's camera: what it takes is loaded when it is opened, or is not there.

import { show } from "./states.js";

const load = (box) => (box.dataset.camera === "card" ? import("./card.js") : import("./photo.js"));

document.addEventListener("click", ({ target }) => {
  const key = target.closest("[data-camera] [data-do]");
  const box = key?.closest("[data-camera]");
  if (key) load(box).then(({ act }) => { if (!key.hidden) act(box, key.dataset.do); });
});

const furnish = async () => {
  const box = document.querySelector("[data-camera][data-state=asleep]");
  if (!box) return;
  const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
  const there = devices.some(({ kind }) => kind === "videoinput");
  if (there && box.dataset.camera === "photo") show(box, "off");
  else (await load(box)).begin(box, there);
};

furnish();
document.body.addEventListener("htmx:afterSettle", furnish);
