// welcome.js: the questions that a graph suggests.

import assert from "node:assert/strict";
import test from "node:test";
import {dayNumber} from "../../../kgraph/atlas/assets/text.js";
import {calendarOf} from "../../../kgraph/atlas/assets/timeline.js";
import {associationsOf} from "../../../kgraph/atlas/assets/associations.js";
import {mostAssociated, mostRisen, mostTold} from "../../../kgraph/atlas/assets/welcome.js";
import {handmade, number} from "./handmade.js";

test("a theme that the file calls common is not suggested", () => {
  const atlas = handmade();
  assert.equal(mostTold(atlas), number("theme/money"));
  atlas.meta.commonThemes = [number("theme/money")];
  assert.equal(mostTold(atlas), -1);
});

/** Episodes by turns of two shows, each a list of the companies 0, 1 and 2 that it mentions, and of the person 3. */
function mentioning(...episodes) {
  const [core, n] = [4, 4 + episodes.length], ends = episodes.flatMap((named, k) => named.map((node) => [core + k, node]));
  const atlas = {
    n, m: ends.length, meta: { types: ["company", "person", "episode"], edgeKinds: ["mentions"], edges: [ends.length], generic: [], ranges: { core: [0, core], episodes: [core, n] } },
    type: Uint8Array.from({ length: n }, (_, i) => (i < 3 ? 0 : i === 3 ? 1 : 2)), show: Int32Array.from({ length: n }, (_, i) => (i < core ? -1 : i % 2)),
    source: ends.map(([source]) => source), target: ends.map(([, target]) => target), strength: new Float32Array(ends.length).fill(1),
  };
  const seen = [0, 1, 2, 3].map((i) => ends.filter(([, target]) => target === i).length);
  return { atlas, shown: { seen }, associations: associationsOf(atlas, () => true, episodes.length) };
}

test("what is mentioned with a name is asked of one that something is mentioned with: a company before others", () => {
  const together = [[0, 1], [0, 1], [0, 1]], alone = [[2], [2], [2], [2], [2]];
  assert.equal(mostAssociated(mentioning(...together, ...alone)), 0);
  assert.equal(mostAssociated(mentioning(...together, [1], ...alone)), 1);
  assert.equal(mostAssociated(mentioning([0, 3], [0, 3], [0, 3], [3], [3], ...alone)), 0);
  assert.equal(mostAssociated(mentioning([0, 1], [0, 1], ...alone)), -1, "two episodes are no tie");
  assert.equal(mostAssociated(mentioning([0, 1], [2], [0, 1], [2], [0, 1], [2])), -1, "three episodes of one show are none");
});

test("what every talk names is no tie, and a graph of one show needs no second", () => {
  const { atlas } = mentioning([0, 1], [2], [0, 1], [2], [0, 1], [2]);
  atlas.show.fill(0, 4);
  const alone = associationsOf(atlas, () => true, 6);
  assert.deepEqual([alone.least, alone.beside(0).map(({ node }) => node)], ["three episodes", [1]]);
  atlas.meta.generic = [1];
  assert.deepEqual(associationsOf(atlas, () => true, 6).beside(0), []);
});

/** A company and a person over two months of three shows: twenty episodes each, of which so many mention them. */
function rising(mentions) {
  const source = [], target = [], episodes = 2 * 3 * 20, types = ["company", "person", "episode"];
  mentions.forEach((months, i) => months.forEach((count, month) => {
    for (let show = 0; show < 3; show++) for (let k = 0; k < count; k++) [source[source.length], target[target.length]] = [mentions.length + (3 * month + show) * 20 + k, i];
  }));
  const episode = (valueOf) => Int32Array.from({ length: mentions.length + episodes }, (_, i) => (i < mentions.length ? -1 : valueOf(i - mentions.length)));
  return {
    n: mentions.length + episodes, meta: { types, edgeKinds: ["mentions"], ranges: { core: [0, mentions.length], episodes: [mentions.length, mentions.length + episodes] } },
    type: Uint8Array.from({ length: mentions.length + episodes }, (_, i) => (i < mentions.length ? 0 : 2)), count: mentions.map(([a, b]) => 3 * (a + b)),
    first: episode((k) => dayNumber(k < 60 ? "2025-05-10" : "2025-06-10")), show: episode((k) => Math.floor(k / 20) % 3),
    kind: new Uint8Array(source.length), source, target,
  };
}

test("the name that rose most in the same shows is asked about; none if none rose", () => {
  const atlas = rising([[10, 11], [1, 9], [2, 8]]);
  assert.equal(mostRisen(atlas, calendarOf(atlas)), 1);
  const even = rising([[10, 11], [9, 1]]);
  assert.equal(mostRisen(even, calendarOf(even)), -1);
});
