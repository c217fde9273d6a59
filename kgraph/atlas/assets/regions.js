// Communities as countries on a map: where a community's nodes are densest of all, its land lies. The borders are
// contour lines of a smoothed density (marching squares, Lorensen & Cline 1987 in the plane, with points placed by
// linear interpolation), so they are soft, never cross, and are the same at every zoom.

import {boundsOf, clamp} from "./maths.js";
import {rangesOf} from "./detail.js";

const CELLS = [56, 168]; // along the longer side of the map, for few nodes and for many
const PER_ROOT = 4.2; // cells for each root of a node, between them: few nodes make a land as smooth as many
const REACH = 5; // cells to which a node's influence reaches
const SPREAD = 2.1; // cells: standard deviation of that influence
const SHORE = 0.8; // density at which land begins, in usual nodes
const MOST_LANDS = 40; // communities that get land, the largest first
const LEAST_MEMBERS = 8; // members
const ISLET = 45; // cells: smaller pieces are left out

/**
 * @param graph the atlas: core nodes' x, y, weight, community; meta.communities
 * @returns {{community: number, rings: Float32Array[]}[]} rings of x, y, x, y, … in world coordinates, closed
 */
export function regionsOf(graph) {
  const [from, to] = rangesOf(graph).core, count = Math.min(graph.meta.communities?.length ?? 0, MOST_LANDS);
  if (!count || from === to) return [];
  const cells = clamp(Math.round(PER_ROOT * Math.sqrt(to - from)), ...CELLS), map = gridOver(boundsOf(graph.x, graph.y, from, to), cells);
  const fields = densities(graph, map, from, to, count), best = strongestTwo(fields, map);
  const regions = [];
  for (const [community, field] of fields.entries()) {
    if (!field) continue;
    for (let c = 0; c < field.length; c++) { // how far above the shore, and above every other land
      const rival = field[c] === best.first[c] ? best.second[c] : best.first[c];
      field[c] = Math.min(field[c] - map.shore, 1.6 * (field[c] - rival) - 0.04 * map.shore);
    }
    const rings = contours(field, map).filter((ring) => Math.abs(areaOf(ring)) > ISLET / (map.scale * map.scale));
    if (rings.length) regions.push({ community, rings });
  }
  return regions;
}

/** A grid with room round the box for a node's whole influence. */
function gridOver(box, cells) {
  const scale = (cells - 2 * REACH - 4) / Math.max(box.right - box.left, box.bottom - box.top, 1e-6);
  const wide = Math.ceil((box.right - box.left) * scale) + 2 * REACH + 4;
  const high = Math.ceil((box.bottom - box.top) * scale) + 2 * REACH + 4;
  return { wide, high, scale, left: box.left - (REACH + 2) / scale, top: box.top - (REACH + 2) / scale, shore: SHORE };
}

/** Smoothed density of each community's nodes at every cell; undefined for communities too small. */
function densities(graph, map, from, to, count) {
  const members = new Uint32Array(count), fields = new Array(count);
  for (let i = from; i < to; i++) if (graph.community[i] < count) members[graph.community[i]]++;
  const side = 2 * REACH + 1, influence = new Float32Array(side * side);
  for (let k = 0; k < influence.length; k++) {
    const dx = (k % side) - REACH, dy = Math.floor(k / side) - REACH;
    influence[k] = Math.exp(-(dx * dx + dy * dy) / (2 * SPREAD * SPREAD));
  }
  for (let i = from; i < to; i++) {
    const community = graph.community[i];
    if (community >= count || members[community] < LEAST_MEMBERS) continue;
    fields[community] ??= new Float32Array(map.wide * map.high);
    const amount = 0.3 + 2 * graph.weight[i];
    const column = Math.round((graph.x[i] - map.left) * map.scale) - REACH, row = Math.round((graph.y[i] - map.top) * map.scale) - REACH;
    for (let k = 0; k < influence.length; k++) {
      fields[community][(row + Math.floor(k / side)) * map.wide + column + (k % side)] += amount * influence[k];
    }
  }
  return fields;
}

function strongestTwo(fields, map) {
  const first = new Float32Array(map.wide * map.high), second = new Float32Array(map.wide * map.high);
  for (const field of fields) {
    if (!field) continue;
    for (let c = 0; c < field.length; c++) {
      if (field[c] > first[c]) {
        second[c] = first[c];
        first[c] = field[c];
      } else if (field[c] > second[c]) second[c] = field[c];
    }
  }
  return { first, second };
}

// Per square of four cells (bits: 1 top left, 2 top right, 4 bottom right, 8 bottom left lie inside): from which side to
// which a border runs, with the inside on its left as one looks along. Sides: 0 top, 1 right, 2 bottom, 3 left.
const BORDERS = [
  [], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], [[3, 0], [1, 2]], [[0, 2]], [[3, 2]],
  [[2, 3]], [[2, 0]], [[0, 1], [2, 3]], [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], [],
];

/** Closed lines along which the field is 0, in world coordinates. */
function contours(field, map) {
  const next = new Map(); // point on a side of a square -> the point to which the border goes on
  for (let row = 0; row + 1 < map.high; row++) {
    for (let column = 0; column + 1 < map.wide; column++) {
      const c = row * map.wide + column;
      const inside = (field[c] > 0) | ((field[c + 1] > 0) << 1) | ((field[c + map.wide + 1] > 0) << 2) | ((field[c + map.wide] > 0) << 3);
      for (const [from, to] of BORDERS[inside]) next.set(sideOf(map, row, column, from), sideOf(map, row, column, to));
    }
  }
  const rings = [];
  for (const start of next.keys()) {
    const ring = [];
    for (let at = start; next.has(at);) {
      ring.push(...pointOn(field, map, at));
      const then = next.get(at);
      next.delete(at);
      at = then;
    }
    if (ring.length > 6) rings.push(rounded(Float32Array.from(ring)));
  }
  return rings;
}

/** The number of a side: twice its left or upper cell's, and 1 more for one that runs down. */
function sideOf(map, row, column, side) {
  if (side === 0) return 2 * (row * map.wide + column);
  if (side === 2) return 2 * ((row + 1) * map.wide + column);
  return 2 * (row * map.wide + column + (side === 1 ? 1 : 0)) + 1;
}

function pointOn(field, map, side) {
  const c = side >> 1, down = side & 1, other = down ? c + map.wide : c + 1;
  const t = clamp(field[c] / (field[c] - field[other]), 0.02, 0.98);
  const column = (c % map.wide) + (down ? 0 : t), row = Math.floor(c / map.wide) + (down ? t : 0);
  return [map.left + column / map.scale, map.top + row / map.scale];
}

/** The ring with its corners cut twice (Chaikin 1974). */
function rounded(ring, times = 2) {
  if (!times) return ring;
  const cut = new Float32Array(2 * ring.length);
  for (let k = 0; k < ring.length; k += 2) {
    const nx = ring[(k + 2) % ring.length], ny = ring[(k + 3) % ring.length];
    cut.set([0.75 * ring[k] + 0.25 * nx, 0.75 * ring[k + 1] + 0.25 * ny, 0.25 * ring[k] + 0.75 * nx, 0.25 * ring[k + 1] + 0.75 * ny], 2 * k);
  }
  return rounded(cut, times - 1);
}

/** Signed area of a ring, in square world units. */
export function areaOf(ring) {
  let sum = 0;
  for (let k = 0; k < ring.length; k += 2) {
    sum += ring[k] * ring[(k + 3) % ring.length] - ring[(k + 2) % ring.length] * ring[k + 1];
  }
  return sum / 2;
}
