// Chooses the view of the map for the open item, and what is highlighted with it.
// Takes an Atlas, node numbers and a camera, returns boxes, views and highlights.

import {sharedEpisodes} from "./queries.js";

const NEIGHBOURS = 14; // of those that stand beside, how many should be in view
const LINES = 30, STATED_LINES = 8; // from one node at once: hundreds are a blot
const OTHERS = ["mentions", "quoted", "names", "theme", "about", "keyword", "partOf"];
const ROOM = 90; // pixels round them
const CLOSEST = { core: 9, other: 40 }; // how many times nearer than the whole
const NEAR_EDGE_OF_VIEW = 60; // pixels within which a node counts as not well in view

/** The smallest box around nodes. */
export function boxAround({ x, y }, nodes) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const i of nodes) {
    box.left = Math.min(box.left, x[i]);
    box.right = Math.max(box.right, x[i]);
    box.top = Math.min(box.top, y[i]);
    box.bottom = Math.max(box.bottom, y[i]);
  }
  return box;
}

/** Nodes that should be seen with those that are open: who stands beside, or the episode round which it lies. */
export function company(atlas, near, nodes) {
  if (nodes.length > 1) return nodes;
  const beside = [...near.associated, ...near.states].slice(0, NEIGHBOURS).map(({ node }) => node);
  const home = atlas.parent[nodes[0]] >= 0 ? [atlas.parent[nodes[0]]] : [];
  return [...nodes, ...beside, ...home];
}

/** The view that shows nodes with their company. */
export function viewOfNodes(atlas, camera, nodes, near) {
  const core = atlas.meta.ranges.core[1], view = camera.viewOf(boxAround(atlas, company(atlas, near, nodes)), ROOM);
  const nearest = camera.home * (nodes.every((i) => i < core) ? CLOSEST.core : CLOSEST.other);
  return { x: view.x, y: view.y, scale: Math.min(view.scale, nearest) };
}

/** The view that shows a community: twice as far as most members reach. */
export function viewOfGroup(camera, { x, y, r }) {
  const reach = 2 * r, view = camera.viewOf({ left: x - reach, right: x + reach, top: y - reach, bottom: y + reach });
  return { ...view, scale: Math.min(view.scale, camera.home * CLOSEST.core) };
}

/** Whether all of the nodes stand well inside of the view, and large enough to be told apart. */
export function areInView(atlas, camera, nodes) {
  return nodes.every((i) => {
    const [x, y] = camera.toScreen(atlas.x[i], atlas.y[i]);
    return x > NEAR_EDGE_OF_VIEW && x < camera.width - NEAR_EDGE_OF_VIEW && y > NEAR_EDGE_OF_VIEW && y < camera.height - NEAR_EDGE_OF_VIEW;
  });
}

/**
 * What lights up for one node: who stands beside it; for what stands beside nothing, where it is found.
 * @param {Uint8Array} mask nodes that are shown
 */
export function litForNode(near, mask) {
  const isShown = ({ node }) => mask[node], beside = [...near.associated.filter(isShown).slice(0, LINES), ...near.states.filter(isShown).slice(0, STATED_LINES)];
  const lit = beside.length ? beside : OTHERS.flatMap((kind) => near[kind]).filter(isShown);
  return { nodes: lit.map(({ node }) => node), edges: lit.slice(0, LINES + STATED_LINES).map(({ edge }) => edge), fade: true };
}

/** What lights up for two nodes: they, what joins them, and the episodes that have both. */
export function litForPair(atlas, [one, other], edges, near) {
  const episodes = sharedEpisodes(atlas, ...near).map(({ node }) => node);
  return { nodes: [one, other, ...episodes], edges, fade: true };
}

/** The camera as the address has it: its scale as how many times nearer than the whole, so that any screen can show it. */
export function cameraState({ x, y, scale, home }) {
  const nearer = scale / home;
  return Math.abs(nearer - 1) < 0.01 && Math.hypot(x, y) * scale < 24 ? null : [x, y, nearer];
}
