// Compares two shows: what more of the episodes of one speak of than of the other, by more than chance explains.
// Takes an Atlas and two nodes of shows, returns names with counts, the clearest difference first. Needs no page.

import {FEW_COMPARED, episodesByNode} from "./growth.js";
import {typeOf} from "./queries.js";
import {compareStrata} from "./timeline.js";

const WORDED = ["topic", "tag"]; // each show has words of its own for these

/** Shows -> how many episodes, the most first. @param {Uint8Array|null} sources which episodes count; null for all */
export function episodesOfShows(atlas, sources = null) {
  const counts = new Map(), [from, to] = atlas.meta.ranges.episodes;
  for (let i = from; i < to; i++) if (atlas.show[i] >= 0 && (!sources || sources[i])) counts.set(atlas.show[i], (counts.get(atlas.show[i]) ?? 0) + 1);
  return new Map([...counts].sort(([a, one], [b, other]) => other - one || a - b));
}

/**
 * @param {(edge: number) => boolean} counts which mentions count
 * @param {Uint8Array|null} sources which episodes count
 * @param {[number, number]} shows
 * @returns {{episodes: number[], compared: number, more: {node: number, seen: number[]}[][]}} of each show how many episodes count;
 *   how many names were compared; of each show what more of its episodes have, with how many of both
 */
export function contrastOf(atlas, counts, sources, shows) {
  const sizes = episodesOfShows(atlas, sources), episodes = shows.map((show) => sizes.get(show) ?? 0), more = [[], []];
  let compared = 0;
  for (const [node, own] of episodes.every(Boolean) ? episodesByNode(atlas, counts) : []) {
    const seen = shows.map((show) => own.filter((episode) => atlas.show[episode] === show).length);
    if (shows.includes(node) || WORDED.includes(typeOf(atlas, node)) || Math.max(...seen) < FEW_COMPARED) continue;
    compared++;
    const { direction, z } = compareStrata([[episodes[0], seen[0], episodes[1], seen[1]]]);
    if (direction) more[direction > 0 ? 0 : 1].push({ node, seen, z });
  }
  for (const list of more) list.sort((a, b) => Math.abs(b.z) - Math.abs(a.z) || a.node - b.node);
  return { episodes, compared, more };
}
