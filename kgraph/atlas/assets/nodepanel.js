// The panel of one node: an entity or term, an episode, a quote.
// Takes the app of main.js and a node, gives the parts of the panel.

import {episodesWith, nameOf, quotesIn, quotesOn, typeCounts} from "./about.js";
import {episodeItem, episodeWords, factList, fillText, monthFigure, namedNode, nearOf, neighbourItem, nodeButton, quoteItem, recording, section} from "./cards.js";
import {button, element, longList, sureness, swatch} from "./dom.js";
import {grouped, percent, times} from "../../view/assets/evidence.js";

const BESIDE = 7, QUOTES = 3, EPISODES = 5, SPELLINGS = 8; // shown at first; more on demand

/** The parts of the panel of a node. */
export function nodeParts(app, i) {
  const near = nearOf(app, i);
  if (app.source.isQuote(i)) return quoteParts(app, i, near);
  return [nodeHead(app, i), hiddenNote(app, i), nodeTools(app, i), ...(app.source.isEpisode(i) ? episodeParts(app, i, near) : thingParts(app, i, near))];
}

/** That the picture does not show it, and what helps. */
function hiddenNote(app, i) {
  if (app.shown.mask[i]) return "";
  return element("p", { class: "note row" }, "The filters hide it in the picture.", button("Show everything", () => app.showAll()));
}

function nodeHead(app, i) {
  const { atlas } = app, type = atlas.meta.types[atlas.type[i]], isThing = !app.source.isEpisode(i);
  const detail = app.facts.detail(i);
  const facts = [detail ? `${type}, ${detail.replaceAll("-", " ")}` : type, isThing && times(atlas.count[i], "episode"), isThing && `${percent(atlas.confidence[i])} sure`];
  return app.heading(nameOf(atlas, i), element("p", { class: "kind" }, swatch(type), facts.filter(Boolean).map((fact) => element("span", {}, fact))));
}

/** Focus, path and selection. */
function nodeTools(app, i) {
  const { hops, marked } = app.store.get(), isMarked = marked.includes(app.openId);
  const step = (value, label) => button(label, () => app.setHops(value), { "aria-pressed": String(hops === value) });
  return element("div", { class: "row" },
    element("div", { class: "segments", role: "group", "aria-label": "Show" }, step(0, "All"), step(1, "1 step"), step(2, "2 steps")),
    button("Path to…", () => app.findPath(i)),
    button(isMarked ? "Selected ✓" : "Select", () => app.toggleMark(i), { "aria-pressed": String(isMarked) }));
}

function thingParts(app, i, near) {
  const episodes = episodesWith(app.atlas, near), quotes = quotesOn(app.atlas, near);
  const parts = [
    section("When", "share of the episodes, by month", monthFigure(app, episodes.map(({ node }) => node))),
    besidePart(app, i, near),
    section("Best quotes", quotes.length > QUOTES ? `of ${grouped(quotes.length)}` : "", longList(quotes, QUOTES, ({ node }) => quoteItem(app, node), { class: "quotes" })),
  ];
  const isTerm = !near.associated.length;
  return [
    ...(isTerm ? [parts[2], parts[0]] : parts),
    section("Episodes", `${grouped(episodes.length)}, the surest and newest first`, longList(episodes, EPISODES, (one) => episodeItem(app, one, () => app.openEdge(one.node, i)), { class: "episodes" })),
    section("Belongs together", "as the lexicon states", statedList(app, near)),
    section("Written", "", spellings(app, i)),
    aroundPart(app, i),
  ];
}

function besidePart(app, i, near) {
  const beside = near.associated;
  if (!beside.length) return "";
  return section("Beside it", "more often than chance would have it", longList(beside, BESIDE, (one) => neighbourItem(app, i, one), { class: "near" }));
}

function statedList(app, near) {
  return near.states.length ? longList(near.states, SPELLINGS, ({ node }) => element("li", {}, namedNode(app, node)), { class: "names" }) : "";
}

function spellings(app, i) {
  const found = app.atlas.aliases(i);
  return found.length ? longList(found, SPELLINGS, ([text, count]) => element("li", {}, text, " ", element("span", { class: "quiet" }, grouped(count))), { class: "names" }) : "";
}

function aroundPart(app, i) {
  const counts = typeCounts(app.atlas, app.adjacency, i);
  return section("Linked to", "", element("p", {}, counts.map(({ type, count }) => times(count, type, app.atlas.meta.plurals[type])).join(" · ")),
    button("Select these", () => app.markNeighbours(i)));
}

function episodeParts(app, i, near) {
  const { summary, file } = app.facts.episode(i), quotes = quotesIn(app.atlas, near), named = near.mentions.map(({ node, edge }) => ({ node, edge }));
  const terms = [...near.about, ...near.keyword];
  return [
    element("p", { class: "quiet" }, episodeWords(app, i), " ", recording(app, i)),
    summary ? element("p", {}, unmarked(summary)) : "",
    section("It mentions", `${grouped(named.length)}, the surest first`, longList(named, 8, ({ node, edge }) => element("li", {}, swatch(app.atlas.meta.types[app.atlas.type[node]]), nodeButton(app, node), "",
      button(percent(app.atlas.strength[edge]), () => app.openEdge(i, node), { class: "evidence", "aria-label": `${percent(app.atlas.strength[edge])} sure of ${nameOf(app.atlas, node)}: the evidence` })), { class: "near" })),
    section("Its best quotes", quotes.length > QUOTES ? `of ${grouped(quotes.length)}` : "", longList(quotes, QUOTES, ({ node }) => quoteItem(app, node), { class: "quotes" })),
    section("It is about", "", terms.length ? longList(terms, SPELLINGS, ({ node }) => element("li", {}, namedNode(app, node)), { class: "names" }) : ""),
    factList([["File", file], ["Show", app.atlas.show[i] >= 0 ? nodeButton(app, app.atlas.show[i]) : ""]]),
  ];
}

function quoteParts(app, i, near) {
  const { atlas } = app, episode = atlas.parent[i], text = element("p", {}, "…");
  fillText(app, i, text);
  const others = near.quoted.filter(({ node }) => node !== episode);
  return [
    app.heading("A quote", element("p", { class: "kind" }, swatch("quote"), atlas.advert[i] ? "quote, probably an advert" : "quote")),
    hiddenNote(app, i),
    element("blockquote", { class: "large" }, text),
    element("ul", { class: "episodes" }, episodeItem(app, { node: episode })),
    others.length ? section("It also stands in", "", longList(others, EPISODES, (one) => episodeItem(app, one), { class: "episodes" })) : "",
    factList([["Relevance", sureValue(atlas.relevance[i])]]),
    section("It names", "", near.names.length ? element("ul", { class: "near" }, near.names.map(({ node, edge }) => element("li", {}, swatch(atlas.meta.types[atlas.type[node]]), nodeButton(app, node), "",
      sureness(atlas.strength[edge])))) : ""),
    section("It is on", "", near.theme.length ? longList(near.theme, SPELLINGS, ({ node }) => element("li", {}, namedNode(app, node)), { class: "names" }) : ""),
    button(app.store.get().marked.includes(app.openId) ? "Selected ✓" : "Select", () => app.toggleMark(i)),
  ];
}

/** A summary without the signs of its Markdown. */
const unmarked = (text) => text.replace(/(^|\s)#{1,6}\s+/g, "$1").replace(/\*+|__|`/g, "");

const sureValue = (value) => `${(10 * value).toFixed(1)} of 10`;
