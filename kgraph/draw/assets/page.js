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

/** Say beside the picture what it holds now: its types, its size, its tables. */
function describePicture() {
  const count = (type) => Object.values(DATA.things).filter((thing) => thing.type === type).length;
  byId("types").replaceChildren(...DATA.types.filter(({ type }) => count(type)).map(({ type, plural }) => element("button", {
    type: "button", id: `type-${type}`, "aria-pressed": String(!hiddenTypes.has(type)), title: "Hide or show",
    onclick: () => toggleType(type, !hiddenTypes.has(type)),
  }, mark(type), `${count(type)} ${count(type) === 1 ? type : plural}`)));
  byId("canvas").firstElementChild.setAttribute("aria-label", `Picture of ${times(DATA.nodes.length, "name")} and ${times(DATA.edges.length, "link")}: ` +
    "arrow keys move it, plus and minus zoom. The tables below say the same.");
  fillTables();
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
byId("tables").addEventListener("toggle", fillTables);
byId("canvas").firstElementChild.setAttribute("role", "application");
byId("dashes").hidden = !DATA.edges.some(({ dashes }) => dashes === true);
byId("chance").hidden = !DATA.edges.some(({ dashes }) => Array.isArray(dashes));

byId("centre").hidden = !DATA.focus || DATA.groups.length < 2;
byId("centre").addEventListener("click", () => {
  isCentreShown = !isCentreShown;
  byId("centre").setAttribute("aria-pressed", String(isCentreShown));
  paint();
});

describePicture();
fillGroups();
showPanel(DATA.focus ? { node: DATA.focus } : null);
fit();
paint();
