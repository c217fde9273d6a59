// An atlas of made-up nodes, of any size, always the same for the same seed: of the shape that data.js gives.

import {drawScene} from "../../../kgraph/atlas/assets/renderer/scene.js";

const TYPES = ["company", "institution", "crypto", "product", "person", "place", "show", "other", "theme", "topic", "tag", "episode", "quote"];
const KINDS = ["associated", "mentions", "about", "keyword", "partOf", "states", "quoted", "names", "theme"];
const TURN = Math.PI * (3 - Math.sqrt(5));

/** Numbers in [0, 1), the same for the same seed (mulberry32, T. Ettinger). */
export function chance(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A ring as round as land of twelve corners becomes. */
const ringRound = (x, y, r) => Float32Array.from({ length: 96 }, (_, k) => (k % 2 ? y + r * Math.sin((k - 1) * Math.PI / 48) : x + r * Math.cos(k * Math.PI / 48)));

/**
 * @param {{core?: number, episodes?: number, leaves?: number, quotes?: number, ties?: number, communities?: number,
 *   seed?: number}} size ties: associations a core node
 */
export function synthetic({ core = 400, episodes = 60, leaves = 300, quotes = 900, ties = 4, communities = 6, seed = 1 } = {}) {
  const random = chance(seed), n = core + episodes + leaves + quotes;
  const ranges = { core: [0, core], episodes: [core, core + episodes], leaves: [core + episodes, n - quotes], quotes: [n - quotes, n] };
  const graph = {
    n, type: new Uint8Array(n), x: new Float32Array(n), y: new Float32Array(n), community: new Uint16Array(n), weight: new Float32Array(n),
    confidence: new Float32Array(n).fill(1), first: new Int32Array(n), last: new Int32Array(n), count: new Uint32Array(n).fill(1),
    show: new Int32Array(n).fill(-1), parent: new Int32Array(n).fill(-1), advert: new Uint8Array(n), relevance: new Float32Array(n),
    label: (i) => `Name ${i}`, aliases: () => [],
  };
  const middles = Array.from({ length: communities }, (_, c) => [0.62 * Math.cos(c * TURN) * Math.sqrt((c + 0.3) / communities), 0.62 * Math.sin(c * TURN) * Math.sqrt((c + 0.3) / communities)]);
  const bell = () => random() + random() + random() - 1.5;
  for (let i = 0; i < core + episodes; i++) {
    const community = (graph.community[i] = Math.floor(random() * random() * communities));
    graph.x[i] = middles[community][0] + 0.22 * bell();
    graph.y[i] = middles[community][1] + 0.22 * bell();
    graph.type[i] = i < core ? i % 11 : 11;
    graph.weight[i] = i < core ? 0.1 + 0.85 / (1 + i / 12) : 0.3;
    graph.confidence[i] = i < core ? 0.5 + random() / 2 : 1;
    graph.first[i] = graph.last[i] = 20000 + Math.floor(365 * random());
  }
  const edges = [];
  for (let i = core + episodes; i < n; i++) {
    const parent = core + (i % episodes), k = Math.floor(i / episodes), quote = i >= n - quotes;
    graph.parent[i] = parent;
    graph.community[i] = graph.community[parent];
    graph.x[i] = graph.x[parent] + 0.004 * Math.sqrt(k + 2) * Math.cos(k * TURN);
    graph.y[i] = graph.y[parent] + 0.004 * Math.sqrt(k + 2) * Math.sin(k * TURN);
    graph.type[i] = quote ? 12 : i % 8;
    graph.weight[i] = 0.1 * random();
    graph.last[i] = graph.first[i] = graph.first[parent];
    edges.push([quote ? 6 : 1, parent, i, random()]);
  }
  const inside = Array.from({ length: communities }, () => []);
  for (let i = 0; i < core; i++) inside[graph.community[i]].push(i);
  for (let i = 0; i < core; i++) {
    for (let k = 0; k < ties; k++) {
      const near = random() < 0.85 ? inside[graph.community[i]] : null;
      const other = near ? near[Math.floor(random() * random() * near.length)] : Math.floor(random() * core);
      if (other !== i) edges.push([0, Math.min(i, other), Math.max(i, other), random()]);
    }
  }
  for (let e = 0; e < episodes; e++) {
    for (let k = 0; k < 12; k++) edges.push([1, core + e, Math.floor(random() * random() * core), random()]);
  }
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  const m = edges.length, column = (k, Type) => Type.from(edges, (edge) => edge[k]);
  const regions = middles.map(([x, y], community) => ({ community, rings: [ringRound(x, y, 0.13)] }));
  const found = middles.map(([x, y], c) => ({ name: `Camp ${c}, Of ${c}`, members: inside[c].length, x, y, r: 0.16 }));
  return {
    ...graph, regions, m, kind: column(0, Uint8Array), source: column(1, Uint32Array), target: column(2, Uint32Array), strength: column(3, Float32Array),
    meta: { title: "Made up", types: TYPES, edgeKinds: KINDS, ranges, communities: found },
  };
}

/** All of a picture, of which `drawScene` gives strips. */
export function pictureOf(scene, view) {
  const whole = new Uint8ClampedArray(4 * view.width * view.height);
  drawScene(scene, view, (pixels, top) => whole.set(pixels, 4 * top * view.width));
  return whole;
}
