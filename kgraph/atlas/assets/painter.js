// A canvas and the scene on it, as pictures. Used by the worker, and by the page itself where workers are not allowed.

import {drawScene, createScene} from "./scene.js";
import {landsOf} from "./regions.js";

/** A painter of one graph. */
export function createPainter(graph) {
  const scene = createScene(graph);
  let canvas = null, context = null, image = null;
  return {
    scene,
    /** Where titles may stand; see `landsOf`. */
    lands: () => landsOf(scene.ground.regions()),
    /** An ImageBitmap of the view; view as in `drawScene`. */
    paint(view) {
      if (canvas?.width !== view.width || canvas.height !== view.height) {
        canvas = new OffscreenCanvas(view.width, view.height);
        context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
        image = new ImageData(view.width, view.height); // kept: one for each picture would be megabytes of garbage
      }
      drawScene(scene, view, image.data);
      context.putImageData(image, 0, 0);
      return canvas.transferToImageBitmap();
    },
  };
}
