// The panel of the selection: its members, and their export as PNG and CSV.
// Takes the app of main.js; without a selection, everything in view is exported.

import {nameOf} from "./queries.js";
import {namedNode, section} from "./panel_parts.js";
import {button, byId, download, element, longList, say} from "./dom.js";
import {csv} from "./export.js";
import {grouped} from "../../draw/assets/evidence.js";
import {tablesOf} from "./selection_tables.js";

const MARKED_LISTED = 20; // names shown at first
const SHARP = 2; // device pixels a pixel of the exported picture

/** The parts of the panel of the selection. */
export function markedParts(app) {
  const { marked } = app, nodes = marked.length ? marked : Array.from(app.inView());
  return [
    app.heading(marked.length ? `${grouped(marked.length)} selected` : "Export", element("p", { class: "kind" },
      marked.length ? "the selection is exported" : `everything in view is exported: ${grouped(nodes.length)}`)),
    element("div", { class: "row" }, marked.length ? button("Clear selection", () => app.mark([])) : "",
      button("Select what is in view", () => app.markView())),
    marked.length ? "" : element("p", { class: "quiet" },
      "To select, take what is in view (v), use “Select” in a panel, Shift- or Ctrl-click in the picture, the key s, or the table."),
    element("section", {}, element("h3", {}, "As a picture"), element("div", { class: "row" },
      button("PNG", () => savePicture(app)))),
    element("section", {}, element("h3", {}, "As tables"),
      element("p", { class: "quiet" }, "nodes, what joins them, and the quotes that name them with their recordings"),
      element("div", { class: "row" }, ["nodes", "edges", "quotes"].map((name) => button(`CSV: ${name}`, () => saveTable(app, nodes, name))))),
    section("Selected", "", longList(marked, MARKED_LISTED, (i) => element("li", { class: "row" }, namedNode(app, i),
      button("✕", () => app.toggleMark(i), { class: "plain", "aria-label": `Deselect ${nameOf(app.atlas, i)}` })))),
  ];
}

async function saveTable(app, nodes, name) {
  say("Writing the table…");
  const { columns, rows, left = 0 } = (await tablesOf(app, nodes)).find((table) => table.name === name);
  download(`atlas-${name}.csv`, new Blob([`\ufeff${csv(columns, rows)}`], { type: "text/csv" }));
  say(`${grouped(rows.length)} ${name}${left > 0 ? `; ${grouped(left)} less relevant quotes are left out` : ""}`);
}

/** The picture of the view; with a selection, of nothing else. */
async function savePicture(app) {
  const { renderer, marked } = app;
  if (marked.length) app.showOnly(marked);
  try {
    download("atlas.png", await renderer.png({ scale: SHARP }));
  } finally {
    if (marked.length) app.showOnly(null);
  }
}

/** The number on the button that leads here. */
export function tellMarked(count) {
  byId("to-marked").textContent = count ? `Export ${grouped(count)}` : "Export";
}
