// Reads months of shows on standard input as JSON, and prints shares and directions as the page computes them: node trends.mjs.

import { readFileSync } from "node:fs";
import { byCell, calendarOf, monthlyChanges, standardShares } from "../../kgraph/atlas/assets/timeline.js";
import { dayNumber, monthOf } from "../../kgraph/atlas/assets/text.js";

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ days, shows, mentioning }) => {
  const calendar = calendarOf({ meta: { ranges: { episodes: [0, days.length] } }, first: days.map(dayNumber), show: shows });
  const counts = byCell(calendar, mentioning), span = [Math.min(...days.map((day) => monthOf(dayNumber(day)))), Math.max(...calendar.months)];
  const shares = standardShares(calendar, counts, span);
  return monthlyChanges(calendar, counts).map(({ month, from, to, direction, shows: both }) => ({
    share: shares[month - span[0]], before: from, after: to, direction: ["fell", "", "rose"][direction + 1], shows: both,
  }));
});
console.log(JSON.stringify(answers));
