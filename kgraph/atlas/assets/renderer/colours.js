// Colours of themes, and of nodes by type, community or confidence, and their legend.
// Type colours come with the graph (`meta.looks`, from `kgraph/draw/legend.py`). Ramps rise in lightness, so
// that they read without hue.

import {clamp} from "./math.js";

const OTHER = ["#6b7178", "#9aa1a9"]; // a type of which the graph tells no colours: [on light ground, on dark]

const COMMUNITIES = [
  ["#2f6fb7", "#6aa9ee"], ["#c4622d", "#f0965f"], ["#2c8c6b", "#52c79f"], ["#9a5bb0", "#cf97e6"],
  ["#a8862a", "#dcbc5a"], ["#b84a6b", "#ee8aa8"], ["#3c8fa3", "#69c6dc"], ["#6c7d2c", "#aebf62"],
  ["#5d5fc0", "#9a9cf5"], ["#9c5a44", "#d99c86"], ["#3f8a3f", "#7fc77f"], ["#a0467f", "#e08cc0"],
];
const NO_COMMUNITY = ["#7b8087", "#8d949d"]; // of no community

/** Colours of confidence from low to high, on light ground and on dark; the high end stands out from the ground. */
const CONFIDENCE = [["#b07a45", "#a85a35", "#3b4a8f", "#12235c"], ["#9a6b4a", "#c08450", "#d9c28c", "#fff3c9"]];
const RAMP_STEPS = 16; // colours of a ramp

const THEMES = {
  light: { ground: "#fbfbfa", ink: "#1c1e21", quiet: "#5a5f66", line: "#76808c", halo: "#fbfbfa", accent: "#005f99", dark: false },
  dark: { ground: "#15181c", ink: "#eceef0", quiet: "#a7aeb7", line: "#8a94a1", halo: "#15181c", accent: "#7cc4f5", dark: true },
};

/** The colours of a theme: "light" or "dark". */
export const themeColours = (name) => THEMES[name] ?? THEMES.light;

/** [red, green, blue] of "#rrggbb", each in [0, 255]. */
export const channels = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** A colour as one number, as the machine lays bytes: red, green, blue, and 255. */
export function packed(hex) {
  return new Uint32Array(Uint8Array.of(...channels(hex), 255).buffer)[0];
}

/** "#rrggbb" of three channels. */
export const hexOf = (rgb) => `#${rgb.map((value) => Math.round(clamp(value, 0, 255)).toString(16).padStart(2, "0")).join("")}`;

/** A colour between two, t of the way. */
export function mixed(a, b, t) {
  const [from, to] = [channels(a), channels(b)];
  return hexOf(from.map((value, k) => value + (to[k] - value) * t));
}

/** Colours of a ramp in equal steps. */
function rampOf(stops) {
  return Array.from({ length: RAMP_STEPS }, (_, step) => {
    const at = (step / (RAMP_STEPS - 1)) * (stops.length - 1), from = Math.min(Math.floor(at), stops.length - 2);
    return mixed(stops[from], stops[from + 1], at - from);
  });
}

/** The colour of a community by its number in the palette. */
export const communityColour = (hue, dark) => (hue < 0 ? NO_COMMUNITY : COMMUNITIES[hue % COMMUNITIES.length])[Number(dark)];

/**
 * A place in the palette for each community, such that those that lie near each other differ.
 * @param {{x: number, y: number, r: number}[]} communities the largest first
 */
export function huesOf(communities) {
  const hues = [];
  for (const [number, { x, y }] of communities.entries()) {
    const cost = COMMUNITIES.map((_, hue) => hue * 1e-3);
    for (let other = 0; other < number; other++) {
      cost[hues[other]] += 1 / (0.02 + (x - communities[other].x) ** 2 + (y - communities[other].y) ** 2);
    }
    hues.push(cost.indexOf(Math.min(...cost)));
  }
  return hues;
}

/**
 * The colour of every node.
 * @param {object} graph the atlas
 * @param {"type"|"community"|"confidence"} by
 * @param {boolean} dark
 * @returns {{index: Uint8Array, palette: string[], legend: {label: string, colour: string}[]}} node i has the
 *   colour palette[index[i]]
 */
export function colourNodes(graph, by, dark) {
  if (by === "community") return byCommunity(graph, dark);
  if (by === "confidence") return byConfidence(graph, dark);
  return byType(graph, dark);
}

function byType(graph, dark) {
  const palette = graph.meta.types.map((type) => (graph.meta.looks?.[type] ?? OTHER)[Number(dark)]);
  const legend = graph.meta.types.map((label, k) => ({ label, colour: palette[k] })).filter((_, k) => graph.type.includes(k));
  return { index: graph.type, palette, legend };
}

function byCommunity(graph, dark) {
  const communities = graph.meta.communities ?? [], hues = huesOf(communities);
  const palette = COMMUNITIES.map((pair) => pair[Number(dark)]).concat(NO_COMMUNITY[Number(dark)]);
  const index = new Uint8Array(graph.n);
  for (let i = 0; i < graph.n; i++) index[i] = hues[graph.community[i]] ?? COMMUNITIES.length;
  return { index, palette, legend: communities.map(({ name }, k) => ({ label: name, colour: palette[hues[k]], community: k })) };
}

function byConfidence(graph, dark) {
  const palette = rampOf(CONFIDENCE[Number(dark)]), index = Uint8Array.from(graph.confidence, (share) => clamp(Math.floor(share * RAMP_STEPS), 0, RAMP_STEPS - 1));
  return { index, palette, legend: [0, 5, 10, RAMP_STEPS - 1].map((step) => ({ label: `from ${Math.round((100 * step) / RAMP_STEPS)} %`, colour: palette[step] })) };
}
