// Looks up communities and regions of communities: members, quotes, ties among them.
// Takes an Atlas, returns node numbers and counts, most important first. Needs no page.

import {edgeSlices} from "./filters.js";

/** A community, or the region that it is part of; undefined for none. */
export const groupOf = ({ meta }, community, isRegion = false) => (isRegion ? meta.regions[meta.communities[community]?.region] : meta.communities[community]);

/** All communities with their numbers, the largest first. */
export const communitiesOf = ({ meta }) => meta.communities.map((one, k) => ({ ...one, k })).sort((a, b) => b.members - a.members || a.k - b.k);

/** Whether a node is of the same community or region as another. */
function sameGroup({ community, meta }, i, isRegion) {
  const own = community[i], { region } = meta.communities[own] ?? {};
  return (other) => (isRegion ? meta.communities[community[other]]?.region === region : community[other] === own);
}

/** Members of the core of a node's community or region, the most important first. */
export function membersOf(atlas, i, isRegion) {
  const isOwn = sameGroup(atlas, i, isRegion);
  return Array.from({ length: atlas.meta.ranges.core[1] }, (_, node) => node).filter(isOwn);
}

/**
 * Episodes that mention a member of the core, by the number of its community or region.
 * @param {(edge: number) => boolean} counts which edges count
 * @returns {number[][]} each episode once
 */
export function episodesByGroup(atlas, isRegion, counts) {
  const { meta, community, source, target } = atlas, groups = (isRegion ? meta.regions : meta.communities).map(() => []), core = meta.ranges.core[1];
  const numbers = meta.communities.map(({ region }, k) => (isRegion ? region : k));
  for (let [e, end] = edgeSlices(atlas).mentions; e < end; e++) {
    const episodes = target[e] < core ? groups[numbers[community[target[e]]]] : undefined;
    if (episodes && counts(e) && episodes.at(-1) !== source[e]) episodes.push(source[e]); // mentions stand by episode
  }
  return groups;
}

/**
 * Quotes that name several members, the most members and then the most relevant first; of few such, those that name one.
 * @param {(edge: number) => boolean} counts which edges count
 * @param {number} most
 */
export function quotesOfGroup(atlas, i, isRegion, counts, most) {
  const isOwn = sameGroup(atlas, i, isRegion), named = new Map(), core = atlas.meta.ranges.core[1];
  for (let [e, end] = edgeSlices(atlas).names; e < end; e++) {
    const quote = atlas.source[e], node = atlas.target[e];
    if (node < core && isOwn(node) && !atlas.advert[quote] && counts(e)) named.set(quote, (named.get(quote) ?? 0) + atlas.strength[e]);
  }
  const worth = ([quote, names]) => Math.min(names, SEVERAL) * (0.2 + atlas.relevance[quote]);
  return [...named].sort((a, b) => worth(b) - worth(a) || a[0] - b[0]).slice(0, most).map(([quote]) => quote);
}

const SEVERAL = 3; // members in a quote beyond which more tell no more

/**
 * Other communities (of a region: regions) that associations lead to, the most strongly tied first.
 * @returns {{community: number, strength: number, edges: number[]}[]} community: of a region any of its communities; edges: the
 *   strongest first
 */
export function tiesOfGroup(atlas, i, isRegion, counts) {
  const isOwn = sameGroup(atlas, i, isRegion), found = new Map();
  for (let [e, end] = edgeSlices(atlas).associated; e < end; e++) {
    const [one, other] = [isOwn(atlas.source[e]), isOwn(atlas.target[e])];
    const there = atlas.community[one ? atlas.target[e] : atlas.source[e]], group = atlas.meta.communities[there];
    if (one === other || !group || !counts(e)) continue;
    const key = isRegion ? group.region : there;
    if (!found.has(key)) found.set(key, { community: there, strength: 0, edges: [] });
    found.get(key).strength += atlas.strength[e];
    found.get(key).edges.push(e);
  }
  for (const { edges } of found.values()) edges.sort((a, b) => atlas.strength[b] - atlas.strength[a] || a - b);
  return [...found.values()].sort((a, b) => b.strength - a.strength || a.community - b.community);
}
