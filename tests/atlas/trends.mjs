// Reads corpora on standard input as JSON, and prints shares and changes as the page computes them: node trends.mjs.

import { readFileSync } from "node:fs";
import { growthOfGroups } from "../../kgraph/atlas/assets/growth.js";
import { byCell, calendarOf, monthlyChanges, standardShares } from "../../kgraph/atlas/assets/timeline.js";
import { dayNumber, monthOf } from "../../kgraph/atlas/assets/text.js";

const DIRECTIONS = ["fell", "", "rose"];

/** Of each month the share of the episodes that mention something, and its change. */
function monthsOf({ days, shows, mentioning }) {
  const calendar = calendarOf({ meta: { ranges: { episodes: [0, days.length] } }, first: days.map(dayNumber), show: shows });
  const counts = byCell(calendar, mentioning), span = [Math.min(...days.map((day) => monthOf(dayNumber(day)))), Math.max(...calendar.months)];
  const shares = standardShares(calendar, counts, span);
  return monthlyChanges(calendar, counts).map(({ month, from, to, direction, shows: both }) => ({
    share: shares[month - span[0]], before: from, after: to, direction: DIRECTIONS[direction + 1], shows: both,
  }));
}

/** Of each community the change between windows, in an atlas whose first nodes are members of communities. */
function groupsOf({ days, shows, communities, members, window }) {
  const core = communities.length, mentions = members.flatMap((own, episode) => own.map((node) => [core + episode, node])).sort(([a, x], [b, y]) => a - b || x - y);
  const months = window.map((day) => monthOf(dayNumber(day))), count = Math.max(...communities) + 1, groups = Array.from({ length: count }, (_, region) => ({ region }));
  const atlas = {
    meta: { types: ["company", "episode"], edgeKinds: ["mentions"], ranges: { core: [0, core], episodes: [core, core + days.length] }, communities: groups, regions: groups },
    first: [...communities.map(() => 0), ...days.map(dayNumber)], show: [...communities.map(() => -1), ...shows], community: communities,
    kind: new Uint8Array(mentions.length), source: mentions.map(([source]) => source), target: mentions.map(([, target]) => target),
  };
  const calendar = calendarOf(atlas);
  return growthOfGroups(atlas, { counts: () => true, calendar }, months, [calendar.months[0], calendar.months.at(-1)]).communities
    .map(({ kind, change: { from, to, shows: both } }) => ({ before: from, after: to, direction: DIRECTIONS[kind] ?? null, shows: both }));
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((corpus) => ({ months: monthsOf(corpus), groups: groupsOf(corpus) }))));
