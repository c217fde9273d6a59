// Two canvases in a host element: the lower holds the last picture, which the browser moves and scales while a sharper
// one is drawn; the upper is redrawn for each frame.

const MARGIN = 0.1; // of the view that a picture reaches beyond it on each side; half of it is left when the next is asked for, so that a moved picture has no rim while that is drawn
const MOST_RATIO = 2; // device pixels a CSS pixel beyond which nobody sees a difference
const FEW = 1.6e6; // device pixels of a view from which on the margin is halved, for the sake of memory

/** Device pixels of a length: one at least, since there is no picture without (a hidden page, far zoomed out, has a host of 1 x 1). */
const pixelsOf = (length, ratio) => Math.max(1, Math.round(length * ratio));

/**
 * @param {HTMLElement} host which the canvases fill
 * @param {(width: number, height: number) => void} onResize
 */
export function createStage(host, onResize) {
  const below = document.createElement("canvas"), above = document.createElement("canvas");
  const plain = below.getContext("bitmaprenderer"), ink = above.getContext("2d");
  if (getComputedStyle(host).position === "static") host.style.position = "relative";
  host.style.overflow = "hidden";
  for (const canvas of [below, above]) {
    Object.assign(canvas.style, { position: "absolute", left: "0", top: "0", transformOrigin: "0 0", pointerEvents: "none" });
    canvas.setAttribute("aria-hidden", "true");
    host.append(canvas);
  }
  const stage = {
    below, above, ink, width: 1, height: 1, ratio: 1, shown: null,

    /**
     * The view to draw for a camera: its own rectangle and, if `wide`, a margin. What counts as seen is the same for
     * both (`seenWidth`, `seenHeight`), so that one can take the other's place.
     */
    viewFor(camera, wide = true) {
      const { width, height, ratio } = stage, part = width * height * ratio * ratio > FEW ? MARGIN / 2 : MARGIN;
      const beyond = Math.round(Math.min(width, height) * part) * 2;
      const view = { x: camera.x, y: camera.y, scale: camera.scale * ratio, ratio };
      view.seenWidth = pixelsOf(width + beyond, ratio);
      view.seenHeight = pixelsOf(height + beyond, ratio);
      return { ...view, width: wide ? view.seenWidth : pixelsOf(width, ratio), height: wide ? view.seenHeight : pixelsOf(height, ratio) };
    },

    /** Show a picture of a view. */
    show({ view, bitmap }) {
      plain.transferFromImageBitmap(bitmap);
      below.style.width = `${view.width / view.ratio}px`;
      below.style.height = `${view.height / view.ratio}px`;
      stage.shown = view;
    },

    /** Where the last picture stands for a camera: {left, top} in CSS pixels, and by how much it is enlarged. */
    placeOf(camera) {
      const view = stage.shown;
      const grown = (camera.scale * view.ratio) / view.scale, [x, y] = camera.toScreen(view.x, view.y);
      return { grown, left: x - (view.width / view.ratio / 2) * grown, top: y - (view.height / view.ratio / 2) * grown };
    },

    /** Lay the last picture where the camera now sees it. */
    lay(camera) {
      const view = stage.shown;
      if (!view) return;
      const { grown, left, top } = stage.placeOf(camera);
      const snap = (value) => (Math.abs(grown - 1) < 1e-6 ? Math.round(value * view.ratio) / view.ratio : value);
      below.style.transform = `translate(${snap(left)}px, ${snap(top)}px) scale(${grown})`;
    },

    /**
     * How well the last picture fits the camera: {sharp: whether pixels are pixels, covers: whether it has no rim, spare:
     * whether more than half of its margin is left on each side}.
     */
    fits(camera) {
      const view = stage.shown;
      if (!view) return { sharp: false, covers: false, spare: false, grown: 0 };
      const grown = (camera.scale * view.ratio) / view.scale;
      const spareX = (view.width / view.ratio) * grown - stage.width, spareY = (view.height / view.ratio) * grown - stage.height;
      const offX = Math.abs(camera.x - view.x) * camera.scale, offY = Math.abs(camera.y - view.y) * camera.scale;
      const isIn = (part) => offX <= spareX * part + 0.5 && offY <= spareY * part + 0.5;
      return { sharp: Math.abs(grown - 1) < 1e-6, covers: isIn(1 / 2), spare: isIn(1 / 4), grown, wide: spareX > 1 };
    },

    /** Empty the ink; its unit is a CSS pixel. */
    clear() {
      ink.setTransform(1, 0, 0, 1, 0, 0);
      ink.clearRect(0, 0, above.width, above.height);
      ink.setTransform(stage.ratio, 0, 0, stage.ratio, 0, 0);
    },

    /** What both canvases show, copied at once onto a canvas of its own: a page that is printed cannot wait. */
    copy(camera, ground) {
      const copy = document.createElement("canvas"), context = copy.getContext("2d");
      copy.width = above.width;
      copy.height = above.height;
      context.fillStyle = ground;
      context.fillRect(0, 0, copy.width, copy.height);
      if (stage.shown) {
        const { grown, left, top } = stage.placeOf(camera), { shown: view, ratio } = stage;
        context.globalAlpha = Number(below.style.opacity || 1);
        context.drawImage(below, left * ratio, top * ratio, (view.width / view.ratio) * grown * ratio, (view.height / view.ratio) * grown * ratio);
        context.globalAlpha = 1;
      }
      context.drawImage(above, 0, 0);
      return copy;
    },

    destroy() {
      watcher.disconnect();
      below.remove();
      above.remove();
    },
  };
  const measure = () => {
    const width = Math.max(host.clientWidth, 1), height = Math.max(host.clientHeight, 1);
    const ratio = Math.min(globalThis.devicePixelRatio || 1, MOST_RATIO);
    if (width === stage.width && height === stage.height && ratio === stage.ratio) return false;
    Object.assign(stage, { width, height, ratio });
    above.width = pixelsOf(width, ratio);
    above.height = pixelsOf(height, ratio);
    above.style.width = `${width}px`;
    above.style.height = `${height}px`;
    return true;
  };
  const watcher = new ResizeObserver(() => measure() && onResize(stage.width, stage.height));
  measure();
  watcher.observe(host);
  return stage;
}
