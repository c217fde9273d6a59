// The edges of each node, as compressed sparse rows.

/**
 * @param {{n: number, m: number, source: Uint32Array, target: Uint32Array}} graph
 * @returns {{start: Uint32Array, edge: Uint32Array}} edges of node i are edge[start[i]] … edge[start[i + 1] - 1],
 *   by number; an edge from a node to itself stands once
 */
export function adjacencyOf(graph) {
  if (!adjacencies.has(graph.source)) adjacencies.set(graph.source, sparseRows(graph));
  return adjacencies.get(graph.source);
}

const adjacencies = new WeakMap(); // renderer, panel and paths ask for the same; by the edges, which are not all there at first

function sparseRows({ n, m, source, target }) {
  const start = new Uint32Array(n + 1);
  for (let e = 0; e < m; e++) {
    start[source[e] + 1]++;
    if (target[e] !== source[e]) start[target[e] + 1]++;
  }
  for (let i = 0; i < n; i++) start[i + 1] += start[i];
  const next = start.slice(0, n), edge = new Uint32Array(start[n]);
  for (let e = 0; e < m; e++) {
    edge[next[source[e]]++] = e;
    if (target[e] !== source[e]) edge[next[target[e]]++] = e;
  }
  return { start, edge };
}

/** The other end of an edge. */
export const otherEnd = (graph, e, i) => (graph.source[e] === i ? graph.target[e] : graph.source[e]);

/** Edges of a node, the strongest first; only those that `wanted` says yes to. */
export function edgesAt(adjacency, graph, i, wanted = () => true) {
  const found = [];
  for (let k = adjacency.start[i]; k < adjacency.start[i + 1]; k++) {
    if (wanted(adjacency.edge[k])) found.push(adjacency.edge[k]);
  }
  return found.sort((a, b) => graph.strength[b] - graph.strength[a] || a - b);
}
