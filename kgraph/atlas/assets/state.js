// The state of the view as one plain object, and as text in the address.
// Takes and returns strings and plain values: nodes by their ids, so that a link survives a rebuild.
// Default values are not written; values that cannot be read fall back to the default.

/**
 * @typedef {object} State
 * @property {{kind: "node"|"edge"|"path"|"community"|"region"|"quotes"|"marked", ids: string[], words: string}|null} open what the panel shows
 * @property {number} hops 0 for all, else how many steps around the open node are shown
 * @property {string[]} hidden types that are not shown
 * @property {number} confidence lowest, in [0, 1]; at first what is more likely wrong than right is hidden, if the file has such
 * @property {string} from first day, ISO 8601, "" for no bound
 * @property {string} to last day, included
 * @property {string[]} shows ids of the shows to keep to; none for all
 * @property {string[]} themes ids of the themes to keep to; none for all
 * @property {number} episodes how many must mention an entity at least
 * @property {number} relevance lowest of a quote, in [0, 1]
 * @property {boolean} adverts whether adverts are shown
 * @property {string} colour what the colours say: type, community or confidence
 * @property {boolean} lines whether edges are drawn
 * @property {string[]} marked ids of the selected nodes
 * @property {string} side which side panel is open: "" for none, or filters
 * @property {boolean} table whether the table is open
 * @property {string} scope rows of the table: what is in view, what is lit, or all that is shown
 * @property {string} sort the table's column, with "-" before it for the highest first
 * @property {string} rows words by which the table is filtered
 * @property {[number, number, number]|null} camera x, y, scale; null shows everything
 * @property {string} theme light, dark, or "" as the system has it
 */

/** The state of a page that was just opened. */
export const START = Object.freeze({
  open: null, hops: 0, hidden: [], confidence: 0.5, from: "", to: "", shows: [], themes: [],
  episodes: 1, relevance: 0, adverts: false, colour: "type", lines: true, marked: [],
  side: "", table: false, scope: "view", sort: "", rows: "", camera: null, theme: "",
});

/** The colour schemes, in the order in which they are offered. */
export const COLOURS = ["type", "community", "confidence"];

/** What the rows of the table are taken from. */
export const SCOPES = ["view", "lit", "all"];

const LONGEST_LIST = 5_000; // ids: an address that asks for more is no link that we wrote
const escapedPart = (text) => encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":");

/** How each kind of value is written, and read back: undefined for what cannot be. */
const VALUES = {
  ids: { write: (ids) => ids.map(escapedPart).join(","), read: (text) => text.split(",", LONGEST_LIST).map(plainPart).filter(Boolean) },
  words: { write: escapedPart, read: plainPart },
  flag: { write: (on) => (on ? "1" : "0"), read: (text) => text === "1" },
  share: { write: (value) => String(Math.round(value * 1000) / 1000), read: (text) => withinBounds(text, 0, 1) },
  day: { write: String, read: (text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined) },
  camera: { write: (at) => at.map((value) => Number(value.toPrecision(6))).join(","), read: readCamera },
};
const oneOf = (...choices) => ({ write: String, read: (text) => (choices.includes(text) ? text : undefined) });
const whole = (least, most) => ({ write: String, read: (text) => (/^\d+$/.test(text) ? withinBounds(text, least, most) : undefined) });

/** Name in the address -> field, and how it is written and read. Pairs of the panel stand in OPENINGS. */
const FIELDS = {
  hops: ["hops", whole(0, 2)],
  without: ["hidden", VALUES.ids],
  sure: ["confidence", VALUES.share],
  from: ["from", VALUES.day],
  to: ["to", VALUES.day],
  shows: ["shows", VALUES.ids],
  themes: ["themes", VALUES.ids],
  episodes: ["episodes", whole(1, 1_000_000)],
  relevance: ["relevance", VALUES.share],
  adverts: ["adverts", VALUES.flag],
  colour: ["colour", oneOf(...COLOURS)],
  lines: ["lines", VALUES.flag],
  marked: ["marked", VALUES.ids],
  side: ["side", oneOf("filters")],
  table: ["table", VALUES.flag],
  scope: ["scope", oneOf(...SCOPES)],
  sort: ["sort", VALUES.words],
  rows: ["rows", VALUES.words],
  at: ["camera", VALUES.camera],
  theme: ["theme", oneOf("light", "dark")],
};

/** What the panel shows -> how many ids that takes, of a community a member's; a search for quotes takes words instead. */
const OPENINGS = { node: 1, edge: 2, path: 2, community: 1, region: 1, quotes: 0, panel: 0 };

/** The state as the fragment of an address, without "#"; "" for the start. */
export function toHash(state) {
  const parts = state.open ? [writeOpening(state.open)] : [];
  for (const [name, [field, { write }]] of Object.entries(FIELDS)) {
    if (!same(state[field], START[field])) parts.push(`${name}=${write(state[field])}`);
  }
  return parts.join("&");
}

/** The state that a fragment names; anything that is not understood is left as at the start. */
export function fromHash(hash) {
  const state = { ...START };
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0) readPart(state, part.slice(0, at), part.slice(at + 1));
  }
  return state;
}

/** Whether two values of a state are the same, list by list. */
export function same(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function writeOpening({ kind, ids, words }) {
  if (kind === "marked") return "panel=marked";
  return kind === "quotes" ? `quotes=${escapedPart(words)}` : `${kind}=${VALUES.ids.write(ids)}`;
}

function readPart(state, name, value) {
  if (Object.hasOwn(OPENINGS, name)) state.open = readOpening(name, value) ?? state.open;
  else if (Object.hasOwn(FIELDS, name)) {
    const [field, { read }] = FIELDS[name];
    state[field] = read(value) ?? START[field];
  }
}

function readOpening(kind, value) {
  if (kind === "panel") return value === "marked" ? { kind: "marked", ids: [], words: "" } : null;
  if (kind === "quotes") return plainPart(value) ? { kind, ids: [], words: plainPart(value) } : null;
  const ids = VALUES.ids.read(value);
  return ids.length === OPENINGS[kind] && ids.every(Boolean) ? { kind, ids, words: "" } : null;
}

function readCamera(value) {
  const at = value.split(",").map(Number);
  return at.length === 3 && at.every(Number.isFinite) && at[2] > 0 ? at : undefined;
}

function withinBounds(text, least, most) {
  const value = Number(text);
  return text !== "" && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : undefined;
}

/** Text without its escapes; "" when they are broken. */
function plainPart(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}

/**
 * Holds the state, and keeps the address in step with it.
 * @param {Window} page its location and history
 * @param {(state: State) => void} changed is called after each change
 */
export function createStore(page, changed) {
  let state = fromHash(page.location.hash);
  const take = (next) => {
    state = next;
    changed(state);
  };
  const write = (how) => {
    const hash = toHash(state);
    if (hash === page.location.hash.replace(/^#/, "")) return;
    try {
      page.history[how](null, "", `#${hash}`);
    } catch {
      // A frame without an origin, as a notebook's, has no history: the view goes on without an address.
    }
  };
  page.addEventListener("popstate", () => take(fromHash(page.location.hash)));
  return {
    get: () => state,
    /** A step that "back" undoes. */
    push(change) { take({ ...state, ...change }); write("pushState"); },
    /** A step on the way: a camera that moves, a slider that is drawn. */
    replace(change) { take({ ...state, ...change }); write("replaceState"); },
  };
}
