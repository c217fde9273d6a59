// Chooses what is highlighted around a node: its neighbours by the edges that count at this zoom, strongest first.

import {edgesAt, otherEnd} from "./adjacency.js";
import {tierOf} from "./level_of_detail.js";

const MOST_LIT = 400; // edges lit at once: more is a blot, and costs time in every frame
const FEW_LIT = 40; // so few that each is named, whatever its size

/**
 * Edges that are drawn at this zoom, and those that lead to what is more than dust; of a node that has none of either,
 * all.
 * @param atlas the graph
 * @param adjacency from `adjacencyOf`
 * @param {number} centre the node
 * @param {{ink: Float32Array, tiers: object[], mask: Uint8Array|null, ties: Uint8Array|null, all: boolean}} view ink of each kind of edge and
 *   tiers at this zoom; all: also edges that are drawn only for a selection
 * @returns {{nodes: number[], named: Set<number>, edges: number[]}} nodes by importance, without the centre; named:
 *   those that are to have a name, and the centre
 */
export function litBy(atlas, adjacency, centre, { ink, tiers, mask, ties = null, all }) {
  const isShown = (e) => (!mask || mask[otherEnd(atlas, e, centre)]) && !(ties && e < ties.length && !ties[e]), isLarge = (i) => tierOf(tiers, i).shown;
  const drawn = (e) => ink[atlas.kind[e]] > 0 && isShown(e), more = (e) => isShown(e) && (ink[atlas.kind[e]] > 0 || isLarge(otherEnd(atlas, e, centre)));
  const found = edgesAt(adjacency, atlas, centre, all ? more : drawn);
  const edges = (found.length ? found : edgesAt(adjacency, atlas, centre, isShown)).slice(0, MOST_LIT);
  const nodes = [...new Set(edges.map((e) => otherEnd(atlas, e, centre)))].sort((a, b) => a - b);
  return { nodes, named: new Set([centre, ...(nodes.length > FEW_LIT ? nodes.filter(isLarge) : nodes)]), edges };
}
