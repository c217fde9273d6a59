// A canvas and the scene on it, as pictures. Used by the worker, and by the page itself where workers are not allowed.

import {createPress} from "./press.js";
import {createScene, drawScene} from "./scene.js";

/** A painter of one graph; code: what `createPress` takes. */
export function createPainter(graph, code) {
  const scene = createScene(graph, createPress(code)), canvas = new OffscreenCanvas(1, 1), context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  return {
    scene,
    /** An ImageBitmap of the view; view as in `drawScene`. */
    paint(view) {
      const { width, height } = view;
      Object.assign(canvas, { width, height });
      drawScene(scene, view, (pixels, top) => context.putImageData(new ImageData(pixels, width), 0, top));
      const bitmap = canvas.transferToImageBitmap();
      Object.assign(canvas, { width: 1, height: 1 }); // else it keeps the memory of a second picture
      return bitmap;
    },
  };
}
