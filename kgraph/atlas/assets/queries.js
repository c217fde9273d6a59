// Looks up what a panel shows of one node or two: neighbours, episodes, quotes.
// Takes an Atlas and its adjacency, returns node and edge numbers, most relevant first. Needs no page.
//
// Invariant: adverts are left out wherever quotes are ranked.

import {otherEnd} from "./renderer/adjacency.js";

/** Kinds of edges by which a quote is about something, and by which an episode has it. */
const SAYING = ["names", "theme"], HOLDING = ["mentions", "about", "keyword", "partOf"];

/** Kinds along which a focus grows: at first all but what joins everything, then only what stands beside. */
const FOCUS = [["associated", "mentions", "partOf", "states", "quoted", "names", "theme"], ["associated", "states"]];

/** The name of a node's type. */
export const typeOf = (atlas, i) => atlas.meta.types[atlas.type[i]];

/** What to call a node: a quote, which has no name, after its episode. */
export const nameOf = (atlas, i) => atlas.label(i) || (atlas.parent[i] >= 0 ? `Quote in “${atlas.label(atlas.parent[i])}”` : "…");

/**
 * The edges of a node, by kind.
 * @param {(edge: number) => boolean} counts whether an edge counts; see `evidenceWithin`
 * @returns {Record<string, {node: number, edge: number}[]>} of each kind of edge the other ends, the strongest first
 */
export function linksOf(atlas, adjacency, i, counts = () => true) {
  const found = Object.fromEntries(atlas.meta.edgeKinds.map((kind) => [kind, []]));
  for (let at = adjacency.start[i]; at < adjacency.start[i + 1]; at++) {
    const edge = adjacency.edge[at];
    if (counts(edge)) found[atlas.meta.edgeKinds[atlas.kind[edge]]].push({ node: otherEnd(atlas, edge, i), edge });
  }
  for (const list of Object.values(found)) list.sort((a, b) => atlas.strength[b.edge] - atlas.strength[a.edge] || a.node - b.node);
  return found;
}

/** How many neighbours of each type, the most frequent first; a neighbour by several edges counts once. */
export function typeCounts(atlas, adjacency, i, holds = () => true) {
  const seen = new Set(), counts = new Map();
  for (let at = adjacency.start[i]; at < adjacency.start[i + 1]; at++) {
    const other = otherEnd(atlas, adjacency.edge[at], i);
    if (seen.has(other) || !holds(adjacency.edge[at])) continue;
    seen.add(other);
    counts.set(atlas.type[other], (counts.get(atlas.type[other]) ?? 0) + 1);
  }
  return [...counts].sort(([a, one], [b, other]) => other - one || a - b).map(([type, count]) => ({ type: atlas.meta.types[type], count }));
}

/** The episodes that have a node, with the edge that says so: the surest first (to a tenth), then the newest. */
export function episodesWith(atlas, near) {
  const found = HOLDING.flatMap((kind) => near[kind]).filter(({ node }) => typeOf(atlas, node) === "episode");
  return sortEpisodes(atlas, found.map(({ node, edge }) => ({ node, edge, sure: atlas.strength[edge] })));
}

function sortEpisodes(atlas, episodes) {
  const tenths = (sure) => Math.round(10 * sure);
  return episodes.sort((a, b) => tenths(b.sure) - tenths(a.sure) || atlas.first[b.node] - atlas.first[a.node] || a.node - b.node);
}

/** Quotes that name a node, or are on its theme: the most relevant first, weighed by how surely they name it. */
export function quotesOn(atlas, near) {
  const found = SAYING.flatMap((kind) => near[kind]).filter(({ node }) => typeOf(atlas, node) === "quote" && !atlas.advert[node]);
  return sortQuotes(atlas, found.map(({ node, edge }) => ({ node, edge, worth: atlas.relevance[node] * atlas.strength[edge] })));
}

/** An episode's own quotes, the most relevant first. */
export function quotesIn(atlas, near) {
  const own = near.quoted.filter(({ node }) => typeOf(atlas, node) === "quote" && !atlas.advert[node]);
  return sortQuotes(atlas, own.map(({ node, edge }) => ({ node, edge, worth: atlas.relevance[node] })));
}

const sortQuotes = (atlas, quotes) => quotes.sort((a, b) => b.worth - a.worth || atlas.relevance[b.node] - atlas.relevance[a.node] || a.node - b.node);

/** The edges between two nodes, evidence before associations. */
export function edgesBetween(atlas, adjacency, one, other) {
  const found = [];
  for (let at = adjacency.start[one]; at < adjacency.start[one + 1]; at++) {
    if (otherEnd(atlas, adjacency.edge[at], one) === other) found.push(adjacency.edge[at]);
  }
  const isDerived = (edge) => (atlas.meta.edgeKinds[atlas.kind[edge]] === "associated" ? 1 : 0);
  return found.sort((a, b) => isDerived(a) - isDerived(b) || a - b);
}

/** The edges both ends of which are among some nodes. */
export function edgesAmong(atlas, adjacency, nodes) {
  const among = new Set(nodes), found = new Set();
  for (const i of nodes) {
    for (let at = adjacency.start[i]; at < adjacency.start[i + 1]; at++) {
      if (among.has(otherEnd(atlas, adjacency.edge[at], i))) found.add(adjacency.edge[at]);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** Episodes that have both of two nodes; `sure` is the chance that both are right. */
export function sharedEpisodes(atlas, one, other) {
  const first = new Map(episodesWith(atlas, one).map(({ node, edge, sure }) => [node, { edge, sure }]));
  const both = episodesWith(atlas, other).filter(({ node }) => first.has(node));
  return sortEpisodes(atlas, both.map(({ node, edge, sure }) => ({ node, edges: [first.get(node).edge, edge], sure: sure * first.get(node).sure })));
}

/** Quotes that name both of two nodes, the most relevant first. */
export function sharedQuotes(atlas, one, other) {
  const first = new Set(quotesOn(atlas, one).map(({ node }) => node));
  const both = quotesOn(atlas, other).filter(({ node }) => first.has(node));
  return sortQuotes(atlas, both.map((quote) => ({ ...quote, worth: atlas.relevance[quote.node] })));
}

/**
 * What is shown when the view keeps to one node.
 * @param {number} hops 1: all that it touches, but topics and tags; 2: and what stands beside that
 * @returns {Uint8Array} 1 for each node that stays
 */
export function focusMask(atlas, adjacency, from, hops) {
  const kept = new Uint8Array(atlas.n);
  let front = [from];
  kept[from] = 1;
  for (const kinds of FOCUS.slice(0, hops)) {
    const allowed = Uint8Array.from(atlas.meta.edgeKinds, (kind) => (kinds.includes(kind) ? 1 : 0)), next = [];
    for (const i of front) {
      for (let at = adjacency.start[i]; at < adjacency.start[i + 1]; at++) {
        const edge = adjacency.edge[at], other = otherEnd(atlas, edge, i);
        if (kept[other] || !allowed[atlas.kind[edge]]) continue;
        kept[other] = 1;
        next.push(other);
      }
    }
    front = next;
  }
  return kept;
}

/** Count for each show its own episodes, where they are more than those that mention it. */
export function countShows(atlas) {
  const own = new Map();
  for (let i = atlas.meta.ranges.episodes[0]; i < atlas.meta.ranges.episodes[1]; i++) own.set(atlas.show[i], (own.get(atlas.show[i]) ?? 0) + 1);
  own.delete(-1);
  for (const [show, count] of own) atlas.count[show] = Math.max(atlas.count[show], count);
}
