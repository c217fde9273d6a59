// A canvas and the scene on it, as pictures. Used by the worker, and by the page itself where workers are not allowed.

import {drawScene, createScene} from "./scene.js";

/** A painter of one graph. What it draws into is kept: new arrays for each picture would be megabytes of garbage. */
export function createPainter(graph) {
  const scene = createScene(graph), canvas = new OffscreenCanvas(1, 1), context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  let kept = new ArrayBuffer(0);
  return {
    scene,
    /** An ImageBitmap of the view; view as in `drawScene`. */
    paint(view) {
      const { width, height } = view, size = 4 * width * height;
      if (kept.byteLength < size) kept = new ArrayBuffer(size);
      const pixels = new Uint8ClampedArray(kept, 0, size);
      drawScene(scene, view, pixels);
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.putImageData(new ImageData(pixels, width, height), 0, 0);
      return canvas.transferToImageBitmap();
    },
  };
}
