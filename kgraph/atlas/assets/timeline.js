// Counts mentions by month and show, standardises shares, tells which months rose, and chooses the next window to play.
// Takes an Atlas and node numbers, returns counts by month. Needs no page.

import {times} from "../../draw/assets/evidence.js";
import {UNKNOWN_DAY, firstDay, isoDay, monthName, monthOf, portion} from "./text.js";

const EARLY = 0.01; // share of the episodes that may stand before the first month: a few old ones would leave years empty

/** Months of the episodes, as counts since 1970-01: the first with all but a few early ones, and the last; null when no day is known. */
export function monthSpan(atlas) {
  const type = atlas.meta.types.indexOf("episode"), months = [];
  for (let i = 0; i < atlas.n; i++) if (atlas.type[i] === type && atlas.first[i] !== UNKNOWN_DAY) months.push(monthOf(atlas.first[i]));
  months.sort((a, b) => a - b);
  return months.length ? [months[Math.floor(EARLY * months.length)], months.at(-1)] : null;
}

/** How many of the given episodes stand in each month; those before the first count there. */
export function byMonth(atlas, episodes, [first, last]) {
  const counts = new Uint32Array(last - first + 1);
  for (const i of episodes) if (atlas.first[i] !== UNKNOWN_DAY) counts[Math.max(0, monthOf(atlas.first[i]) - first)]++;
  return counts;
}

/**
 * The cell of each dated episode: its month and its show. Episodes of unknown shows are one stratum, the last; where no show is
 * known, all are of one.
 * @param {Uint8Array|null} sources which episodes count; null for all
 * @returns {{months: number[], shows: number, strata: number, cell: (episode: number) => number, all: Uint32Array}} the months
 *   that hold an episode, as counts since 1970-01, in order; number of known shows; number of cells of a month; cells by episode, -1
 *   for none; all episodes by cell, month by month
 */
export function calendarOf(atlas, sources = null) {
  const [from, to] = atlas.meta.ranges.episodes, numbers = new Map(), rows = new Map(), cells = new Int32Array(to - from).fill(-1);
  for (let i = from; i < to; i++) if (atlas.show[i] >= 0 && !numbers.has(atlas.show[i])) numbers.set(atlas.show[i], numbers.size);
  const shows = Math.max(numbers.size, 1), strata = numbers.size + 1;
  const isCounted = (i) => atlas.first[i] !== UNKNOWN_DAY && (!sources || sources[i]);
  const counted = Array.from(cells, (_, k) => from + k).filter(isCounted);
  const months = [...new Set(counted.map((i) => monthOf(atlas.first[i])))].sort((a, b) => a - b);
  months.forEach((month, row) => rows.set(month, row));
  for (const i of counted) cells[i - from] = rows.get(monthOf(atlas.first[i])) * strata + (numbers.get(atlas.show[i]) ?? strata - 1);
  const calendar = { months, shows, strata, cell: (i) => cells[i - from], all: null };
  calendar.all = byCell(calendar, counted);
  return calendar;
}

/** How many of the given episodes stand in each cell. */
export function byCell(calendar, episodes) {
  const counts = new Uint32Array(calendar.months.length * calendar.strata);
  for (const i of episodes) if (calendar.cell(i) >= 0) counts[calendar.cell(i)]++;
  return counts;
}

export const SHARE_FROM = 3; // episodes of a month: of fewer, a share would be 0, 50 or 100 %

/**
 * The share of the episodes by month as if each month held the same shows: that of all months, times the observed over the
 * expected episodes, those that there would be if each show were as in all months (indirect standardisation). A show of
 * one month says nothing. 0 for a month without anything to compare, or of too few episodes.
 * @param {[number, number]} span first and last month of the shares
 * @returns {number[]|null} null where no show that mentions it has episodes in two months
 */
export function standardShares({ months, strata, all }, counts, [first, last]) {
  const total = new Float64Array(strata), own = new Float64Array(strata), present = new Uint32Array(strata);
  for (let c = 0; c < all.length; c++) {
    total[c % strata] += all[c];
    own[c % strata] += counts[c];
    present[c % strata] += all[c] ? 1 : 0;
  }
  const counted = [...total.keys()].filter((show) => present[show] > 1), sum = (values) => counted.reduce((most, show) => most + values[show], 0);
  if (!sum(own)) return null;
  const share = sum(own) / sum(total), shares = new Array(last - first + 1).fill(0);
  months.forEach((month, at) => {
    let observed = 0, expected = 0, episodes = 0;
    for (const show of counted) {
      observed += counts[at * strata + show];
      expected += (all[at * strata + show] * own[show]) / total[show];
      episodes += all[at * strata + show];
    }
    if (expected && episodes >= SHARE_FROM && month >= first) shares[month - first] = Math.min(1, (share * observed) / expected);
  });
  return shares;
}

/**
 * The change of each month since the calendar month before, in the shows of both, as the page of a name marks it.
 * @param calendar of calendarOf
 * @param {ArrayLike<number>} counts episodes that mention it, by cell
 * @returns {object[]} of each month of the calendar what changeOf tells, and `month`
 */
export const monthlyChanges = (calendar, counts) => calendar.months.map((month) => ({ month, ...changeOf(calendar, counts, [month - 1, month - 1], [month, month]) }));

/** The largest of some changes in a direction, the earliest of equal ones; null for none. */
export function largestChange(changes, direction) {
  const size = ({ from, to }) => direction * (to - from);
  return changes.reduce((best, change) => (change.direction === direction && (!best || size(change) > size(best)) ? change : best), null);
}

const INTERVAL_WIDTH = 1.959964; // standard errors of a 95 % interval
const STATED_STEPS = 1000; // steps of a share in which an interval is stated: a tenth of a percent

/**
 * Whether a 95 % interval leaves out that nothing changed: the interval of kgraph/graph/shares.py (compare_shares), so that the map
 * and a briefing say the same.
 * @returns {number} 1 for a rise, -1 for a fall, 0 for what may be chance
 */
function changeDirection({ difference, skew, variance, weights, episodes }) {
  const square = INTERVAL_WIDTH * INTERVAL_WIDTH, middle = variance ? difference + (square * skew) / weights ** 2 / 2 : difference;
  const half = variance ? Math.sqrt(Math.max(0, middle ** 2 - difference ** 2 + (square * variance) / weights ** 2)) : square / (episodes + square);
  return Math.round(STATED_STEPS * (middle - half)) > 0 ? 1 : Math.round(STATED_STEPS * (middle + half)) < 0 ? -1 : 0;
}

/**
 * The difference of two shares of episodes within strata: the Mantel-Haenszel difference of proportions over its standard error.
 * @param {number[][]} strata of each how many later episodes, how many of them mention it, and the same of earlier ones; none is empty
 * @returns {{from: number, to: number, z: number, direction: number}} both shares; direction of changeDirection
 */
export function compareStrata(strata) {
  let weights = 0, from = 0, to = 0, variance = 0, skew = 0, later = 0, former = 0;
  for (const [n1, x1, n2, x2] of strata) {
    [later, former] = [later + n1, former + n2];
    skew += (n1 * n1 * x2 - n2 * n2 * x1 + (n1 * n2 * (n2 - n1)) / 2) / (n1 + n2) ** 2;
    weights += (n1 * n2) / (n1 + n2);
    from += (x2 * n1) / (n1 + n2);
    to += (x1 * n2) / (n1 + n2);
    variance += (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * (n1 + n2));
  }
  if (!weights) return { from: 0, to: 0, z: 0, direction: 0 };
  const direction = changeDirection({ difference: (to - from) / weights, skew, variance, weights, episodes: Math.min(later, former) });
  return { direction, from: from / weights, to: to / weights, z: variance ? (to - from) / Math.sqrt(variance) : 0 };
}

/**
 * How the share of the episodes changed from some months to others, in the known shows that both hold. Months may hold different
 * unknown shows, so their episodes are only in the numbers of mentions.
 * @param {[number, number]} before first and last month; as after
 * @returns {{from: number, to: number, z: number, direction: number, shows: number, mentions: number, earlier: number}} what
 *   compareStrata gives; mentions: in the later months; earlier: before
 */
export function changeOf({ months, shows, strata, all }, counts, before, after) {
  const rows = ([from, to]) => [...months.keys()].filter((at) => months[at] >= from && months[at] <= to), [formerRows, laterRows] = [rows(before), rows(after)];
  const compared = [];
  let mentions = 0, earlier = 0;
  for (let show = 0; show < strata; show++) {
    let n1 = 0, x1 = 0, n2 = 0, x2 = 0;
    for (const at of laterRows) [n1, x1] = [n1 + all[at * strata + show], x1 + counts[at * strata + show]];
    for (const at of formerRows) [n2, x2] = [n2 + all[at * strata + show], x2 + counts[at * strata + show]];
    mentions += x1;
    earlier += x2;
    if (n1 && n2 && show < shows) compared.push([n1, x1, n2, x2]);
  }
  return { ...compareStrata(compared), shows: compared.length, mentions, earlier };
}

/** The first month with an episode, in words. */
export function firstWords(counts, first) {
  const begin = Array.from(counts).findIndex((count) => count > 0);
  return begin < 0 ? "No dated episode." : `First in ${monthName(first + begin)}.`;
}

/** What monthlyChanges gives of something, in words; `isCompared` says whether any month could be compared. */
export function changeWords(changes, isCompared) {
  const first = changes.find(({ mentions }) => mentions);
  if (!first) return "No dated episode mentions it.";
  const told = [["rose", 1], ["fell", -1]].flatMap(([verb, direction]) => {
    const change = largestChange(changes, direction);
    return change ? `${verb} most in ${monthName(change.month)}, from ${portion(change.from)} to ${portion(change.to)} of the episodes in ${times(change.shows, "show")} of both months` : [];
  });
  return `${[`First in ${monthName(first.month)}`, ...(told.length ? told : [isCompared ? "in no month did it rise or fall by more than chance explains" : "months cannot be compared, since no known show that mentions it has episodes in two"])].join("; ")}.`;
}

/** The days of a window of months, as the filter takes them; "" where it reaches an end of the span. */
export function windowDays([from, to], [first, last]) {
  return { from: from <= first ? "" : isoDay(firstDay(from)), to: to >= last ? "" : isoDay(firstDay(to + 1) - 1) };
}

/** The window that two days stand for. */
export function daysWindow(fromDay, toDay, [first, last]) {
  const clampMonth = (month) => Math.min(last, Math.max(first, month));
  return [fromDay === null ? first : clampMonth(monthOf(fromDay)), toDay === null ? last : clampMonth(monthOf(toDay))];
}

/** The next window while playing: it keeps its width, and starts again after the end. A window of everything plays three months. */
export function nextWindow([from, to], [first, last]) {
  const width = to - from >= last - first ? Math.min(2, last - first) : to - from;
  if (to - from !== width || to >= last) return [first, first + width];
  return [from + 1, to + 1];
}
