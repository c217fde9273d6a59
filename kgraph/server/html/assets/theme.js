// Dark or light: what the reader chose last, else what the system says. Runs before the page
// is drawn, so that it never flashes in the other colours.

const KEY = "kgraph-theme";
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function remembered() {
  try {
    const value = localStorage.getItem(KEY);
    return value === "dark" || value === "light" ? value : "";
  } catch {
    return ""; // storage may be forbidden; then the choice lasts as long as the page
  }
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // see remembered()
  }
}

function shown() {
  return root.dataset.theme || (system.matches ? "dark" : "light");
}

function show(button) {
  const dark = shown() === "dark";
  button.setAttribute("aria-pressed", String(dark));
  button.textContent = dark ? "☾" : "☀";
  button.hidden = false;
}

const chosen = remembered();
if (chosen) root.dataset.theme = chosen;

addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("colour-theme");
  button.addEventListener("click", () => {
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    remember(root.dataset.theme);
    show(button);
  });
  system.addEventListener("change", () => show(button));
  show(button);
});
