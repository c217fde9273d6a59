// Draws the background: its colour, and on it the regions of the communities, filled row by row. Regions do not
// overlap, so each is one colour, and only the pixels at its borders are blended.

import {channels, communityColour, huesOf, mixed, packed} from "./colours.js";
import {writeLine} from "./rasterizer.js";

const LAND_COVER = { light: 0.085, dark: 0.1 }; // how much of the ground a land's colour covers
const SHORE_INK = 0.6; // ink a pixel of a shore

/** The lands of a graph, with the colour of each. */
export function createGround(graph) {
  const hues = huesOf(graph.meta.communities ?? []);
  let regions = null;
  return {
    regions: () => (regions ??= (graph.regions ?? []).map((region) => ({ ...region, boxes: region.rings.map(boxOf) }))),
    /** [red, green, blue] of a land's shore. */
    colourOf: (community, style) => (style.regions === "plain" ? style.line : communityColour(hues[community], style.dark)),
  };
}

/** Top and bottom of a ring, in world units. */
function boxOf(ring) {
  let top = Infinity, bottom = -Infinity;
  for (let k = 1; k < ring.length; k += 2) {
    top = Math.min(top, ring[k]);
    bottom = Math.max(bottom, ring[k]);
  }
  return { top, bottom };
}

/**
 * Fill a picture with the ground and, unless the style has none, its lands.
 * @param ground from `createGround`
 * @param view as in `drawScene`
 * @param {Uint8ClampedArray} pixels RGBA, width × height
 */
export function drawGround(ground, view, style, pixels) {
  const whole = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
  whole.fill(packed(style.ground));
  if (style.regions === "none") return;
  const isIn = ({ top, bottom }) => (bottom - view.y) * view.scale > -view.height / 2 && (top - view.y) * view.scale < view.height / 2;
  for (const { community, rings, boxes } of ground.regions()) {
    const near = rings.filter((_, number) => isIn(boxes[number]));
    if (!near.length) continue;
    const colour = mixed(style.ground, ground.colourOf(community, style), LAND_COVER[style.dark ? "dark" : "light"]);
    fillRows(crossingsOf(near, view), view, colour, pixels, whole);
  }
}

/** Where shores cross the middle of each row of pixels: {start of each row's, x of all, sorted in each row}. */
function crossingsOf(rings, view) {
  const { height } = view, start = new Uint32Array(height + 1);
  for (const ring of rings) countCrossings(ring, view, start);
  for (let row = 0; row < height; row++) start[row + 1] += start[row];
  const next = start.slice(0, height), across = new Float32Array(start[height]);
  for (const ring of rings) putCrossings(ring, view, start, next, across);
  return { start, across };
}

/** The first row whose middle lies at or below a place. */
const rowFrom = (y, height) => (y < 0.5 ? 0 : y > height ? height : Math.ceil(y - 0.5));

/** Count into `start[row + 1]` how often a ring crosses each row. */
function countCrossings(ring, { y, scale, height }, start) {
  for (let k = 1, row = rowFrom((ring[ring.length - 1] - y) * scale + height / 2, height); k < ring.length; k += 2) {
    const to = rowFrom((ring[k] - y) * scale + height / 2, height);
    for (; row < to; row++) start[row + 1]++;
    for (; row > to; row--) start[row]++;
  }
}

/** Put each crossing where it belongs in its row. */
function putCrossings(ring, { x, y, scale, width, height }, start, next, across) {
  for (let k = 0, p = ring.length - 2; k < ring.length; p = k, k += 2) {
    const ay = (ring[p + 1] - y) * scale + height / 2, by = (ring[k + 1] - y) * scale + height / 2, one = rowFrom(ay, height), other = rowFrom(by, height);
    if (one === other) continue;
    const ax = (ring[p] - x) * scale + width / 2, slope = ((ring[k] - ring[p]) * scale) / (by - ay);
    for (let row = one < other ? one : other; row < (one < other ? other : one); row++) {
      const at = ax + slope * (row + 0.5 - ay);
      let place = next[row]++;
      for (; place > start[row] && across[place - 1] > at; place--) across[place] = across[place - 1];
      across[place] = at;
    }
  }
}

/** Fill between each two crossings of a row. */
function fillRows({ start, across }, { width, height }, colour, pixels, whole) {
  const solid = packed(colour), mix = channels(colour);
  for (let row = 0; row < height; row++) {
    for (let k = start[row]; k + 1 < start[row + 1]; k += 2) {
      const from = Math.max(0, across[k]), to = Math.min(width, across[k + 1]);
      if (to <= from) continue;
      const first = Math.ceil(from), last = Math.floor(to);
      if (first > last) {
        blend(pixels, row * width + last, mix, to - from);
        continue;
      }
      whole.fill(solid, row * width + first, row * width + last);
      if (first > from) blend(pixels, row * width + first - 1, mix, first - from);
      if (to > last) blend(pixels, row * width + last, mix, to - last);
    }
  }
}

function blend(pixels, pixel, colour, part) {
  for (let k = 0; k < 3; k++) pixels[4 * pixel + k] += (colour[k] - pixels[4 * pixel + k]) * part;
}

/** How many lines the shores are. */
export const shoresOf = (ground, style) => (style.regions === "none" ? 0 : ground.regions().reduce((sum, { rings }) => sum + rings.reduce((all, ring) => all + ring.length / 2, 0), 0));

/** Put the shores that lie in a view into the table of lines. @returns the next place in it */
export function writeShores(ground, view, style, strip) {
  let place = 0;
  if (style.regions === "none") return place;
  const { x, y, scale, width, height, ratio } = view, half = Math.max(0.5, 0.45 * ratio);
  const rowOf = (worldY) => (worldY - y) * scale + height / 2;
  for (const { community, rings, boxes } of ground.regions()) {
    const colour = packed(ground.colourOf(community, style));
    for (const [number, ring] of rings.entries()) {
      if (rowOf(boxes[number].bottom) < -2 || rowOf(boxes[number].top) > height + 2) continue;
      for (let k = 0, p = ring.length - 2; k < ring.length; p = k, k += 2) {
        const ay = rowOf(ring[p + 1]), by = rowOf(ring[k + 1]);
        if ((ay < -2 && by < -2) || (ay > height + 2 && by > height + 2)) continue;
        place = writeLine(strip, place, (ring[p] - x) * scale + width / 2, ay, (ring[k] - x) * scale + width / 2, by, half, SHORE_INK, SHORE_INK, SHORE_INK, colour, colour);
      }
    }
  }
  return place;
}
