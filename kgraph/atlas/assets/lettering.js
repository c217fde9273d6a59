// Drawn letters: each name is drawn once with its halo and then copied, since drawing text anew for every frame is the
// most costly thing that a moving picture does (about 0.1 ms a name without a GPU; a copy is 0.01 ms).

const FAMILY = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const NAMES_KEPT = 300; // drawn names in memory, some 8 kB each
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

const ADDED_UP = /^[\u0020-\u024f\u2010-\u2026]+$/; // texts as wide as their letters, two by two: Latin letters and usual signs
const AT = 100; // pixels: height at which letters are measured

/**
 * A function that tells a text's width in pixels: measure(text, height, hand). Letters are measured, and pairs of them,
 * each once, since a browser keeps what it finds out about every text: of thousands of names that is megabytes.
 */
export function createMeasure(context) {
  const known = [PLAIN, BOLD, TITLE].map(() => new Map());
  const measured = (text, hand) => {
    setFont(context, AT, hand);
    return context.measureText(text).width;
  };
  const widthOf = (letters, hand) => known[hand].get(letters) ?? known[hand].set(letters, measured(letters, hand)).get(letters);
  return (text, height, hand) => {
    if (!ADDED_UP.test(text)) return (measured(text, hand) * height) / AT;
    let sum = widthOf(text[text.length - 1], hand);
    for (let k = 0; k + 1 < text.length; k++) sum += widthOf(text.slice(k, k + 2), hand) - widthOf(text[k + 1], hand);
    return (sum * height) / AT;
  };
}

const keyOf = (text, height, hand, colour) => `${height} ${hand} ${colour} ${text}`, wordsKey = (text, hand, colour) => `${hand} ${colour} ${text}`;

/** A case of drawn names. `ratio`: device pixels a CSS pixel. */
export function createLettering(ratio, halo) {
  const drawn = new Map(), last = new Map(), scratch = new OffscreenCanvas(1, 1); // one for all: a canvas a name takes ten times as long

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
    /** The name as {image, height}, drawn now if it was not; width: of its letters, in CSS pixels. */
    get(text, height, hand, colour, width) {
      const key = keyOf(text, height, hand, colour);
      let found = drawn.get(key);
      if (!found) found = { image: draw(text, height, hand, colour, width), height };
      else drawn.delete(key); // and to the end of the queue
      drawn.set(key, found);
      last.set(wordsKey(text, hand, colour), key);
      if (drawn.size > NAMES_KEPT) {
        const [oldest] = drawn.keys();
        drawn.get(oldest).image.close();
        drawn.delete(oldest);
        if (last.size > 4 * NAMES_KEPT) last.clear();
      }
      return found;
    },
    has: (text, height, hand, colour) => drawn.has(keyOf(text, height, hand, colour)),
    /** The name as it was last drawn, at whatever height; undefined when it was not. */
    rough: (text, hand, colour) => drawn.get(last.get(wordsKey(text, hand, colour))),
    /** Copy a name at a height, so that its letters begin at x and are centred on y (CSS pixels), on whole device pixels. */
    copy(context, { image, height }, x, y, wanted) {
      const grown = wanted / height, wide = (image.width * grown) / ratio, high = image.height * grown;
      context.drawImage(image, Math.round((x - HALO * grown) * ratio) / ratio, Math.round(y * ratio - high / 2) / ratio, wide, high / ratio);
    },
    clear() {
      for (const { image } of drawn.values()) image.close();
      drawn.clear();
      last.clear();
    },
  };
}
