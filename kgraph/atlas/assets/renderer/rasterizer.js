// Turns a table of lines, specks and marks into the pixels of a strip, by the loops of raster.js. One buffer is kept from
// strip to strip: sums of ink, the pixels below it, and the table of the lines in the whole picture.

import {compositeInk, drawLine, drawMark, drawSpeck} from "./raster.js";

// A line in the table: both ends (x, y), half of its width, its ink at one end, in the middle and at the other, and, as
// whole numbers, the colours of both halves. Colours are packed in the machine's byte order: red, green, blue, 255.
const LINE_NUMBERS = 10;

/** @returns `allocate` sizes the strip that the other methods draw into, and returns its arrays */
export function createRasterizer() {
  let buffer = new ArrayBuffer(0), strip = {};
  return {
    /**
     * @param {number} width pixels of a row
     * @param {number} rows of the strip
     * @param {number} lines places in the table
     */
    allocate(width, rows, lines) {
      const inkBytes = 16 * width * rows, tableAt = inkBytes + 4 * width * rows, bytes = tableAt + 4 * LINE_NUMBERS * lines;
      const isEmpty = strip.inkBytes === inkBytes && buffer.byteLength >= bytes; // compositeInk has emptied it
      if (buffer.byteLength < bytes) buffer = new ArrayBuffer(bytes);
      strip = { width, rows, inkBytes, pixels: new Uint8ClampedArray(buffer, inkBytes, tableAt - inkBytes), table: new Float32Array(buffer, tableAt, LINE_NUMBERS * lines), colours: new Uint32Array(buffer, tableAt, LINE_NUMBERS * lines), ink: new Float32Array(buffer, 0, inkBytes / 4) };
      if (!isEmpty) strip.ink.fill(0);
      return strip;
    },
    /** Draw the first `count` lines of the table; `top` is the picture's row at which the strip begins. */
    drawLines(count, top) {
      const { table, colours, rows } = strip;
      for (let k = 0; k < LINE_NUMBERS * count; k += LINE_NUMBERS) {
        const ay = table[k + 1] - top, by = table[k + 3] - top, half = table[k + 4], reach = half + 1;
        if (Math.max(ay, by) < -reach || Math.min(ay, by) > rows + reach) continue;
        if (!Number.isFinite(table[k] + ay + table[k + 2] + by + reach)) continue; // one NaN or infinity makes the sum so
        const mx = (table[k] + table[k + 2]) / 2, my = (ay + by) / 2, colourA = colours[k + 8], colourB = colours[k + 9];
        drawLine(strip, table[k], ay, mx, my, half, redOf(colourA), greenOf(colourA), blueOf(colourA), table[k + 5], table[k + 6]);
        drawLine(strip, mx, my, table[k + 2], by, half, redOf(colourB), greenOf(colourB), blueOf(colourB), table[k + 6], table[k + 7]);
      }
    },
    drawSpeck: (x, y, amount, colour) => drawSpeck(strip, x, y, amount, redOf(colour), greenOf(colour), blueOf(colour)),
    /** Put the ink over the pixels; `most` is the share of them that it may cover. */
    compositeInk: (most) => compositeInk(strip, strip.pixels, most),
    drawMark: (x, y, r, shape, colour, alpha, rim, ground) => drawMark(strip, x, y, r, shape, channelsOf(colour), alpha, rim, channelsOf(ground)),
  };
}

const redOf = (colour) => colour & 255, greenOf = (colour) => (colour >> 8) & 255, blueOf = (colour) => (colour >> 16) & 255;
const channelsOf = (colour) => [redOf(colour), greenOf(colour), blueOf(colour)];

/** Write a line into the table of an allocated strip at a place. @returns the next place */
export function writeLine({ table, colours }, place, ax, ay, bx, by, half, inkA, inkMiddle, inkB, colourA, colourB) {
  const k = LINE_NUMBERS * place;
  table[k] = ax;
  table[k + 1] = ay;
  table[k + 2] = bx;
  table[k + 3] = by;
  table[k + 4] = half;
  table[k + 5] = inkA;
  table[k + 6] = inkMiddle;
  table[k + 7] = inkB;
  colours[k + 8] = colourA;
  colours[k + 9] = colourB;
  return place + 1;
}
