// Starts the page, and handles its keyboard shortcuts.

/** Show or hide a type; its button says which. */
function toggleType(type, hide) {
  if (hide) hiddenTypes.add(type);
  else hiddenTypes.delete(type);
  byId(`type-${type}`).setAttribute("aria-pressed", String(!hide));
  paint();
}

function showType(type) {
  if (hiddenTypes.has(type)) toggleType(type, false);
}

function fillLegend() {
  byId("types").append(...DATA.types.map(({ type, plural, count }) => element("button", {
    type: "button", id: `type-${type}`, "aria-pressed": "true", title: "Hide or show",
    onclick: () => toggleType(type, !hiddenTypes.has(type)),
  }, mark(type), `${count} ${count === 1 ? type : plural}`)));
  byId("dashes").hidden = !DATA.edges.some(({ dashes }) => dashes);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") select(null);
  else if (event.key === "/" && document.activeElement !== input) {
    event.preventDefault();
    input.focus();
    input.select();
  }
});
byId("closer").addEventListener("click", () => zoom(1.3));
byId("farther").addEventListener("click", () => zoom(1 / 1.3));
byId("fit").addEventListener("click", () => { fit(); paint(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
byId("tables").addEventListener("toggle", fillTables, { once: true });

const frame = byId("canvas").firstElementChild;
frame.setAttribute("role", "application");
frame.setAttribute("aria-label", `Picture of ${times(DATA.nodes.length, "name")} and ${times(DATA.edges.length, "link")}: ` +
  "arrow keys move it, plus and minus zoom. The tables below say the same.");

byId("centre").hidden = !DATA.focus || DATA.groups.length < 2;
byId("centre").addEventListener("click", () => {
  isCentreShown = !isCentreShown;
  byId("centre").setAttribute("aria-pressed", String(isCentreShown));
  paint();
});

fillLegend();
fillGroups();
showPanel(DATA.focus ? { node: DATA.focus } : null);
fit();
paint();
