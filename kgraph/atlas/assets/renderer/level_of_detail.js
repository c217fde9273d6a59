// Decides what is shown at each zoom, for the raster, the labels and hit tests alike.
// Zoom is 1 where the core (two units wide) fills REFERENCE * 2 CSS pixels, whatever the size of the screen, so
// that a phone starts farther away and shows less.

import {clamp, rise} from "./math.js";

const REFERENCE = 400; // pixels (CSS) a world unit at zoom 1
const USUAL = 6000; // core nodes of a graph whose nodes have the sizes below; fewer are drawn larger

const FULL_MAP = 500; // nodes that fill a map; fewer are drawn as where one has come nearer

const FEW_EDGES = 6000;

// Per tier: the zoom from which its nodes are more than dust, and where they have their full size; radius in pixels
// of dust, of the least and of the most important node at zoom 1; how strong dust is.
const TIERS = [
  { name: "core", from: 0, full: 0, dust: 1, small: 1.2, large: 12, faint: 1 },
  { name: "episodes", from: 1.2, full: 5, dust: 0.62, small: 1.5, large: 1.9, faint: 0.4 },
  { name: "leaves", from: 4, full: 14, dust: 0.5, small: 0.75, large: 1.2, faint: 0.2 },
  { name: "quotes", from: 5, full: 16, dust: 0.45, small: 0.62, large: 0.9, faint: 0.14 },
];

// Per kind of edge: from which zoom it is drawn, where it has its full strength, and that strength (ink a pixel).
// What a kind of the data lacks here is drawn only when near or lit.
const EDGES = {
  associated: { from: 0, full: 0, ink: 0.9 },
  states: { from: 1.5, full: 4, ink: 0.9 },
  mentions: { from: 7, full: 40, ink: 0.2 },
  quoted: { from: 6, full: 40, ink: 0.3 },
  about: { from: 24, full: 60, ink: 0.06 },
  keyword: { from: 24, full: 60, ink: 0.05 },
  partOf: { from: 24, full: 60, ink: 0.06 },
};
const NEVER = { from: Infinity, full: Infinity, ink: 0 };

/** The zoom of a scale in pixels (CSS) a world unit. */
export const zoomOf = (scale) => scale / REFERENCE;

/** {core: [from, to], …} of the tiers that a graph has; all is core where nothing is said. */
export const rangesOf = (graph) => graph.meta?.ranges ?? { core: [0, graph.n] };

/**
 * What a zoom shows of each tier.
 * @returns [{name, from, to, alpha in [0, 1], small, large (radius in CSS pixels), shown (more than dust)}]
 */
export function tiersAt(ranges, zoom) {
  const core = ranges.core ?? [0, 0];
  const size = clamp((USUAL / Math.max(core[1] - core[0], 1)) ** 0.25, 0.6, 1.6);
  const all = Math.max(1, ...Object.values(ranges).map(([, to]) => to)), near = zoom * Math.max(1, FULL_MAP / all);
  const grown = size * clamp(near, 0.3, 30) ** 0.33;
  return TIERS.filter(({ name }) => ranges[name] && ranges[name][1] > ranges[name][0]).map((tier) => {
    const whole = tier.full ? rise(Math.log(near), Math.log(tier.from), Math.log(tier.full)) : 1;
    return {
      name: tier.name, from: ranges[tier.name][0], to: ranges[tier.name][1], shown: whole > 0.25,
      alpha: tier.faint + (1 - tier.faint) * whole,
      small: tier.dust * (1 - whole) + tier.small * grown * whole, large: tier.dust * (1 - whole) + tier.large * grown * whole,
    };
  });
}

/** A node's radius in CSS pixels: the few of great importance stand out from the many of some. */
export const radiusIn = (tier, weight) => tier.small + (tier.large - tier.small) * weight * weight;

/** The tier of a node. */
export const tierOf = (tiers, i) => tiers.find(({ from, to }) => i >= from && i < to);

/**
 * Ink a pixel of each kind of edge at a zoom; 0 for those that are not drawn.
 * @param {string[]} kinds names of the kinds
 * @param {number} count how many edges there are: of few, each has more ink
 * @param {"auto"|"none"|string[]} wanted which kinds; "auto" leaves it to the zoom
 */
export function edgeInk(kinds, zoom, wanted = "auto", count = FEW_EDGES) {
  const gain = clamp((FEW_EDGES / Math.max(count, 1)) ** 0.4, 1, 4);
  return Float32Array.from(kinds, (kind) => {
    if (wanted === "none") return 0;
    const { from, full, ink } = EDGES[kind] ?? NEVER;
    if (wanted !== "auto") return wanted.includes(kind) ? Math.max(ink, 0.12) : 0;
    const near = clamp(zoom, 1, 16) ** 0.25; // lines grow with what they join
    return gain * near * (from ? ink * rise(Math.log(zoom), Math.log(from), Math.log(full)) : ink);
  });
}
