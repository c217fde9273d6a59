import {strict as assert} from "node:assert";
import {test} from "node:test";
import {adjacencyOf, edgesAt, otherEnd} from "../../../kgraph/atlas/assets/renderer/adjacency.js";
import {createCamera, flightPath} from "../../../kgraph/atlas/assets/renderer/camera.js";
import {indexOf, nearest, within} from "../../../kgraph/atlas/assets/renderer/hit_test.js";
import {boundsOf, distanceToStretch, rise} from "../../../kgraph/atlas/assets/renderer/math.js";
import {chance, synthetic} from "./synthetic.js";

const near = (a, b, by = 1e-6) => assert.ok(Math.abs(a - b) <= by, `${a} is not ${b}`);
const camera = (options = {}) => {
  const made = createCamera({ width: 800, height: 600, ...options });
  made.fit({ left: -1, top: -1, right: 1, bottom: 1 }, { home: true, margin: 40 });
  return made;
};

test("the camera shows a box whole, and knows each pixel's place in the world", () => {
  const made = camera();
  assert.equal(made.scale, 260);
  assert.deepEqual(made.toScreen(0, 0), [400, 300]);
  const [x, y] = made.toWorld(...made.toScreen(0.3, -0.7));
  near(x, 0.3);
  near(y, -0.7);
});

test("a view of all leaves room for names beside it, on a phone less", () => {
  const box = { left: -2, top: -1, right: 2, bottom: 1 };
  assert.equal(createCamera({ width: 1200, height: 800 }).viewOf(box).scale, (1200 - 180) / 4);
  assert.equal(createCamera({ width: 375, height: 600 }).viewOf(box).scale, (375 - 60) / 4);
});

test("the camera knows whether it was moved since all was shown", () => {
  const made = camera();
  assert.ok(made.isFitted());
  made.pan(1, 0);
  assert.ok(!made.isFitted());
});

test("what lies under the pointer stays there when one zooms", () => {
  const made = camera(), [x, y] = made.toWorld(123, 456);
  made.zoomAt(123, 456, 2.5);
  near(made.toScreen(x, y)[0], 123);
  near(made.toScreen(x, y)[1], 456);
  assert.equal(made.scale, 650);
});

test("the camera neither goes through the map nor loses it, and refuses what is no number", () => {
  const made = camera();
  made.zoomAt(0, 0, 1e9);
  assert.equal(made.scale, 260 * 160);
  made.zoomAt(0, 0, 1e-9);
  assert.equal(made.scale, 104);
  made.set({ x: NaN });
  assert.ok(Number.isFinite(made.x));
});

test("a flight begins here, ends at its goal and rises between two distant places", async () => {
  const made = camera();
  made.set({ x: -0.9, scale: 2600 });
  const goal = { x: 0.9, y: 0.1, scale: 2600 }, { at } = flightPath(made, goal);
  near(at(0).x, -0.9, 1e-4);
  near(at(1).x, 0.9, 1e-4);
  near(at(1).y, 0.1, 1e-4);
  near(at(1).scale, 2600, 1);
  assert.ok(at(0.5).scale < 1500);
  const arrived = made.animate(goal);
  assert.equal(made.step(1000), true);
  assert.equal(made.step(9000), false);
  await arrived;
  assert.deepEqual([made.x, made.y, made.scale], [0.9, 0.1, 2600]);
});

test("who prefers less motion is there at once", async () => {
  const made = camera({ calm: () => true });
  await made.animate({ x: 0.5 });
  assert.equal(made.x, 0.5);
  assert.equal(made.step(1), false);
  made.glideAt(400, 300, 2);
  assert.equal(made.scale, 520);
});

test("a soft zoom arrives where it was sent, over several frames", () => {
  const made = camera();
  made.glideAt(400, 300, 2);
  assert.equal(made.scale, 260);
  let steps = 0;
  while (made.step(steps)) steps++;
  near(made.scale, 520, 1e-6);
  assert.ok(steps > 4 && steps < 30);
});

test("the edges of each node are those that have it as an end, the strongest first", () => {
  const graph = synthetic(), rows = adjacencyOf(graph);
  for (const i of [0, 7, 399, 410, graph.n - 1]) {
    const expected = [];
    for (let e = 0; e < graph.m; e++) if (graph.source[e] === i || graph.target[e] === i) expected.push(e);
    expected.sort((a, b) => graph.strength[b] - graph.strength[a] || a - b);
    assert.deepEqual(edgesAt(rows, graph, i), expected);
    for (const e of expected) assert.ok([graph.source[e], graph.target[e]].includes(otherEnd(graph, e, i)));
  }
});

test("an edge from a node to itself stands once", () => {
  const graph = { n: 2, m: 2, source: Uint32Array.of(0, 0), target: Uint32Array.of(0, 1), strength: Float32Array.of(1, 0.5) };
  assert.deepEqual(edgesAt(adjacencyOf(graph), graph, 0), [0, 1]);
});

test("the index finds the same nodes as a look at all of them", () => {
  const { x, y, n } = synthetic({ quotes: 3000 }), index = indexOf(x, y), random = chance(5);
  for (let k = 0; k < 50; k++) {
    const px = 2 * random() - 1, py = 2 * random() - 1, all = [...Array(n).keys()];
    const inBox = all.filter((i) => x[i] >= px && x[i] <= px + 0.2 && y[i] >= py && y[i] <= py + 0.1);
    assert.deepEqual([...within(index, px, py, px + 0.2, py + 0.1)], inBox);
    const far = (i) => Math.hypot(x[i] - px, y[i] - py), best = all.reduce((a, b) => (far(b) < far(a) ? b : a));
    assert.equal(nearest(index, px, py, 3, () => 1e-9), best);
  }
});

test("a node that is not shown, or too far, is not hit; one that the point lies on wins over one near it", () => {
  const index = indexOf(Float32Array.of(0, 0.1, 5), Float32Array.of(0, 0, 5));
  assert.equal(nearest(index, 0.01, 0, 1, (i) => (i === 0 ? -1 : 0.01)), 1);
  assert.equal(nearest(index, 3, 3, 0.5, () => 0.01), -1);
  assert.equal(nearest(index, 0.04, 0, 1, (i) => (i === 1 ? 0.08 : 0.001)), 1);
});

test("no points, one point and points on a line have an index too", () => {
  assert.equal(nearest(indexOf(new Float32Array(0), new Float32Array(0)), 0, 0, 1, () => 1), -1);
  assert.equal(nearest(indexOf(Float32Array.of(2), Float32Array.of(3)), 2, 3, 1, () => 1), 0);
  assert.deepEqual([...within(indexOf(Float32Array.of(0, 1, 2), new Float32Array(3)), 0.5, -1, 2, 1)], [1, 2]);
});

test("distances, bounds and rises", () => {
  assert.equal(distanceToStretch(0, 1, -1, 0, 1, 0), 1);
  assert.equal(distanceToStretch(5, 0, -1, 0, 1, 0), 4);
  assert.equal(distanceToStretch(3, 4, 0, 0, 0, 0), 5);
  assert.deepEqual(boundsOf([1, -2, 9], [0, 3, 9], 0, 2), { left: -2, top: 0, right: 1, bottom: 3 });
  assert.deepEqual([rise(0, 1, 2), rise(1.5, 1, 2), rise(3, 1, 2)], [0, 0.5, 1]);
});
