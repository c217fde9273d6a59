// Both presses: what they keep from picture to picture, and what they do with numbers that are none.

import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import test from "node:test";
import {colourNodes, themeColours} from "../../../kgraph/atlas/assets/colours.js";
import {createPress, writeLine} from "../../../kgraph/atlas/assets/press.js";
import {createScene} from "../../../kgraph/atlas/assets/scene.js";
import {pictureOf, synthetic} from "./synthetic.js";

const code = readFileSync(new URL("../../../kgraph/atlas/assets/press.wasm", import.meta.url)), graph = synthetic({ core: 900 });
const colours = themeColours("light"), style = { ...colours, ...colourNodes(graph, "type", false), edges: "auto", minStrength: 0, regions: "own", shapes: new Uint8Array(13) };
const sceneBy = (press) => Object.assign(createScene(graph, press), { style });
const view = { x: graph.x[3], y: graph.y[3], scale: 1500, ratio: 1, width: 640, height: 500 };

for (const [name, given] of [["raster.js", null], ["press.wat", code]]) {
  test(`nothing of a picture is left in the next: ${name}`, () => {
    const used = sceneBy(createPress(given));
    for (const pan of [0, 0.05, 0.1]) {
      const next = { ...view, x: view.x + pan, y: view.y + pan };
      assert.deepEqual(pictureOf(used, next), pictureOf(sceneBy(createPress(given)), next));
    }
  });
}

const LINES = {
  "nearly level, beside the strip, coming nearer": [100, -1.4, 1900, -1.3999999, 0.5],
  "nearly level, beside the strip, going away": [100, -1.4, 1900, -1.4000001, 0.5],
  "nearly upright, beside the strip, going away": [-1.4, 10, -1.4000001, 60, 0.5],
  "wide, nearly level, beside the strip, going away": [100, -2.6, 1900, -2.6000002, 2],
  "without length": [50, 20, 50, 20, 0.5],
  "wide and without length": [50, 20, 50, 20, 3],
  "as long as numbers are": [-1e38, -1e38, 1e38, 1e38, 0.5],
  "wide and as long as numbers are": [-1e38, -1e38, 1e38, 1e38, 2],
  "farther than whole numbers reach": [3e9, 10, 4e9, 20, 0.5],
};
for (const wrong of [NaN, Infinity, -Infinity]) {
  for (let k = 0; k < 5; k++) for (const half of [0.5, 2]) LINES[`${wrong} in place ${k}, half ${half}`] = [100, 10, 1900, 20, half].with(k, wrong);
}
const SPECKS = [[3e9, 0.6], [0.6, 3e9], [2147483648, 20], [-3e9, 20], [NaN, 20], [20, NaN], [Infinity, 20], [20, -Infinity], [0.5, 0.5], [1998.9, 62.9], [1999.5, 20], [20, 63.5], [0.49, 20]];
const MARKS = [[NaN, 20, 4], [20, NaN, 4], [20, 20, NaN], [3e9, 20, 4], [20, -3e9, 4], [Infinity, 20, 4]];

/** What a press draws, and how far it lies at most from what the other draws. */
function apart(draw) {
  const [one, other] = [null, code].map((given) => {
    const press = createPress(given), bench = press.open(2000, 64, 1);
    bench.pixels.fill(255);
    draw(press, bench);
    press.lay(0.7);
    return bench.pixels;
  });
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at])), 0);
}

for (const [name, [ax, ay, bx, by, half]] of Object.entries(LINES)) {
  test(`both presses draw alike a line ${name}`, () => {
    const most = apart((press, bench) => press.lines(writeLine(bench, 0, ax, ay, bx, by, half, 1, 1, 1, -16777216, -16777216), 0));
    assert.ok(most <= 2, `${most} apart`);
  });
}

test("both presses draw alike specks and marks that lie nowhere, or at the rim", () => {
  for (const [x, y] of SPECKS) assert.ok(apart((press) => press.speck(x, y, 1, -16777216)) <= 2, `speck ${x} ${y}`);
  for (const [x, y, r] of MARKS) assert.ok(apart((press) => press.mark(x, y, r, 0, -16777216, 1, 1, -1)) <= 2, `mark ${x} ${y} ${r}`);
});

/** Draw two pictures while something in WebAssembly is otherwise; what raster.js draws is drawn. */
function drawnWhile(t, object, name, otherwise) {
  const real = object[name], larger = { ...view, width: 900 }, expected = [view, larger].map((one) => pictureOf(sceneBy(createPress()), one));
  t.after(() => { object[name] = real; });
  object[name] = otherwise(real);
  const scene = sceneBy(createPress(code));
  assert.ok(scene.press.isBroken(new RangeError("full")), "it is the press in WebAssembly");
  assert.deepEqual([view, larger].map((one) => pictureOf(scene, one)), expected);
  assert.ok(!scene.press.isBroken(new RangeError("full")), "it is the script's from then on");
}

test("where the memory of WebAssembly cannot grow the script draws", (t) => {
  drawnWhile(t, WebAssembly.Memory.prototype, "grow", () => () => { throw new RangeError("Maximum memory size exceeded"); });
});

for (const [name, error] of [["a trap", () => new WebAssembly.RuntimeError("memory access out of bounds")], ["too little memory", () => new RangeError("grow")]]) {
  test(`where WebAssembly stops in the middle of a picture by ${name} the script draws it from the start`, (t) => {
    drawnWhile(t, WebAssembly, "Instance", (real) => function stopping(module) {
      const { exports } = new real(module);
      let marks = 0;
      return { exports: { ...exports, mark: (...given) => { if (++marks > 20) throw error(); exports.mark(...given); } } };
    });
  });
}

test("an error that is not of the press is told", () => {
  const scene = Object.assign(sceneBy(createPress(code)), { style: { ...style, palette: null } });
  assert.throws(() => pictureOf(scene, view), TypeError);
});
