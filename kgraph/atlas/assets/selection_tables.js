// The tables of a selection: its nodes, what joins them, and the quotes that name them.
// Takes the app of main.js and node numbers, returns plain columns and rows.

import {edgeSlices} from "./filters.js";
import {edgesAmong, nameOf, typeOf} from "./queries.js";
import {episodesOf} from "./table.js";
import {isoDay} from "./text.js";

const MOST_TIED = 400; // entities of which all ties are looked for; of more, those that the map draws
const MOST_QUOTES = 5_000; // the most relevant

const rounded3 = (value) => Number(value.toFixed(3));

/** @returns {Promise<{name: string, columns: string[], rows: (string|number)[][]}[]>} nodes, edges, quotes */
export async function tablesOf(app, nodes) {
  const iris = new Map(await Promise.all(nodes.map(async (i) => [i, app.atlas.meta.base + (await app.source.idOf(i))])));
  return [nodeTable(app, nodes, iris), edgeTable(app, nodes, iris), await quoteTable(app, nodes)];
}

function nodeTable({ atlas, shown }, nodes, iris) {
  const rows = nodes.map((i) => [
    iris.get(i), typeOf(atlas, i), nameOf(atlas, i), Math.max(0, episodesOf(atlas, i, shown.seen)) || "", rounded3(atlas.confidence[i]),
    isoDay(atlas.first[i]), isoDay(atlas.last[i]), atlas.meta.communities[atlas.community[i]]?.name ?? "",
  ]);
  return { name: "nodes", columns: ["iri", "type", "name", "episodes", "confidence", "first", "last", "community"], rows };
}

/** All ties among the entities, and the other edges that the file has; `strength` is an association, or a confidence. */
function edgeTable(app, nodes, iris) {
  const { atlas } = app, isChosen = new Set(nodes), entities = nodes.filter((i) => app.source.isEntity(i)), hasAll = entities.length <= MOST_TIED;
  const ends = (one, other) => [iris.get(one), nameOf(atlas, one), iris.get(other), nameOf(atlas, other)];
  const ties = !hasAll ? [] : entities.flatMap((i) => app.associations.beside(i).filter(({ node }) => node > i && isChosen.has(node))
    .map(({ node, episodes, association, lift }) => [...ends(i, node), "associated", rounded3(association), episodes, rounded3(lift)]));
  const drawn = edgesAmong(atlas, app.adjacency, nodes).filter((e) => app.counts(e)).map((e) => [e, atlas.meta.edgeKinds[atlas.kind[e]]]);
  const others = drawn.filter(([, kind]) => !hasAll || kind !== "associated")
    .map(([e, kind]) => [...ends(atlas.source[e], atlas.target[e]), kind, rounded3(atlas.strength[e]), "", ""]);
  return { name: "edges", columns: ["source", "source name", "target", "target name", "kind", "strength", "episodes", "lift"], rows: [...ties, ...others] };
}

/** Quotes that are chosen, of chosen episodes, or name chosen entities: the most names and then the most relevant first. */
async function quoteTable(app, nodes) {
  const { atlas, source } = app, chosen = new Set(nodes), named = new Map(), slices = edgeSlices(atlas), [from, to] = atlas.meta.ranges.quotes;
  for (const kind of ["names", "theme"]) {
    for (let [e, end] = slices[kind]; e < end; e++) {
      if (!chosen.has(atlas.target[e]) || !app.counts(e)) continue;
      if (!named.has(atlas.source[e])) named.set(atlas.source[e], []);
      named.get(atlas.source[e]).push(atlas.target[e]);
    }
  }
  for (let i = from; i < to; i++) if ((chosen.has(i) || chosen.has(atlas.parent[i])) && !named.has(i)) named.set(i, []);
  const isShown = (i) => !atlas.advert[i] && (!app.shown.sources || app.shown.sources[i]);
  const ranked = [...named].filter(([i]) => isShown(i)).sort((a, b) => b[1].length - a[1].length || atlas.relevance[b[0]] - atlas.relevance[a[0]] || a[0] - b[0]);
  const rows = source.quotes.count ? await Promise.all(ranked.slice(0, MOST_QUOTES).map(([i, names]) => quoteRow(app, i, names))) : [];
  return { name: "quotes", columns: ["iri", "text", "names", "relevance", "episode", "show", "day", "recording"], rows, left: ranked.length - rows.length };
}

async function quoteRow({ atlas, source, facts }, i, names) {
  const episode = atlas.parent[i], { url, date } = facts.episode(episode);
  return [
    atlas.meta.base + (await source.idOf(i)), await source.quotes.text(i), names.map((one) => nameOf(atlas, one)).join("; "), rounded3(atlas.relevance[i]),
    nameOf(atlas, episode), atlas.show[episode] >= 0 ? nameOf(atlas, atlas.show[episode]) : "", isoDay(atlas.first[episode]) || (date ?? "").slice(0, 10), url,
  ];
}
