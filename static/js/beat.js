// In the portal's own window alone: says every two seconds that this page has just been painted.
// The window hears the request go out (kiosk/shell/page.py): the answer does not matter.
const heart = new URL(import.meta.url);
heart.search = "painted";
const say = () => fetch(heart, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(1500) }).catch(() => {});
const beat = () => requestAnimationFrame(() => requestAnimationFrame(say));
setInterval(beat, 2000);
beat();
