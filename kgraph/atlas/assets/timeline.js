// Counts mentions by month, finds the strongest rise, and chooses the next window to play.
// Takes an Atlas and node numbers, returns counts by month. Needs no page.

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

const BEFORE = 3; // months that a month is compared with
const FEW_MENTIONS = 3; // mentions in a month below which a rise is no rise

/**
 * Where something rose in share of the episodes: the month that stands out most from the three before, by the
 * z statistic of two proportions, since a month of few episodes proves little.
 * @param {ArrayLike<number>} counts episodes that mention it, by month
 * @param {ArrayLike<number>} all episodes, by month
 * @param {number} first month of the first count
 * @returns {{first: number, rose: number, from: number, to: number, z: number}|null} months, and the shares before and in
 *   the month that rose; z is 0 where nothing did; null without any mention
 */
export function riseOf(counts, all, first) {
  const begin = Array.from(counts).findIndex((count) => count > 0);
  if (begin < 0) return null;
  const best = { first: first + begin, rose: first + begin, from: 0, to: 0, z: 0 };
  for (let at = 1; at < counts.length; at++) {
    const since = Math.max(0, at - BEFORE), before = total(all, since, at), had = total(counts, since, at);
    if (counts[at] < FEW_MENTIONS || !before) continue;
    const from = had / before, to = counts[at] / all[at], both = (had + counts[at]) / (before + all[at]);
    const z = (to - from) / Math.sqrt(both * (1 - both) * (1 / before + 1 / all[at]) || 1);
    if (z > best.z) Object.assign(best, { rose: first + at, from, to, z });
  }
  return best;
}

function total(counts, from, to) {
  let sum = 0;
  for (let at = from; at < to; at++) sum += counts[at];
  return sum;
}

const PLAIN_RISE = 1.6; // z from which a rise is told: one in twenty would come by chance

/** The rise in words. */
export function riseWords(counts, all, first) {
  const found = riseOf(counts, all, first);
  if (!found) return "No dated episode mentions it.";
  const start = `First in ${monthName(found.first)}`;
  if (found.z < PLAIN_RISE) return `${start}; no month stands out.`;
  return `${start}; rose most in ${monthName(found.rose)}, from ${portion(found.from)} to ${portion(found.to)} of the episodes.`;
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
