// Communities as countries on a map: where a community's nodes are densest of all, its land lies. The borders are
// contour lines of a smoothed density (marching squares, Lorensen & Cline 1987 in the plane, with points placed by
// linear interpolation), so they are soft, never cross, and are the same at every zoom.

import {boundsOf, clamp} from "./maths.js";
import {rangesOf} from "./detail.js";

const CELLS = [56, 128]; // along the longer side of the map, for few nodes and for many
const PER_ROOT = 3.4; // cells for each root of a node, between them: few nodes make a land as smooth as many
const REACH = 4; // cells to which a node's influence reaches
const SPREAD = 1.7; // cells: standard deviation of that influence
const SHORE = 0.8; // density at which land begins, in usual nodes
const MOST_LANDS = 40; // communities that get land, the largest first
const LEAST_MEMBERS = 8; // members
const ISLET = 28; // cells: smaller pieces are left out

/**
 * @param graph the atlas: core nodes' x, y, weight, community; meta.communities
 * @returns {{community: number, rings: Float32Array[]}[]} rings of x, y, x, y, … in world coordinates, closed
 */
export function regionsOf(graph) {
  const [from, to] = rangesOf(graph).core, count = Math.min(graph.meta.communities?.length ?? 0, MOST_LANDS);
  if (!count || from === to) return [];
  const cells = clamp(Math.round(PER_ROOT * Math.sqrt(to - from)), ...CELLS), map = gridOver(boundsOf(graph.x, graph.y, from, to), cells);
  const fields = densities(graph, map, from, to, count), best = strongestTwo(fields, map), regions = [];
  for (const [community, field] of fields.entries()) {
    if (!field) continue;
    const { density } = field;
    inside(field, map, (c) => { // how far above the shore, and above every other land
      const rival = density[c] === best.first[c] ? best.second[c] : best.first[c];
      density[c] = Math.min(density[c] - SHORE, 1.6 * (density[c] - rival) - 0.04 * SHORE);
    });
    const rings = contours(field, map).filter((ring) => Math.abs(areaOf(ring)) > ISLET / (map.scale * map.scale));
    if (rings.length) regions.push({ community, rings });
  }
  return regions;
}

/** Calls `each` with the cells of the part of the map that a field covers. */
function inside({ left, top, right, bottom }, { wide }, each) {
  for (let row = top; row <= bottom; row++) for (let c = row * wide + left; c <= row * wide + right; c++) each(c);
}

/** A grid with room round the box for a node's whole influence. */
function gridOver(box, cells) {
  const scale = (cells - 2 * REACH - 4) / Math.max(box.right - box.left, box.bottom - box.top, 1e-6);
  const wide = Math.ceil((box.right - box.left) * scale) + 2 * REACH + 4;
  const high = Math.ceil((box.bottom - box.top) * scale) + 2 * REACH + 4;
  return { wide, high, scale, left: box.left - (REACH + 2) / scale, top: box.top - (REACH + 2) / scale };
}

/** Smoothed density of each community's nodes: at the cells of its part of the map; undefined for communities too small. */
function densities(graph, map, from, to, count) {
  const members = new Uint32Array(count), fields = new Array(count), side = 2 * REACH + 1, influence = new Float32Array(side * side);
  for (let i = from; i < to; i++) if (graph.community[i] < count) members[graph.community[i]]++;
  for (let k = 0; k < influence.length; k++) {
    const dx = (k % side) - REACH, dy = Math.floor(k / side) - REACH;
    influence[k] = Math.exp(-(dx * dx + dy * dy) / (2 * SPREAD * SPREAD));
  }
  for (let i = from; i < to; i++) {
    const community = graph.community[i];
    if (community >= count || members[community] < LEAST_MEMBERS) continue;
    const field = (fields[community] ??= { density: new Float32Array(map.wide * map.high), left: map.wide, top: map.high, right: 0, bottom: 0 });
    const column = Math.round((graph.x[i] - map.left) * map.scale), row = Math.round((graph.y[i] - map.top) * map.scale);
    addInfluence(field, map, influence, column, row, 0.3 + 2 * graph.weight[i]);
  }
  return fields;
}

/** Add one node's influence; the field's part of the map grows to hold it and one cell more, where it is 0. */
function addInfluence(field, { wide }, influence, column, row, amount) {
  for (let dy = -REACH, k = 0; dy <= REACH; dy++) {
    for (let c = (row + dy) * wide + column - REACH, end = c + 2 * REACH; c <= end; c++, k++) field.density[c] += amount * influence[k];
  }
  field.left = Math.min(field.left, column - REACH - 1);
  field.right = Math.max(field.right, column + REACH + 1);
  field.top = Math.min(field.top, row - REACH - 1);
  field.bottom = Math.max(field.bottom, row + REACH + 1);
}

function strongestTwo(fields, map) {
  const first = new Float32Array(map.wide * map.high), second = new Float32Array(map.wide * map.high);
  for (const field of fields) {
    if (!field) continue;
    const { density } = field;
    inside(field, map, (c) => {
      if (density[c] > first[c]) {
        second[c] = first[c];
        first[c] = density[c];
      } else if (density[c] > second[c]) second[c] = density[c];
    });
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
function contours({ density, left, top, right, bottom }, map) {
  const next = new Map(); // point on a side of a square -> the point to which the border goes on
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const c = row * map.wide + column, below = c + map.wide;
      const corners = (density[c] > 0) | ((density[c + 1] > 0) << 1) | ((density[below + 1] > 0) << 2) | ((density[below] > 0) << 3);
      for (const [from, to] of BORDERS[corners]) next.set(sideOf(map, row, column, from), sideOf(map, row, column, to));
    }
  }
  const rings = [];
  for (const start of next.keys()) {
    const ring = [];
    for (let at = start; next.has(at);) {
      ring.push(...pointOn(density, map, at));
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

function pointOn(density, map, side) {
  const c = side >> 1, down = side & 1, other = down ? c + map.wide : c + 1;
  const t = clamp(density[c] / (density[c] - density[other]), 0.02, 0.98);
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

/**
 * Where the titles of regions may stand: the middle of the largest piece of each, and the radius of a disc as large.
 * @param {{community: number, rings: Float32Array[]}[]} regions from `regionsOf`
 * @returns {{community: number, x: number, y: number, r: number}[]} the largest first
 */
export function landsOf(regions) {
  const lands = regions.map(({ community, rings }) => {
    const largest = rings.reduce((a, b) => (Math.abs(areaOf(b)) > Math.abs(areaOf(a)) ? b : a));
    let x = 0, y = 0;
    for (let k = 0; k < largest.length; k += 2) {
      x += (2 * largest[k]) / largest.length;
      y += (2 * largest[k + 1]) / largest.length;
    }
    return { community, x, y, r: Math.sqrt(Math.abs(areaOf(largest)) / Math.PI) };
  });
  return lands.sort((a, b) => b.r - a.r);
}
