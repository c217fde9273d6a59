// The picture that is asked for, and how well it fits. Canvases that only have a size.

import assert from "node:assert/strict";
import test from "node:test";
import {createCamera} from "../../../kgraph/atlas/assets/camera.js";
import {createStage} from "../../../kgraph/atlas/assets/stage.js";

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
