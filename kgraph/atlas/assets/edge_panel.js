// The panel of a link: what joins two nodes, and its evidence; and of a path between two nodes.
// Takes the app of main.js and two nodes, returns the parts of the panel.

import {edgesBetween, linksOf, nameOf, sharedEpisodes, sharedQuotes} from "./queries.js";
import {edgeWords, episodeItem, episodeWords, factList, fillText, filterNote, namedNode, nodeButton, quoteItem, recording, section} from "./panel_parts.js";
import {button, element, longList, meter, siteLink, sureness} from "./dom.js";
import {ASSOCIATION_TOLD, NO_QUOTE_OF_BOTH, associationWords, grouped, percent, times} from "../../draw/assets/evidence.js";

const EXTRACTORS = { llm: "a language model", regex: "a pattern over the transcript", hand: "a person, by hand" };
const SHARED_FIRST = 5; // episodes and quotes shown at first

/** The parts of the panel of an edge: all that joins two nodes. */
export function edgeParts(app, one, other) {
  const { atlas } = app, edges = edgesBetween(atlas, app.adjacency, one, other);
  const head = app.heading(`${nameOf(atlas, one)} and ${nameOf(atlas, other)}`, element("p", { class: "kind" }, "evidence of the link"));
  const [first, second] = app.store.get().open.ids.map(encodeURIComponent), areEntities = [one, other].every((i) => app.source.isEntity(i));
  const ends = element("div", { class: "row" }, namedNode(app, one), namedNode(app, other),
    areEntities ? siteLink("Page of both", `pair?one=${first}&other=${second}`, { class: "page" }) : "");
  const isPair = ![one, other].some((i) => app.source.isEpisode(i) || app.source.isQuote(i));
  const told = edges.map((edge) => edgePart(app, edge));
  const none = edges.length || isPair ? "" : element("p", {}, "There is no direct link between these two.");
  return [head, ends, filterNote(app), ...told, none, ...(isPair ? pairParts(app, one, other) : [])];
}

function edgePart(app, edge) {
  const kind = app.atlas.meta.edgeKinds[app.atlas.kind[edge]];
  if (kind === "associated") return associationPart(app, edge);
  const words = element("p", {}, edgeWords(app, edge));
  if (kind === "mentions") return element("section", {}, words, mentionRows(app, edge), episodeLine(app, app.atlas.source[edge]));
  const quote = [app.atlas.source[edge], app.atlas.target[edge]].find((i) => app.source.isQuote(i));
  if (quote !== undefined) return element("section", {}, words, element("ul", {}, quoteItem(app, quote)));
  const episode = [app.atlas.source[edge], app.atlas.target[edge]].find((i) => app.source.isEpisode(i));
  return element("section", {}, words, episode === undefined ? "" : episodeLine(app, episode));
}

const episodeLine = (app, episode) => element("p", { class: "quiet row" }, nodeButton(app, episode), episodeWords(app, episode), recording(app, episode));

function associationPart(app, edge) {
  const { episodes, association, lift } = app.associations.together(app.atlas.source[edge], app.atlas.target[edge]);
  return element("section", {}, factList([
    ["Together in", times(episodes, "episode")],
    ["Association", element("span", { class: "sure" }, meter(association, `association: ${associationWords(association)}`), associationWords(association))],
    ["Compared with chance", `${lift.toFixed(1)} times as often`],
  ]), element("p", { class: "quiet" }, ASSOCIATION_TOLD));
}

/** The rows of the file behind a mention: how it was written, who found it, what was decided and why. */
function mentionRows(app, edge) {
  const rows = app.facts.mention(edge);
  return [element("h3", {}, times(rows.length, "row"), " behind it"), ...longList(rows, SHARED_FIRST, (row) => rowItem(app, row), { class: "rows" })];
}

function rowItem(app, { row, surface, rule, extractor, stated, confidence }) {
  const context = element("p", { class: "quiet" });
  app.source.context(row).then((text) => (text ? context.append(`“${text}”`) : context.remove()));
  return element("li", {}, element("b", {}, surface), " ", sureness(confidence), factList([
    ["Rule", rule], ["Found by", EXTRACTORS[extractor] ?? extractor], ["Stated confidence", stated],
  ]), context);
}

/** What two entities share: quotes that name both, episodes that mention both. */
function pairParts(app, one, other) {
  const { atlas } = app, near = [one, other].map((i) => linksOf(atlas, app.adjacency, i, app.counts));
  const episodes = sharedEpisodes(atlas, ...near), quotes = sharedQuotes(atlas, ...near);
  const quoted = quotes.length ? longList(quotes, SHARED_FIRST, ({ node }) => quoteItem(app, node), { class: "quotes" })
    : element("p", { class: "quiet" }, NO_QUOTE_OF_BOTH);
  return [
    section("Quotes that name both", quotes.length > SHARED_FIRST ? `of ${grouped(quotes.length)}` : "", quoted),
    section("Episodes with both", `${grouped(episodes.length)}, most certain and newest first`,
      longList(episodes, SHARED_FIRST, (shared) => sharedItem(app, shared, one, other), { class: "episodes" })),
  ];
}

function sharedItem(app, { node, edges, sure }, one, other) {
  const item = episodeItem(app, { node, sure });
  const words = (i, edge) => `${nameOf(app.atlas, i)}, ${percent(app.atlas.strength[edge])}`;
  const why = [one, other].map((i, at) => button(words(i, edges[at]), () => app.openEdge(node, i), { class: "plain" }));
  item.lastChild.append(...why);
  return item;
}

/** The parts of the panel of a path. */
export function pathParts(app, from, to) {
  const { atlas } = app, ways = app.findPaths(from, to);
  app.way = ways[0] ?? null;
  const head = app.heading(`From ${nameOf(atlas, from)} to ${nameOf(atlas, to)}`, element("p", { class: "kind" }, "shortest path by evidence"));
  if (!ways.length) return [head, element("p", {}, "No visible evidence connects them. Fewer filters may reveal a path.")];
  const part = (way, at) => element("section", {}, element("h3", {}, at ? "Another path" : times(way.edges.length, "step")), wayList(app, way));
  return [head, ...ways.map(part),
    button("Another destination…", () => app.findPath(from))];
}

function wayList(app, { nodes, edges }) {
  const steps = nodes.flatMap((i, at) => [wayStop(app, i), at < edges.length ? wayStep(app, nodes[at], nodes[at + 1], edges[at]) : ""]);
  return element("ol", { class: "path" }, ...steps);
}

function wayStop(app, i) {
  if (app.source.isQuote(i)) {
    const text = button("…", () => app.openNode(i), { class: "plain said" });
    fillText(app, i, text);
    return element("li", {}, element("blockquote", {}, text, element("footer", {}, nodeButton(app, app.atlas.parent[i]), episodeWords(app, app.atlas.parent[i]))));
  }
  return element("li", {}, namedNode(app, i), app.source.isEpisode(i) ? element("div", { class: "quiet" }, episodeWords(app, i), " ", recording(app, i)) : "");
}

function wayStep(app, one, other, edge) {
  return element("li", { class: "by quiet" }, edgeWords(app, edge), " ", button("evidence", () => app.openEdge(one, other), {
    class: "plain", "aria-label": `Evidence of ${nameOf(app.atlas, one)} and ${nameOf(app.atlas, other)}` }));
}
