// Draws the same pictures with raster.js and with press.wat, and prints how much each differs at most: node press.mjs CODE.

import { readFileSync } from "node:fs";
import { colourNodes, themeColours } from "../../kgraph/atlas/assets/colours.js";
import { createPress } from "../../kgraph/atlas/assets/press.js";
import { createScene } from "../../kgraph/atlas/assets/scene.js";
import { pictureOf, synthetic } from "./js/synthetic.js";

const code = readFileSync(process.argv[2]), shapes = Uint8Array.from({ length: 13 }, (_, k) => k % 3);
const said = {};
for (const [size, core] of [["few", 60], ["many", 900]]) {
  const graph = synthetic({ core }), few = core < 100;
  if (few) graph.meta.edges = [100]; // of which each is drawn wide
  for (const theme of ["light", "dark"]) {
    const colours = themeColours(theme), style = { ...colours, ...colourNodes(graph, "type", colours.dark), edges: "auto", minStrength: 0, regions: "own", shapes };
    const [one, other] = [null, code].map((given) => Object.assign(createScene(graph, createPress(given)), { style }));
    for (const [x, y, scale, ratio, width, height] of [[0, 0, 300, 1, 640, 501], [0.2, 0.1, 2400, 1, 640, 500], [graph.x[3], graph.y[3], 9000, 2, 333, 700], [0, 0, 60, 1, 200, 90]]) {
      const view = { x, y, scale, ratio, width, height }, a = pictureOf(one, view), b = pictureOf(other, view);
      let most = 0, drawn = 0;
      for (let k = 0; k < a.length; k++) {
        most = Math.max(most, Math.abs(a[k] - b[k]));
        drawn += Number(a[k] !== a[k % 4]);
      }
      said[`${size} ${theme} ${scale}`] = { most, isDrawn: drawn > 500 };
    }
  }
}
process.stdout.write(JSON.stringify({ said, isQuick: createPress(code).lines.toString() !== createPress().lines.toString() }));
