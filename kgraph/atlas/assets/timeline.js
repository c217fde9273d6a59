// Months: how often something is mentioned in each, when it rose, and which window plays next.
// Takes an Atlas and node numbers, gives counts by month. Needs no page.

import {UNKNOWN_DAY, firstDay, isoDay, monthName, monthOf} from "./words.js";

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
 * Where something rose: the month with the greatest gain over the mean of the three before,
 * and the first and the strongest month.
 * @param {ArrayLike<number>} counts by month
 * @param {number} first month of the first count
 * @returns {{first: number, most: number, rose: number, gain: number}|null} months; null without any mention
 */
export function riseOf(counts, first) {
  const begin = Array.from(counts).findIndex((count) => count > 0);
  if (begin < 0) return null;
  let most = begin, rose = begin, gain = counts[begin];
  for (let at = begin + 1; at < counts.length; at++) {
    if (counts[at] > counts[most]) most = at;
    const before = counts.slice(Math.max(begin, at - 3), at).reduce((sum, count) => sum + count, 0) / Math.min(3, at - begin);
    if (counts[at] - before > gain) [rose, gain] = [at, counts[at] - before];
  }
  return { first: first + begin, most: first + most, rose: first + rose, gain };
}

/** The rise in words. */
export function riseWords(counts, first) {
  const found = riseOf(counts, first);
  if (!found) return "No dated episode mentions it.";
  const { first: begin, most, rose } = found;
  const peak = counts[most - first];
  const start = `First in ${monthName(begin)}`;
  if (peak < 3) return `${start}.`;
  return `${start}; rose most in ${monthName(rose)}; most in ${monthName(most)} (${peak}).`;
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
