// What lights up round a node: its neighbours by the edges that matter at this zoom, the strongest first.

import {edgesAt, otherEnd} from "./adjacency.js";

const MOST_LIT = 900; // edges lit at once: more is a blot, and costs time in every frame

/**
 * @param atlas the graph
 * @param adjacency from `adjacencyOf`
 * @param {number} centre the node
 * @param {{ink: Float32Array, mask: Uint8Array|null, all: boolean}} options ink of each kind of edge at this zoom; all:
 *   take every kind, as for a selection (else those that are drawn, and all if there are none)
 * @returns {{nodes: number[], named: Set<number>, edges: number[]}} nodes by importance, without the centre
 */
export function litBy(atlas, adjacency, centre, { ink, mask, all }) {
  const isShown = (e) => !mask || mask[otherEnd(atlas, e, centre)];
  const drawn = all ? [] : edgesAt(adjacency, atlas, centre, (e) => ink[atlas.kind[e]] > 0 && isShown(e));
  const edges = (drawn.length ? drawn : edgesAt(adjacency, atlas, centre, isShown)).slice(0, MOST_LIT);
  const nodes = [...new Set(edges.map((e) => otherEnd(atlas, e, centre)))].sort((a, b) => a - b);
  return { nodes, named: new Set([centre, ...nodes]), edges };
}
