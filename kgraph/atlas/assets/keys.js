// Keyboard shortcuts, and the dialog that lists them.
// Takes the app of main.js. Single letters act only outside of fields, and can be turned off (WCAG 2.2, 2.1.4).

import {button, byId, element} from "./dom.js";

const STEP = 90; // pixels of a move by an arrow
const NEARER = 1.5;

/** Keys that act anywhere but in a field: key -> what it does, and what the help says of it. */
const ANYWHERE = [
  ["/", "find a name or words of a quote", (app) => app.finder.focus()],
  ["f", "filters", (app) => app.toggleFilters()],
  ["t", "table of what is in view", (app) => app.toggleTable()],
  ["a", "show everything linked to the open item", (app) => app.setHops(0)],
  ["1", "show only its direct links", (app) => app.setHops(1)],
  ["2", "show two steps", (app) => app.setHops(2)],
  ["p", "find a path from the open item to…", (app) => app.findPathFromOpen()],
  ["s", "select or deselect the open item", (app) => app.toggleMarkOfOpen()],
  ["v", "select what is in view", (app) => app.markView()],
  ["e", "selection and export", (app) => app.openMarked()],
  ["m", "play the months, or stop", (app) => app.slider.toggle()],
  ["c", "colour by type, community, confidence", (app) => app.nextColour()],
  ["l", "show or hide lines", (app) => app.toggleLines()],
  ["d", "switch between dark and light", (app) => app.toggleTheme()],
  ["0", "show everything", (app) => app.showWhole()],
  ["?", "this help", (app) => app.help()],
];

/** Keys that act while the picture has the focus. */
const PICTURE = [
  ["ArrowLeft", "move", (app) => app.renderer.camera.pan(STEP, 0)],
  ["ArrowRight", "move", (app) => app.renderer.camera.pan(-STEP, 0)],
  ["ArrowUp", "move", (app) => app.renderer.camera.pan(0, STEP)],
  ["ArrowDown", "move", (app) => app.renderer.camera.pan(0, -STEP)],
  ["+", "zoom in", (app) => app.renderer.camera.zoomBy(NEARER)],
  ["=", "zoom in", (app) => app.renderer.camera.zoomBy(NEARER)],
  ["-", "zoom out", (app) => app.renderer.camera.zoomBy(1 / NEARER)],
  [".", "next name in view", (app) => app.step(1)],
  [",", "previous name in view", (app) => app.step(-1)],
  ["Enter", "open it", (app) => app.openStepped()],
];

/** The same, and what hands do, as the help tells it. */
const IN_PICTURE = [["← ↑ → ↓", "move"], ["+ -", "zoom in, zoom out"], [". ,", "next, previous name in view"], ["Enter", "open it"]];
const BY_HAND = [["drag", "move"], ["wheel", "zoom in, zoom out"], ["pinch", "zoom by touch"], ["double", "zoom in"], ["Shift", "with a click: select"]];

const HOW_TO_READ = "Each mark is a name that episodes mention; larger marks are more important. Names that occur in the same " +
  "episodes lie near each other, and a line joins two that do so more often than chance would predict. Click a mark or a line " +
  "to see its evidence. Zoom in for episodes, rarer names and quotes.";

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
      element("section", {}, element("h3", {}, "Anywhere"), keyList([...ANYWHERE, ["Esc", "close the open item"]])),
      element("section", {}, element("h3", {}, "In the picture"), keyList(IN_PICTURE), element("h3", {}, "Mouse and touch"), keyList(BY_HAND))),
    element("label", { class: "row" }, box, "single-letter shortcuts"),
    element("p", { class: "quiet" }, "The address holds the current view: copy it, and anyone who opens it with this file sees the same. Nothing is sent anywhere."));
  return { help: () => dialog.showModal() };
}
