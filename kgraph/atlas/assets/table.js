// The rows of the table: which of them, in which order, on which page.
// Takes an Atlas and node numbers, returns plain rows. Needs no page.

import {nameOf, typeOf} from "./queries.js";
import {holdsWords} from "./search.js";
import {isoDay} from "./text.js";

/** Rows of one page: as many as a screen reader or a phone takes without delay. */
export const PAGE_ROWS = 100;

/** How many of the chosen episodes have a node; -1 of episodes and quotes, which are none's. */
export function episodesOf(atlas, i, seen) {
  return ["episode", "quote"].includes(typeOf(atlas, i)) ? -1 : seen[i];
}

/**
 * Column -> its heading, what is compared, and whether the highest comes first when it is chosen.
 * `seen` counts the episodes within the filter.
 */
export const COLUMNS = {
  name: { title: "Name", value: nameOf, numeric: false },
  type: { title: "Type", value: typeOf, numeric: false },
  episodes: { title: "Episodes", value: episodesOf, numeric: true },
  confidence: { title: "Confidence", value: (atlas, i) => atlas.confidence[i], numeric: true },
  first: { title: "First", value: (atlas, i) => atlas.first[i], show: isoDay, numeric: true },
  last: { title: "Last", value: (atlas, i) => atlas.last[i], show: isoDay, numeric: true },
};

/**
 * The rows to show.
 * @param {object} atlas
 * @param {ArrayLike<number>} nodes what is in view, the most important first
 * @param {Uint32Array} seen episodes within the filter, by node
 * @param {{sort: string, rows: string, page: number, most?: number}} wish column ("-" before it: highest first; "" by
 *   importance), words, page from 0, rows of a page
 * @returns {{nodes: number[], total: number, page: number, pages: number}}
 */
export function tableRows(atlas, nodes, seen, { sort, rows, page, most = PAGE_ROWS }) {
  let kept = Array.from(nodes);
  if (rows.trim()) kept = kept.filter((i) => holdsWords(`${nameOf(atlas, i)} ${typeOf(atlas, i)}`, rows));
  const column = COLUMNS[sort.replace(/^-/, "")];
  if (column) sortNodes(kept, (i) => column.value(atlas, i, seen), sort.startsWith("-") ? -1 : 1);
  if (most === Infinity) return { nodes: kept, total: kept.length, page: 0, pages: 1 };
  const pages = Math.max(1, Math.ceil(kept.length / most));
  const at = Math.min(Math.max(0, page), pages - 1);
  return { nodes: kept.slice(at * most, (at + 1) * most), total: kept.length, page: at, pages };
}

/** What a press on a column's heading asks for next: numbers start with the highest. */
export function nextSort(sort, column) {
  const first = COLUMNS[column].numeric ? `-${column}` : column;
  const second = COLUMNS[column].numeric ? column : `-${column}`;
  return sort === first ? second : first;
}

function sortNodes(nodes, valueOf, sign) {
  const collation = new Intl.Collator("en", { numeric: true, sensitivity: "base" }); // not before: its tables are 2 MB of memory
  const keys = new Map(nodes.map((i) => [i, valueOf(i)]));
  const compare = (a, b) => (typeof a === "number" ? a - b : collation.compare(a, b));
  nodes.sort((a, b) => sign * compare(keys.get(a), keys.get(b)) || a - b);
}
