// Before anything is drawn: colours as the computer is set, where nobody has chosen others.
{
  const wants = (what) => matchMedia(what).matches;
  const dim = wants("(prefers-color-scheme: dark)") ? "dark" : "light";
  document.documentElement.dataset.theme = wants("(prefers-contrast: more)") ? "contrast" : dim;
}
