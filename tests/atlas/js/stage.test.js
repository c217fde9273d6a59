// The picture that is asked for, and how well it fits. Canvases that only have a size.

import assert from "node:assert/strict";
import test from "node:test";
import {createCamera} from "../../../kgraph/atlas/assets/renderer/camera.js";
import {createStage} from "../../../kgraph/atlas/assets/renderer/stage.js";

/** A stage of that size on a screen of that ratio, and its camera. */
function stageOf(t, width, height, ratio = 1) {
  const canvas = () => ({ style: {}, getContext: () => ({ transferFromImageBitmap() {} }), setAttribute() {} });
  const page = { document: { createElement: canvas }, getComputedStyle: () => ({ position: "static" }), devicePixelRatio: ratio, ResizeObserver: class { observe() {} } };
  Object.assign(globalThis, page);
  t.after(() => Object.keys(page).forEach((name) => delete globalThis[name]));
  const stage = createStage({ style: {}, append() {}, clientWidth: width, clientHeight: height }, () => {}), camera = createCamera({ width, height });
  camera.set({ x: 0, y: 0, scale: 100 });
  return { stage, camera };
}

test("a view has a pixel at least, however small its host and the page's zoom", (t) => {
  const { stage, camera } = stageOf(t, 0, 0, 0.25);
  for (const wide of [true, false]) {
    const { width, height, seenWidth, seenHeight } = stage.viewFor(camera, wide);
    assert.deepEqual([width, height, seenWidth, seenHeight], [1, 1, 1, 1]);
  }
  assert.deepEqual([stage.above.width, stage.above.height], [1, 1]);
});

test("a picture has spare until half of its margin is used, and covers until all of it is", (t) => {
  const { stage, camera } = stageOf(t, 1000, 800), bitmap = {};
  stage.show({ view: stage.viewFor(camera), bitmap });
  const fit = (dx, dy) => {
    camera.set({ x: dx / 100, y: dy / 100 });
    const { spare, covers } = stage.fits(camera);
    return [spare, covers];
  };
  assert.deepEqual([fit(39, 0), fit(0, -39), fit(42, 0), fit(0, -79), fit(0, 82)], [[true, true], [true, true], [false, true], [false, true], [false, false]]);
  camera.set({ x: 0, y: 0 });
  stage.show({ view: stage.viewFor(camera, false), bitmap });
  assert.deepEqual([fit(0, 0), fit(2, 0)], [[true, true], [false, false]], "a picture without a margin");
});
