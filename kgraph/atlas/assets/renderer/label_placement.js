// Places labels by importance, never over each other or over a mark that is more important.
//
// Invariants:
//     * no two boxes overlap;
//     * the choice depends on what lies near, not on the edge of the view: it is made for a wider view than is seen, so
//       that labels neither appear nor vanish in the middle while the picture moves;
//     * a label stays on its side of the mark as long as that side is free;
//     * where all is shown no label is cut off by the edge of the view; elsewhere none that is lit, if a side of its mark has room;
//     * no label stands where controls cover the picture.

import {clamp} from "./math.js";
import {radiusIn, tierOf} from "./level_of_detail.js";
import {BOLD, PLAIN, TALLEST, TITLE} from "./label_text.js";

/** Pixels beyond the view that take part in the choice. */
export const BEYOND = 220;

const MOST_NAMES = 260; // names placed, those beyond the view included
/** Nodes looked at before it is enough. */
export const TRIED = 1500;
const CELL = 48; // pixels: side of a cell of the board
const AIR = 4; // pixels between a name and the next thing
const BOLD_FROM = 4.6; // pixels
const CLEAR_FROM = 4; // pixels: a mark of a larger radius is covered by more important names only, and by them if need be
/** Pixels: marks of a smaller radius have no name. */
export const NAMED_FROM = 1.9;
const LETTERS = { core: 30, episodes: 44, leaves: 30, quotes: 64 };

/** Height of a name's letters for a mark of radius r; whole pixels, so that drawn letters can be kept. */
export const letterHeight = (r) => Math.round(clamp(9.6 + r * 0.62, 11, TALLEST));

/** The text, at most so many letters long. */
export function shortened(text, letters) {
  const whole = Array.from(text);
  return whole.length <= letters ? text : `${whole.slice(0, letters - 1).join("").trimEnd()}…`;
}

/**
 * A board of boxes that answers whether a place is free. It is made once and cleared for each frame: thousands of small
 * arrays a frame would keep the browser collecting garbage.
 */
export function createBoard() {
  let wide = 0, high = 0, count = 0, first = new Int32Array(0), next = new Int32Array(1024);
  const held = []; // in its first `count` places
  const bound = (value, end) => clamp(Math.floor((value + BEYOND) / CELL), 0, end - 1);
  return {
    /** Empty it, for a view of that size and what lies BEYOND it. */
    clear(width, height) {
      wide = Math.ceil((width + 2 * BEYOND) / CELL);
      high = Math.ceil((height + 2 * BEYOND) / CELL);
      if (first.length < wide * high) first = new Int32Array(wide * high);
      first.fill(-1);
      count = 0;
    },
    /** Whether nothing lies on the box; `own` may. */
    isFree(box, own = null) {
      const right = bound(box.right, wide), bottom = bound(box.bottom, high);
      for (let row = bound(box.top, high); row <= bottom; row++) {
        for (let column = bound(box.left, wide); column <= right; column++) {
          for (let k = first[row * wide + column]; k >= 0; k = next[k]) {
            if (held[k] !== own && overlap(box, held[k])) return false;
          }
        }
      }
      return true;
    },
    take(box) {
      const right = bound(box.right, wide), bottom = bound(box.bottom, high);
      for (let row = bound(box.top, high); row <= bottom; row++) {
        for (let column = bound(box.left, wide); column <= right; column++) {
          if (count === next.length) {
            const longer = new Int32Array(2 * next.length);
            longer.set(next);
            next = longer;
          }
          next[count] = first[row * wide + column];
          first[row * wide + column] = count;
          held[count++] = box;
        }
      }
    },
  };
}

export const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const around = (x, y, halfWide, halfHigh) => ({ left: x - halfWide, top: y - halfHigh, right: x + halfWide, bottom: y + halfHigh });

const SIDES = 4, PLACES_BESIDE = 12; // where a name may stand beside its mark: right, left, below, above; then aslant, then farther off
const IMPORTANT = 45; // names that are placed before titles

/** Lay a box of w by h on a side of a mark of radius r at (x, y), the best side being 0. */
function layBeside(box, side, x, y, r, w, h) {
  let across = side === 0 ? r + 3 + w / 2 : side === 1 ? -(r + 3 + w / 2) : 0, down = side === 2 ? r + 1 + h / 2 : side === 3 ? -(r + 1 + h / 2) : 0;
  if (side >= SIDES) { // right or left, below or above
    across = (side % 2 ? -1 : 1) * (r + w / 2);
    down = (side & 2 ? -1 : 1) * (side < 2 * SIDES ? r * 0.7 + h / 2 : r + h);
  }
  box.left = x + across - w / 2;
  box.right = x + across + w / 2;
  box.top = y + down - h / 2;
  box.bottom = y + down + h / 2;
}

/**
 * A labeller, which remembers on which side each name stood. It keeps what it says of a name, and says it anew for each
 * frame: of new objects V8's young space grew from 2 to 8 MB, since some hundred were alive whenever it was collected.
 * @param {(text: string, height: number, hand: number) => number} measure width of a text in pixels
 */
export function createLabeller(measure) {
  let turn = 0;
  const names = new Map(), board = createBoard(), marks = createBoard();
  const trial = around(0.5, 0.5, 1.5, 1.5), spaced = { ...trial }, pool = []; // boxes that are kept: thousands a frame would be garbage

  /** The name of a node, or null; side, turn: where it stood last, and when; widths: in each hand at a height of 10 pixels, once asked for, which are proportional. */
  function nameOf(graph, i, tier) {
    let name = names.get(i);
    if (name?.text) return name;
    const text = shortened(graph.label(i), LETTERS[tier] ?? 30);
    if (text === "") return null;
    if (!name) names.set(i, (name = { node: i, text, widths: [0, 0], x: 0.5, y: 0.5, width: 0.5, height: 0, hand: 0, alpha: 0.5, box: { ...trial }, side: -1, turn: -1 }));
    name.text = text;
    return name;
  }

  const widthOf = (name, hand) => (name.widths[hand] ||= measure(name.text, 100, hand) / 10);

  return {
    /** Forget texts: the names have come, or have changed. */
    forget() {
      for (const name of names.values()) Object.assign(name, { text: "", widths: [0, 0] });
    },

    /**
     * @param graph the atlas
     * @param {number[]|Uint32Array} candidates node numbers, the most important first
     * @param {{camera, tiers, covered?: object[], titlesAmong?: (boxes: object[]) => object[], lit?: Set<number>|null, first?: number[], rest?: number}} view
     *   covered: boxes of what lies over the picture; titlesAmong: gives the titles that stand among the boxes of the most important names; first: nodes named before all others and whatever their size; lit: nodes that are
     *   named before others; rest: how strong other names are while there are lit ones
     * @returns [{node, text, x, y (left and middle, in pixels), width, height, hand, alpha, box}], which the next call changes
     */
    place(graph, candidates, { camera, tiers, covered = [], titlesAmong = () => [], lit = null, first = [], rest = 1 }) {
      board.clear(camera.width, camera.height);
      marks.clear(camera.width, camera.height);
      for (const box of covered) board.take(box);
      turn++;
      let isKeptWhole = false; // whether the edge of the view may not cut what is placed
      const placed = [], isFitted = camera.isFitted(), tried = candidates.length > TRIED ? candidates.slice(0, TRIED) : candidates, markOf = new Map();
      for (let k = 0; k < tried.length; k++) { // not "of": a step of that is an object, of 3,000 a frame
        const i = tried[k], r = radiusIn(tierOf(tiers, i), graph.weight[i]);
        if (r < CLEAR_FROM) continue;
        const x = (graph.x[i] - camera.x) * camera.scale + camera.width / 2, y = (graph.y[i] - camera.y) * camera.scale + camera.height / 2;
        const mark = (pool[markOf.size] ??= { ...trial });
        mark.left = x - r;
        mark.top = y - r;
        mark.right = x + r;
        mark.bottom = y + r;
        markOf.set(i, mark);
        marks.take(mark);
      }
      const isFree = () => {
        spaced.left = trial.left - AIR;
        spaced.top = trial.top - AIR / 2;
        spaced.right = trial.right + AIR;
        spaced.bottom = trial.bottom + AIR / 2;
        return (!isKeptWhole || (trial.left >= 0 && trial.right <= camera.width)) && board.isFree(spaced);
      };
      /** The side where a name may stand, on which `trial` then lies: where it stood before, else off other marks; -1 for none. */
      const sideFor = (before, mark, x, y, r, w, h) => {
        let found = -1;
        if (before >= 0) layBeside(trial, before, x, y, r, w, h);
        if (before >= 0 && isFree()) return before;
        for (let side = 0; side < PLACES_BESIDE; side++) {
          layBeside(trial, side, x, y, r, w, h);
          if (!isFree()) continue;
          if (marks.isFree(trial, mark)) return side;
          if (found < 0) found = side;
        }
        if (found >= 0) layBeside(trial, found, x, y, r, w, h);
        return found;
      };
      const place = (i, alpha, always) => {
        const tier = tierOf(tiers, i), r = radiusIn(tier, graph.weight[i]);
        if (!always && r < NAMED_FROM) return;
        const x = (graph.x[i] - camera.x) * camera.scale + camera.width / 2, y = (graph.y[i] - camera.y) * camera.scale + camera.height / 2;
        if (!isNear(camera, x, y)) return;
        const name = nameOf(graph, i, tier.name), mark = markOf.get(i) ?? null;
        if (!name) return;
        const height = letterHeight(r), hand = r > BOLD_FROM && tier.name === "core" ? BOLD : PLAIN, width = (widthOf(name, hand) * height) / 10;
        const before = name.turn === turn - 1 ? name.side : -1;
        isKeptWhole = isFitted || (always && x >= 0 && x <= camera.width);
        let side = sideFor(before, mark, x, y, r, width, height * 1.16);
        if (side < 0 && isKeptWhole && !isFitted) {
          isKeptWhole = false;
          side = sideFor(before, mark, x, y, r, width, height * 1.16);
        }
        if (side >= 0) {
          Object.assign(name.box, trial);
          board.take(name.box);
          placed.push(Object.assign(name, { x: trial.left, y: (trial.top + trial.bottom) / 2, width, height, hand, alpha, side, turn }));
        }
        if (side >= 0 || r >= CLEAR_FROM) board.take(mark ?? around(x, y, r, r));
      };
      const placeTitled = () => { for (const { box } of titlesAmong(placed.map((name) => name.box))) board.take(box); };
      const done = new Set(first);
      for (const i of first) place(i, 1, true);
      if (lit) {
        for (const i of lit) {
          if (done.has(i)) continue;
          if (placed.length >= MOST_NAMES) break;
          done.add(i);
          place(i, 1, true);
        }
      }
      if (!lit || rest > 0) {
        for (let k = 0; k < tried.length && placed.length < MOST_NAMES; k++) {
          if (k === IMPORTANT) placeTitled();
          if (!done.has(tried[k])) place(tried[k], lit ? rest : 1, false);
        }
      }
      if (tried.length <= IMPORTANT) placeTitled();
      return placed;
    },
  };
}

/** Whether a point in pixels takes part in the choice of names. */
export const isNear = (camera, px, py) => px > -BEYOND && py > -BEYOND && px < camera.width + BEYOND && py < camera.height + BEYOND;

// Where a title may stand, in radii from the middle of its land.
const PLACES = [[0, 0], [0, -0.35], [0, 0.35], [0, -0.7], [0, 0.7], [-0.4, -0.5], [0.4, -0.5], [-0.4, 0.5], [0.4, 0.5], [0, -1], [0, 1]];
const LAND = [40, 110]; // pixels of radius from which land has a title, and from where one at full height
const TITLE_MOST = 12; // titles at once
const TITLE_REACH = 1.25; // radii from the middle of its land to that of a title, at most

const TITLE_LETTERS = 34;
const titled = createBoard();

/** Of the kinds or members that name a community, as many as are short together. */
export function titleOf(name) {
  const parts = name.split(/( and |, )/);
  while (parts.length > 1 && parts.join("").length > TITLE_LETTERS) parts.splice(-2);
  return shortened(parts.join(""), TITLE_LETTERS).toUpperCase();
}

/**
 * Names of communities, where their land is large enough to carry one and not so large that one stands in it.
 * @param {{community: number, region?: number, name: string, x: number, y: number, r: number}[]} lands the largest first; see
 *   `landsOf`
 * @param marks boxes of marks that must stay visible
 * @returns [{community, region, text, x, y (middle), height, alpha, box}]
 */
export function placeTitles(lands, camera, measure, marks = []) {
  const placed = [];
  titled.clear(camera.width, camera.height);
  for (const box of marks) titled.take(box);
  for (const { community, region, name, x, y, r } of lands) {
    const [px, py] = camera.toScreen(x, y);
    const land = r * camera.scale, alpha = 1 - clamp((land / Math.min(camera.width, camera.height) - 0.42) / 0.25, 0, 1);
    if (land < LAND[0] || alpha === 0 || !name || !isNear(camera, px, py)) continue;
    const height = Math.round(clamp(10 + (3 * (land - LAND[0])) / (LAND[1] - LAND[0]), 10, 14)), text = titleOf(name);
    const width = measure(text, height, TITLE), halfWide = width / 2 + 4, halfHigh = height * 0.7;
    for (const [dx, dy] of PLACES) {
      // Within the picture, but over its land or right at its edge.
      const tx = clamp(px + dx * land, halfWide, camera.width - halfWide), ty = clamp(py + dy * land, halfHigh, camera.height - halfHigh);
      const box = around(tx, ty, halfWide, halfHigh);
      if (Math.hypot(tx - px, ty - py) > land * TITLE_REACH || !titled.isFree(box)) continue;
      titled.take(box);
      placed.push({ community, region, text, x: tx, y: ty, width, height, alpha, box });
      break;
    }
    if (placed.length === TITLE_MOST) break;
  }
  return placed;
}
