// What a panel says, over the handmade graph.

import assert from "node:assert/strict";
import test from "node:test";
import {countShows, edgesAmong, edgesBetween, episodesWith, focusMask, linksOf, quotesIn, quotesOn, sharedEpisodes, sharedQuotes, typeCounts} from "../../../kgraph/atlas/assets/queries.js";
import {adjacencyOf} from "../../../kgraph/atlas/assets/renderer/adjacency.js";
import {handmade, number} from "./handmade.js";

const atlas = handmade();
const adjacency = adjacencyOf(atlas);
const near = (id) => linksOf(atlas, adjacency, number(id));
const ids = (list) => list.map(({ node }) => atlas.id(node));

test("who stands beside it, the strongest first", () => assert.deepEqual(ids(near("crypto/beta").associated), ["company/acme", "company/gamma"]));

test("episodes: the surest, then the newest; undated last", () => {
  assert.deepEqual(ids(episodesWith(atlas, near("company/acme"))), ["episode/2", "episode/1", "episode/4"]);
  assert.deepEqual(ids(episodesWith(atlas, near("show/one"))), ["episode/2", "episode/1"]);
  assert.deepEqual(ids(episodesWith(atlas, near("topic/ai"))), ["episode/1", "episode/3"]);
});

test("quotes without adverts", () => {
  assert.deepEqual(ids(quotesOn(atlas, near("theme/money"))), ["quote/a"]);
  assert.deepEqual(ids(quotesIn(atlas, near("episode/2"))), ["quote/b"]);
  assert.deepEqual(quotesIn(atlas, near("episode/3")), []);
});

test("what two share", () => {
  const shared = sharedEpisodes(atlas, near("company/acme"), near("crypto/beta"));
  assert.deepEqual(ids(shared), ["episode/2", "episode/1"]);
  assert.ok(Math.abs(shared[0].sure - 0.81) < 1e-6);
  assert.deepEqual(shared[0].edges.map((edge) => [atlas.source[edge], atlas.target[edge]]), [[9, 0], [9, 1]]);
  assert.deepEqual(ids(sharedQuotes(atlas, near("company/acme"), near("crypto/beta"))), ["quote/a"]);
});

test("a show is counted by its own episodes, if these are more", () => {
  const counted = handmade();
  counted.count[number("show/two")] = 9;
  countShows(counted);
  assert.deepEqual([counted.count[number("show/one")], counted.count[number("show/two")]], [2, 9]);
});

test("neighbours by type, each once", () => {
  assert.deepEqual(typeCounts(atlas, adjacency, number("crypto/beta")), [{ type: "episode", count: 3 }, { type: "company", count: 2 }, { type: "quote", count: 1 }]);
});

test("edges between two, in either order", () => {
  assert.deepEqual(edgesBetween(atlas, adjacency, number("company/gamma"), number("crypto/beta")), [1]);
  assert.deepEqual(edgesBetween(atlas, adjacency, number("company/acme"), number("person/ann")), []);
});

test("edges among some", () => {
  const among = edgesAmong(atlas, adjacency, ["company/acme", "crypto/beta", "quote/a"].map(number));
  assert.deepEqual(among.map((edge) => [atlas.meta.edgeKinds[atlas.kind[edge]], atlas.source[edge], atlas.target[edge]]),
    [["associated", 0, 1], ["names", 13, 0], ["names", 13, 1]]);
});

test("a focus leaves out what joins everything", () => {
  const kept = (id, hops) => [...focusMask(atlas, adjacency, number(id), hops)].flatMap((one, i) => (one ? [atlas.id(i)] : []));
  assert.deepEqual(kept("company/gamma", 0), ["company/gamma"]);
  assert.deepEqual(kept("company/gamma", 1), ["crypto/beta", "company/gamma", "episode/3"]);
  assert.deepEqual(kept("company/gamma", 2), ["company/acme", "crypto/beta", "company/gamma", "episode/3"]);
  assert.ok(!kept("episode/1", 2).includes("topic/ai"));
});
