// What two things have in common, and what stands beside one: the measure and the rules of
// `kgraph/graph/cooccurrence.py`, over the mentions of an atlas.

import {sums} from "./blocks.js";
import {edgeRange} from "./edges.js";

const TIE_EPISODES = 3, TIE_SHOWS = 2; // that two things of a tie share
const TIE_WORDS = ["three episodes", "of two shows"]; // the same in words
const SHRINKAGE = 0.5; // added to observed and expected episodes

/** How surely two things are together more often than by chance, in [-1, 1]: `association_score` in Python. */
export function associationScore(together, first, second, total) {
  const expected = (first * second) / total, observed = together + SHRINKAGE;
  const spread = Math.sqrt(Math.max(0, (1 - first / total) * (1 - second / total)));
  const bits = Math.log2(observed / (expected + SHRINKAGE)) - spread * (3.3 / Math.sqrt(observed) + 2 / observed ** 1.5);
  return Math.tanh((bits * Math.LN2) / 2);
}

/**
 * Functions over the mentions of an atlas.
 * `least`: how many episodes two things of a tie share at least, in words.
 * `together(one, other)`: what two things have in common: `shared`, edges of mentions in pairs [of the one, of the other], an
 * episode a pair; `episodes`, how many; `association` and `lift`, weighted by confidence.
 * `beside(i)`: what has a tie with a thing, the strongest association first: `node`, and the same without `shared`.
 * @param {(edge: number) => boolean} counts which mentions count
 * @param {number} total how many episodes count
 */
export function associationsOf(atlas, counts, total) {
  const [first, end] = edgeRange(atlas, "mentions");
  const [firstEpisode, lastEpisode] = atlas.meta.ranges.episodes;
  const [byTarget, bySource] = [atlas.target, atlas.source].map((ends) => rowsBy(ends, first, end, atlas.n, counts));
  const isSingleShow = new Set(atlas.show.slice(firstEpisode, lastEpisode)).size <= 1, generic = new Set(atlas.meta.generic);
  const weights = new Map();
  const weightOf = (i) => {
    if (!weights.has(i)) weights.set(i, byTarget(i).reduce((sum, edge) => sum + atlas.strength[edge], 0));
    return weights.get(i);
  };
  const measure = (one, other, weighted) => {
    const [first, second] = [weightOf(one), weightOf(other)];
    return { association: associationScore(weighted, first, second, total), lift: first && second ? (weighted * total) / (first * second) : 0 };
  };
  const together = (one, other) => {
    const there = new Map(Array.from(byTarget(other), (edge) => [atlas.source[edge], edge]));
    const shared = Array.from(byTarget(one), (edge) => [edge, there.get(atlas.source[edge])]).filter((pair) => pair[1] !== undefined);
    const weighted = shared.reduce((all, [a, b]) => all + atlas.strength[a] * atlas.strength[b], 0);
    return { shared, episodes: shared.length, ...measure(one, other, weighted) };
  };
  const beside = (i) => {
    const met = new Map();
    for (const own of byTarget(i)) {
      const episode = atlas.source[own], show = atlas.show[episode] < 0 ? -1 - episode : atlas.show[episode];
      for (const edge of bySource(episode)) {
        const node = atlas.target[edge];
        if (node === i) continue;
        if (!met.has(node)) met.set(node, { episodes: 0, weighted: 0, shows: new Set() });
        const count = met.get(node);
        count.episodes++;
        count.weighted += atlas.strength[own] * atlas.strength[edge];
        count.shows.add(show);
      }
    }
    const ties = [];
    for (const [node, { episodes, weighted, shows }] of met) {
      if (episodes < TIE_EPISODES || (shows.size < TIE_SHOWS && !isSingleShow) || generic.has(node)) continue;
      const measured = measure(i, node, weighted);
      if (measured.lift > 1) ties.push({ node, episodes, ...measured });
    }
    return ties.sort((a, b) => b.association - a.association || b.episodes - a.episodes || a.node - b.node);
  };
  return { together, beside, least: TIE_WORDS.slice(0, isSingleShow ? 1 : 2).join(" ") };
}

/** A function that gives the edges from `first` to `end` that count by one of their ends. */
function rowsBy(ends, first, end, n, counts) {
  const sizes = new Uint32Array(n);
  for (let k = first; k < end; k++) if (counts(k)) sizes[ends[k]]++;
  const starts = sums(sizes), next = starts.slice(), edges = new Uint32Array(end - first);
  for (let k = first; k < end; k++) if (counts(k)) edges[next[ends[k]]++] = k;
  return (i) => edges.subarray(starts[i], starts[i + 1]);
}

const SENTENCE_BREAK = /(?<=[.!?…]["'”’)]?)\s+/, LONGEST_SENTENCE = 300;

/** The shortest run of sentences of a text that has a name of each list; all of it if none has: `extract_tie_sentence` in Python. */
export function tieSentence(text, lists) {
  const sentences = text.split(/\s+/).join(" ").trim().split(SENTENCE_BREAK), patterns = lists.map(anyOf);
  const named = sentences.map((sentence) => patterns.map((pattern) => pattern.test(sentence)));
  let best = sentences.join(" "), found = false;
  for (let start = 0; start < sentences.length; start++) {
    for (let end = start + 1; end <= sentences.length; end++) {
      if (!patterns.every((_, n) => named.slice(start, end).some((sentence) => sentence[n]))) continue;
      const run = sentences.slice(start, end).join(" ");
      if (!found || run.length < best.length) [best, found] = [run, true];
      break;
    }
  }
  return best.length > LONGEST_SENTENCE ? `${best.slice(0, LONGEST_SENTENCE - 1).trimEnd()}…` : best;
}

const anyOf = (names) => new RegExp(`(?<![\\p{L}\\p{N}_])(?:${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})(?![\\p{L}\\p{N}_])`, "iu");
