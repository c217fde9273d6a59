// Drawn letters: each name is drawn once with its halo and then copied, since drawing text anew for every frame is the
// most costly thing that a moving picture does (about 0.1 ms a name without a GPU; a copy is 0.01 ms).

const FAMILY = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const NAMES_KEPT = 700; // drawn names in memory, some 8 kB each
const HALO = 3; // pixels of halo on each side

/** Hands in which names are written. */
export const PLAIN = 0, BOLD = 1, TITLE = 2;

const WEIGHTS = [400, 600, 600];
const SPREAD_OUT = 0.09; // of a title's height between its letters: it names land, not a mark

/** The CSS font of a name. */
export const fontOf = (height, hand) => `${WEIGHTS[hand]} ${height}px ${FAMILY}`;

function setFont(context, height, hand) {
  context.font = fontOf(height, hand);
  context.letterSpacing = hand === TITLE ? `${(SPREAD_OUT * height).toFixed(2)}px` : "0px";
}

/** A function that tells a text's width in pixels: measure(text, height, hand). */
export function createMeasure(context) {
  return (text, height, hand) => {
    setFont(context, height, hand);
    return context.measureText(text).width;
  };
}

const keyOf = (text, height, hand, colour) => `${height} ${hand} ${colour} ${text}`;

/** A case of drawn names. `ratio`: device pixels a CSS pixel. */
export function createLettering(ratio, halo) {
  const drawn = new Map(), scratch = new OffscreenCanvas(1, 1); // one for all: a canvas a name takes ten times as long

  function draw(text, height, hand, colour, width) {
    scratch.width = Math.ceil((width + 2 * HALO) * ratio); // which empties it
    scratch.height = Math.ceil((height * 1.3 + 2 * HALO) * ratio);
    const context = scratch.getContext("2d"), middle = scratch.height / ratio / 2;
    context.scale(ratio, ratio);
    setFont(context, height, hand);
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = HALO * 1.5;
    context.strokeStyle = halo;
    context.globalAlpha = 0.86;
    context.strokeText(text, HALO, middle);
    context.globalAlpha = 1;
    context.fillStyle = colour;
    context.fillText(text, HALO, middle);
    return scratch.transferToImageBitmap();
  }

  return {
    /** The name as an image, drawn now if it was not; width: of its letters, in CSS pixels. */
    get(text, height, hand, colour, width) {
      const key = keyOf(text, height, hand, colour);
      let image = drawn.get(key);
      if (!image) image = draw(text, height, hand, colour, width);
      else drawn.delete(key); // and to the end of the queue
      drawn.set(key, image);
      if (drawn.size > NAMES_KEPT) {
        const [oldest] = drawn.keys();
        drawn.get(oldest).close();
        drawn.delete(oldest);
      }
      return image;
    },
    has: (text, height, hand, colour) => drawn.has(keyOf(text, height, hand, colour)),
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
