// welcome.js: the questions that a graph suggests.

import assert from "node:assert/strict";
import test from "node:test";
import {dayNumber} from "../../../kgraph/atlas/assets/text.js";
import {calendarOf} from "../../../kgraph/atlas/assets/timeline.js";
import {mostRisen, mostTold} from "../../../kgraph/atlas/assets/welcome.js";
import {handmade, number} from "./handmade.js";

test("a theme that the file calls common is not suggested", () => {
  const atlas = handmade();
  assert.equal(mostTold(atlas), number("theme/money"));
  atlas.meta.commonThemes = [number("theme/money")];
  assert.equal(mostTold(atlas), -1);
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
