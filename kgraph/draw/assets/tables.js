// The data of the picture as tables, for screen readers and for copying.

/** A table; a cell that is no element is text, and a number stands to the right. */
function table(caption, columns, rows) {
  const side = (value) => (typeof value === "number" || /%$/.test(value) ? { class: "number" } : {});
  const cell = (value) => element("td", side(value), typeof value === "number" ? value.toLocaleString("en") : value);
  const head = columns.map((name, at) => element("th", { scope: "col", ...(rows.length ? side(rows[0][at]) : {}) }, name));
  return element("div", {}, element("table", {}, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell))))));
}

const go = (label, what) => element("button", { type: "button", onclick: () => choose(what) }, label);

/** Fill the tables, where they are open, with all that the picture holds now. */
function fillTables() {
  if (!byId("tables").open) return;
  const things = Object.entries(DATA.things).sort(([, a], [, b]) => b.count - a.count || (a.label < b.label ? -1 : 1));
  byId("tables").replaceChildren(byId("tables").querySelector("summary"),
    table("Names", ["Name", "Type", "Episodes", "Confidence", "Links here"], things.map(([id, thing]) =>
      [go(thing.label, { node: id }), thing.type, thing.count, percent(thing.confidence), edgeIds.get(id).length])),
    table("Links, strongest first", ["One", "Other", "Episodes together", "Association", "Confidence", "Evidence"],
      DATA.edges.map(({ id }) => [DATA.links[id], id]).map(([edge, id]) =>
        [go(DATA.things[edge.source].label, { node: edge.source }), go(DATA.things[edge.target].label, { node: edge.target }),
          edge.count, associationWords(edge.association), percent(edge.confidence), go("Show", { edge: id })])));
}
