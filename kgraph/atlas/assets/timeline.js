// Counts episodes by month, and chooses the next window to play.
// Takes an Atlas and node numbers, returns counts by month. Needs no page.

import {UNKNOWN_DAY, firstDay, isoDay, monthName, monthOf} from "./text.js";

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

export const SHARE_FROM = 3; // episodes of a month: of fewer, a share would be 0, 50 or 100 %

/** The first month with an episode, in words. */
export function firstWords(counts, first) {
  const begin = Array.from(counts).findIndex((count) => count > 0);
  return begin < 0 ? "No dated episode." : `First in ${monthName(first + begin)}.`;
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
