// What lies under the pointer: a grid over the world, so that looking costs a few cells.

import {boundsOf, clamp} from "./maths.js";

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
