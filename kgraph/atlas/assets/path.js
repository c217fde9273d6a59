// Finds the shortest path between two nodes by evidence.
// Takes an Atlas and its adjacency, returns node and edge numbers. Needs no page.
//
// Invariant: a path consists of evidence only: what an episode mentions, what a quote names, what
// the lexicon states. Associations, topics, tags and shows join everything with everything.

import {otherEnd} from "./renderer/adjacency.js";

/** What a step costs at a confidence of 1: a quote that names both says more than an episode that mentions both. */
const STEP_COSTS = { states: 0.7, names: 0.8, mentions: 1, quoted: 1 };
const LACK = 0.9; // more for a confidence of 0: less than a step, so a doubtful short path beats a sure detour of two

/**
 * @typedef {{start: Uint32Array, edge: Uint32Array}} Adjacency of adjacency.js: the edges of node i stand in
 *   edge[start[i]] … edge[start[i + 1] - 1]
 */

/**
 * @param {object} atlas
 * @param {Adjacency} adjacency
 * @param {number} from
 * @param {number} to
 * @param {(i: number) => boolean} allowed which nodes may be passed through
 * @returns {{nodes: number[], edges: number[], cost: number}|null} null when nothing joins them
 */
export function shortestPath(atlas, adjacency, from, to, allowed = () => true) {
  if (from === to) return { nodes: [from], edges: [], cost: 0 };
  const sides = [createSide(atlas.n, from), createSide(atlas.n, to)];
  const costs = edgeCosts(atlas);
  const isOpen = (i) => i === from || i === to || allowed(i);
  let best = { cost: Infinity, middle: -1 };
  while (sides[0].heap.size && sides[1].heap.size && sides[0].heap.top() + sides[1].heap.top() < best.cost) {
    const near = sides[0].heap.size <= sides[1].heap.size ? 0 : 1;
    best = settleNext(atlas, adjacency, costs, sides[near], sides[1 - near], isOpen, best);
  }
  return best.middle < 0 ? null : joinSides(sides, best);
}

/** Several paths that share no node between the ends, the shortest first. */
export function severalPaths(atlas, adjacency, from, to, allowed = () => true, most = 3) {
  const used = new Set(), found = [];
  while (found.length < most) {
    const path = shortestPath(atlas, adjacency, from, to, (i) => !used.has(i) && allowed(i));
    if (!path) break;
    found.push(path);
    if (path.nodes.length <= 2) break; // a direct edge cannot be walked round by leaving out nodes
    for (const i of path.nodes.slice(1, -1)) used.add(i);
  }
  return found;
}

function edgeCosts(atlas) {
  return Float64Array.from(atlas.meta.edgeKinds, (kind) => STEP_COSTS[kind] ?? Infinity);
}

/** One of the two searches that meet (Pohl 1971): distances from its end, and whence each was reached. */
function createSide(n, end) {
  const none = () => new Int32Array(n).fill(-1);
  const side = { cost: new Float64Array(n).fill(Infinity), whence: none(), by: none(), done: new Uint8Array(n), heap: createHeap() };
  side.cost[end] = 0;
  side.heap.push(0, end);
  return side;
}

function settleNext(atlas, adjacency, costs, side, other, isOpen, known) {
  let best = known;
  const i = side.heap.pop();
  if (side.done[i]) return best;
  side.done[i] = 1;
  for (let at = adjacency.start[i]; at < adjacency.start[i + 1]; at++) {
    const edge = adjacency.edge[at], next = otherEnd(atlas, edge, i);
    const cost = side.cost[i] + costs[atlas.kind[edge]] + LACK * (1 - atlas.strength[edge]);
    if (!(cost < side.cost[next]) || !isOpen(next)) continue;
    side.cost[next] = cost;
    side.whence[next] = i;
    side.by[next] = edge;
    side.heap.push(cost, next);
    if (cost + other.cost[next] < best.cost) best = { cost: cost + other.cost[next], middle: next };
  }
  return best;
}

function joinSides([first, second], { cost, middle }) {
  const nodes = [middle], edges = [];
  for (let i = middle; first.whence[i] >= 0; i = first.whence[i]) {
    nodes.unshift(first.whence[i]);
    edges.unshift(first.by[i]);
  }
  for (let i = middle; second.whence[i] >= 0; i = second.whence[i]) {
    nodes.push(second.whence[i]);
    edges.push(second.by[i]);
  }
  return { nodes, edges, cost };
}

/** A binary heap of (cost, node); of equal costs the lower number first, so that answers do not waver. */
function createHeap() {
  const costs = [], items = [];
  const before = (a, b) => costs[a] < costs[b] || (costs[a] === costs[b] && items[a] < items[b]);
  const swap = (a, b) => {
    [costs[a], costs[b]] = [costs[b], costs[a]];
    [items[a], items[b]] = [items[b], items[a]];
  };
  const sink = () => {
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < costs.length && before(child, least)) least = child;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  };
  return {
    get size() { return costs.length; },
    top: () => costs[0],
    push(cost, item) {
      let at = costs.push(cost) - 1;
      items.push(item);
      for (; at && before(at, (at - 1) >> 1); at = (at - 1) >> 1) swap(at, (at - 1) >> 1);
    },
    pop() {
      const item = items[0], cost = costs.pop(), last = items.pop();
      if (costs.length) {
        costs[0] = cost;
        items[0] = last;
        sink();
      }
      return item;
    },
  };
}
