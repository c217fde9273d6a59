// Reads the graph of an atlas, which `kgraph/atlas/encode.py` wrote, into typed arrays.
//
// What the file leaves out is computed here: leaves and quotes surround their episode, and take its day and community.

import {openBlock} from "./blocks.js";
import {FIRST_KINDS, edgesOf} from "./edges.js";
import {regionsOf} from "./renderer/regions.js";

/** In place of the number of a community; of a day; of a node. */
export const NOWHERE = 65535;
export const UNKNOWN = -2147483648;
export const NONE = -1;

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const GRID_STEPS = 8191; // of a coordinate over the span on both sides of 0
const RELEVANCE_STEPS = 250; // of a relevance over [0, 1]

/**
 * @typedef {object} Atlas
 * @property {object} meta what the file says of itself: title, base, types, edgeKinds, ranges, communities, …
 * @property {number} n how many nodes
 * @property {Uint8Array} type index into meta.types
 * @property {Float32Array} x world coordinates; the core fits in [-1, 1]²
 * @property {Float32Array} y
 * @property {Uint16Array} community NOWHERE for none
 * @property {Float32Array} weight importance in [0, 1]
 * @property {Float32Array} confidence probability that it is what it says
 * @property {Int32Array} first days since 1970-01-01; UNKNOWN
 * @property {Int32Array} last
 * @property {Uint32Array} count episodes that have it; of an episode what it mentions
 * @property {Int32Array} show an episode's, NONE when unknown
 * @property {Int32Array} parent a leaf's or quote's episode, NONE of others
 * @property {Uint8Array} advert 1 for a quote that is probably an advert
 * @property {Float32Array} relevance of quotes
 * @property {{community: number, rings: Float32Array[]}[]} regions land of communities
 * @property {number} m how many edges there are so far: at first those of FIRST_KINDS, after `openEdges` all
 * @property {Uint32Array} source
 * @property {Uint32Array} target
 * @property {Uint8Array} kind index into meta.edgeKinds
 * @property {Float32Array} strength in [0, 1]
 */

/** The graph as far as its first picture needs it; `openEdges` reads the rest. @returns {Promise<Atlas>} */
export async function openGraph(bytes) {
  const { meta, columns } = await openBlock(bytes);
  const n = meta.ranges.quotes[1];
  const atlas = {
    meta, n,
    type: new Uint8Array(n), x: new Float32Array(n), y: new Float32Array(n),
    community: new Uint16Array(n).fill(NOWHERE), weight: new Float32Array(n), confidence: new Float32Array(n).fill(1),
    first: new Int32Array(n), last: new Int32Array(n), count: new Uint32Array(n),
    show: new Int32Array(n).fill(NONE), parent: new Int32Array(n).fill(NONE),
    advert: new Uint8Array(n), relevance: new Float32Array(n),
    label: () => "", aliases: () => [],
  };
  placeCore(atlas, columns);
  placeLeaves(atlas, columns);
  placeQuotes(atlas, columns);
  atlas.regions = regionsOf(columns, (value) => value * gridStep(meta) - meta.span);
  Object.assign(atlas, edgesOf(atlas, columns, FIRST_KINDS));
  return atlas;
}

/** The edges that the first picture does without. */
export async function openEdges(atlas, bytes) {
  const { columns } = await openBlock(bytes);
  Object.assign(atlas, edgesOf(atlas, columns, atlas.meta.edgeKinds));
  return atlas;
}

const gridStep = (meta) => (2 * meta.span) / GRID_STEPS;

/** Columns of the core and the episodes, as they are written. */
function placeCore(atlas, columns) {
  const { meta } = atlas;
  const [start, end] = meta.ranges.episodes;
  const step = gridStep(meta);
  atlas.type.set(columns.type);
  atlas.type.fill(meta.types.indexOf("episode"), start, end);
  for (let i = 0; i < end; i++) {
    atlas.x[i] = columns.x[i] * step - meta.span;
    atlas.y[i] = columns.y[i] * step - meta.span;
    atlas.weight[i] = columns.weight[i] / 255;
    atlas.last[i] = columns.first[i] + (i < start ? columns.lasting[i] : 0);
  }
  for (let i = 0; i < start; i++) atlas.confidence[i] = columns.confidence[i] / 255;
  atlas.community.set(columns.community);
  atlas.first.set(columns.first);
  atlas.count.set(columns.count);
  atlas.show.set(columns.show, start);
}

/** What one episode alone mentions: next to it, as old and in the camp that it is in. */
function placeLeaves(atlas, columns) {
  const [start, end] = atlas.meta.ranges.leaves;
  atlas.type.set(columns["leaf.type"], start);
  atlas.count.fill(1, start, end);
  goRound(atlas, start, columns["leaf.held"], () => 0);
}

/** Quotes: round their episode, outside of its leaves; the most relevant next to it. */
function placeQuotes(atlas, columns) {
  const [start, end] = atlas.meta.ranges.quotes;
  const leaves = columns["leaf.held"];
  atlas.type.fill(atlas.meta.types.indexOf("quote"), start, end);
  goRound(atlas, start, columns["quote.held"], (episode) => leaves[episode]);
  const relevance = columns["quote.relevance"];
  for (let i = 0; i < relevance.length; i++) {
    atlas.relevance[start + i] = relevance[i] / RELEVANCE_STEPS;
    atlas.weight[start + i] = (0.1 * relevance[i]) / RELEVANCE_STEPS;
    atlas.count[start + i] = columns["quote.count"][i];
  }
  atlas.advert.set(columns["quote.advert"], start);
}

/** Nodes from `at` on, on a spiral round their episode: `held[e]` of them round the e-th. */
function goRound(atlas, at, held, inside) {
  const [first] = atlas.meta.ranges.episodes;
  const places = held.map((count, e) => count + inside(e));
  const [right, down] = spiral(places.reduce((most, count) => Math.max(most, count), 0), atlas.meta.spacing);
  for (let e = 0; e < held.length; e++) {
    const episode = first + e;
    const from = at, x = atlas.x[episode], y = atlas.y[episode];
    for (let k = inside(e); k < places[e]; k++, at++) {
      atlas.x[at] = x + right[k];
      atlas.y[at] = y + down[k];
    }
    atlas.parent.fill(episode, from, at);
    for (const own of [atlas.community, atlas.first, atlas.show]) own.fill(own[episode], from, at);
    atlas.last.fill(atlas.first[episode], from, at);
  }
}

/** Where the first `count` places of a spiral lie, seen from its middle: neighbours stand `spacing` apart. */
function spiral(count, spacing) {
  const right = new Float32Array(count), down = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    const reach = spacing * Math.sqrt(k + 2);
    right[k] = reach * Math.cos(k * GOLDEN_ANGLE);
    down[k] = reach * Math.sin(k * GOLDEN_ANGLE);
  }
  return [right, down];
}
