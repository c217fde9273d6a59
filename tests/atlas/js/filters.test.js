// What is shown under each filter, compared node by node.

import assert from "node:assert/strict";
import test from "node:test";
import {createFilter, edgeSlices, evidenceWithin, noFilter, sizesWithin, tally, tiesWithin} from "../../../kgraph/atlas/assets/filters.js";
import {linksOf} from "../../../kgraph/atlas/assets/queries.js";
import {adjacencyOf} from "../../../kgraph/atlas/assets/renderer/adjacency.js";
import {dayNumber, monthOf} from "../../../kgraph/atlas/assets/text.js";
import {handmade, number} from "./handmade.js";

const atlas = handmade();
const { apply } = createFilter(atlas);
const shown = (change) => [...apply({ ...noFilter(), ...change }).mask.keys()].filter((i) => apply({ ...noFilter(), ...change }).mask[i]).map(atlas.id);
const ALL = Array.from({ length: atlas.n }, (_, i) => atlas.id(i));
const without = (...ids) => ALL.filter((id) => !ids.includes(id));

test("edges stand by kind", () => {
  assert.deepEqual(edgeSlices(atlas).mentions, [2, 10]);
  assert.deepEqual(edgeSlices(atlas).states, [0, 0]);
});

const CASES = [
  ["adverts are left out at first", {}, without("quote/c")],
  ["adverts on demand", { adverts: true }, ALL],
  ["a hidden type", { hidden: new Set([8, 9, 10, 11]) }, ["company/acme", "crypto/beta", "company/gamma", "show/one", "show/two", "person/ann", "quote/a", "quote/b"]],
  ["relevance is of quotes", { relevance: 0.5 }, without("quote/b", "quote/c")],
  ["days choose episodes, and what they mention follows", { from: dayNumber("2025-03-01"), to: dayNumber("2025-03-10") },
    ["company/acme", "crypto/beta", "tag/news", "show/one", "episode/2", "quote/b"]],
  ["shows", { shows: new Set([number("show/two")]) },
    ["crypto/beta", "company/gamma", "topic/ai", "show/two", "episode/3", "person/ann"]],
  ["themes choose quotes and the episodes that hold them", { themes: new Set([number("theme/money")]) },
    ["company/acme", "crypto/beta", "company/gamma", "theme/money", "topic/ai", "show/one", "show/two", "episode/1", "episode/3", "person/ann", "quote/a"]],
  ["a number of episodes", { episodes: 3 }, without("company/gamma", "person/ann", "quote/c")],
  ["confidence is of the mention and of the entity", { confidence: 0.85, episodes: 2 },
    without("crypto/beta", "company/gamma", "person/ann", "quote/c")],
];
for (const [name, change, expected] of CASES) test(name, () => assert.deepEqual(shown(change), expected));

test("tells how many of the chosen episodes have each", () => {
  const { seen } = apply({ ...noFilter(), from: dayNumber("2025-01-01"), to: dayNumber("2025-03-10") });
  assert.deepEqual([seen[number("company/acme")], seen[number("crypto/beta")], seen[number("company/gamma")]], [2, 2, 0]);
});

test("histograms count what is shown", () => {
  const months = [monthOf(dayNumber("2025-01-01")), monthOf(dayNumber("2025-03-01"))];
  const all = tally(atlas, null, months);
  assert.deepEqual([...all.months], [1, 0, 2]);
  assert.equal(all.types[atlas.meta.types.indexOf("company")], 2);
  assert.deepEqual([...all.shows], [[6, 2], [7, 1], [-1, 1]]);
  const { mask } = apply({ ...noFilter(), shows: new Set([6]) });
  assert.deepEqual([...tally(atlas, mask, months).months], [1, 0, 1]);
  assert.deepEqual([...all.episodes].slice(0, 3), [2, 0, 2]);
});

test("what counts, ties and sizes follow the chosen episodes", () => {
  const filter = { ...noFilter(), from: dayNumber("2025-03-01") }, given = apply(filter), ties = tiesWithin(atlas, filter, given);
  assert.deepEqual([...ties], [1, 1]); // Acme and Beta share episode 2, Beta and Gamma episode 3
  const early = { ...noFilter(), to: dayNumber("2025-01-31") }, before = apply(early);
  assert.deepEqual([...tiesWithin(atlas, early, before)], [1, 0]);
  const near = linksOf(atlas, adjacencyOf(atlas), number("company/acme"), evidenceWithin(atlas, early, before, tiesWithin(atlas, early, before)));
  assert.deepEqual(near.mentions.map(({ node }) => atlas.id(node)), ["episode/1"]);
  assert.deepEqual(near.names.map(({ node }) => atlas.id(node)), ["quote/a"]);
  assert.deepEqual(near.associated.map(({ node }) => atlas.id(node)), ["crypto/beta"]);
  const plain = atlas.weight.slice(0, 8), { weight, order } = sizesWithin(atlas, plain, before);
  assert.equal(weight[number("company/gamma")], 0);
  assert.ok(weight[number("company/acme")] > plain[number("company/acme")] * 0.9);
  assert.equal(order[0], number("company/acme"));
  assert.deepEqual(sizesWithin(atlas, plain, apply(noFilter())).weight, plain);
});

test("a type that is hidden hides no evidence", () => {
  const filter = { ...noFilter(), hidden: new Set([atlas.meta.types.indexOf("episode")]), to: dayNumber("2025-01-31") }, given = apply(filter);
  const near = linksOf(atlas, adjacencyOf(atlas), number("company/acme"), evidenceWithin(atlas, filter, given, null));
  assert.deepEqual([given.mask[8], near.mentions.length], [0, 1]);
});

test("mentions below the confidence asked for do not count", () => {
  const filter = { ...noFilter(), confidence: 0.6 }, counts = evidenceWithin(atlas, filter, apply(filter), null);
  assert.deepEqual(linksOf(atlas, adjacencyOf(atlas), number("crypto/beta"), counts).mentions.length, 2);
});
