// A cache of drawn labels: each is drawn once with its halo and then copied, since drawing text is the most costly part
// of a frame (about 0.1 ms a name without a GPU; a copy is 0.01 ms). All share one bitmap: a bitmap for each name takes
// four times as long, and leaves the browser 2.4 kB more of garbage.

import {collect} from "./force_gc.js";
import {createShelves} from "./shelf_packer.js";

const FAMILY = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const SHELVES = 24, WIDE = 1024; // of the sheet, in pixels: room for some 300 names, and more than most views have
/** Pixels: height of the largest letters. */
export const TALLEST = 19;
const TALL = 1.3; // heights of its letters that a name takes
const COLLECTED = 150; // names drawn, each some kB of garbage, after which it is collected
const NAMES_KNOWN = 1200; // of which it is known how they were drawn last
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
const MOVED = /[A-Z]|^[fkrvwy]/; // pairs of letters that fonts move together or apart
const AT = 100; // pixels: height at which letters are measured

/**
 * A function that tells a text's width in pixels: measure(text, height, hand). Letters are measured, and pairs of them that
 * fonts move, each once, since a browser has 2 kB of garbage of every text: of all pairs of the first 170 names it had 4 MB.
 * Of 5,940 names 97 % come out as wide as they are, the others in letters of 12 pixels up to 0.6 pixels wider.
 */
export function createMeasure(context) {
  const known = [PLAIN, BOLD, TITLE].map(() => new Map());
  const measured = (text, hand) => {
    setFont(context, AT, hand);
    return context.measureText(text).width;
  };
  const widthOf = (letters, hand) => known[hand].get(letters) ?? known[hand].set(letters, measured(letters, hand)).get(letters);
  const advance = (letter, pair, hand) => (MOVED.test(pair) ? widthOf(pair, hand) - widthOf(pair[1], hand) : widthOf(letter, hand));
  return (text, height, hand) => {
    if (!ADDED_UP.test(text)) return (measured(text, hand) * height) / AT;
    let sum = widthOf(text[text.length - 1], hand);
    for (let k = 0; k + 1 < text.length; k++) sum += advance(text[k], text.slice(k, k + 2), hand);
    return (sum * height) / AT;
  };
}

const keyOf = (text, height, hand, colour) => `${height} ${hand} ${colour} ${text}`, wordsKey = (text, hand, colour) => `${hand} ${colour} ${text}`;

/** Write a name so that its letters begin at x and are centred on y, in CSS pixels. */
function write(context, text, height, hand, colour, halo, x, y) {
  const { globalAlpha } = context;
  setFont(context, height, hand);
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = HALO * 1.5;
  context.strokeStyle = halo;
  context.globalAlpha = 0.86 * globalAlpha;
  context.strokeText(text, x, y);
  context.globalAlpha = globalAlpha;
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/**
 * A sheet of drawn names. `ratio`: device pixels a CSS pixel.
 *
 * Invariant: what was asked for since the last `turn` stays where it is, so that all of it can be drawn before all of it is
 * copied: a browser copies the whole sheet when it is drawn on after it has been copied from.
 */
export function createLettering(ratio, halo) {
  const tall = (height) => Math.ceil((height * TALL + 2 * HALO) * ratio), shelf = tall(TALLEST);
  const shelves = createShelves(SHELVES, WIDE * ratio), sheet = new OffscreenCanvas(WIDE * ratio, SHELVES * shelf), paper = sheet.getContext("2d");
  const drawn = new Map(), last = new Map(); // names by all that they look like; by all but their height, the one asked for last
  let turn = 0, uncollected = 0;

  /** Room for a name of so many device pixels, for which those give way that were not asked for in this turn; or null. */
  function roomFor(wide) {
    if (wide > WIDE * ratio) return null; // else all would give way, in each frame, and in vain
    for (;;) {
      const room = shelves.take(wide), oldest = room ? null : longestAgo();
      if (!oldest) return room;
      shelves.give(oldest.place);
      drawn.delete(oldest.key);
    }
  }

  /** The name asked for longest ago; null if all were in this turn. To keep them in this order would make the map anew every other frame. */
  function longestAgo() {
    let found = null;
    for (const name of drawn.values()) if (name.asked < (found?.asked ?? turn)) found = name;
    return found;
  }

  function draw(text, height, hand, colour, width) {
    const place = roomFor(Math.ceil((width + 2 * HALO) * ratio));
    if (!place) return null;
    uncollected++;
    const left = place.from, top = place.shelf * shelf, wide = place.to - place.from, high = tall(height);
    paper.save();
    paper.beginPath();
    paper.rect(left, top, wide, high);
    paper.clip(); // a pile of accents would reach into other names
    paper.clearRect(left, top, wide, high);
    paper.setTransform(ratio, 0, 0, ratio, left, top);
    write(paper, text, height, hand, colour, halo, HALO, high / ratio / 2);
    paper.restore();
    return { key: keyOf(text, height, hand, colour), words: wordsKey(text, hand, colour), place, left, top, wide, high, height, asked: turn };
  }

  /** A name that is asked for. */
  function asked(name) {
    name.asked = turn;
    if (last.size > NAMES_KNOWN) last.clear();
    last.set(name.words, name);
    return name;
  }

  return {
    /** From now on it is told anew what is asked for. */
    turn() {
      turn++;
      if (uncollected < COLLECTED) return;
      uncollected = 0;
      collect();
    },
    /** The name, if it is drawn; else undefined. */
    find(text, height, hand, colour) {
      const found = drawn.get(keyOf(text, height, hand, colour));
      return found && asked(found);
    },
    /** The name, drawn now; null when the sheet is full. width: of its letters, in CSS pixels. */
    draw(text, height, hand, colour, width) {
      const made = draw(text, height, hand, colour, width);
      if (made) drawn.set(made.key, asked(made));
      return made;
    },
    /** The name as it was asked for last, at whatever height; undefined when it is not drawn. */
    rough(text, hand, colour) {
      const found = last.get(wordsKey(text, hand, colour));
      return found && drawn.get(found.key) === found ? asked(found) : undefined;
    },
    /** Copy a name at a height, so that its letters begin at x and are centred on y (CSS pixels), on whole device pixels. */
    copy(context, { left, top, wide, high, height }, x, y, wanted) {
      const grown = wanted / height;
      context.drawImage(sheet, left, top, wide, high, Math.round((x - HALO * grown) * ratio) / ratio, Math.round(y * ratio - (high * grown) / 2) / ratio, (wide * grown) / ratio, (high * grown) / ratio);
    },
    /** Write a name for which there is no room on the sheet. */
    write: (context, text, height, hand, colour, x, y) => write(context, text, height, hand, colour, halo, x, y),
    /** Give the sheet's memory back. */
    close: () => Object.assign(sheet, { width: 1, height: 1 }),
  };
}
