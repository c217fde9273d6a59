// Decides which nodes are shown: by types, confidence, days, shows, themes, number of episodes, adverts.
// Takes an Atlas and a filter of numbers, returns masks over nodes and ties, sizes, and counts for the histograms.
//
// Invariant: an entity is shown for its evidence: days, shows and themes choose episodes, and an
// entity stays while enough of the chosen episodes mention it with enough confidence.

import {UNKNOWN_DAY, monthOf} from "./text.js";

/**
 * @typedef {object} Filter
 * @property {Set<number>} hidden types by number
 * @property {number} confidence lowest of a mention and of an entity, in [0, 1]
 * @property {number} from first day, -Infinity for no bound
 * @property {number} to last day, included, Infinity for no bound
 * @property {Set<number>} shows nodes; empty for all
 * @property {Set<number>} themes nodes; empty for all
 * @property {number} episodes least number that mention an entity
 * @property {number} relevance lowest of a quote, in [0, 1]
 * @property {boolean} adverts whether they are shown
 */

/** A filter that leaves out adverts only. */
export const noFilter = () => ({
  hidden: new Set(), confidence: 0, from: -Infinity, to: Infinity,
  shows: new Set(), themes: new Set(), episodes: 1, relevance: 0, adverts: false,
});

/** Shows -> how many episodes, the most first. @param {Uint8Array|null} sources which episodes count; null for all */
export function episodesOfShows(atlas, sources = null) {
  const counts = new Map(), [from, to] = atlas.meta.ranges.episodes;
  for (let i = from; i < to; i++) if (atlas.show[i] >= 0 && (!sources || sources[i])) counts.set(atlas.show[i], (counts.get(atlas.show[i]) ?? 0) + 1);
  return new Map([...counts].sort(([a, one], [b, other]) => other - one || a - b));
}

/** Where the edges of each kind stand: kind -> [from, to). */
export function edgeSlices(atlas) {
  return Object.fromEntries(atlas.meta.edgeKinds.map((kind, k) => {
    const first = atlas.kind.indexOf(k);
    return [kind, first < 0 ? [0, 0] : [first, atlas.kind.lastIndexOf(k) + 1]];
  }));
}

/** Types of which one episode is enough: they are words for episodes, not found in them. */
const looseTypes = (atlas) => atlas.meta.types.map((name) => (["theme", "topic", "tag", "show"].includes(name) ? 1 : 0));

/** How sure the least sure mention is, once mentions are read; the file may hold none that is unlikely. */
function leastSure(atlas) {
  if (leastSurely.get(atlas.source) === undefined) {
    let least = 1;
    for (let [e, end] = edgeSlices(atlas).mentions; e < end; e++) least = Math.min(least, atlas.strength[e]);
    leastSurely.set(atlas.source, least);
  }
  return leastSurely.get(atlas.source);
}

const leastSurely = new WeakMap();

/** Whether the filter chooses among episodes or mentions, so that evidence must be counted. */
export function choosesEpisodes(atlas, filter) {
  return filter.confidence > leastSure(atlas) + SURE || filter.from > -Infinity || filter.to < Infinity ||
    filter.shows.size > 0 || filter.themes.size > 0 || filter.episodes > 1;
}

/**
 * @param {object} atlas
 * @returns {{apply: (filter: Filter) => {mask: Uint8Array, seen: Uint32Array, shown: number, sources: Uint8Array|null}}}
 *   `seen` tells how many of the chosen episodes have each node; `sources` which episodes and quotes are chosen, also where
 *   their type is hidden; null for all
 */
export function createFilter(atlas) {
  const episodeType = atlas.meta.types.indexOf("episode"), quoteType = atlas.meta.types.indexOf("quote");
  const loose = looseTypes(atlas);
  const parts = { atlas, episodeType, quoteType, loose };
  return { apply: (filter) => applyFilter(parts, filter) };
}

function applyFilter(parts, filter) {
  const { atlas } = parts;
  const mask = new Uint8Array(atlas.n);
  if (choosesEpisodes(atlas, filter)) return chosen({ ...parts, slices: edgeSlices(atlas) }, filter, mask);
  let shown = 0;
  const visible = typesShown(parts, filter);
  for (let i = 0; i < atlas.n; i++) shown += mask[i] = visible[atlas.type[i]] && quotePasses(parts, filter, i) ? 1 : 0;
  return { mask, seen: atlas.count, shown, sources: null };
}

const typesShown = ({ atlas }, filter) => Uint8Array.from(atlas.meta.types, (_, type) => (filter.hidden.has(type) ? 0 : 1));

function quotePasses({ atlas, quoteType }, filter, i) {
  return atlas.type[i] !== quoteType || ((filter.adverts || !atlas.advert[i]) && atlas.relevance[i] >= filter.relevance);
}

/** Episodes and quotes first, then what they mention. */
function chosen(parts, filter, mask) {
  const { atlas } = parts;
  const onTheme = filter.themes.size ? themesHeld(parts, filter) : null;
  markSources(parts, filter, onTheme, mask);
  const seen = countEvidence(parts, filter, mask), sources = mask.slice();
  const visible = typesShown(parts, filter);
  let shown = 0;
  for (let i = 0; i < atlas.n; i++) {
    if (!isSource(parts, i)) mask[i] = evidenceSuffices(parts, filter, i, seen[i]) ? 1 : 0;
    if (!visible[atlas.type[i]]) mask[i] = 0;
    shown += mask[i];
  }
  return { mask, seen, shown, sources };
}

const SURE = 1 / 500; // confidences are kept in steps of 1/255: so much less is the same

/** Whether an edge of a mention is sure enough. */
const isSure = (atlas, edge, { confidence }) => atlas.strength[edge] > confidence - SURE;

/**
 * Whether a filter lets an edge count: its episode or quote is chosen, its mention sure enough, and the two of an association
 * share a chosen episode.
 * @param {{sources: Uint8Array|null}} shown what the filter gave
 * @param {Uint8Array|null} ties of `tiesWithin`
 * @returns {(edge: number) => boolean}
 */
export function evidenceWithin(atlas, filter, { sources }, ties) {
  if (!sources) return () => true;
  const isFree = (i) => !EPISODE_OR_QUOTE.includes(atlas.meta.types[atlas.type[i]]) || sources[i] === 1;
  const mentions = atlas.meta.edgeKinds.indexOf("mentions");
  return (edge) => (ties && edge < ties.length ? ties[edge] === 1 : isFree(atlas.source[edge]) && isFree(atlas.target[edge]))
    && (atlas.kind[edge] !== mentions || isSure(atlas, edge, filter));
}

const EPISODE_OR_QUOTE = ["episode", "quote"];

/** Which associations, the first edges of an atlas, share a chosen episode: one byte each; null for all. */
export function tiesWithin(atlas, filter, { sources }) {
  if (!sources) return null;
  const { mentions, associated } = edgeSlices(atlas), episodes = new Map();
  for (let [e, end] = mentions; e < end; e++) {
    if (!sources[atlas.source[e]] || !isSure(atlas, e, filter)) continue;
    const held = episodes.get(atlas.target[e]);
    if (held) held.push(atlas.source[e]);
    else episodes.set(atlas.target[e], [atlas.source[e]]);
  }
  const share = (one = [], other = []) => { // both rise
    for (let a = 0, b = 0; a < one.length && b < other.length;) {
      if (one[a] === other[b]) return 1;
      if (one[a] < other[b]) a++;
      else b++;
    }
    return 0;
  };
  return Uint8Array.from({ length: associated[1] }, (_, e) => share(episodes.get(atlas.source[e]), episodes.get(atlas.target[e])));
}

/**
 * Sizes of the core as a filter leaves them: a node keeps its part of the greatest size that its number of episodes allows, on
 * the scale of `kgraph/atlas/nodes.py`.
 * @param {Float32Array} weight of the core, without a filter
 * @returns {{weight: Float32Array, order: Uint32Array}} order: nodes of the core, the largest first
 */
export function sizesWithin(atlas, weight, { sources, seen }) {
  const [from, to] = atlas.meta.ranges.episodes, core = weight.length, sizes = weight.slice();
  let chosen = 0;
  for (let i = from; i < to; i++) chosen += sources ? sources[i] : 1;
  const scale = Math.log1p(to - from) / Math.max(Math.log1p(chosen), 1e-9);
  for (let i = 0; sources && i < core; i++) sizes[i] *= Math.min(1, (scale * Math.log1p(seen[i])) / Math.max(Math.log1p(atlas.count[i]), 1e-9));
  return { weight: sizes, order: Uint32Array.from(sizes.keys()).sort((a, b) => sizes[b] - sizes[a] || a - b) };
}

const isSource = ({ atlas, episodeType, quoteType }, i) => atlas.type[i] === episodeType || atlas.type[i] === quoteType;

function evidenceSuffices({ atlas, loose }, filter, i, seen) {
  if (loose[atlas.type[i]]) return seen > 0;
  return seen >= filter.episodes && atlas.confidence[i] > filter.confidence - SURE;
}

/** Episodes and quotes that hold one of the chosen themes. */
function themesHeld({ atlas, slices }, filter) {
  const held = new Uint8Array(atlas.n);
  for (let e = slices.theme[0]; e < slices.theme[1]; e++) {
    if (!filter.themes.has(atlas.target[e])) continue;
    const quote = atlas.source[e];
    held[quote] = 1;
    if (atlas.parent[quote] >= 0) held[atlas.parent[quote]] = 1;
  }
  for (let e = slices.about[0]; e < slices.about[1]; e++) if (filter.themes.has(atlas.target[e])) held[atlas.source[e]] = 1;
  return held;
}

function markSources(parts, filter, onTheme, mask) {
  const { atlas, episodeType, quoteType } = parts;
  const passes = (i) => (!onTheme || onTheme[i]) && (!filter.shows.size || filter.shows.has(atlas.show[i])) && inDays(atlas, filter, i);
  for (let i = 0; i < atlas.n; i++) if (atlas.type[i] === episodeType) mask[i] = passes(i) ? 1 : 0;
  for (let i = 0; i < atlas.n; i++) {
    if (atlas.type[i] !== quoteType) continue;
    const fits = mask[atlas.parent[i]] && (!onTheme || onTheme[i]) && quotePasses(parts, filter, i);
    mask[i] = fits ? 1 : 0;
  }
}

/** An episode without a day is shown while no days are asked for. */
function inDays(atlas, filter, i) {
  if (filter.from === -Infinity && filter.to === Infinity) return true;
  return atlas.first[i] !== UNKNOWN_DAY && atlas.first[i] >= filter.from && atlas.first[i] <= filter.to;
}

/** How many chosen episodes have each node; of a theme that only quotes hold, how many quotes. */
function countEvidence({ atlas, slices }, filter, mask) {
  const seen = new Uint32Array(atlas.n);
  const { source, target } = atlas;
  for (let [e, end] = slices.mentions; e < end; e++) {
    if (mask[source[e]] && isSure(atlas, e, filter)) seen[target[e]]++;
  }
  for (const kind of ["about", "keyword"]) {
    for (let [e, end] = slices[kind]; e < end; e++) if (mask[source[e]]) seen[target[e]]++;
  }
  const own = new Uint32Array(atlas.n); // a show's episodes may mention it besides
  for (let [e, end] = slices.partOf; e < end; e++) if (mask[source[e]]) seen[target[e]] = Math.max(seen[target[e]], ++own[target[e]]);
  for (let [e, end] = slices.theme; e < end; e++) if (mask[source[e]] && !seen[target[e]]) seen[target[e]] = 1;
  return seen;
}

const SHARE_BINS = 20; // of [0, 1]: one for each 5 %

/** Lower bounds of the bins by number of episodes. */
export const EPISODE_BINS = [1, 2, 3, 5, 10, 20, 50, 100];

/**
 * Counts for the histograms: what all nodes are, and what the shown ones are.
 * @param {object} atlas
 * @param {Uint8Array|null} mask null for all
 * @param {[number, number]} months first and last, as counts since 1970-01
 */
export function tally(atlas, mask, months) {
  const made = {
    types: new Uint32Array(atlas.meta.types.length), confidence: new Uint32Array(SHARE_BINS), episodes: new Uint32Array(EPISODE_BINS.length),
    months: new Uint32Array(months[1] - months[0] + 1), shows: new Map(),
  };
  const episodeType = atlas.meta.types.indexOf("episode"), quoteType = atlas.meta.types.indexOf("quote"), loose = looseTypes(atlas);
  for (let i = 0; i < atlas.n; i++) {
    if (mask && !mask[i]) continue;
    made.types[atlas.type[i]]++;
    if (atlas.type[i] === episodeType) countEpisode(atlas, i, months, made);
    else if (atlas.type[i] !== quoteType && !loose[atlas.type[i]]) {
      made.confidence[Math.min(SHARE_BINS - 1, Math.floor(atlas.confidence[i] * SHARE_BINS))]++;
      made.episodes[episodeBin(atlas.count[i])]++;
    }
  }
  return made;
}

function countEpisode(atlas, i, months, made) {
  if (atlas.first[i] !== UNKNOWN_DAY) made.months[Math.max(0, monthOf(atlas.first[i]) - months[0])]++;
  made.shows.set(atlas.show[i], (made.shows.get(atlas.show[i]) ?? 0) + 1);
}

function episodeBin(count) {
  let bin = EPISODE_BINS.length - 1;
  while (bin > 0 && count < EPISODE_BINS[bin]) bin--;
  return bin;
}
