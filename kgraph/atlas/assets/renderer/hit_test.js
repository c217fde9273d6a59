// Finds what lies under the pointer: a node's mark, a label or a drawn edge. A grid over the world keeps a look-up at a
// few cells.

import {edgeInk, radiusIn, tierOf} from "./level_of_detail.js";
import {boundsOf, clamp, distanceToStretch} from "./math.js";

export const FINGER = 9; // pixels that a pointer may miss a mark by; a finger twice that
const NEAR_EDGE = 4; // pixels that it may miss an edge by
const LARGEST = 40; // pixels: no mark's radius is larger
const EDGES_FROM = 1.8, FEW_LINES = 300; // zoom: before it lines lie too close to be pointed at, unless they are few
const PLAIN_INK = 0.15; // an edge of less ink is not seen by itself
const A_CELL = 3; // nodes a cell on average: fewer make the grid large, more make each look long
const MOST_CELLS = 1024; // cells along a side

/**
 * @param {Float32Array} x world coordinates, as y
 * @returns index for `nearest` and `within`; node numbers in a cell rise, so the most important come first
 */
export function indexOf(x, y) {
  const n = x.length, box = boundsOf(x, y, 0, n);
  const side = clamp(Math.ceil(Math.sqrt(n / A_CELL)), 1, MOST_CELLS);
  const wide = side / Math.max(box.right - box.left, 1e-9), high = side / Math.max(box.bottom - box.top, 1e-9);
  const cell = (i) => clampCell((y[i] - box.top) * high, side) * side + clampCell((x[i] - box.left) * wide, side);
  const start = new Uint32Array(side * side + 1);
  for (let i = 0; i < n; i++) start[cell(i) + 1]++;
  for (let c = 0; c < side * side; c++) start[c + 1] += start[c];
  const next = start.slice(0, side * side), node = new Uint32Array(n);
  for (let i = 0; i < n; i++) node[next[cell(i)]++] = i;
  return { x, y, side, box, wide, high, start, node };
}

const clampCell = (value, side) => clamp(value | 0, 0, side - 1);

/** Calls `each(i)` for the nodes in the cells that a box of the world touches. */
function inCells(index, left, top, right, bottom, each) {
  const { side, box, wide, high, start, node } = index;
  const from = clampCell((left - box.left) * wide, side), to = clampCell((right - box.left) * wide, side);
  const down = clampCell((bottom - box.top) * high, side);
  for (let row = clampCell((top - box.top) * high, side); row <= down; row++) {
    for (let k = start[row * side + from]; k < start[row * side + to + 1]; k++) each(node[k]);
  }
}

/** Numbers of the nodes inside a box of the world that `wanted` says yes to, in rising order. */
export function within(index, left, top, right, bottom, wanted = () => true) {
  const found = [];
  inCells(index, left, top, right, bottom, (i) => {
    if (index.x[i] >= left && index.x[i] <= right && index.y[i] >= top && index.y[i] <= bottom && wanted(i)) found.push(i);
  });
  return Uint32Array.from(found).sort();
}

/**
 * The node nearest to a point, or -1.
 * @param {number} reach how far to look, in world units
 * @param {(i: number) => number} radius of a node in world units, below 0 for one that is not shown: one that the
 *   point lies on wins over one that is only near, and the smaller of two that cover each other
 */
export function nearest(index, px, py, reach, radius) {
  let best = -1, least = Infinity;
  inCells(index, px - reach, py - reach, px + reach, py + reach, (i) => {
    const r = radius(i);
    if (r < 0) return;
    const far = Math.hypot(index.x[i] - px, index.y[i] - py);
    if (far > reach) return;
    const score = far <= r ? far / r - 1 : far - r;
    if (score < least) {
      least = score;
      best = i;
    }
  });
  return best;
}

/**
 * @param atlas the graph
 * @param index from `indexOf`
 * @param {{px: number, py: number, reach: number, camera, tiers, zoom, mask, lit, placed: object[], edges, least}} at
 *   px, py in pixels; placed, titles: the names that stand, and those of communities, which lie on top; lit: from `litBy` or null; least: strength that edges have at least
 * @returns {{node: number}|{edge: number}|{title: string, community: number, region?: number}|null}
 */
export function pointedAt(atlas, index, at) {
  const { px, py, reach, camera, tiers, mask, lit, placed, titles = [] } = at, [x, y] = camera.toWorld(px, py);
  const isOn = ({ box }) => px >= box.left && px <= box.right && py >= box.top && py <= box.bottom, title = titles.find(isOn);
  if (title) return { title: title.text, community: title.community, region: title.region };
  const radius = (i) => radiusIn(tierOf(tiers, i), atlas.weight[i]) / camera.scale;
  const isShown = (i) => (tierOf(tiers, i)?.shown || lit?.named.has(i)) && (!mask || mask[i]);
  const found = nearest(index, x, y, (reach + LARGEST) / camera.scale, (i) => (isShown(i) ? radius(i) : -1));
  if (found >= 0 && Math.hypot(atlas.x[found] - x, atlas.y[found] - y) <= radius(found) + reach / camera.scale) return { node: found };
  const name = placed.find(isOn);
  if (name) return { node: name.node };
  const edge = edgeUnder(atlas, x, y, at);
  return edge < 0 ? null : { edge };
}

/** The nearest edge that is drawn, among the lit ones if there are any; -1 for none. */
function edgeUnder(atlas, x, y, { camera, zoom, mask, ties, lit, edges, least }) {
  const { source, target, kind, strength } = atlas;
  let best = -1, nearest1 = NEAR_EDGE / camera.scale;
  const look = (e) => {
    const s = source[e], t = target[e], ax = atlas.x[s], ay = atlas.y[s], bx = atlas.x[t], by = atlas.y[t];
    if ((ax < bx ? ax : bx) - nearest1 > x || (ax > bx ? ax : bx) + nearest1 < x) return;
    if ((ay < by ? ay : by) - nearest1 > y || (ay > by ? ay : by) + nearest1 < y) return;
    if ((mask && !(mask[s] && mask[t])) || (ties && e < ties.length && !ties[e])) return;
    const far = distanceToStretch(x, y, ax, ay, bx, by);
    if (far < nearest1) {
      nearest1 = far;
      best = e;
    }
  };
  if (lit) lit.edges.forEach(look);
  else if (zoom > EDGES_FROM || atlas.m < FEW_LINES) {
    const ink = edgeInk(atlas.meta.edgeKinds, zoom, edges, atlas.m);
    for (let e = 0; e < atlas.m; e++) if (ink[kind[e]] > PLAIN_INK && strength[e] >= least) look(e);
  }
  return best;
}
