// Drawn letters: each name is drawn once with its halo and then copied, since drawing text anew for every frame is the
// most costly thing that a moving picture does (about 0.1 ms a name without a GPU; a copy is 0.01 ms).

const FAMILY = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const NAMES_KEPT = 700; // drawn names in memory, some 8 kB each
const HALO = 3; // pixels of halo on each side

/** The CSS font of a name. */
export const fontOf = (height, bold) => `${bold ? 600 : 400} ${height}px ${FAMILY}`;

/** A function that tells a text's width in pixels: measure(text, height, bold). */
export function createMeasure(context) {
  let font = "";
  return (text, height, bold) => {
    if (font !== (font = fontOf(height, bold))) context.font = font;
    return context.measureText(text).width;
  };
}

/** A case of drawn names. `ratio`: device pixels a CSS pixel. */
export function createLettering(ratio, halo) {
  const drawn = new Map();

  function draw(text, height, bold, colour) {
    const canvas = new OffscreenCanvas(1, 1);
    let context = canvas.getContext("2d");
    context.font = fontOf(height, bold);
    const width = context.measureText(text).width;
    canvas.width = Math.ceil((width + 2 * HALO) * ratio);
    canvas.height = Math.ceil((height * 1.3 + 2 * HALO) * ratio);
    context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = fontOf(height, bold);
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = HALO * 1.5;
    context.strokeStyle = halo;
    context.globalAlpha = 0.86;
    context.strokeText(text, HALO, canvas.height / ratio / 2);
    context.globalAlpha = 1;
    context.fillStyle = colour;
    context.fillText(text, HALO, canvas.height / ratio / 2);
    return canvas.transferToImageBitmap();
  }

  return {
    /** The name as an image, drawn now if it was not; null if `may` says that there is no time to draw. */
    get(text, height, bold, colour, may = true) {
      const key = `${height}${bold ? "b" : ""}${colour}${text}`;
      let image = drawn.get(key);
      if (!image) {
        if (!may) return null;
        image = draw(text, height, bold, colour);
      } else drawn.delete(key); // and to the end of the queue
      drawn.set(key, image);
      if (drawn.size > NAMES_KEPT) {
        const [oldest] = drawn.keys();
        drawn.get(oldest).close();
        drawn.delete(oldest);
      }
      return image;
    },
    has: (text, height, bold, colour) => drawn.has(`${height}${bold ? "b" : ""}${colour}${text}`),
    /** Copy a name so that its letters begin at x and are centred on y (CSS pixels), on whole device pixels. */
    copy(context, image, x, y) {
      context.drawImage(image, Math.round((x - HALO) * ratio) / ratio, Math.round(y * ratio - image.height / 2) / ratio, image.width / ratio, image.height / ratio);
    },
    clear() {
      for (const image of drawn.values()) image.close();
      drawn.clear();
    },
  };
}
