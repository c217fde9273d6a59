// Compares two windows of months: what rose and what fell, in the same shows, by more than chance explains.
// Takes an Atlas and its episodes by month and show, returns a class for each node, community and region. Needs no page.

import {episodesByGroup} from "./community_queries.js";
import {edgeSlices} from "./filters.js";
import {byCell, changeOf} from "./timeline.js";
import {UNKNOWN_DAY, monthName, monthOf} from "./text.js";

/** Classes: fell, may be chance, rose, not comparable. The first three are UNCLEAR and a direction. */
export const FELL = 0, UNCLEAR = 1, ROSE = 2, UNCOMPARED = 3;

export const FEW_COMPARED = 5; // episodes of one of both windows below which a name is not compared
export const BY_CHANCE = 1 / 40; // of what did not change, beyond one side of a 95 % interval
const NONE_BEFORE = "one month has none to compare with";

/**
 * The months that are compared: those that were chosen with as many before them; of all months, or if none is before, the
 * later part of them with the earlier.
 * @param {[number, number]} window chosen months
 * @param {[number, number]} span all months
 * @returns {{before: [number, number], after: [number, number]}|null} first and last; null for a single month
 */
export function comparedMonths([from, to], [first, last]) {
  if (from > first) return { before: [Math.max(first, from - (to - from + 1)), from - 1], after: [from, to] };
  const length = to - from + 1, part = from === first && to === last ? Math.floor(length / 3) || Math.floor(length / 2) : Math.floor(length / 2);
  return part ? { before: [to - 2 * part + 1, to - part], after: [to - part + 1, to] } : null;
}

const spanWords = ([from, to]) => (from === to ? monthName(from) : `${monthName(from)} – ${monthName(to)}`);

/**
 * @param {{counts: (edge: number) => boolean, calendar: object}} timeless which mentions count, and the episodes by month and show
 * @returns {{index: Uint8Array, words: string, changes: Map<number, object>}} classes of nodes; which windows, in words; the
 *   change of each node that was compared
 */
export function growthOf(atlas, { counts, calendar }, window, span) {
  const index = new Uint8Array(atlas.n).fill(UNCOMPARED), changes = new Map(), months = comparedMonths(window, span);
  if (!months) return { index, changes, words: NONE_BEFORE };
  for (const [i, episodes] of episodesByNode(atlas, counts)) {
    const { kind, change } = classify(atlas, calendar, episodes, months);
    index[i] = kind;
    if (kind !== UNCOMPARED) changes.set(i, change);
  }
  return { index, changes, words: comparedWords(months) };
}

const comparedWords = ({ before, after }) => `${spanWords(after)} against ${spanWords(before)}, same shows`;

const isWithin = (day, from, to) => day !== UNKNOWN_DAY && monthOf(day) >= from && monthOf(day) <= to;

/** The class and the change of what some episodes have. */
function classify(atlas, calendar, episodes, { before, after }) {
  const change = changeOf(calendar, byCell(calendar, episodes), before, after);
  const seen = [before, after].map(([from, to]) => episodes.filter((i) => isWithin(atlas.first[i], from, to)).length); // as pages: also of unknown shows
  const isCompared = change.shows && Math.max(...seen) >= FEW_COMPARED;
  return { kind: isCompared ? UNCLEAR + change.direction : UNCOMPARED, change };
}

/**
 * The same of communities and of regions: of the episodes that mention any of their members.
 * @returns {{words: string, communities: object[], regions: object[]}} of each `episodes`, those of all months; `kind`, its class;
 *   `change`, undefined where there is no month to compare with
 */
export function growthOfGroups(atlas, { counts, calendar }, window, span) {
  const months = comparedMonths(window, span);
  const classes = (isRegion) => episodesByGroup(atlas, isRegion, counts).map((episodes) => ({ episodes, kind: UNCOMPARED, ...(months && classify(atlas, calendar, episodes, months)) }));
  return { words: months ? comparedWords(months) : NONE_BEFORE, communities: classes(false), regions: classes(true) };
}

/** Node of the core, unless every talk names it -> the episodes that mention it or are about it. */
export function episodesByNode(atlas, counts) {
  const episodes = new Map(), core = atlas.meta.ranges.core[1], slices = edgeSlices(atlas), generic = new Set(atlas.meta.generic);
  for (const kind of ["mentions", "about", "keyword"]) {
    for (let [e, end] = slices[kind]; e < end; e++) {
      const i = atlas.target[e];
      if (i >= core || generic.has(i) || !counts(e)) continue;
      const held = episodes.get(i);
      if (held) held.push(atlas.source[e]);
      else episodes.set(i, [atlas.source[e]]);
    }
  }
  return episodes;
}
