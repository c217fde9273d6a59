import {strict as assert} from "node:assert";
import {test} from "node:test";
import {createRasterizer} from "../../../kgraph/atlas/assets/renderer/rasterizer.js";
import {drawLine, drawMark, drawSpeck, compositeInk} from "../../../kgraph/atlas/assets/renderer/raster.js";

const stripOf = (width, rows) => createRasterizer().allocate(width, rows, rows, 0);
const total = (strip) => strip.ink.reduce((sum, value, at) => sum + (at % 4 === 3 ? value : 0), 0);
const amounts = (strip, row) => Array.from({ length: strip.width }, (_, x) => Math.round(100 * strip.ink[4 * (row * strip.width + x) + 3]) / 100);
const white = (width, rows) => ({ pixels: new Uint8ClampedArray(4 * width * rows).fill(255), width, rows });

test("a level line through the middles of pixels inks those and no others", () => {
  const strip = stripOf(6, 3);
  drawLine(strip, 0, 1.5, 6, 1.5, 0.5, 255, 0, 0, 1, 1);
  assert.deepEqual(amounts(strip, 0), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(amounts(strip, 1).slice(0, 5), [1, 1, 1, 1, 1]);
  assert.deepEqual(amounts(strip, 2), [0, 0, 0, 0, 0, 0]);
});

test("a line between two rows is shared by them, and its ink runs from one amount to the other", () => {
  const strip = stripOf(10, 2);
  drawLine(strip, 0, 1, 10, 1, 0.5, 0, 0, 0, 0, 1);
  assert.deepEqual(amounts(strip, 0), amounts(strip, 1));
  assert.deepEqual(amounts(strip, 0).slice(1, 4), [0.08, 0.13, 0.17]);
});

test("a line is the same whichever end it starts from, level, steep, thin or wide", () => {
  for (const half of [0.5, 1.5]) {
    for (const [ax, ay, bx, by] of [[3.2, 4.1, 40.7, 12.9], [3.2, 4.1, 9.3, 40.8], [20, 30, 5, 2], [1, 1, 1, 30]]) {
      const one = stripOf(48, 48), other = stripOf(48, 48);
      drawLine(one, ax, ay, bx, by, half, 9, 9, 9, 0.2, 0.9);
      drawLine(other, bx, by, ax, ay, half, 9, 9, 9, 0.9, 0.2);
      assert.deepEqual(one.ink, other.ink);
      assert.ok(total(one) > 5);
    }
  }
});

test("what lies outside of the strip is cut off, not bent, and writes nowhere else", () => {
  const strip = stripOf(20, 10), whole = stripOf(60, 60);
  drawLine(strip, -15, -12, 35, 31, 0.5, 1, 1, 1, 1, 1);
  drawLine(whole, 5, 8, 55, 51, 0.5, 1, 1, 1, 1, 1);
  for (let row = 0; row < 10; row++) assert.deepEqual(amounts(strip, row), amounts(whole, row + 20).slice(20, 40));
  const empty = stripOf(20, 10);
  drawLine(empty, -5, 0, -5, 10, 0.5, 1, 1, 1, 1, 1);
  drawLine(empty, 0, 30, 20, 40, 1.5, 1, 1, 1, 1, 1);
  assert.equal(total(empty), 0);
});

test("a speck keeps its amount wherever it lies between pixels, and is left out at the rim", () => {
  const strip = stripOf(5, 5);
  drawSpeck(strip, 2.3, 2.8, 0.5, 10, 20, 30);
  assert.ok(Math.abs(total(strip) - 0.5) < 1e-6);
  drawSpeck(strip, -3, 2, 1, 1, 1, 1);
  drawSpeck(strip, 4.9, 2, 1, 1, 1, 1);
  assert.ok(Math.abs(total(strip) - 0.5) < 1e-6);
});

test("more ink covers more, never all; what has none is left alone; the strip is empty afterwards", () => {
  const strip = stripOf(3, 1), { pixels } = white(3, 1);
  strip.ink.set([0, 0, 0, 1], 0);
  strip.ink.set([0, 0, 0, 1000], 4);
  compositeInk(strip, pixels, 0.5);
  assert.deepEqual([pixels[0], pixels[4], pixels[8]], [191, 128, 255]);
  assert.equal(total(strip), 0);
});

test("a rasterizer takes the memory of its last strip where that is large enough, and its ink is empty", () => {
  const rasterizer = createRasterizer(), large = rasterizer.allocate(20, 10, 0);
  drawLine(large, 0, 5, 20, 5, 0.5, 9, 9, 9, 1, 1);
  rasterizer.compositeInk(1);
  const small = rasterizer.allocate(7, 5, 0), larger = rasterizer.allocate(30, 10, 0);
  assert.equal(small.ink.buffer, large.ink.buffer);
  assert.notEqual(larger.ink.buffer, large.ink.buffer);
  assert.deepEqual([small.ink.length, total(small), larger.ink.length, total(larger)], [140, 0, 1200, 0]);
});

test("marks of one radius are equally heavy in every shape, also where they are cut off", () => {
  for (const shape of [0, 1, 2]) {
    const picture = white(64, 64);
    drawMark(picture, 32, 32, 12, shape, [0, 0, 0], 1, 0, [255, 255, 255]);
    const covered = picture.pixels.reduce((sum, value, at) => sum + (at % 4 === 0 ? 1 - value / 255 : 0), 0);
    assert.ok(Math.abs(covered / (Math.PI * 144) - 1) < 0.07, `shape ${shape}: ${covered}`);
    drawMark(picture, -3, 70, 12, shape, [9, 9, 9], 0.5, 1, [255, 255, 255]);
  }
});

test("a mark has its colour in the middle and the ground's colour on its rim", () => {
  const picture = { pixels: new Uint8ClampedArray(4 * 32 * 32), width: 32, rows: 32 };
  drawMark(picture, 16, 16, 8, 0, [200, 100, 50], 1, 2, [250, 240, 230]);
  const at = (x, y) => [...picture.pixels.subarray(4 * (y * 32 + x), 4 * (y * 32 + x) + 3)];
  assert.deepEqual([at(16, 16), at(24, 16), at(30, 16)], [[200, 100, 50], [250, 240, 230], [0, 0, 0]]);
});
