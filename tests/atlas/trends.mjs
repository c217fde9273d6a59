// Reads corpora on standard input as JSON, and prints shares and changes as the page computes them: node trends.mjs.

import { readFileSync } from "node:fs";
import { contrastOf } from "../../kgraph/atlas/assets/contrast.js";
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
    share: shares?.[month - span[0]] ?? 0, before: from, after: to, direction: DIRECTIONS[direction + 1], shows: both,
  }));
}

/** An atlas whose first nodes are members of communities. */
function atlasOf({ days, shows, communities, members }) {
  const core = communities.length, mentions = members.flatMap((own, episode) => own.map((node) => [core + episode, node])).sort(([a, x], [b, y]) => a - b || x - y);
  const count = Math.max(...communities) + 1, groups = Array.from({ length: count }, (_, region) => ({ region }));
  return {
    meta: { types: ["company", "episode"], edgeKinds: ["mentions", "about", "keyword"], generic: [0], ranges: { core: [0, core], episodes: [core, core + days.length] }, communities: groups, regions: groups },
    type: [...communities.map(() => 0), ...days.map(() => 1)], first: [...communities.map(() => 0), ...days.map(dayNumber)], show: [...communities.map(() => -1), ...shows], community: communities,
    kind: new Uint8Array(mentions.length), source: mentions.map(([source]) => source), target: mentions.map(([, target]) => target),
  };
}

/** Of each community the change between windows. */
function groupsOf(corpus) {
  const atlas = atlasOf(corpus), calendar = calendarOf(atlas), months = corpus.window.map((day) => monthOf(dayNumber(day)));
  return growthOfGroups(atlas, { counts: () => true, calendar }, months, [calendar.months[0], calendar.months.at(-1)]).communities
    .map(({ kind, change: { from, to, shows: both } }) => ({ before: from, after: to, direction: DIRECTIONS[kind] ?? null, shows: both }));
}

/** Of two shows what more of the episodes of one mention. */
function contrastsOf(corpus, shows) {
  const { episodes, compared, more } = contrastOf(atlasOf(corpus), () => true, null, shows);
  return { episodes, compared, more: more.map((list) => list.map(({ node, seen }) => [node, ...seen]).sort(([a], [b]) => a - b)) };
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((corpus) => ({ months: monthsOf(corpus), groups: groupsOf(corpus), contrast: contrastsOf(corpus, [4, 5]) }))));
