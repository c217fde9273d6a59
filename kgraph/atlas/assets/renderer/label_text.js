// Measures and writes the text of labels: names of nodes, and titles of communities.

const FAMILY = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
/** Pixels: height of the largest letters. */
export const TALLEST = 19;
const HALO = 3; // pixels of halo on each side

/** Hands in which labels are written. */
export const PLAIN = 0, BOLD = 1, TITLE = 2;

const WEIGHTS = [400, 600, 600];
const SPREAD_OUT = 0.09; // of a title's height between its letters: it names land, not a mark

function setFont(context, height, hand) {
  context.font = `${WEIGHTS[hand]} ${height}px ${FAMILY}`;
  context.letterSpacing = hand === TITLE ? `${(SPREAD_OUT * height).toFixed(2)}px` : "0px";
}

/** A function that tells a text's width in pixels: measure(text, height, hand). */
export function createMeasure(context) {
  return (text, height, hand) => {
    setFont(context, height, hand);
    return context.measureText(text).width;
  };
}

/** Write a label so that its letters begin at x and are centred on y, in CSS pixels. */
export function writeLabel(context, { text, x, y, height, alpha }, hand, colour, halo) {
  setFont(context, height, hand);
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = HALO * 1.5;
  context.strokeStyle = halo;
  context.globalAlpha = 0.86 * alpha;
  context.strokeText(text, x, y);
  context.globalAlpha = alpha;
  context.fillStyle = colour;
  context.fillText(text, x, y);
  context.globalAlpha = 1;
}
