// The panel of the selection: its members, and their export as PNG, SVG, CSV or SPARQL.
// Takes the app of main.js; without a selection, everything in view is exported.

import {nameOf, typeOf} from "./queries.js";
import {namedNode} from "./panel_parts.js";
import {button, byId, download, element, longList, say} from "./dom.js";
import {csv, sparql} from "./export.js";
import {grouped} from "../../draw/assets/evidence.js";
import {episodesOf} from "./table.js";
import {isoDay} from "./text.js";

const MARKED_LISTED = 20, ASKED = 500; // names shown at first; names that a query takes at the most
const SHARP = 2; // device pixels a pixel of the exported picture

/** The parts of the panel of the selection. */
export function markedParts(app) {
  const { marked } = app, nodes = marked.length ? marked : Array.from(app.inView()), asked = nodes.slice(0, ASKED);
  const query = element("textarea", { readonly: true, "aria-label": "SPARQL", spellcheck: "false" });
  fillQuery(app, asked, query);
  return [
    app.heading(marked.length ? `${grouped(marked.length)} selected` : "Export", element("p", { class: "kind" },
      marked.length ? "the selection is exported" : `everything in view is exported: ${grouped(nodes.length)}`)),
    marked.length ? element("div", { class: "row" }, button("Clear selection", () => app.mark([]))) : element("p", { class: "quiet" },
      "To select, use “Select” in a panel, Shift- or Ctrl-click in the picture, the key s, or the table."),
    ...(marked.length ? longList(marked, MARKED_LISTED, (i) => element("li", { class: "row" }, namedNode(app, i),
      button("✕", () => app.toggleMark(i), { class: "plain", "aria-label": `Deselect ${nameOf(app.atlas, i)}` }))) : []),
    element("section", {}, element("h3", {}, "As a picture"), element("div", { class: "row" },
      button("PNG", () => picture(app, "png")), button("SVG", () => picture(app, "svg")))),
    element("section", {}, element("h3", {}, "As a table"), element("div", { class: "row" }, button("CSV", () => saveTable(app, nodes)))),
    element("section", {}, element("h3", {}, "As a query"), element("p", { class: "quiet" }, nodes.length > ASKED
      ? `SPARQL that returns the first ${ASKED}` : "SPARQL that returns them and the links between them"), query,
      element("div", { class: "row" }, button("Copy", () => copy(query)), button("Save", () => saveQuery(query.value)))),
  ];
}

async function fillQuery(app, nodes, host) {
  const ids = await Promise.all(nodes.map((i) => app.source.idOf(i)));
  host.value = sparql(ids.map((id, at) => ({ iri: app.atlas.meta.base + id, label: nameOf(app.atlas, nodes[at]) })));
}

const saveQuery = (text) => download("atlas.rq", new Blob([text], { type: "application/sparql-query" }));

async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // a file has no right to the clipboard in some browsers
  }
  say("Copied");
}

const COLUMN_NAMES = ["iri", "type", "name", "episodes", "confidence", "first", "last", "community"];

async function saveTable({ atlas, source, shown }, nodes) {
  const ids = await Promise.all(nodes.map((i) => source.idOf(i)));
  const rows = nodes.map((i, at) => [
    atlas.meta.base + ids[at], typeOf(atlas, i), nameOf(atlas, i),
    Math.max(0, episodesOf(atlas, i, shown.seen)) || "", Number(atlas.confidence[i].toFixed(3)),
    isoDay(atlas.first[i]), isoDay(atlas.last[i]), atlas.meta.communities[atlas.community[i]]?.name ?? "",
  ]);
  download("atlas.csv", new Blob(["\ufeff", csv(COLUMN_NAMES, rows)], { type: "text/csv" }));
}

/** The picture of the view; with a selection, of nothing else. */
async function picture(app, format) {
  const { renderer, marked } = app;
  if (marked.length) app.showOnly(marked);
  try {
    const made = format === "png" ? await renderer.png({ scale: SHARP }) : await renderer.svg();
    download(`atlas.${format}`, made instanceof Blob ? made : new Blob([made], { type: "image/svg+xml" }));
  } finally {
    if (marked.length) app.showOnly(null);
  }
}

/** The number on the button that leads here. */
export function tellMarked(count) {
  byId("to-marked").textContent = count ? `Export ${grouped(count)}` : "Export";
}
