// Keys for everything, and the dialog that lists them.
// Takes the app of main.js. Single letters act only outside of fields, and can be turned off (WCAG 2.2, 2.1.4).

import {button, byId, element} from "./dom.js";

const STEP = 90; // pixels of a move by an arrow
const NEARER = 1.5;

/** Keys that act anywhere but in a field: key -> what it does, and what the help says of it. */
const ANYWHERE = [
  ["/", "find a name or words of a quote", (app) => app.finder.focus()],
  ["f", "filters", (app) => app.toggleFilters()],
  ["t", "table of what is in view", (app) => app.toggleTable()],
  ["a", "show all around what is open", (app) => app.setHops(0)],
  ["1", "only what is one step from it", (app) => app.setHops(1)],
  ["2", "two steps", (app) => app.setHops(2)],
  ["p", "path from what is open to…", (app) => app.findPathFromOpen()],
  ["s", "select or leave out what is open", (app) => app.toggleMarkOfOpen()],
  ["e", "selection and export", (app) => app.openMarked()],
  ["m", "play the months, or stop", (app) => app.slider.toggle()],
  ["c", "colour by type, community, confidence, date", (app) => app.nextColour()],
  ["l", "lines, or none", (app) => app.toggleLines()],
  ["d", "dark or light", (app) => app.toggleTheme()],
  ["0", "show everything", (app) => app.showWhole()],
  ["?", "this help", (app) => app.help()],
];

/** Keys that act while the picture has the focus. */
const PICTURE = [
  ["ArrowLeft", "move", (app) => app.renderer.camera.pan(STEP, 0)],
  ["ArrowRight", "move", (app) => app.renderer.camera.pan(-STEP, 0)],
  ["ArrowUp", "move", (app) => app.renderer.camera.pan(0, STEP)],
  ["ArrowDown", "move", (app) => app.renderer.camera.pan(0, -STEP)],
  ["+", "nearer", (app) => app.renderer.camera.zoomBy(NEARER)],
  ["=", "nearer", (app) => app.renderer.camera.zoomBy(NEARER)],
  ["-", "farther", (app) => app.renderer.camera.zoomBy(1 / NEARER)],
  [".", "next name in view", (app) => app.step(1)],
  [",", "name before", (app) => app.step(-1)],
  ["Enter", "open it", (app) => app.openStepped()],
];

/** The same, and what hands do, as the help tells it. */
const IN_PICTURE = [["← ↑ → ↓", "move"], ["+ -", "nearer, farther"], [". ,", "next name in view, name before"], ["Enter", "open it"]];
const BY_HAND = [["drag", "move"], ["wheel", "nearer, farther"], ["pinch", "the same by touch"], ["double", "nearer"], ["Shift", "with a press: select"]];

const HOW_TO_READ = "Each mark is a name that episodes mention; the larger, the more important. Names that stand in the same " +
  "episodes lie near each other, and a line joins two that do so more often than chance would have it. Press a mark for what " +
  "stands behind it, a line for its evidence. Zoom in for episodes, rarer names and quotes.";

const keyList = (keys) => element("dl", { class: "keys" }, keys.flatMap(([key, words]) =>
  [element("dt", {}, key.split(" ").map((one) => element("kbd", {}, one))), element("dd", {}, words)]));

/** Listen to keys. @param {object} app of main.js; @returns {{help: () => void}} */
export function createKeys(app) {
  const dialog = byId("help");
  let letters = true;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
    if (event.key === "Escape") return void app.close();
    if (event.target.closest?.("input, select, textarea, dialog")) return;
    const keys = [...(event.target === byId("canvas") ? PICTURE : []), ...(letters ? ANYWHERE : [])];
    const found = keys.find(([key]) => key === event.key);
    if (!found) return;
    event.preventDefault();
    found[2](app);
  });
  const box = element("input", { type: "checkbox", checked: true, onchange: () => { letters = box.checked; } });
  dialog.replaceChildren(
    element("div", { class: "top" }, element("h2", { id: "help-title" }, "Help"), button("✕", () => dialog.close(), { "aria-label": "Close help" })),
    element("p", {}, HOW_TO_READ),
    element("div", { class: "columns" },
      element("section", {}, element("h3", {}, "Anywhere"), keyList([...ANYWHERE, ["Esc", "close what is open"]])),
      element("section", {}, element("h3", {}, "In the picture"), keyList(IN_PICTURE), element("h3", {}, "By hand"), keyList(BY_HAND))),
    element("label", { class: "row" }, box, "single letters as keys"),
    element("p", { class: "quiet" }, "The address keeps what you see: copy it, and whoever opens it with this file sees the same. Nothing is sent anywhere."));
  return { help: () => dialog.showModal() };
}
