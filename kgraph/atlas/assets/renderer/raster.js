// Rasterizes lines and marks. Lines add ink to a strip (sums of red, green, blue and amount for each pixel), which is
// composited over the picture by amount / (amount + HALF): a single line is visible, and ten thousand lines on top of
// each other still show the ground. Marks (discs, squares, diamonds) are drawn over it at once.
// Coordinates are device pixels; the centre of the first pixel is (0.5, 0.5).

const HALF = 1; // amount of ink that covers half of what lies below

/**
 * A line whose ink runs evenly from one amount to another.
 * @param strip where to draw, {width, rows, ink}; what lies outside is cut off
 * @param {number} half half of the line's width in pixels, 0.5 at least
 * @param {number} red in [0, 255], as green and blue
 * @param {number} inkA amount a pixel at (ax, ay); inkB at (bx, by)
 */
export function drawLine(strip, ax, ay, bx, by, half, red, green, blue, inkA, inkB) {
  const steep = Math.abs(by - ay) > Math.abs(bx - ax);
  if (steep) drawAlong(strip, ay, ax, by, bx, half, red, green, blue, inkA, inkB, strip.rows, strip.width, strip.width, 1);
  else drawAlong(strip, ax, ay, bx, by, half, red, green, blue, inkA, inkB, strip.width, strip.rows, 1, strip.width);
}

/** The same along its longer axis u: `length` and `breadth` of the strip and its steps along and across. */
function drawAlong(strip, au, av, bu, bv, half, red, green, blue, inkA, inkB, length, breadth, step, across) {
  if (bu < au) return drawAlong(strip, bu, bv, au, av, half, red, green, blue, inkB, inkA, length, breadth, step, across);
  const du = bu - au || 1e-6, slope = (bv - av) / du, fade = (inkB - inkA) / du, reach = half + 0.5;
  let from = au, to = bu;
  if (from < 0) from = 0;
  if (to > length) to = length;
  if (slope !== 0) { // leave out what lies beside the strip
    const one = au + (-reach - av) / slope, other = au + (breadth + reach - av) / slope;
    from = Math.max(from, Math.min(one, other));
    to = Math.min(to, Math.max(one, other));
  } else if (av < -reach || av > breadth + reach) return;
  const first = Math.max(0, Math.floor(from)), last = Math.min(length - 1, Math.ceil(to) - 1), { ink } = strip;
  let u = first;
  if (half <= 0.5) { // two pixels a step, between the ends: the most usual case by far
    const end = Math.min(last + 1, Math.round(bu));
    u = Math.max(first, Math.round(au)); // of two lines that meet, one has the pixel between them
    let v = av + slope * (u + 0.5 - au) - 0.5, amount = inkA + fade * (u + 0.5 - au);
    for (; u < end; u++, v += slope, amount += fade) {
      const w = Math.floor(v), lower = amount * (v - w), upper = amount - lower;
      let at = 4 * (u * step + w * across);
      if (w >= 0 && w < breadth) {
        ink[at] += red * upper;
        ink[at + 1] += green * upper;
        ink[at + 2] += blue * upper;
        ink[at + 3] += upper;
      }
      if (w >= -1 && w + 1 < breadth) {
        at += 4 * across;
        ink[at] += red * lower;
        ink[at + 1] += green * lower;
        ink[at + 2] += blue * lower;
        ink[at + 3] += lower;
      }
    }
    return undefined;
  }
  for (; u <= last; u++) {
    const middle = u + 0.5 < au ? au : u + 0.5 > bu ? bu : u + 0.5;
    const part = Math.min(u + 1, bu) - Math.max(u, au); // the ends cover a pixel in part
    const v = av + slope * (middle - au) - 0.5, amount = (inkA + fade * (middle - au)) * part;
    const top = Math.min(breadth - 1, Math.floor(v + reach));
    for (let w = Math.max(0, Math.ceil(v - reach)); w <= top; w++) {
      const away = reach - Math.abs(w - v), laid = away < 1 ? amount * away : amount, at = 4 * (u * step + w * across);
      ink[at] += red * laid;
      ink[at + 1] += green * laid;
      ink[at + 2] += blue * laid;
      ink[at + 3] += laid;
    }
  }
  return undefined;
}

/** A speck smaller than a pixel, shared among the four pixels that it touches. */
export function drawSpeck(strip, x, y, amount, red, green, blue) {
  const left = Math.floor(x - 0.5), top = Math.floor(y - 0.5), { ink, width, rows } = strip;
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= rows) return;
  const right = x - 0.5 - left, down = y - 0.5 - top;
  for (let k = 0; k < 4; k++) {
    const laid = amount * (k & 1 ? right : 1 - right) * (k & 2 ? down : 1 - down);
    const at = 4 * ((top + (k >> 1)) * width + left + (k & 1));
    ink[at] += red * laid;
    ink[at + 1] += green * laid;
    ink[at + 2] += blue * laid;
    ink[at + 3] += laid;
  }
}

/**
 * Composite the strip's ink over pixels, and empty it.
 * @param {Uint8ClampedArray} pixels RGBA, as wide as the strip
 * @param {number} most how much of what lies below ink may cover, in [0, 1]
 */
export function compositeInk({ ink }, pixels, most) {
  for (let at = 0; at < ink.length; at += 4) {
    const amount = ink[at + 3];
    if (amount === 0) continue;
    const cover = (most * amount) / (amount + HALF), keep = 1 - cover, share = cover / amount;
    pixels[at] = pixels[at] * keep + ink[at] * share;
    pixels[at + 1] = pixels[at + 1] * keep + ink[at + 1] * share;
    pixels[at + 2] = pixels[at + 2] * keep + ink[at + 2] * share;
  }
  ink.fill(0);
}

/** How far (dx, dy) lies from the middle of a square or diamond, such that it is as heavy as a disc of that radius. */
const farInSquare = (dx, dy) => Math.max(Math.abs(dx), Math.abs(dy)) * 1.13;
const farInDiamond = (dx, dy) => (Math.abs(dx) + Math.abs(dy)) * 0.8;

/**
 * A mark with a rim in the colour of the ground, so that neighbours stay apart.
 * @param strip {pixels, width, rows}; what lies outside is cut off
 * @param {number} shape 0 disc, 1 square, 2 diamond
 * @param {number[]} colour [red, green, blue], as of the ground, which is the rim's colour
 * @param {number} alpha in [0, 1]
 * @param {number} rim width of the rim in pixels, 0 for none
 */
export function drawMark({ pixels, width, rows }, x, y, r, shape, [red, green, blue], alpha, rim, ground) {
  const reach = (r + rim) * (shape ? 1.25 : 1) + 0.5, whole = r + rim + 0.5, solid = shape || alpha < 1 ? -1 : (r - 0.5) * Math.abs(r - 0.5);
  const left = Math.max(0, Math.floor(x - reach)), right = Math.min(width - 1, Math.ceil(x + reach) - 1);
  const bottom = Math.min(rows - 1, Math.ceil(y + reach) - 1);
  for (let row = Math.max(0, Math.floor(y - reach)); row <= bottom; row++) {
    const dy = row + 0.5 - y;
    for (let column = left, at = 4 * (row * width + left); column <= right; column++, at += 4) {
      const dx = column + 0.5 - x, square = dx * dx + dy * dy;
      if (square < solid) {
        pixels[at] = red;
        pixels[at + 1] = green;
        pixels[at + 2] = blue;
        continue;
      }
      const away = shape === 0 ? Math.sqrt(square) : shape === 1 ? farInSquare(dx, dy) : farInDiamond(dx, dy);
      if (away >= whole) continue;
      const inner = Math.min(1, Math.max(0, r + 0.5 - away)), cover = alpha * Math.min(1, whole - away);
      const keep = 1 - cover, mark = cover * inner, edge = cover - mark;
      pixels[at] = pixels[at] * keep + red * mark + ground[0] * edge;
      pixels[at + 1] = pixels[at + 1] * keep + green * mark + ground[1] * edge;
      pixels[at + 2] = pixels[at + 2] * keep + blue * mark + ground[2] * edge;
    }
  }
}
