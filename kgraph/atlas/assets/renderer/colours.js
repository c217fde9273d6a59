// Colours of themes, and of nodes by type, community, growth, confidence or date, and their legend.
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
const UNDATED_COLOUR = ["#8b8f95", "#767d86"];
const UNDATED = -1e9; // days: an earlier one is none
const SAMPLE = 20_000; // values that tell how all are spread

const RAMPS = { // from low to high; the high end stands out from the ground
  confidence: [["#b07a45", "#a85a35", "#3b4a8f", "#12235c"], ["#9a6b4a", "#c08450", "#d9c28c", "#fff3c9"]],
  date: [["#a9701a", "#4f8f5c", "#2c7f9e", "#4b2a8b"], ["#7d6be0", "#3f93b0", "#79c2a2", "#f6ee8a"]],
};
const GROWTH = [ // fell, may be chance, rose, not compared
  ["#2166ac", "#6db3f2"], ["#6f757c", "#a0a7af"], ["#c2410c", "#ff9d5c"], ["#8c9197", "#6d747d"],
];
const GROWTH_LISTED = [2, 0, 1, 3];

/** The classes of `growth.js` in words. */
export const GROWTH_NAMES = ["fell", "may be chance", "rose", "too few to compare"];
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
 * @param {"type"|"community"|"growth"|"confidence"|"date"} by
 * @param {boolean} dark
 * @param {{index: Uint8Array, words: string}|null} growth for "growth": the class of each node in GROWTH, and what was compared
 * @returns {{index: Uint8Array, palette: string[], legend: {label: string, colour: string}[]}} node i has the
 *   colour palette[index[i]]
 */
export function colourNodes(graph, by, dark, growth = null) {
  if (by === "growth" && growth) return byGrowth(growth, dark);
  if (by === "community") return byCommunity(graph, dark);
  if (by === "confidence") return byRamp(graph, RAMPS.confidence[Number(dark)], dark, graph.confidence, shares(), percentName);
  if (by === "date") {
    const days = middleDays(graph), ofCore = days.subarray(0, graph.meta.ranges?.core?.[1] ?? graph.n);
    return byRamp(graph, RAMPS.date[Number(dark)], dark, days, quantiles(ofCore), dayName, quantiles(ofCore, 0.5));
  }
  return byType(graph, dark);
}

function byGrowth({ index, words }, dark) {
  const palette = GROWTH.map((pair) => pair[Number(dark)]);
  return { index, palette, legend: [{ label: words, colour: "" }, ...GROWTH_LISTED.map((k) => ({ label: GROWTH_NAMES[k], colour: palette[k] }))] };
}

const middles = new WeakMap(); // by the days; of all edges, which are not there at first

/** The mean day of the episodes that mention a node or are about it; of an episode, and what is alone in it, its own. */
function middleDays(graph) {
  if (middles.get(graph.first)?.m === graph.m) return middles.get(graph.first).days;
  const days = Float32Array.from(graph.first), core = graph.meta.ranges?.core?.[1] ?? 0, sums = new Float64Array(core), counts = new Uint32Array(core);
  const holding = Uint8Array.from(graph.meta.edgeKinds, (kind) => Number(["mentions", "about", "keyword"].includes(kind)));
  for (let e = 0; e < graph.m; e++) {
    const day = graph.first[graph.source[e]], i = graph.target[e];
    if (!holding[graph.kind[e]] || i >= core || day < UNDATED) continue;
    sums[i] += day;
    counts[i]++;
  }
  for (let i = 0; i < core; i++) if (counts[i]) days[i] = sums[i] / counts[i];
  middles.set(graph.first, { m: graph.m, days });
  return days;
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

/**
 * @param {number[]} from the value from which on each step of the ramp holds, rising
 * @param {number[]} told the value that stands for each step
 */
function byRamp(graph, stops, dark, values, from, name, told = from) {
  const ramp = rampOf(stops), index = new Uint8Array(graph.n);
  for (let i = 0; i < graph.n; i++) {
    const value = values[i];
    if (value < UNDATED || Number.isNaN(value)) index[i] = RAMP_STEPS;
    else while (index[i] + 1 < RAMP_STEPS && value >= from[index[i] + 1]) index[i]++;
  }
  const shown = [0, 5, 10, RAMP_STEPS - 1].filter((step, k, all) => !k || from[step] > from[all[k - 1]]);
  return { index, palette: [...ramp, UNDATED_COLOUR[Number(dark)]], legend: shown.map((step) => ({ label: name(told[step]), colour: ramp[step] })) };
}

const dayName = (day) => `around ${new Date(Math.round(day) * 864e5).toISOString().slice(0, 10)}`;
const percentName = (share) => `from ${Math.round(100 * share)} %`;

/** Equal steps from 0 to 1. */
const shares = () => Array.from({ length: RAMP_STEPS }, (_, step) => step / RAMP_STEPS);

/** Values that part the known ones into as many in each step; or those so far within each, in [0, 1). */
function quantiles(values, within = 0) {
  const every = Math.max(1, Math.floor(values.length / SAMPLE)), known = [];
  for (let i = 0; i < values.length; i += every) if (values[i] >= UNDATED) known.push(values[i]);
  known.sort((a, b) => a - b);
  return Array.from({ length: RAMP_STEPS }, (_, step) => known[Math.floor(((step + within) / RAMP_STEPS) * known.length)] ?? 0);
}
