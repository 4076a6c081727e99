// A card held before the camera: small grey frames go to the portal, one at a time, until it knows the card.

import { open, pause, release, say, still } from "./lens.js";
import { show } from "./states.js";

const LASTS = 60_000; // milliseconds; then the camera closes by itself
const PACE = 330;
const SIDE = 720;
const MOST = 100_000; // bytes

const fail = (box, why) => {
  release();
  show(box, "away", why);
  say(`camera-${why}`, "card-door");
};

const frame = async (video) => {
  const picture = still(video, SIDE, undefined, "grayscale(1)");
  const packed = (quality) => new Promise((resolve) => { picture.toBlob(resolve, "image/jpeg", quality); });
  const fine = await packed(0.7);
  return fine?.size > MOST ? packed(0.2) : fine;
};

const send = async (box, picture) => fetch(box.dataset.frames, {
  method: "POST",
  body: await picture.arrayBuffer(),
  headers: {
    "Content-Type": "image/jpeg",
    "X-CSRF-Token": JSON.parse(document.body.dataset.hxHeaders)["X-CSRF-Token"],
    "X-Live": "1", // a frame is no act of a person
  },
  signal: AbortSignal.timeout(4000),
}).catch(() => null);

// The sentence stands until another comes; it is said once, however long the card is held there.
const tell = (box, { wrong, say: name }) => {
  const place = box.querySelector(".wrong p");
  if (!wrong || place.textContent === wrong) return;
  place.textContent = wrong;
  place.parentElement.hidden = false;
  say(name);
};

const watch = async (box, video) => {
  const end = performance.now() + LASTS;
  while (box.isConnected && box.dataset.state === "live" && performance.now() < end) {
    const picture = video.videoWidth && await frame(video);
    const answer = picture && await send(box, picture);
    if (box.dataset.state !== "live") return;
    if (answer?.status === 200) {
      release();
      location.replace((await answer.json()).onward);
      return;
    }
    if (answer?.status === 422) tell(box, await answer.json());
    await pause(PACE);
  }
  if (!box.isConnected || box.dataset.state !== "live") return;
  release();
  show(box, "over");
  say("card-over", "card-door");
};

const look = async (box) => {
  const video = box.querySelector("video");
  box.querySelector(".wrong").hidden = true;
  box.querySelector(".wrong p").textContent = "";
  show(box, "opening");
  const begun = await open(video, (why) => fail(box, why)).catch(({ message }) => {
    if (box.isConnected) fail(box, message);
  });
  if (!begun) return;
  show(box, "live");
  say("card-show");
  await watch(box, video);
};

export const act = look;
export const begin = (box, there) => (there ? look(box) : fail(box, "none"));
