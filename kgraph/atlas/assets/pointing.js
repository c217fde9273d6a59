// What a point of the screen is on: a mark, a name, or an edge that is drawn.

import {edgeInk, radiusIn, tierOf} from "./detail.js";
import {nearest} from "./hit.js";
import {distanceToStretch} from "./maths.js";

export const FINGER = 9; // pixels that a pointer may miss a mark by; a finger twice that
const NEAR_EDGE = 4; // pixels that it may miss an edge by
const LARGEST = 40; // pixels: no mark's radius is larger
const EDGES_FROM = 1.8, FEW_LINES = 300; // zoom: before it lines lie too close to be pointed at, unless they are few
const PLAIN_INK = 0.15; // an edge of less ink is not seen by itself

/**
 * @param atlas the graph
 * @param index from `indexOf`
 * @param {{px: number, py: number, reach: number, camera, tiers, zoom, mask, lit, placed: object[], edges, least}} at
 *   px, py in pixels; placed: the names that stand; lit: from `litBy` or null; least: strength that edges have at least
 * @returns {{node: number}|{edge: number}|null}
 */
export function pointedAt(atlas, index, at) {
  const { px, py, reach, camera, tiers, mask, lit, placed } = at, [x, y] = camera.toWorld(px, py);
  const radius = (i) => radiusIn(tierOf(tiers, i), atlas.weight[i]) / camera.scale;
  const isShown = (i) => (tierOf(tiers, i)?.shown || lit?.named.has(i)) && (!mask || mask[i]);
  const found = nearest(index, x, y, (reach + LARGEST) / camera.scale, (i) => (isShown(i) ? radius(i) : -1));
  if (found >= 0 && Math.hypot(atlas.x[found] - x, atlas.y[found] - y) <= radius(found) + reach / camera.scale) return { node: found };
  const name = placed.find(({ box }) => px >= box.left && px <= box.right && py >= box.top && py <= box.bottom);
  if (name) return { node: name.node };
  const edge = edgeUnder(atlas, x, y, at);
  return edge < 0 ? null : { edge };
}

/** The nearest edge that is drawn, among the lit ones if there are any; -1 for none. */
function edgeUnder(atlas, x, y, { camera, zoom, mask, lit, edges, least }) {
  const { source, target, kind, strength } = atlas;
  let best = -1, nearest1 = NEAR_EDGE / camera.scale;
  const look = (e) => {
    const s = source[e], t = target[e], ax = atlas.x[s], ay = atlas.y[s], bx = atlas.x[t], by = atlas.y[t];
    if ((ax < bx ? ax : bx) - nearest1 > x || (ax > bx ? ax : bx) + nearest1 < x) return;
    if ((ay < by ? ay : by) - nearest1 > y || (ay > by ? ay : by) + nearest1 < y) return;
    if (mask && !(mask[s] && mask[t])) return;
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
