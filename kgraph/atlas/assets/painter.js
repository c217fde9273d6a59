// A canvas and the scene on it: ground, regions, then edges and nodes. Used by the worker, and by the page itself where
// workers are not allowed.

import {communityColour, huesOf} from "./colours.js";
import {drawScene, createScene} from "./scene.js";
import {landsOf, regionsOf} from "./regions.js";

/** A painter of one graph. `paint(view)` gives an ImageBitmap of the view. */
export function createPainter(graph) {
  const scene = createScene(graph), hues = huesOf(graph.meta.communities ?? []);
  let canvas = null, context = null, regions = null;

  const paintRegions = (view) => {
    regions ??= regionsOf(graph);
    context.setTransform(view.scale, 0, 0, view.scale, view.width / 2 - view.x * view.scale, view.height / 2 - view.y * view.scale);
    for (const { community, rings } of regions) {
      const colour = scene.style.regions === "plain" ? scene.style.line : communityColour(hues[community], scene.style.dark);
      tracePath(context, rings);
      context.fillStyle = colour;
      context.globalAlpha = scene.style.dark ? 0.1 : 0.085;
      context.fill();
      context.strokeStyle = colour;
      context.lineWidth = (1.1 * view.ratio) / view.scale;
      context.globalAlpha = scene.style.dark ? 0.3 : 0.28;
      context.stroke();
    }
    context.globalAlpha = 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
  };

  return {
    scene,
    /** Where titles may stand; see `landsOf`. */
    lands: () => landsOf((regions ??= regionsOf(graph))),
    /** An ImageBitmap of the view; view as in `drawScene`. */
    paint(view) {
      if (canvas?.width !== view.width || canvas.height !== view.height) {
        canvas = new OffscreenCanvas(view.width, view.height);
        context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
      }
      context.fillStyle = scene.style.ground;
      context.fillRect(0, 0, view.width, view.height);
      if (scene.style.regions !== "none") paintRegions(view);
      const image = context.getImageData(0, 0, view.width, view.height);
      drawScene(scene, view, image.data);
      context.putImageData(image, 0, 0);
      return canvas.transferToImageBitmap();
    },
  };
}

function tracePath(context, rings) {
  context.beginPath();
  for (const ring of rings) {
    context.moveTo(ring[0], ring[1]);
    for (let k = 2; k < ring.length; k += 2) context.lineTo(ring[k], ring[k + 1]);
    context.closePath();
  }
}
