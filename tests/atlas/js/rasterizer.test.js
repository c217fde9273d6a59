// The rasterizer: nothing is left from picture to picture, and coordinates that are no usable numbers draw nothing.

import assert from "node:assert/strict";
import test from "node:test";
import {colourNodes, themeColours} from "../../../kgraph/atlas/assets/renderer/colours.js";
import {createRasterizer, writeLine} from "../../../kgraph/atlas/assets/renderer/rasterizer.js";
import {createScene} from "../../../kgraph/atlas/assets/renderer/scene.js";
import {pictureOf, synthetic} from "./synthetic.js";

const graph = synthetic({ core: 900 }), BLACK = -16777216;
const colours = themeColours("light"), style = { ...colours, ...colourNodes(graph, "type", false), edges: "auto", minStrength: 0, regions: "own", shapes: new Uint8Array(13) };
const newScene = () => Object.assign(createScene(graph), { style });
const view = { x: graph.x[3], y: graph.y[3], scale: 1500, ratio: 1, width: 640, height: 500 };

test("nothing of a picture is left in the next", () => {
  const scene = newScene();
  for (const pan of [0, 0.05, 0.1]) {
    const next = { ...view, x: view.x + pan, y: view.y + pan };
    assert.deepEqual(pictureOf(scene, next), pictureOf(newScene(), next));
  }
});

/** How many channels a drawing changes in a white strip of 2000 by 64 pixels, whatever is drawn. */
function changed(draw) {
  const rasterizer = createRasterizer(), strip = rasterizer.allocate(2000, 64, 1);
  strip.pixels.fill(255);
  draw(rasterizer, strip);
  rasterizer.compositeInk(0.7);
  return strip.pixels.reduce((count, value) => count + Number(value !== 255), 0);
}

const changedByLine = (ax, ay, bx, by, half) => changed((rasterizer, strip) => rasterizer.drawLines(writeLine(strip, 0, ax, ay, bx, by, half, 1, 1, 1, BLACK, BLACK), 0));

const EMPTY_LINES = {
  "nearly level, above the strip, coming nearer": [100, -1.4, 1900, -1.3999999, 0.5],
  "nearly level, above the strip, going away": [100, -1.4, 1900, -1.4000001, 0.5],
  "nearly upright, left of the strip, going away": [-1.4, 10, -1.4000001, 60, 0.5],
  "wide, nearly level, above the strip, going away": [100, -2.6, 1900, -2.6000002, 2],
  "farther than whole numbers reach": [3e9, 10, 4e9, 20, 0.5],
};
for (const wrong of [NaN, Infinity, -Infinity]) {
  for (let k = 0; k < 5; k++) for (const half of [0.5, 2]) EMPTY_LINES[`${wrong} in place ${k}, half ${half}`] = [100, 10, 1900, 20, half].with(k, wrong);
}
for (const [name, line] of Object.entries(EMPTY_LINES)) {
  test(`a line draws nothing: ${name}`, () => assert.equal(changedByLine(...line), 0));
}

test("lines without length, or as long as numbers are, draw without an error", () => {
  for (const line of [[50, 20, 50, 20, 0.5], [50, 20, 50, 20, 3], [-1e38, -1e38, 1e38, 1e38, 0.5], [-1e38, -1e38, 1e38, 1e38, 2]]) changedByLine(...line);
  assert.ok(changedByLine(100, 10, 1900, 20, 0.5) > 0);
});

test("specks and marks far away, or whose place is not a number, draw nothing", () => {
  for (const [x, y] of [[3e9, 0.6], [0.6, 3e9], [2147483648, 20], [-3e9, 20], [NaN, 20], [20, NaN], [Infinity, 20], [20, -Infinity], [1999.5, 20], [20, 63.5], [0.49, 20]]) {
    assert.equal(changed((rasterizer) => rasterizer.drawSpeck(x, y, 1, BLACK)), 0, `speck ${x} ${y}`);
  }
  for (const [x, y, r] of [[NaN, 20, 4], [20, NaN, 4], [20, 20, NaN], [3e9, 20, 4], [20, -3e9, 4], [Infinity, 20, 4]]) {
    assert.equal(changed((rasterizer) => rasterizer.drawMark(x, y, r, 0, BLACK, 1, 1, -1)), 0, `mark ${x} ${y} ${r}`);
  }
  assert.ok(changed((rasterizer) => rasterizer.drawSpeck(0.5, 0.5, 1, BLACK)) > 0);
});

test("an error in a style is not swallowed", () => {
  const scene = Object.assign(newScene(), { style: { ...style, palette: null } });
  assert.throws(() => pictureOf(scene, view), TypeError);
});
