// Paths by evidence over the handmade graph, and against a plain search on graphs grown by chance.

import assert from "node:assert/strict";
import test from "node:test";
import {adjacencyOf} from "../../../kgraph/atlas/assets/renderer/adjacency.js";
import {severalPaths, shortestPath} from "../../../kgraph/atlas/assets/path.js";
import {handmade, number} from "./handmade.js";

const atlas = handmade();
const adjacency = adjacencyOf(atlas);
const ids = (path) => path?.nodes.map(atlas.id) ?? null;
const between = (one, other, allowed) => shortestPath(atlas, adjacency, number(one), number(other), allowed);

test("a quote that names both comes before an episode that mentions both", () => {
  assert.deepEqual(ids(between("company/acme", "crypto/beta")), ["company/acme", "quote/a", "crypto/beta"]);
});

test("edges of a path join its nodes", () => {
  const { nodes, edges } = between("company/acme", "company/gamma");
  edges.forEach((edge, at) => assert.deepEqual([atlas.source[edge], atlas.target[edge]].sort(), [nodes[at], nodes[at + 1]].sort()));
});

test("topics, shows and associations are no evidence", () => {
  assert.equal(between("topic/ai", "company/acme"), null);
  assert.deepEqual(ids(between("company/acme", "company/gamma")), ["company/acme", "quote/a", "crypto/beta", "episode/3", "company/gamma"]);
});

test("nodes that are not allowed are walked round", () => {
  assert.deepEqual(ids(between("company/acme", "crypto/beta", (i) => i !== number("quote/a"))), ["company/acme", "episode/2", "crypto/beta"]);
});

test("several ways share nothing between the ends", () => {
  const ways = severalPaths(atlas, adjacency, number("company/acme"), number("crypto/beta")).map(ids);
  assert.deepEqual(ways, [["company/acme", "quote/a", "crypto/beta"], ["company/acme", "episode/2", "crypto/beta"], ["company/acme", "episode/1", "crypto/beta"]]);
});

test("from a node to itself there is nothing to walk", () => assert.deepEqual(ids(between("company/acme", "company/acme")), ["company/acme"]));

/** A graph by a seeded generator (mulberry32). */
function grown(seed, n, m) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = () => Math.floor(random() * n);
  return { ...handmade(), n, m, source: Uint32Array.from({ length: m }, pick), target: Uint32Array.from({ length: m }, pick),
    strength: Float32Array.from({ length: m }, random), kind: Uint8Array.from({ length: m }, () => Math.floor(random() * 9)) };
}

/** Bellman and Ford's way: slow and plain. */
function costTo(graph, from, to) {
  const steps = { states: 0.7, names: 0.8, mentions: 1, quoted: 1 };
  const cost = Array(graph.n).fill(Infinity);
  cost[from] = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (let e = 0; e < graph.m; e++) {
      const step = (steps[graph.meta.edgeKinds[graph.kind[e]]] ?? Infinity) + 0.9 * (1 - graph.strength[e]);
      for (const [a, b] of [[graph.source[e], graph.target[e]], [graph.target[e], graph.source[e]]]) {
        if (cost[a] + step < cost[b] - 1e-12) [cost[b], changed] = [cost[a] + step, true];
      }
    }
  }
  return cost[to];
}

test("no path is cheaper", () => {
  let found = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const graph = grown(seed, 40, 160);
    const path = shortestPath(graph, adjacencyOf(graph), 0, 39);
    assert.ok(Math.abs((path?.cost ?? Infinity) - costTo(graph, 0, 39)) < 1e-6 || (!path && costTo(graph, 0, 39) === Infinity), `seed ${seed}`);
    found += path ? 1 : 0;
  }
  assert.ok(found > 20);
});
