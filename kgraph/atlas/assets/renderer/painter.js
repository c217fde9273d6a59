// Draws a scene on a canvas and returns it as a bitmap. Runs in the worker, or in the page where workers are not allowed.

import {createScene, drawScene} from "./scene.js";

/** @param graph arrays as `createScene` takes them */
export function createPainter(graph) {
  const scene = createScene(graph), canvas = new OffscreenCanvas(1, 1), context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
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
