// The camera of the screen: open for as long as its picture stands in the page, and no longer.

const WHY = {
  NotFoundError: "none",
  OverconstrainedError: "none",
  TypeError: "none", // a browser that knows of no camera
  NotAllowedError: "refused",
  SecurityError: "refused",
};
const GLANCE = 200; // milliseconds between two looks at what it shows
const DARK = 25; // looks: a camera that wakes up is dark for a moment, one that is covered stays so
const BLACK = 24; // of 255

let stream = null;
let watching = 0;
let turn = 0;

export const release = () => {
  turn += 1;
  clearInterval(watching);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
};

export const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

// A still of what a picture shows, its longer side of so many pixels at most.
export const still = (source, most, canvas = document.createElement("canvas"), filter = "none") => {
  const width = source.videoWidth ?? source.width;
  const height = source.videoHeight ?? source.height;
  const scale = Math.min(1, most / Math.max(width, height, 1));
  Object.assign(canvas, { width: width * scale, height: height * scale });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.filter = filter;
  if (width && height) pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
};

const glance = document.createElement("canvas");
export const isDark = (source) => {
  const { width, height } = still(source, 32, glance);
  if (!width || !height) return true;
  const { data } = glance.getContext("2d").getImageData(0, 0, width, height);
  return data.every((value, at) => at % 4 === 3 || value < BLACK);
};

// Shows what the camera sees. `lost` is told why, should it end: "black", "lost". Throws why it does not
// begin: "none", "refused", "busy"; gives false when one has left meanwhile.
export const open = async (video, lost) => {
  release();
  const mine = turn;
  let found = null;
  try {
    found = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1600 }, height: { ideal: 1200 } } });
  } catch (error) {
    throw new Error(WHY[error.name] ?? "busy", { cause: error });
  }
  if (mine !== turn || !video.isConnected) {
    for (const track of found.getTracks()) track.stop();
    return false;
  }
  stream = found;
  const [track] = stream.getVideoTracks();
  track.addEventListener("ended", () => { if (stream === found) lost("lost"); });
  // One sees oneself as in a mirror, and what lies behind the screen as it is. What is sent is never turned.
  video.classList.toggle("mirror", track.getSettings().facingMode !== "environment");
  video.srcObject = stream;
  let dark = 0;
  watching = setInterval(() => {
    if (!video.isConnected) return release();
    if (dark < DARK) dark = isDark(video) ? dark + 1 : Infinity; // light has come: from then on it works
    if (dark === DARK) lost("black");
  }, GLANCE);
  await video.play().catch(() => {});
  return stream === found;
};

let player = null;
export const hush = () => {
  player?.pause();
  player = null;
};

// Sentences rendered in advance, one after the other, until others are said.
export const say = async (...names) => {
  hush();
  if (document.documentElement.matches(".voiceless")) return;
  dispatchEvent(new Event("idle")); // whatever is being read aloud makes room
  for (const name of names) {
    const mine = new Audio(`/listen/prompt/${name}`);
    player = mine;
    import("./voice.js").then(({ tune }) => tune(mine));
    const ended = new Promise((resolve) => { for (const end of ["ended", "error", "pause"]) mine.addEventListener(end, resolve); });
    await mine.play().then(() => ended, () => {});
    if (player !== mine) return;
  }
};

const leave = () => {
  release();
  hush();
};
addEventListener("pagehide", leave);
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => { if (detail.target.id === "page") leave(); });
