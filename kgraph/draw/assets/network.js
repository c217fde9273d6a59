// The picture: vis-network with the coordinates in the data and the colours of the
// style sheet, so that light and dark are decided in one place.

const MARGIN = 24; // pixels that stay free round the picture
const ABOVE = 26; // pixels for the names of groups
const LARGEST_ZOOM = 1.25; // a picture of three names need not fill a wall

const READABLE = 9; // pixels: below this height a label is a smudge

const hiddenTypes = new Set();
let selected = null; // {node: id}, {edge: id}, {group: number} or null
let colours = DATA.groups.length > 1 ? "group" : "type", isCentreShown = true;

/** The style sheet's colour of that name. */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const edgeIds = new Map(DATA.nodes.map((node) => [node.id, []]));
for (const edge of DATA.edges) {
  edgeIds.get(edge.from).push(edge.id);
  edgeIds.get(edge.to).push(edge.id);
}

/** What a pointer tells of a node or an edge, in a line or two. */
function hint({ node, edge }) {
  if (node) {
    const thing = DATA.things[node];
    return [element("b", {}, thing.label), element("br"), `${thing.type}, ${times(thing.count, "episode")}, ${percent(thing.confidence)} sure`];
  }
  const { source, target, count } = DATA.links[edge];
  return [element("b", {}, `${DATA.things[source].label} and ${DATA.things[target].label}`), element("br"), `together in ${times(count, "episode")}`];
}

// A tall window gets a tall picture: what lies right of the middle then lies below it.
const isTall = byId("canvas").clientWidth < 0.8 * byId("canvas").clientHeight;
if (isTall) {
  const { clientWidth: width, clientHeight: height } = byId("canvas"), extent = (values) => Math.max(...values) - Math.min(...values) + 200;
  const wide = (width / height) * (extent(DATA.nodes.map(({ x }) => x)) / extent(DATA.nodes.map(({ y }) => y)));
  for (const node of DATA.nodes) [node.x, node.y] = [Math.min(1.8, Math.max(0.7, wide)) * node.y, node.x];
}

const nodes = new vis.DataSet(DATA.nodes.map((node) => ({ ...node })));
const edges = new vis.DataSet(DATA.edges.map((edge) => ({ ...edge })));
const network = new vis.Network(byId("canvas"), { nodes, edges }, DATA.options);

/** Ids of the nodes and edges to show clearly: all, or the selection and what it touches. */
function clear() {
  if (!selected) return null;
  if (selected.group !== undefined) {
    const own = new Set(DATA.groups[selected.group].members);
    return { nodes: own, edges: new Set(DATA.edges.filter(({ from, to }) => own.has(from) && own.has(to)).map(({ id }) => id)) };
  }
  if (selected.edge) {
    const { source, target } = DATA.links[selected.edge];
    return { nodes: new Set([source, target]), edges: new Set([selected.edge]) };
  }
  const near = edgeIds.get(selected.node);
  const ends = near.flatMap((id) => [DATA.links[id].source, DATA.links[id].target]);
  return { nodes: new Set([selected.node, ...ends]), edges: new Set(near) };
}

/**
 * The nodes that have a label on a small screen, where not all would be legible: the first ones, and as many more as do not
 * stand on each other. Null where all are legible.
 */
function legible() {
  const scale = network.getScale(), { size } = DATA.options.nodes.font;
  if (scale * size >= READABLE) return null;
  const taken = [], shown = new Set();
  for (const { id, x, y, label } of DATA.nodes) {
    const half = 0.3 * READABLE * label.length + 2, box = [x * scale - half, y * scale - READABLE, x * scale + half, y * scale + 2 * READABLE];
    if (isHidden(id) || taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
    taken.push(box);
    shown.add(id);
  }
  return shown;
}

/** The label's height: on a small screen only some names are labelled, but legibly. */
function labelSize(id, near, shown) {
  if (!shown) return DATA.options.nodes.font.size;
  return near || shown.has(id) ? READABLE / network.getScale() : 0;
}

const isHidden = (id) => hiddenTypes.has(DATA.things[id].type) || (id === DATA.focus && !isCentreShown);
const groupOf = new Map(DATA.groups.flatMap(({ members }, number) => members.map((id) => [id, number])));

/** The name of a node's colour in the style sheet. */
const colourName = (id, type) => (colours === "type" ? type : groupOf.has(id) ? `group-${groupOf.get(id)}` : "quiet");

/** Colour everything anew, and place the names of groups: after a change of scheme, selection or legend. */
function paint() {
  placeTitles();
  const shown = clear(), readable = legible();
  const quiet = colour("quiet"), ink = colour("ink"), halo = colour("halo"), ground = colour("ground");
  nodes.update(DATA.nodes.map(({ id, group }) => {
    const plain = !shown || shown.nodes.has(id);
    const fill = colour(colourName(id, group));
    const chosen = { background: fill, border: ink };
    return {
      id, hidden: isHidden(id), opacity: plain ? 1 : 0.22,
      color: { background: fill, border: id === DATA.focus ? ink : ground, highlight: chosen, hover: chosen },
      font: { ...DATA.options.nodes.font, size: labelSize(id, shown && plain, readable), color: plain ? ink : `${quiet}66`, strokeColor: plain ? halo : `${halo}00` },
    };
  }));
  edges.update(DATA.edges.map(({ id, from, to }) => {
    const plain = !shown || shown.edges.has(id);
    return {
      id, hidden: isHidden(from) || isHidden(to),
      color: { color: colour(shown && plain ? "line-near" : "line"), highlight: colour("accent"), hover: colour("accent"),
        opacity: !shown ? 0.55 : plain ? 0.9 : 0.1 },
    };
  }));
}

/** Show one thing or link, or nothing, in picture and panel. */
function select(what, { move = false } = {}) {
  selected = what;
  network.unselectAll();
  if (what?.node) network.selectNodes([what.node], false);
  if (what?.edge) network.selectEdges([what.edge]);
  DATA.groups.forEach((_, number) => byId(`group-${number}`)?.setAttribute("aria-pressed", String(what?.group === number)));
  paint();
  showPanel(what);
  if (move && what?.node && !isSeen(what.node)) network.moveTo({ position: network.getPosition(what.node), animation: MOTION });
}

/** Whether a node stands well inside the window of the picture. */
function isSeen(id) {
  const { x, y } = network.canvasToDOM(network.getPosition(id));
  const { clientWidth: width, clientHeight: height } = byId("canvas");
  return x > MARGIN && y > MARGIN && x < width - MARGIN && y < height - 2 * MARGIN;
}

const MOTION = matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 250 };

/** Show everything, as large as it goes, with no name under the buttons. */
function fit() {
  fitBelow(DATA.groups.length > 1 ? ABOVE : 0);
  const { offsetTop, offsetHeight } = byId("zoom");
  if (DATA.nodes.some(isUnderButtons)) fitBelow(offsetTop + offsetHeight);
}

/** Whether the mark or the label of a node stands under the buttons. */
function isUnderButtons({ x, y, size, label }) {
  const { offsetLeft, offsetTop, offsetHeight } = byId("zoom"), at = network.canvasToDOM({ x, y }), scale = network.getScale();
  const half = Math.max(size, 0.3 * DATA.options.nodes.font.size * label.length) * scale;
  return at.x + half > offsetLeft && at.y - size * scale < offsetTop + offsetHeight;
}

/** Show everything below a strip of some pixels. */
function fitBelow(above) {
  const [left, top, right, bottom] = isTall ? tallFrame() : DATA.frame; // vis-network's own fit forgets the labels
  const { clientWidth: width, clientHeight: height } = byId("canvas");
  const scale = Math.min((width - 2 * MARGIN) / (right - left), (height - 2 * MARGIN - above) / (bottom - top), LARGEST_ZOOM);
  if (scale > 0) network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom - above / scale) / 2 }, scale });
}

/** The frame of a tall picture, whose labels are made small enough for it. */
function tallFrame() {
  const xs = DATA.nodes.map(({ x }) => x), ys = DATA.nodes.map(({ y }) => y), side = 60;
  return [Math.min(...xs) - side, Math.min(...ys) - side, Math.max(...xs) + side, Math.max(...ys) + side];
}

/** Come closer, or step back. */
function zoom(factor) {
  network.moveTo({ scale: network.getScale() * factor });
  paint();
}

/** What lies under a point of the canvas: the same for the tip and for a click. */
function under(point) {
  const node = network.getNodeAt(point), edge = node ? undefined : network.getEdgeAt(point);
  return node ? { node } : edge ? { edge } : null;
}

network.on("click", ({ pointer }) => select(under(pointer.DOM)));
byId("canvas").addEventListener("pointermove", ({ clientX, clientY, buttons }) => {
  const { left, top, width, height } = byId("canvas").getBoundingClientRect(), point = { x: clientX - left, y: clientY - top };
  const found = buttons ? null : under(point), tip = byId("tip");
  byId("canvas").style.cursor = found ? "pointer" : "";
  tip.hidden = !found;
  if (!found) return;
  tip.replaceChildren(...hint(found));
  tip.style.left = `${Math.min(point.x + 14, width - tip.offsetWidth - 6)}px`;
  tip.style.top = `${point.y + 18 + tip.offsetHeight > height ? point.y - tip.offsetHeight - 10 : point.y + 18}px`;
});
byId("canvas").addEventListener("pointerleave", () => { byId("tip").hidden = true; });
// The wheel scrolls the page; with Ctrl (or a pinch, which browsers report so) it zooms.
byId("canvas").addEventListener("wheel", (event) => { if (!event.ctrlKey && !event.metaKey) event.stopPropagation(); }, { capture: true });
network.once("afterDrawing", () => performance.mark("first-picture"));
// vis-network keeps the old middle after it has told of the new size: ours comes after that.
network.on("resize", () => requestAnimationFrame(() => { fit(); paint(); }));
let painted = 0;
network.on("zoom", () => { clearTimeout(painted); painted = setTimeout(paint, 120); });
