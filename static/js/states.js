// What a page with a camera shows in each of its states; the first key of the new one has the focus.

export const show = (box, state, why = "") => {
  box.dataset.state = state;
  for (const part of box.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(state);
  for (const part of box.querySelectorAll("[data-why]")) part.hidden = part.dataset.why !== why;
  box.querySelector(".key:not([hidden])")?.focus({ preventScroll: true });
};
