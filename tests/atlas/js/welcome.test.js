// welcome.js: the questions that a graph suggests.

import assert from "node:assert/strict";
import test from "node:test";
import {associationsOf} from "../../../kgraph/atlas/assets/associations.js";
import {mostAssociated, mostTold} from "../../../kgraph/atlas/assets/welcome.js";
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
