// What turns lines, specks and marks into pixels: raster.js, or the same loops in WebAssembly (press.wat) where a page
// gives them and allows them. All that is written lies in one piece of memory, which is kept from strip to strip: ink,
// the pixels under it, and a table of the lines in the whole picture.

import {drawLine, drawMark, drawSpeck, layStrip} from "./raster.js";

// A line in the table: both ends (x, y), half of its width, its ink at one end, in the middle and at the other, and, as
// whole numbers, the colours of both halves. Colours are packed as the machine lays bytes: red, green, blue, 255.
const LINE_NUMBERS = 10;
const PAGE_BYTES = 65536; // of WebAssembly's memory

/**
 * @param {Uint8Array|null} code press.wat as it was assembled; null draws with raster.js
 * @returns `open` says what is drawn next and gives where; the others draw there; `isBroken` tells of an error in a picture
 *   whether a press without code would do better
 */
export function createPress(code = null) {
  const made = code && compiled(code);
  return made ? quick(made) : plainly();
}

/** What a module exports, or null where it is not allowed, or not known. */
function compiled(code) {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
  } catch {
    return null; // a policy forbids it, or a browser that hardens itself; raster.js draws the same
  }
}

/**
 * Where a strip is drawn, in memory that `room` gives.
 * @param {(bytes: number) => ArrayBuffer} room at least so much; what it held may be gone
 */
function bench(room) {
  let kept = {};
  return function open(width, rows, lines) {
    const strip = 16 * width * rows, picture = strip + 4 * width * rows, buffer = room(picture + 4 * LINE_NUMBERS * lines);
    const isEmpty = kept.strip === strip && kept.buffer === buffer; // laying a strip empties it
    kept = { width, rows, strip, picture, buffer, pixels: new Uint8ClampedArray(buffer, strip, picture - strip), table: new Float32Array(buffer, picture, LINE_NUMBERS * lines), colours: new Uint32Array(buffer, picture, LINE_NUMBERS * lines), ink: new Float32Array(buffer, 0, strip / 4) };
    if (!isEmpty) kept.ink.fill(0);
    return kept;
  };
}

function plainly() {
  let buffer = new ArrayBuffer(0), at = null;
  const open = bench((bytes) => (buffer.byteLength >= bytes ? buffer : (buffer = new ArrayBuffer(bytes))));
  return {
    open: (...sizes) => (at = open(...sizes)),
    lines(count, top) {
      const { table, colours, rows } = at;
      for (let k = 0; k < LINE_NUMBERS * count; k += LINE_NUMBERS) {
        const ay = table[k + 1] - top, by = table[k + 3] - top, reach = table[k + 4] + 1;
        if (Math.max(ay, by) < -reach || Math.min(ay, by) > rows + reach) continue;
        if (!Number.isFinite(table[k] + ay + table[k + 2] + by + reach)) continue; // a sum with a number that is none is none itself
        const half = table[k + 4], mx = (table[k] + table[k + 2]) / 2, my = (ay + by) / 2, [one, other] = [colours[k + 8], colours[k + 9]];
        drawLine(at, table[k], ay, mx, my, half, redOf(one), greenOf(one), blueOf(one), table[k + 5], table[k + 6]);
        drawLine(at, mx, my, table[k + 2], by, half, redOf(other), greenOf(other), blueOf(other), table[k + 6], table[k + 7]);
      }
    },
    speck: (x, y, amount, colour) => drawSpeck(at, x, y, amount, redOf(colour), greenOf(colour), blueOf(colour)),
    lay: (most) => layStrip(at, at.pixels, most),
    mark: (x, y, r, shape, colour, alpha, rim, ground) => drawMark(at, x, y, r, shape, channelsOf(colour), alpha, rim, channelsOf(ground)),
    isBroken: () => false,
  };
}

function quick({ memory, lines, speck, lay, mark }) {
  let at = null;
  const open = bench((bytes) => {
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return memory.buffer;
  });
  return {
    open: (...sizes) => (at = open(...sizes)),
    lines: (count, top) => lines(0, at.width, at.rows, at.picture, count, top),
    speck: (x, y, amount, colour) => speck(0, at.width, at.rows, x, y, amount, colour),
    lay: (most) => lay(0, at.strip, at.width * at.rows, most),
    mark: (x, y, r, shape, colour, alpha, rim, ground) => mark(at.strip, at.width, at.rows, x, y, r, shape, colour, alpha, rim, ground),
    isBroken: (error) => error instanceof RangeError || error instanceof WebAssembly.RuntimeError, // its memory cannot grow; it stopped
  };
}

const redOf = (colour) => colour & 255, greenOf = (colour) => (colour >> 8) & 255, blueOf = (colour) => (colour >> 16) & 255;
const channelsOf = (colour) => [redOf(colour), greenOf(colour), blueOf(colour)];

/** Write a line into a table at a place. @returns the next place */
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
