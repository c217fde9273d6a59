// Draws a small graph, given as JSON, in a page: by the same renderer as the atlas.

import {createRenderer} from "./renderer/renderer.js";
import {inFrame, settle} from "./force_layout.js";

const MOST_SMALL = 1500; // nodes: places for more take too long in a page, and are the atlas's work
const PAN_STEP = 60; // pixels that an arrow key moves
const KEYS = {
  ArrowLeft: ({ camera }) => camera.pan(PAN_STEP, 0), ArrowRight: ({ camera }) => camera.pan(-PAN_STEP, 0),
  ArrowUp: ({ camera }) => camera.pan(0, PAN_STEP), ArrowDown: ({ camera }) => camera.pan(0, -PAN_STEP),
  "+": ({ camera }) => camera.zoomBy(1.5), "=": ({ camera }) => camera.zoomBy(1.5), "-": ({ camera }) => camera.zoomBy(1 / 1.5),
  0: (renderer) => renderer.fit(),
};

/**
 * The graph as an atlas of one tier.
 * @param {{nodes: {id: string, label: string, type?: string, weight?: number, x?: number, y?: number}[],
 *   edges: {source: string, target: string, strength?: number}[], looks?: Object<string, string[]>}} graph weight: any
 *   number that grows with importance; looks: of each type its colours on light ground and on dark
 * @param {number} wide width to height of the room
 * @throws {Error} an edge names a node that is not there, or there are too many nodes
 */
export function atlasOf({ nodes, edges, looks = {} }, wide = 1.4) {
  if (nodes.length > MOST_SMALL) throw new Error(`${nodes.length} nodes: a page shows up to ${MOST_SMALL}; write an atlas instead`);
  const heavy = Math.max(...nodes.map(({ weight = 1 }) => weight), 1e-9), rank = ({ weight = 1 }) => Math.sqrt(Math.max(weight, 0) / heavy);
  const ordered = [...nodes].sort((a, b) => rank(b) - rank(a)), n = ordered.length, m = edges.length;
  const number = new Map(ordered.map(({ id }, i) => [id, i])), types = [...new Set(ordered.map(({ type = "other" }) => type))];
  const ends = edges.map(({ source, target, strength = 0.5 }, k) => {
    for (const id of [source, target]) if (!number.has(id)) throw new Error(`edges[${k}]: no node has the id ${JSON.stringify(id)}`);
    return { source: number.get(source), target: number.get(target), strength: Math.min(1, Math.max(0, strength)) };
  });
  const placed = ordered.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const { x, y } = placed ? inFrame(Float32Array.from(ordered, (node) => node.x), Float32Array.from(ordered, (node) => node.y)) : settle(n, ends, wide);
  return {
    n, m, x, y, type: Uint8Array.from(ordered, ({ type = "other" }) => types.indexOf(type)),
    weight: Float32Array.from(ordered, (node) => 0.35 + 0.65 * rank(node)), community: new Uint16Array(n).fill(65535),
    confidence: new Float32Array(n).fill(1), last: new Int32Array(n).fill(-(2 ** 31)),
    source: Uint32Array.from(ends, (end) => end.source), target: Uint32Array.from(ends, (end) => end.target),
    kind: new Uint8Array(m), strength: Float32Array.from(ends, (end) => end.strength),
    meta: { title: "Graph", types, looks, edgeKinds: ["associated"], communities: [], ranges: { core: [0, n] } },
    label: (i) => ordered[i].label, aliases: () => [], node: (i) => ordered[i], edge: (e) => edges[e],
  };
}

/** The address if it leads to a web page or within this site, else "": it may come from hostile input. */
export function safeHref(href, base = document.baseURI) {
  try {
    const { protocol, href: whole } = new URL(href, base);
    return ["http:", "https:"].includes(protocol) || (protocol === "file:" && base.startsWith("file:")) ? whole : "";
  } catch {
    return "";
  }
}

/**
 * Draw a small graph in an element that has a size. A click on a node follows its `href`; arrows, + and - and 0 move
 * the picture when the element has the focus.
 * @param {HTMLElement} host
 * @param graph as for `atlasOf`; nodes may have `href`, edges a `label`
 * @param {{theme?: "light"|"dark", label?: string, selected?: string, onPick?: (thing: {node?: object, edge?: object}|null) => void}} options
 *   label: what the picture shows, for those who do not see it; selected: id of the node that the graph is about
 * @returns the renderer, and the `atlas` that it draws
 */
export function embedGraph(host, graph, options = {}) {
  const atlas = atlasOf(graph, host.clientWidth / Math.max(host.clientHeight, 1) || 1.4);
  const renderer = createRenderer(host, atlas, { theme: "light", colourBy: "type", regions: false, leavesWheel: true, ...options });
  const thing = (hit) => hit && (hit.node === undefined ? { edge: atlas.edge(hit.edge) } : { node: atlas.node(hit.node) });
  renderer.on("hover", (hit) => { host.title = thing(hit)?.edge?.label ?? ""; });
  renderer.on("pick", (hit) => {
    const href = safeHref(thing(hit)?.node?.href ?? "");
    if (options.onPick) options.onPick(thing(hit));
    else if (href && thing(hit).node.href) location.assign(href);
  });
  const press = (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    KEYS[event.key](renderer);
  };
  host.tabIndex = 0;
  host.setAttribute("role", "application");
  host.setAttribute("aria-label", `${options.label ?? "Graph"}: ${atlas.n} nodes, ${atlas.m} edges. Arrow keys move it, plus and minus or Ctrl and the wheel zoom, 0 shows all.`);
  host.addEventListener("keydown", press);
  return { ...renderer, atlas, destroy: () => (host.removeEventListener("keydown", press), renderer.destroy()) };
}
