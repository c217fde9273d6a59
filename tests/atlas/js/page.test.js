import {strict as assert} from "node:assert";
import {test} from "node:test";
import {createCamera} from "../../../kgraph/atlas/assets/renderer/camera.js";
import {colourNodes, themeColours} from "../../../kgraph/atlas/assets/renderer/colours.js";
import {tiersAt} from "../../../kgraph/atlas/assets/renderer/level_of_detail.js";
import {atlasOf, safeHref} from "../../../kgraph/atlas/assets/embed.js";
import {createEngine, openWorker} from "../../../kgraph/atlas/assets/renderer/engine.js";
import {bindGestures} from "../../../kgraph/atlas/assets/renderer/gestures.js";
import {indexOf} from "../../../kgraph/atlas/assets/renderer/hit_test.js";
import {pointedAt} from "../../../kgraph/atlas/assets/renderer/hit_test.js";
import {settle} from "../../../kgraph/atlas/assets/force_layout.js";
import {synthetic} from "./synthetic.js";

const graph = synthetic({ core: 100, episodes: 5, leaves: 10, quotes: 20 });
const camera = () => {
  const made = createCamera({ width: 800, height: 600 });
  made.fit({ left: -1, top: -1, right: 1, bottom: 1 }, { home: true, margin: 40 });
  return made;
};

/** A worker that keeps what it is sent, and answers when told to. */
function fakeWorker() {
  const worker = {
    sent: [], ended: false, postMessage: (message) => void worker.sent.push(message), terminate: () => void (worker.ended = true),
    views: () => worker.sent.filter(({ view }) => view).map(({ view }) => view.x),
    answer: () => worker.onmessage({ data: { ...worker.sent.filter(({ view }) => view).at(-1), bitmap: { close() {} }, took: 1, least: 0 } }),
  };
  return worker;
}

const large = synthetic({ core: 3000, quotes: 9000 });

test("one picture is on its way at a time; of those asked for meanwhile only the last is drawn", () => {
  const worker = fakeWorker(), shown = [], engine = createEngine(large, worker, ({ view }) => shown.push(view.x));
  for (const x of [1, 2, 3]) engine.request({ x });
  assert.deepEqual(worker.views(), [1]);
  assert.equal(engine.awaited().x, 3);
  worker.answer();
  worker.answer();
  assert.deepEqual(shown, [1, 3]);
  assert.equal(engine.awaited(), null);
});

test("the worker gets arrays of its own, the page keeps its own; masks are copied when they are set", () => {
  const worker = fakeWorker(), engine = createEngine(large, worker, () => {}), mask = new Uint8Array(large.n).fill(1);
  const sent = worker.sent[0].graph;
  assert.deepEqual(sent.x, large.x);
  assert.notEqual(sent.x.buffer, large.x.buffer);
  assert.ok(!("label" in sent));
  engine.mask(mask);
  mask[0] = 0;
  assert.equal(worker.sent.at(-1).mask[0], 1);
});

test("a picture by itself goes to who asked for it, and to nobody else", async () => {
  const worker = fakeWorker(), shown = [], engine = createEngine(large, worker, (picture) => shown.push(picture));
  const own = engine.once({ x: 9 });
  worker.answer();
  assert.ok((await own).close);
  assert.deepEqual(shown, []);
});

test("while a worker is only promised the page draws the first picture; what follows waits, with how things look by then", async () => {
  const worker = fakeWorker(), drawn = [], ImageDataBefore = globalThis.ImageData, CanvasBefore = globalThis.OffscreenCanvas;
  globalThis.ImageData = class {};
  globalThis.OffscreenCanvas = class {
    getContext = () => ({ putImageData() {} });
    transferToImageBitmap = () => "by the page";
  };
  let come = null;
  const engine = createEngine(graph, new Promise((done) => { come = done; }), ({ bitmap }) => drawn.push(bitmap));
  const style = { ...themeColours("light"), ...colourNodes(graph, "type", false), edges: "auto", minStrength: 0, regions: "none", shapes: new Uint8Array(13) };
  engine.style(style);
  engine.request({ x: 0, y: 0, scale: 100, ratio: 1, width: 20, height: 10 });
  await new Promise((done) => setTimeout(done, 5));
  engine.request({ x: 2 });
  assert.deepEqual([drawn, worker.sent], [["by the page"], []]);
  come(worker);
  await null;
  await null;
  assert.deepEqual(worker.sent.slice(1), [{ style, mask: null, ties: null }, { view: { x: 2 }, number: 2 }]);
  Object.assign(globalThis, { ImageData: ImageDataBefore, OffscreenCanvas: CanvasBefore });
});

test("a worker that comes after the end is ended", async () => {
  const late = fakeWorker();
  createEngine(large, Promise.resolve(late), () => {}).destroy();
  await null;
  await null;
  assert.ok(late.ended);
});

test("where there can be no worker there is none, and no error", () => {
  assert.equal(openWorker({ workerSource: "self.onmessage = null" }), null);
  assert.equal(openWorker(), null);
});

/** An element that only hears. */
function fakeHost() {
  const heard = {}, host = {
    style: {}, addEventListener: (name, f) => void (heard[name] = f), removeEventListener: (name) => void delete heard[name],
    getBoundingClientRect: () => ({ left: 10, top: 20 }), heard,
    fire: (type, x, y, more = {}) => heard[type]({ type, clientX: x + 10, clientY: y + 20, pointerId: 1, button: 0, timeStamp: 0, preventDefault() {}, ...more }),
  };
  return host;
}

test("a drag moves the picture and picks nothing; a click picks; a pointer that only passes is told", () => {
  const made = camera(), host = fakeHost(), told = [];
  const unbind = bindGestures(host, made, { hover: (x, y) => told.push(["hover", x, y]), leave: () => told.push(["leave"]), pick: (x, y) => told.push(["pick", x, y]) });
  host.fire("pointermove", 5, 6);
  host.fire("pointerdown", 100, 100);
  host.fire("pointermove", 152, 100);
  host.fire("pointerup", 152, 100);
  assert.equal(made.x, -52 / 260);
  host.fire("pointerdown", 100, 100);
  host.fire("pointerup", 101, 100);
  host.fire("pointerleave", 0, 0);
  assert.deepEqual(told, [["hover", 5, 6], ["pick", 101, 100], ["leave"]]);
  unbind();
  assert.deepEqual(host.heard, {});
});

test("two fingers zoom around what is between them, and pick nothing", () => {
  const made = camera(), host = fakeHost(), told = [];
  bindGestures(host, made, { hover() {}, leave() {}, pick: () => told.push("pick") });
  host.fire("pointerdown", 300, 300, { pointerId: 1 });
  host.fire("pointerdown", 500, 300, { pointerId: 2 });
  host.fire("pointermove", 250, 300, { pointerId: 1 });
  host.fire("pointermove", 550, 300, { pointerId: 2 });
  assert.ok(Math.abs(made.scale - 390) < 1e-6 && Math.abs(made.x) < 1e-9, `${made.scale} ${made.x}`);
  host.fire("pointerup", 250, 300, { pointerId: 1 });
  host.fire("pointerup", 550, 300, { pointerId: 2 });
  assert.deepEqual(told, []);
});

test("in a page that scrolls, the wheel is the page's unless Ctrl is held, and a finger may pan up and down", () => {
  const made = camera(), host = fakeHost(), before = made.scale, steps = () => { while (made.step(1)); };
  bindGestures(host, made, { hover() {}, leave() {}, pick() {}, leavesWheel: true });
  host.fire("wheel", 200, 150, { deltaY: -180, deltaMode: 0, ctrlKey: false });
  steps();
  assert.equal(made.scale, before);
  host.fire("wheel", 200, 150, { deltaY: -180, deltaMode: 0, ctrlKey: true });
  steps();
  assert.ok(made.scale > before);
  assert.equal(host.style.touchAction, "pan-y");
});

test("the wheel zooms at the pointer, by lines as by pixels; a second tap comes nearer", () => {
  const made = camera(), host = fakeHost(), steps = () => { while (made.step(1)); };
  bindGestures(host, made, { hover() {}, leave() {}, pick() {} });
  const before = made.toWorld(200, 150);
  host.fire("wheel", 200, 150, { deltaY: -180, deltaMode: 0, ctrlKey: false });
  steps();
  const byPixels = made.scale;
  assert.ok(byPixels > 300 && Math.abs(made.toWorld(200, 150)[0] - before[0]) < 1e-9);
  host.fire("wheel", 200, 150, { deltaY: 10, deltaMode: 1, ctrlKey: false });
  steps();
  assert.ok(Math.abs(made.scale - 260) < 1e-6);
  for (const timeStamp of [1000, 1200]) {
    host.fire("pointerdown", 400, 300, { timeStamp });
    host.fire("pointerup", 400, 300, { timeStamp });
  }
  assert.ok(Math.abs(made.flight.goal.scale - 520) < 1e-6);
  made.set({});
  for (const x of [100, 300]) {
    host.fire("pointerdown", x, 300, { timeStamp: 5000 });
    host.fire("pointerup", x, 300, { timeStamp: 5000 });
  }
  assert.equal(made.flight, null, "two taps in two places are no double tap");
});

test("a point is on a mark, else on a name, else on an edge that is drawn, else on nothing", () => {
  const made = camera(), tiers = tiersAt(graph.meta.ranges, 1), index = indexOf(graph.x, graph.y), [px, py] = made.toScreen(graph.x[0], graph.y[0]);
  const at = (x, y, more = {}) => pointedAt(graph, index, { px: x, py: y, reach: 9, camera: made, tiers, zoom: 1, mask: null, lit: null, placed: [], edges: "auto", least: 0, ...more });
  assert.deepEqual(at(px, py), { node: 0 });
  const mask = new Uint8Array(graph.n).fill(1);
  mask[0] = 0;
  assert.notDeepEqual(at(px, py, { mask }), { node: 0 });
  const box = { left: 5, top: 5, right: 60, bottom: 20 };
  assert.deepEqual(at(30, 10, { placed: [{ node: 7, box }] }), { node: 7 });
  assert.equal(at(3, 597), null);
  const e = graph.kind.findIndex((kind, k) => kind === 0 && Math.hypot(graph.x[graph.source[k]] - graph.x[graph.target[k]], graph.y[graph.source[k]] - graph.y[graph.target[k]]) > 0.3);
  const middle = made.toScreen((graph.x[graph.source[e]] + graph.x[graph.target[e]]) / 2, (graph.y[graph.source[e]] + graph.y[graph.target[e]]) / 2);
  const only = new Uint8Array(graph.n);
  only[graph.source[e]] = only[graph.target[e]] = 1;
  assert.deepEqual(at(...middle, { mask: only, lit: { edges: [e], named: new Set() } }), { edge: e });
  assert.deepEqual(at(...middle, { mask: only, zoom: 3 }), { edge: e });
  assert.equal(at(...middle, { mask: only, zoom: 1 }), null);
});

const SMALL = {
  nodes: [{ id: "b", label: "B", weight: 1 }, { id: "a", label: "A", type: "company", weight: 9, href: "/a" }, { id: "c", label: "C", weight: 4 }],
  edges: [{ source: "a", target: "b", strength: 2 }, { source: "a", target: "c", label: "why" }],
};

test("a small graph becomes an atlas: the most important first, places made up where they are missing", () => {
  const atlas = atlasOf(SMALL);
  assert.deepEqual([0, 1, 2].map(atlas.label), ["A", "C", "B"]);
  assert.deepEqual([...atlas.source, ...atlas.target], [0, 0, 2, 1]);
  assert.deepEqual([...atlas.strength], [1, 0.5]);
  assert.deepEqual([atlas.weight[0], atlas.node(0).href, atlas.edge(1).label], [1, "/a", "why"]);
  assert.deepEqual(atlasOf(SMALL).x, atlas.x);
  const placed = atlasOf({ nodes: SMALL.nodes.map((node, k) => ({ ...node, x: k, y: -k })), edges: [] });
  assert.deepEqual([...placed.x], [0, 1, -1]);
});

test("a small graph that is wrong is refused with the place and the value", () => {
  assert.throws(() => atlasOf({ nodes: [], edges: [{ source: "x", target: "y" }] }), /edges\[0\]: no node has the id "x"/);
  assert.throws(() => atlasOf({ nodes: Array.from({ length: 1501 }, (_, id) => ({ id, label: "" })), edges: [] }), /1501 nodes/);
  assert.equal(atlasOf({ nodes: [], edges: [] }).n, 0);
});

test("settled places are apart, tied ones nearer, in the frame, and the same each time", () => {
  const edges = Array.from({ length: 29 }, (_, k) => ({ source: k % 5, target: k + 1, strength: 1 })), { x, y } = settle(30, edges);
  const far = (a, b) => Math.hypot(x[a] - x[b], y[a] - y[b]);
  for (let a = 0; a < 30; a++) for (let b = a + 1; b < 30; b++) assert.ok(far(a, b) > 0.03, `${a} on ${b}`);
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  assert.ok(mean(edges.map(({ source, target }) => far(source, target))) < 0.75 * mean(edges.map((_, k) => far(k, 29))));
  assert.ok([...x, ...y].every((value) => Math.abs(value) <= 1.0001));
  assert.deepEqual(settle(30, edges), { x, y });
  assert.deepEqual(settle(1, []), { x: Float32Array.of(0), y: Float32Array.of(0) });
});

test("an address is followed only when it leads to a page", () => {
  const base = "https://example.org/company/x";
  assert.equal(safeHref("/company/y", base), "https://example.org/company/y");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "http://[", "file:///etc/passwd"]) assert.equal(safeHref(bad, base), "");
});
