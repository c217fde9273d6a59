// The picture: vis-network with the coordinates in the data and the colours of the
// style sheet, so that light and dark are decided in one place.

const MARGIN = 24; // pixels that stay free round the picture
const LARGEST_ZOOM = 1.25; // a picture of three names need not fill a wall

const READABLE = 9; // pixels: below this height a label is a smudge
const FIRST = new Set(DATA.nodes.slice(0, 10).map(({ id }) => id)); // labelled at any zoom

const hiddenTypes = new Set();
let selected = null; // {node: id}, {edge: id} or null

/** The style sheet's colour of that name. */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const edgeIds = new Map(DATA.nodes.map((node) => [node.id, []]));
for (const edge of DATA.edges) {
  edgeIds.get(edge.from).push(edge.id);
  edgeIds.get(edge.to).push(edge.id);
}

/** What a pointer over it tells, in a line or two. */
function hint(thing) {
  return element("div", {}, element("b", {}, thing.label), element("br"),
    `${thing.type}, ${times(thing.count, "episode")}, ${percent(thing.confidence)} sure`);
}

function edgeHint(edge) {
  return element("div", {}, element("b", {}, `${DATA.things[edge.source].label} and ${DATA.things[edge.target].label}`),
    element("br"), `together in ${times(edge.count, "episode")}`);
}

const nodes = new vis.DataSet(DATA.nodes.map((node) => ({ ...node, title: hint(DATA.things[node.id]) })));
const edges = new vis.DataSet(DATA.edges.map((edge) => ({ ...edge, title: edgeHint(DATA.links[edge.id]) })));
const network = new vis.Network(byId("canvas"), { nodes, edges }, DATA.options);

/** Ids of the nodes and edges to show clearly: all, or the selection and what it touches. */
function clear() {
  if (!selected) return null;
  if (selected.edge) {
    const { source, target } = DATA.links[selected.edge];
    return { nodes: new Set([source, target]), edges: new Set([selected.edge]) };
  }
  const near = edgeIds.get(selected.node);
  const ends = near.flatMap((id) => [DATA.links[id].source, DATA.links[id].target]);
  return { nodes: new Set([selected.node, ...ends]), edges: new Set(near) };
}

/** The label's height: on a small screen only the first names are labelled, but legibly. */
function labelSize(id, near) {
  const { size } = DATA.options.nodes.font;
  const scale = network.getScale();
  if (scale * size >= READABLE) return size;
  return near || FIRST.has(id) ? READABLE / scale : 0;
}

const isHidden = (id) => hiddenTypes.has(DATA.things[id].type);

/** Colour everything anew: after a change of scheme, selection or legend. */
function paint() {
  const shown = clear();
  const quiet = colour("quiet"), ink = colour("ink"), halo = colour("halo"), ground = colour("ground");
  nodes.update(DATA.nodes.map(({ id, group }) => {
    const plain = !shown || shown.nodes.has(id);
    const fill = colour(group);
    const chosen = { background: fill, border: ink };
    return {
      id, hidden: isHidden(id), opacity: plain ? 1 : 0.22,
      color: { background: fill, border: id === DATA.focus ? ink : ground, highlight: chosen, hover: chosen },
      font: { ...DATA.options.nodes.font, size: labelSize(id, shown && plain), color: plain ? ink : `${quiet}66`, strokeColor: plain ? halo : `${halo}00` },
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

/** Show everything, as large as it goes. */
function fit() {
  const [left, top, right, bottom] = DATA.frame; // vis-network's own fit forgets the labels
  const { clientWidth: width, clientHeight: height } = byId("canvas");
  const scale = Math.min((width - 2 * MARGIN) / (right - left), (height - 2 * MARGIN) / (bottom - top), LARGEST_ZOOM);
  if (scale > 0) network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale });
}

/** Come closer, or step back. */
function zoom(factor) {
  network.moveTo({ scale: network.getScale() * factor });
  paint();
}

network.on("click", ({ nodes: [node], edges: [edge] }) => select(node ? { node } : edge ? { edge } : null));
network.on("hoverNode", () => { byId("canvas").style.cursor = "pointer"; });
network.on("hoverEdge", () => { byId("canvas").style.cursor = "pointer"; });
network.on("blurNode", () => { byId("canvas").style.cursor = ""; });
network.on("blurEdge", () => { byId("canvas").style.cursor = ""; });
network.once("afterDrawing", () => performance.mark("first-picture"));
// vis-network keeps the old middle after it has told of the new size: ours comes after that.
network.on("resize", () => requestAnimationFrame(() => { fit(); paint(); }));
let painted = 0;
network.on("zoom", () => { clearTimeout(painted); painted = setTimeout(paint, 120); });
