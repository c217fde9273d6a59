// Both presses: what they keep from picture to picture, and what they do with numbers that are none.

import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import test from "node:test";
import {colourNodes, themeColours} from "../../../kgraph/atlas/assets/colours.js";
import {createPress, writeLine} from "../../../kgraph/atlas/assets/press.js";
import {createScene, drawScene} from "../../../kgraph/atlas/assets/scene.js";
import {synthetic} from "./synthetic.js";

const code = readFileSync(new URL("../../../kgraph/atlas/assets/press.wasm", import.meta.url)), graph = synthetic({ core: 900 });
const colours = themeColours("light"), style = { ...colours, ...colourNodes(graph, "type", false), edges: "auto", minStrength: 0, regions: "own", shapes: new Uint8Array(13) };
const sceneBy = (press) => Object.assign(createScene(graph, press), { style });
const view = { x: graph.x[3], y: graph.y[3], scale: 1500, ratio: 1, width: 640, height: 500 };

for (const [name, given] of [["raster.js", null], ["press.wat", code]]) {
  test(`nothing of a picture is left in the next: ${name}`, () => {
    const used = sceneBy(createPress(given));
    for (const pan of [0, 0.05, 0.1]) {
      const next = { ...view, x: view.x + pan, y: view.y + pan };
      assert.deepEqual(drawScene(used, next), drawScene(sceneBy(createPress(given)), next));
    }
  });
}
