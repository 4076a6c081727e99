// A photo for a report, taken by the screen: one looks, three seconds are counted aloud, one keeps it or not.

import { hush, isDark, open, pause, release, say, still } from "./lens.js";
import { show } from "./states.js";

const SIDE = 1600; // pixels of the longer side, as kiosk/photos.py keeps it
const QUALITY = 0.92;
const COUNT = [[3, "photo-three"], [2, "photo-two"], [1, "photo-one"]];

const find = () => document.querySelector("form[data-camera=photo]");
let photo = null; // what is kept goes with the form as a file of its own

const fail = (box, why) => {
  release();
  photo = null;
  show(box, "away", why);
  say(`camera-${why}`, "photo-later");
};

const look = async (box) => {
  photo = null;
  show(box, "opening");
  try {
    if (await open(box.querySelector("video"), (why) => fail(box, why))) show(box, "live");
  } catch ({ message }) {
    if (box.isConnected) fail(box, message);
  }
};

const count = async (box) => {
  show(box, "counting");
  for (const [left, name] of COUNT) {
    box.querySelector("[data-count]").textContent = left;
    say(name);
    await pause(1000);
    if (box.dataset.state !== "counting" || !box.isConnected) return;
  }
  await shoot(box);
};

const shoot = async (box) => {
  const canvas = still(box.querySelector("video"), SIDE, box.querySelector("canvas"));
  if (isDark(canvas)) return fail(box, "black");
  photo = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  release();
  show(box, "taken");
  say("photo-taken");
};

const stop = (box) => {
  hush();
  show(box, "live");
};

const DO = { look, count, stop };
export const act = (box, what) => DO[what](box);

export const begin = (box) => fail(box, "none");

document.addEventListener("formdata", ({ target, formData }) => {
  if (target === find() && photo) formData.set("photo", photo, "photo.jpg");
});
document.body.addEventListener("htmx:afterSettle", () => { photo = null; });
