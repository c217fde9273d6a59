// Draws the graph as pixels of one view: chooses edges and nodes, and how strong they are. Pure: arrays in, strips of
// pixels out. It runs in the worker, in the page where workers are not allowed, and under node in tests.
//
// Invariants:
//     * an edge with both ends outside the view is not drawn, and one that leaves it fades soon: an edge that only
//       crosses the view tells nothing about it;
//     * of associations only the strongest are drawn, as many as the view can carry.

import {clamp} from "./math.js";
import {edgeInk, radiusIn, rangesOf, tiersAt, zoomOf} from "./level_of_detail.js";
import {mixed, packed} from "./colours.js";
import {createGround, drawGround, shoresOf, writeShores} from "./background.js";
import {createRasterizer, writeLine} from "./rasterizer.js";

const ROWS = 64; // of a strip: few enough to stay in the processor's cache
const COVER = 0.72; // how much of the ground ink may cover
const EDGES_SEEN = 9000; // edges a view carries before it becomes a hairball (looked at by eye)
const STEADY = 70; // CSS pixels from an end within which a line keeps its strength, farther when near; in the middle it fades
const LEAST_MIDDLE = 0.06; // of its strength, in the middle of the longest line
const SPARSE = 1000; // edges of a graph of which each is drawn whole, and the wider, the stronger
const SPECK = 0.8; // device pixels: smaller nodes are specks of ink
const RIM = 0.9; // CSS pixels round larger marks
const MARK_REACH = 1.25; // how far the corners of a mark reach, in its radius and rim
const BINS = 256; // of the histogram by which the strongest edges are told

/** What is drawn: the graph's arrays and how they look; and by what. `style`, `mask` and `ties` (which of the first edges) are set before drawing. */
export function createScene(graph) {
  const kinds = graph.meta.edgeKinds, starts = startsOf(graph.kind, kinds.length), total = graph.meta.edges?.reduce((sum, count) => sum + count, 0) ?? graph.m;
  return { graph, ranges: rangesOf(graph), kinds, starts, total, ground: createGround(graph), rasterizer: createRasterizer(), chosen: new Uint32Array(1024), mask: null, ties: null, style: null };
}

/** Where the edges of each kind begin, and where the last end. */
function startsOf(kind, kinds) {
  const starts = new Uint32Array(kinds + 1).fill(kind.length);
  for (let k = kinds - 1; k >= 0; k--) {
    const first = kind.indexOf(k);
    starts[k] = first < 0 ? starts[k + 1] : first;
  }
  return starts;
}

/**
 * Draw a view.
 * @param view {x, y: world coordinates of the middle, scale: device pixels a unit, ratio: device pixels a CSS pixel,
 *   width, height: device pixels; seenWidth, seenHeight: of what counts as seen, if that is not the same}
 * @param {(pixels: Uint8ClampedArray, top: number) => void} put takes the rows from `top` on as RGBA, strip after strip; the
 *   next strip is drawn into the same memory
 */
export function drawScene(scene, view, put) {
  const zoom = zoomOf(view.scale / view.ratio), tiers = tiersAt(scene.ranges, zoom), { rasterizer, style, ground } = scene;
  const colours = style.palette.map(packed), rows = Math.min(ROWS, view.height);
  const edges = chooseEdges(scene, view, edgeInk(scene.kinds, zoom, style.edges, scene.total));
  const strip = rasterizer.allocate(view.width, rows, shoresOf(ground, style) + edges.chosen), { pixels } = strip;
  const lines = writeEdges(scene, view, edges, strip, writeShores(ground, view, style, strip));
  for (let top = 0; top < view.height; top += rows) {
    drawGround(ground, stripOf(view, top, rows), style, pixels);
    rasterizer.drawLines(lines, top);
    for (const tier of tiers) drawDust(scene, view, tier, colours, top, rows);
    rasterizer.compositeInk(COVER);
    for (const tier of tiers.toReversed()) drawNodes(scene, view, tier, colours, top, rows);
    put(pixels.subarray(0, 4 * view.width * (view.height - top)), top);
  }
}

/** The part of a view from a row on. */
const stripOf = (view, top, rows) => ({ ...view, y: view.y + (top + (rows - view.height) / 2) / view.scale, height: rows });

/**
 * Which edges a view shows: those in the first `chosen` places of `scene.chosen`.
 * @param {Float32Array} ink of each kind, from `edgeInk`; kinds without ink are left out
 * @returns {{chosen: number, ink: Float32Array}}
 */
export function chooseEdges(scene, view, ink) {
  const { graph, starts, mask, ties } = scene;
  let chosen = 0;
  const seen = seer(view);
  for (let kind = 0; kind < ink.length; kind++) {
    if (!ink[kind]) continue;
    for (let e = starts[kind]; e < starts[kind + 1]; e++) {
      const s = graph.source[e], t = graph.target[e];
      if ((mask && !(mask[s] && mask[t])) || (ties && e < ties.length && !ties[e])) continue;
      if (!seen(graph.x[s], graph.y[s]) && !seen(graph.x[t], graph.y[t])) continue;
      if (graph.strength[e] < scene.style.minStrength) continue;
      if (chosen === scene.chosen.length) scene.chosen = grown(scene.chosen);
      scene.chosen[chosen++] = e;
    }
  }
  scene.least = 0;
  return { chosen: chosen > EDGES_SEEN ? keepStrongest(scene, chosen) : chosen, ink };
}

/** Keep the strongest of the edges in the first `chosen` places; how many. */
function keepStrongest(scene, chosen) {
  const { graph } = scene, counts = new Uint32Array(BINS), binOf = (e) => Math.min(BINS - 1, Math.floor(graph.strength[e] * BINS));
  for (let k = 0; k < chosen; k++) counts[binOf(scene.chosen[k])]++;
  let least = BINS - 1, kept = 0;
  for (let sum = counts[least]; least > 0 && sum + counts[least - 1] <= EDGES_SEEN; sum += counts[--least]);
  for (let k = 0; k < chosen; k++) if (binOf(scene.chosen[k]) >= least) scene.chosen[kept++] = scene.chosen[k];
  scene.least = least / BINS;
  return kept;
}

function grown(array) {
  const larger = new Uint32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** The same view with another number of device pixels a CSS pixel. */
export function enlarged(view, ratio) {
  const by = ratio / view.ratio, { width, height, seenWidth = width, seenHeight = height } = view;
  const sizes = Object.entries({ width, height, seenWidth, seenHeight }).map(([name, pixels]) => [name, Math.round(pixels * by)]);
  return { ...view, ratio, scale: view.scale * by, ...Object.fromEntries(sizes) };
}

/** Tells whether a point of the world lies in the view. */
function seer({ x, y, scale, width, height, seenWidth = width, seenHeight = height }) {
  const halfWide = seenWidth / 2 / scale, halfHigh = seenHeight / 2 / scale;
  return (px, py) => Math.abs(px - x) <= halfWide && Math.abs(py - y) <= halfHigh;
}

/** Put the edges of a view into the table of lines, from a place on. @returns the next place */
function writeEdges(scene, view, { chosen, ink }, strip, place) {
  const { graph, style, ranges } = scene, thin = Math.max(0.5, 0.45 * view.ratio), line = packed(style.line), sparse = scene.total < SPARSE;
  const tint = style.palette.map((colour) => packed(mixed(colour, style.line, 0.3))), seen = seer(view);
  const left = view.width / 2 - view.x * view.scale, over = view.height / 2 - view.y * view.scale;
  const steady = STEADY * view.ratio * clamp(zoomOf(view.scale / view.ratio) / 8, 1, 8), core = ranges.core[1];
  for (let k = 0; k < chosen; k++) {
    const e = scene.chosen[k], s = graph.source[e], t = graph.target[e], strength = graph.strength[e];
    const ax = graph.x[s] * view.scale + left, ay = graph.y[s] * view.scale + over;
    const bx = graph.x[t] * view.scale + left, by = graph.y[t] * view.scale + over;
    if ((ay < -2 && by < -2) || (ay > view.height + 2 && by > view.height + 2)) continue;
    if ((ax < -2 && bx < -2) || (ax > view.width + 2 && bx > view.width + 2)) continue;
    const half = sparse ? thin + 0.8 * strength * view.ratio : thin, long = Math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay)), most = ink[graph.kind[e]] * (0.08 + strength * strength);
    if (long < 1) continue;
    const seenA = seen(graph.x[s], graph.y[s]), seenB = seen(graph.x[t], graph.y[t]);
    const a = s < core && t < core ? tint[style.index[s]] : line, b = s < core && t < core ? tint[style.index[t]] : line;
    if (seenA && seenB) {
      const middle = sparse ? most : most * clamp(steady / long, LEAST_MIDDLE, 1);
      place = writeLine(strip, place, ax, ay, bx, by, half, most, middle, most, a, b);
    } else {
      const part = Math.min(1, (2 * steady) / long), nx = seenA ? ax : bx, ny = seenA ? ay : by, fx = seenA ? bx : ax, fy = seenA ? by : ay;
      place = writeLine(strip, place, nx, ny, nx + (fx - nx) * part, ny + (fy - ny) * part, half, most * 0.7, most * 0.35, 0, seenA ? a : b, seenA ? a : b);
    }
  }
  return place;
}

/** Nodes too small for a mark. */
function drawDust(scene, view, tier, colours, top, rows) {
  if (tier.small * view.ratio >= SPECK) return;
  const { graph, rasterizer, style, mask } = scene;
  const left = view.width / 2 - view.x * view.scale, over = view.height / 2 - view.y * view.scale - top;
  for (let i = tier.from; i < tier.to; i++) {
    if (mask && !mask[i]) continue;
    const y = graph.y[i] * view.scale + over;
    if (y < 0 || y > rows) continue;
    const r = radiusIn(tier, graph.weight[i]) * view.ratio;
    if (r >= SPECK) continue;
    rasterizer.drawSpeck(graph.x[i] * view.scale + left, y, tier.alpha * Math.PI * r * r, colours[style.index[i]]);
  }
}

/** Nodes as marks, the least important first, so that the most important lie on top. */
function drawNodes(scene, view, tier, colours, top, rows) {
  if (tier.large * view.ratio < SPECK) return;
  const { graph, rasterizer, style, mask } = scene, ground = packed(style.ground), reach = MARK_REACH * (tier.large + RIM) * view.ratio + 1;
  const left = view.width / 2 - view.x * view.scale, over = view.height / 2 - view.y * view.scale - top;
  for (let i = tier.to - 1; i >= tier.from; i--) {
    const x = graph.x[i] * view.scale + left, y = graph.y[i] * view.scale + over;
    if (y < -reach || y > rows + reach || x < -reach || x > view.width + reach || (mask && !mask[i])) continue;
    const r = radiusIn(tier, graph.weight[i]) * view.ratio;
    if (r < SPECK) continue;
    const rim = r > 2.2 * view.ratio ? RIM * view.ratio : 0;
    rasterizer.drawMark(x, y, r, style.shapes[graph.type[i]], colours[style.index[i]], tier.alpha, rim, ground);
  }
}
