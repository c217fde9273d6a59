// The panel of the selection: its members, and their export as PNG, SVG, XLSX, CSV or SPARQL.
// Takes the app of main.js; without a selection, everything in view is exported.

import {nameOf} from "./queries.js";
import {namedNode, section} from "./panel_parts.js";
import {button, byId, download, element, longList, say} from "./dom.js";
import {csv, sparql} from "./export.js";
import {grouped} from "../../draw/assets/evidence.js";
import {frameOf} from "./picture_words.js";
import {tablesOf} from "./selection_tables.js";
import {workbook} from "./xlsx.js";
import {zip} from "./zip.js";

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
    element("div", { class: "row" }, marked.length ? button("Clear selection", () => app.mark([])) : "",
      button("Draw an area", () => app.toggleDrawing(), { "aria-pressed": String(app.isDrawing) }), button("Select what is in view", () => app.markView())),
    marked.length ? "" : element("p", { class: "quiet" },
      "To select, draw an area (r), take what is in view (v), use “Select” in a panel, Shift- or Ctrl-click in the picture, the key s, or the table."),
    element("section", {}, element("h3", {}, "As a picture"), element("div", { class: "row" },
      button("PNG", () => picture(app, "png")), button("SVG", () => picture(app, "svg")))),
    element("section", {}, element("h3", {}, "As tables"),
      element("p", { class: "quiet" }, "nodes, what joins them, and the quotes that name them with their recordings"),
      element("div", { class: "row" }, button("XLSX", () => saveTables(app, nodes, "xlsx")), button("CSV", () => saveTables(app, nodes, "csv")))),
    element("section", {}, element("h3", {}, "As a query"), element("p", { class: "quiet" }, nodes.length > ASKED
      ? `SPARQL that returns the first ${ASKED}` : "SPARQL that returns them and the links between them"), query,
      element("div", { class: "row" }, button("Copy", () => copy(query)), button("Save", () => saveQuery(query.value)))),
    section("Selected", "", longList(marked, MARKED_LISTED, (i) => element("li", { class: "row" }, namedNode(app, i),
      button("✕", () => app.toggleMark(i), { class: "plain", "aria-label": `Deselect ${nameOf(app.atlas, i)}` })))),
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

/** A workbook of three sheets, or three files in an archive. */
async function saveTables(app, nodes, format) {
  say("Writing tables…");
  const tables = await tablesOf(app, nodes), quotes = tables.at(-1);
  const csvFile = ({ name, columns, rows }) => ({ name: `${name}.csv`, text: `\ufeff${csv(columns, rows)}` });
  download(format === "xlsx" ? "atlas.xlsx" : "atlas.zip", await (format === "xlsx" ? workbook(tables) : zip(tables.map(csvFile))));
  say(`${tables.map(({ name, rows }) => `${grouped(rows.length)} ${name}`).join(", ")}${quotes.left > 0 ? `; ${grouped(quotes.left)} less relevant quotes are left out` : ""}`);
}

/** The picture of the view; with a selection, of nothing else. */
async function picture(app, format) {
  const { renderer, marked } = app;
  if (marked.length) app.showOnly(marked);
  try {
    const made = format === "png" ? await renderer.png({ scale: SHARP, frame: frameOf(app) }) : await renderer.svg(frameOf(app));
    download(`atlas.${format}`, made instanceof Blob ? made : new Blob([made], { type: "image/svg+xml" }));
  } finally {
    if (marked.length) app.showOnly(null);
  }
}

/** The number on the button that leads here. */
export function tellMarked(count) {
  byId("to-marked").textContent = count ? `Export ${grouped(count)}` : "Export";
}
