// The panel: shows the open item, from its address to its parts.
// Takes the app of main.js, fills the element "panel"; an opening that a newer one replaced is dropped.

import {button, byId, element, swatch} from "./dom.js";
import {communityParts} from "./community_panel.js";
import {edgeParts, pathParts} from "./edge_panel.js";
import {markedParts} from "./selection_panel.js";
import {nodeParts} from "./node_panel.js";
import {quotesParts} from "./quotes_panel.js";
import {welcomeParts} from "./welcome.js";

const PARTS = {
  node: (app, [i]) => nodeParts(app, i),
  edge: (app, [one, other]) => edgeParts(app, one, other),
  path: (app, [from, to]) => pathParts(app, from, to),
  community: (app, [i]) => communityParts(app, i, false),
  region: (app, [i]) => communityParts(app, i, true),
  quotes: (app, _, words) => quotesParts(app, words),
  marked: (app) => markedParts(app),
};

/** The heading of a panel: a line above, the name, and the ways back and out. */
export function panelHeading(app, text, above) {
  return element("div", { class: "top" }, element("div", {}, above, element("h2", { tabindex: -1 }, text)),
    button("✕", () => app.close(), { "aria-label": "Close", title: "Close (Esc)" }));
}

/**
 * Show what is open.
 * @param {{kind: string, nodes: number[], words: string}|null} open null says how to begin
 */
export function showPanel(app, open) {
  const host = byId("panel");
  const parts = open ? PARTS[open.kind](app, open.nodes, open.words) : welcomeParts(app);
  host.replaceChildren(grip(host), ...parts.flat().filter(Boolean));
  host.scrollTop = 0;
  host.classList.toggle("shut", false);
}

/** That what the address names is not in this file. */
export function showMissing(app, ids) {
  byId("panel").replaceChildren(app.heading("Not in this file", element("p", { class: "kind" }, swatch("other"), "the address names an item that this file does not hold")),
    element("p", {}, ids.join(", ")));
}

/** On a phone the panel is a sheet: this makes it higher, lower, or takes it away. */
function grip(host) {
  const states = ["", "tall", "shut"];
  return button(element("span", { class: "hidden" }, "Expand or collapse the panel"), () => {
    const at = states.findIndex((name) => name && host.classList.contains(name));
    const next = states[(Math.max(0, at) + 1) % states.length];
    host.classList.toggle("tall", next === "tall");
    host.classList.toggle("shut", next === "shut");
  }, { id: "grip" });
}
