import {strict as assert} from "node:assert";
import {test} from "node:test";
import {createCamera} from "../../../kgraph/atlas/assets/renderer/camera.js";
import {channels, colourNodes, huesOf, mixed, themeColours} from "../../../kgraph/atlas/assets/renderer/colours.js";
import {edgeInk, radiusIn, tierOf, tiersAt} from "../../../kgraph/atlas/assets/renderer/level_of_detail.js";
import {createBoard, createLabeller, overlap, placeTitles, shortened} from "../../../kgraph/atlas/assets/renderer/label_placement.js";
import {litBy} from "../../../kgraph/atlas/assets/renderer/highlight.js";
import {adjacencyOf} from "../../../kgraph/atlas/assets/renderer/adjacency.js";
import {landsOf} from "../../../kgraph/atlas/assets/renderer/regions.js";
import {chooseEdges, createScene, enlarged} from "../../../kgraph/atlas/assets/renderer/scene.js";
import {chance, pictureOf, synthetic} from "./synthetic.js";

const graph = synthetic();
const lands = landsOf(graph.regions, graph.meta.communities);
const measure = (text, height) => text.length * height * 0.55;
const cameraAt = (zoom, x = 0, y = 0) => {
  const camera = createCamera({ width: 1000, height: 700 });
  camera.home = 400;
  camera.set({ x, y, scale: 400 * zoom });
  return camera;
};
const placedAt = (zoom, x, y, labeller = createLabeller(measure), more = {}) => {
  const camera = cameraAt(zoom, x, y), tiers = tiersAt(graph.meta.ranges, zoom);
  const candidates = tiers.filter(({ shown }) => shown).flatMap(({ from, to }) => Array.from({ length: to - from }, (_, k) => from + k));
  return { camera, tiers, placed: labeller.place(graph, candidates, { camera, tiers, ...more }).map((one) => ({ ...one, box: { ...one.box } })) };
};
const pairs = (boxes) => boxes.flatMap((a, k) => boxes.slice(k + 1).map((b) => [a, b]));


test("names never overlap, at any zoom, with titles and with lit nodes", () => {
  for (const zoom of [0.8, 2, 6, 20, 60]) {
    const camera = cameraAt(zoom);
    let titles = [];
    const titlesAmong = (boxes) => (titles = placeTitles(lands, camera, measure, boxes));
    const { placed } = placedAt(zoom, 0, 0, undefined, { titlesAmong, lit: new Set([3, 5, 9, 200]), first: [399], rest: 0.3 });
    assert.ok(placed.length > 3 || zoom > 10, `${placed.length} names at ${zoom}`);
    for (const [a, b] of pairs([...placed, ...titles].map(({ box }) => box))) assert.ok(!overlap(a, b));
  }
});

test("a name gives way only to more important ones", () => {
  const { placed, camera, tiers } = placedAt(1, 0, 0), named = new Set(placed.map(({ node }) => node)), rank = Math.max(...named);
  const left = Array.from({ length: rank }, (_, i) => i).filter((i) => !named.has(i) && radiusIn(tierOf(tiers, i), graph.weight[i]) >= 1.9);
  for (const i of left) {
    const [x, y] = camera.toScreen(graph.x[i], graph.y[i]);
    const around = { left: x - 90, top: y - 40, right: x + 90, bottom: y + 40 };
    assert.ok(placed.some(({ node, box }) => node < i && overlap(box, around)), `${i} has room`);
  }
});

test("while the picture is moved no name comes or goes in the middle, and none jumps", () => {
  const labeller = createLabeller(measure);
  let before = placedAt(3, 0, 0, labeller);
  for (let step = 1; step < 12; step++) {
    const after = placedAt(3, step * 0.01, step * 0.004, labeller), names = new Map(after.placed.map((one) => [one.node, one]));
    for (const { node, x, y } of before.placed) {
      if (x < 250 || x > 650 || y < 200 || y > 500) continue;
      assert.ok(names.has(node), `${node} went`);
      assert.ok(Math.abs(names.get(node).x - (x - 12)) < 0.01 && Math.abs(names.get(node).y - (y - 4.8)) < 0.01, `${node} jumped from ${x} ${y} to ${names.get(node).x} ${names.get(node).y} at ${step}`);
    }
    before = after;
  }
});

test("a lit name at the edge of the view is not cut by it where another side has room; no name stands under controls", () => {
  const two = { n: 2, x: Float32Array.of(0.6, -0.6), y: Float32Array.of(0, 0), weight: Float32Array.of(0.9, 0.9), label: (i) => ["Michael of the right edge", "The left edge"][i] };
  const camera = cameraAt(2, 0, 0), tiers = [{ ...tiersAt(graph.meta.ranges, 2)[0], from: 0, to: 2 }];
  const [right, left] = [0, 1].map((i) => camera.toScreen(two.x[i], two.y[i])[0]);
  assert.ok(right > 940 && right < 1000 && left > 0 && left < 60, `${right} ${left}`);
  const place = (view) => createLabeller(measure).place(two, [0, 1], { camera, tiers, ...view }).map(({ node, box }) => [node, { ...box }]);
  const plain = place({}), lit = place({ lit: new Set([0, 1]) });
  assert.ok(plain[0][1].right > 1000, "a name that is not lit keeps its side");
  assert.deepEqual(lit.map(([node, box]) => [node, box.left >= 0 && box.right <= 1000]), [[0, true], [1, true]]);
  const controls = { left: 700, top: 300, right: 1300, bottom: 400 };
  for (const view of [{}, { lit: new Set([0, 1]) }]) {
    assert.deepEqual(place({ ...view, covered: [controls] }).filter(([, box]) => overlap(box, controls)), []);
  }
});

test("nodes without a name take no place, long names are cut at whole letters", () => {
  const nameless = { ...graph, label: () => "" }, tiers = tiersAt(graph.meta.ranges, 1);
  assert.deepEqual(createLabeller(measure).place(nameless, [0, 1, 2], { camera: cameraAt(1), tiers }), []);
  assert.equal(shortened("👍🏽👍🏽👍🏽👍🏽", 4), "👍🏽👍…");
  assert.equal(shortened("short", 5), "short");
});

test("titles stand where land is wide enough, and fade when one stands in it", () => {
  const at = (zoom) => placeTitles(lands, cameraAt(zoom, lands[0].x, lands[0].y), measure);
  assert.ok(at(0.4).length < at(1).length);
  assert.ok(at(1).length >= 3 && at(1).length <= lands.length);
  assert.deepEqual(at(40), []);
});

test("titles stand within the picture, over their land", () => {
  let cut = 0;
  for (const zoom of [0.5, 1, 2]) for (const { x, y } of lands) for (const aside of [-0.5, -0.4, 0.4, 0.5]) {
    const at = cameraAt(zoom, x, y), camera = cameraAt(zoom, x + (aside * at.width) / at.scale, y + (aside * at.height) / at.scale);
    for (const { box, width, community, x: tx, y: ty } of placeTitles(lands, camera, measure)) {
      assert.ok(box.left >= 0 && box.top >= 0 && box.right <= camera.width && box.bottom <= camera.height);
      const land = lands.find((one) => one.community === community), [px, py] = camera.toScreen(land.x, land.y);
      assert.ok(Math.hypot(tx - px, ty - py) <= land.r * camera.scale * 1.25);
      cut += Number(px - width / 2 < 0 || px + width / 2 > camera.width);
    }
  }
  assert.ok(cut > 0, "none would have been cut");
});

test("coming nearer, nodes grow and tiers appear one after the other: no quotes from afar, all of them near", () => {
  const zooms = [0.5, 1, 2, 4, 8, 16, 32, 100];
  for (const [k, zoom] of zooms.slice(1).entries()) {
    const far = tiersAt(graph.meta.ranges, zooms[k]), near = tiersAt(graph.meta.ranges, zoom);
    for (const [t, tier] of near.entries()) assert.ok(radiusIn(tier, 0.5) >= radiusIn(far[t], 0.5) && tier.alpha >= far[t].alpha);
  }
  const shown = (zoom) => tiersAt(graph.meta.ranges, zoom).filter((tier) => tier.shown).map(({ name }) => name);
  assert.deepEqual(shown(1), ["core"]);
  assert.deepEqual(shown(3), ["core", "episodes"]);
  assert.deepEqual(shown(40), ["core", "episodes", "leaves", "quotes"]);
});

test("of few nodes all tiers are shown from afar, and larger", () => {
  const few = { core: [0, 7], episodes: [7, 13], leaves: [13, 24], quotes: [24, 36] }, many = { core: [0, 300], episodes: [300, 400], leaves: [400, 600] };
  const shown = (ranges) => tiersAt(ranges, 1).filter((tier) => tier.shown).map(({ name }) => name);
  assert.deepEqual(shown(few), ["core", "episodes", "leaves", "quotes"]);
  assert.deepEqual(shown(many), ["core"]);
  assert.ok(tiersAt(few, 1)[0].small > 2 * tiersAt({ ...few, rest: [36, 600] }, 1)[0].small);
});

test("mentions are drawn only near, associations always, others never by themselves; what is asked for is drawn", () => {
  const drawn = (zoom, wanted) => graph.meta.edgeKinds.filter((_, k) => edgeInk(graph.meta.edgeKinds, zoom, wanted)[k] > 0);
  assert.deepEqual(drawn(1), ["associated"]);
  assert.ok(drawn(30).includes("mentions") && !drawn(30).includes("names"));
  assert.deepEqual(drawn(30, "none"), []);
  assert.deepEqual(drawn(1, ["names"]), ["names"]);
});

const style = { ...themeColours("light"), ...colourNodes(graph, "type", false), edges: "auto", minStrength: 0, regions: "none", shapes: new Uint8Array(13) };
const differing = (a, b) => a.reduce((count, value, at) => count + Number(value !== b[at]), 0);
const view = { x: 0, y: 0, scale: 300, ratio: 1, width: 640, height: 640 };
const bare = new Uint8ClampedArray(4 * 640 * 640).map((_, at) => [...channels(style.ground), 255][at % 4]);

test("the picture is not blank, is the same each time, and differs without what is masked", () => {
  const scene = Object.assign(createScene(graph), { style }), whole = pictureOf(scene, view);
  assert.ok(differing(whole, bare) > 20000);
  assert.deepEqual(pictureOf(scene, view), whole);
  scene.mask = new Uint8Array(graph.n).fill(1);
  assert.deepEqual(pictureOf(scene, view), whole);
  scene.mask.fill(0);
  assert.equal(differing(pictureOf(scene, view), bare), 0);
});

test("an edge that only crosses the view is not drawn; one that leaves it is", () => {
  const line = (xs) => ({
    ...graph, n: 2, m: 1, x: Float32Array.from(xs), y: Float32Array.of(0, 0), weight: new Float32Array(2), type: new Uint8Array(2),
    source: Uint32Array.of(0), target: Uint32Array.of(1), kind: new Uint8Array(1), strength: Float32Array.of(1),
    meta: { ...graph.meta, ranges: { core: [0, 2] } },
  });
  const inkOf = (xs) => {
    const pixels = pictureOf(Object.assign(createScene(line(xs)), { style: { ...style, index: new Uint8Array(2) } }), view);
    return differing(pixels, bare);
  };
  assert.equal(inkOf([-5, 5]), 0);
  assert.ok(inkOf([0, 5]) > 100);
  assert.ok(inkOf([-0.5, 0.5]) > 300);
});

test("of too many edges the strongest are drawn", () => {
  const dense = synthetic({ core: 3000, ties: 8 }), scene = Object.assign(createScene(dense), { style: { ...style, index: new Uint8Array(dense.n) } });
  pictureOf(scene, view);
  assert.ok(scene.least > 0.3 && scene.least < 0.8, `least ${scene.least}`);
  const few = Object.assign(createScene(graph), { style });
  pictureOf(few, view);
  assert.equal(few.least, 0);
});

test("land is filled with its own colour up to the shore, and nowhere else", () => {
  const scene = Object.assign(createScene(graph), { style: { ...style, regions: "own" }, mask: new Uint8Array(graph.n) }), pixels = pictureOf(scene, view);
  const at = (x, y) => [...pixels.subarray(4 * (Math.round(y * 300 + 320) * 640 + Math.round(x * 300 + 320))).subarray(0, 3)];
  const { x, y, community } = lands[0], colour = scene.ground.colourOf(community, scene.style);
  assert.deepEqual(at(x, y), channels(mixed(style.ground, colour, 0.085)));
  assert.deepEqual(at(-1.05, -1.05), channels(style.ground));
  const around = { ...view, x: lands[0].x, y: lands[0].y, scale: 30000 }, whole = pictureOf(scene, around);
  assert.deepEqual([...whole.subarray(0, 3)], at(x, y), "near enough there is nothing but land");
});

/** Contrast of two colours (WCAG 2.2). */
function contrast(a, b) {
  const light = (hex) => channels(hex).map((value) => value / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const [low, high] = [light(a), light(b)].sort((p, q) => p - q);
  return (high + 0.05) / (low + 0.05);
}

test("every colour of a mark stands out from the ground, and text can be read, in both themes", () => {
  for (const theme of ["light", "dark"]) {
    const { ground, ink, quiet, dark } = themeColours(theme);
    for (const by of ["type", "community", "confidence"]) {
      for (const colour of colourNodes(graph, by, dark).palette) assert.ok(contrast(colour, ground) >= 3, `${by} ${colour} on ${ground}`);
    }
    assert.ok(contrast(ink, ground) >= 7 && contrast(quiet, ground) >= 4.5);
  }
});

test("each way of colouring gives every node a colour that there is, and a legend that names it", () => {
  for (const by of ["type", "community", "confidence"]) {
    const { index, palette, legend } = colourNodes(graph, by, false);
    assert.ok(index.length === graph.n && index.every((k) => k < palette.length), by);
    assert.ok(legend.length > 1 && legend.every(({ label, colour }) => label && palette.includes(colour)), by);
  }
});

test("neighbouring communities have different colours; colours mix in between", () => {
  const row = Array.from({ length: 12 }, (_, k) => ({ x: k * 0.1, y: 0 })), hues = huesOf(row);
  assert.equal(new Set(hues).size, 12);
  assert.equal(mixed("#000000", "#ffffff", 0.5), "#808080");
});

test("what lights up round a node: drawn edges; for a selection those to what is shown; all where there are none", () => {
  const rows = adjacencyOf(graph), at = (zoom) => ({ ink: edgeInk(graph.meta.edgeKinds, zoom), tiers: tiersAt(graph.meta.ranges, zoom), mask: null });
  const kinds = ({ edges }) => new Set(edges.map((e) => graph.meta.edgeKinds[graph.kind[e]]));
  const far = litBy(graph, rows, 0, { ...at(1), all: true }), near = litBy(graph, rows, 0, { ...at(4), all: true });
  assert.deepEqual(kinds(far), new Set(["associated"]));
  assert.deepEqual(kinds(near), new Set(["associated", "mentions"]));
  assert.deepEqual(kinds(litBy(graph, rows, 0, { ...at(4), all: false })), new Set(["associated"]));
  assert.ok(near.named.has(0) && !near.nodes.includes(0));
  const mask = new Uint8Array(graph.n).fill(1);
  mask[far.nodes[0]] = 0;
  assert.ok(!litBy(graph, rows, 0, { ...at(1), mask, all: true }).nodes.includes(far.nodes[0]));
  const quote = litBy(graph, rows, graph.n - 1, { ...at(1), all: false });
  assert.deepEqual([kinds(quote), [...quote.named]], [new Set(["quoted"]), [graph.n - 1, graph.parent[graph.n - 1]]]);
});

test("a board knows what lies on it, after many boxes too, and nothing after it is cleared", () => {
  const board = createBoard(), box = (x, y) => ({ left: x, top: y, right: x + 60, bottom: y + 10 });
  board.clear(500, 400);
  const own = box(10, 10);
  for (let k = 0; k < 900; k++) board.take(k ? box(200 + (k % 20), 100 + (k % 200)) : own);
  assert.deepEqual([board.isFree(box(60, 15)), board.isFree(box(60, 15), own), board.isFree(box(71, 10)), board.isFree(box(230, 290))], [false, true, true, false]);
  board.clear(300, 300);
  assert.ok(board.isFree(box(60, 15)) && board.isFree(box(-900, 9000)));
});

test("a picture of twice the pixels has the edges of the view, to its rim", () => {
  const scene = Object.assign(createScene(graph), { style: { minStrength: 0 } }), ink = edgeInk(graph.meta.edgeKinds, 1);
  const view = { x: 0, y: 0, scale: 700, ratio: 1, width: 800, height: 600, seenWidth: 880, seenHeight: 680 };
  const twice = enlarged(view, 2);
  assert.deepEqual(twice, { x: 0, y: 0, scale: 1400, ratio: 2, width: 1600, height: 1200, seenWidth: 1760, seenHeight: 1360 });
  const [one, two, middle] = [view, twice, { ...twice, seenWidth: 880, seenHeight: 680 }].map((each) => chooseEdges(scene, each, ink).chosen);
  assert.equal(two, one);
  assert.ok(middle < one, "edges of the rim are some");
});
