// The panel of one node: an entity or term, an episode, a quote.
// Takes the app of main.js and a node, returns the parts of the panel.

import {episodesWith, nameOf, quotesIn, quotesOn, typeCounts, typeOf} from "./queries.js";
import {episodeItem, episodeWords, factList, fillText, filterNote, listedNode, monthsPart, namedNode, nearOf, neighbourItem, nodeButton, quoteItem, recording, section} from "./panel_parts.js";
import {groupOf} from "./community_queries.js";
import {episodesOfShows} from "./filters.js";
import {button, element, longList, pathOf, siteLink, sureness, swatch} from "./dom.js";
import {MAY_BE_CHANCE, grouped, isSureAssociation, percent, times} from "../../draw/assets/evidence.js";

const BESIDE = 4, MENTIONS = 8, QUOTES = 3, EPISODES = 5, SHOWS = 5, SPELLINGS = 8; // shown at first; more on demand

/** The parts of the panel of a node. */
export function nodeParts(app, i) {
  const near = nearOf(app, i);
  if (app.source.isQuote(i)) return quoteParts(app, i, near);
  return [nodeHead(app, i), hiddenNote(app, i), nodeTools(app, i), filterNote(app), ...(app.source.isEpisode(i) ? episodeParts(app, i, near) : thingParts(app, i, near))];
}

/** That the picture does not show it, and what helps. */
function hiddenNote(app, i) {
  if (app.shown.mask[i]) return "";
  return element("p", { class: "note row" }, "The filters hide this item in the picture.", button("Show everything", () => app.showAll()));
}

function nodeHead(app, i) {
  const { atlas } = app, type = typeOf(atlas, i), isThing = !app.source.isEpisode(i);
  const detail = app.facts.detail(i);
  const figures = isThing ? [ofEpisodes(app, i), `${percent(atlas.confidence[i])} sure`] : [];
  const facts = [detail ? `${type}, ${detail.replaceAll("-", " ")}` : type, ...figures];
  return app.heading(nameOf(atlas, i), element("p", { class: "kind" }, swatch(type), facts.map((fact) => element("span", {}, fact))));
}

/** How many episodes have it; within filters, of how many. */
export function ofEpisodes({ atlas, shown: { sources, seen } }, i) {
  return sources && seen[i] !== atlas.count[i] ? `${grouped(seen[i])} of ${times(atlas.count[i], "episode")}` : times(atlas.count[i], "episode");
}

/** Focus, path and selection. */
function nodeTools(app, i) {
  const { hops, marked } = app.store.get(), isMarked = marked.includes(app.openId);
  const step = (value, label) => button(label, () => app.setHops(value), { "aria-pressed": String(hops === value) });
  return element("div", { class: "row" },
    element("div", { class: "segments", role: "group", "aria-label": "Show" }, step(0, "All"), step(1, "1 step"), step(2, "2 steps")),
    button("Path to…", () => app.findPath(i)),
    button(isMarked ? "Selected ✓" : "Select", () => app.toggleMark(i), { "aria-pressed": String(isMarked) }),
    pageLink(app));
}

const pageLink = (app) => siteLink("Its page", pathOf(app.openId), { class: "page" });

function thingParts(app, i, near) {
  const episodes = episodesWith(app.atlas, near), isShow = typeOf(app.atlas, i) === "show";
  const parts = [
    monthsPart(app, i),
    near.mentions.length ? besidePart(app, i) : "",
    bestQuotes(app, "Best quotes", quotesOn(app.atlas, near)),
  ];
  const isTerm = !near.mentions.length;
  return [
    ...(isTerm ? [parts[2], parts[0]] : parts),
    section("Episodes", `${grouped(episodes.length)}, most certain and newest first`,
      longList(episodes, EPISODES, (one) => episodeItem(app, one, () => app.openEdge(one.node, i)), { class: "episodes" })),
    isShow ? "" : showsPart(app, episodes),
    section("Related", "according to the lexicon", termList(app, near.states)),
    section("Written", app.filterWords ? "in all episodes" : "", spellings(app, i)),
    communityLine(app, i),
    aroundPart(app, i),
  ];
}

/** What has a tie with it, by type; of each type what may be chance under a heading of its own, as on pages. */
function besidePart(app, i) {
  const { beside, least } = app.associations, ties = beside(i), { plurals, types } = app.atlas.meta;
  if (!ties.length) return section("Mentioned together", "", element("p", { class: "quiet" }, `Nothing is mentioned with ${nameOf(app.atlas, i)} in ${least} more often than by chance.`));
  const list = (heading, members) => (members.length ? [
    element("h4", {}, heading, element("span", { class: "quiet" }, ` ${grouped(members.length)}`)),
    ...longList(members, BESIDE, (one) => neighbourItem(app, i, one), { class: "near" }),
  ] : []);
  return section("Mentioned together", "more often than by chance", types.flatMap((type) => {
    const own = ties.filter(({ node }) => typeOf(app.atlas, node) === type), isSure = ({ association }) => isSureAssociation(association);
    return [...list(plurals[type], own.filter(isSure)), ...list(`${plurals[type]}: ${MAY_BE_CHANCE}`, own.filter((tie) => !isSure(tie)))];
  }));
}

/** The shows of some episodes, those with the most first, each with how many of its episodes they are. */
function showsPart(app, episodes) {
  const all = episodesOfShows(app.atlas, app.shown.sources), own = new Map();
  for (const { node } of episodes) if (app.atlas.show[node] >= 0) own.set(app.atlas.show[node], (own.get(app.atlas.show[node]) ?? 0) + 1);
  const sorted = [...own].sort(([a, one], [b, other]) => other - one || all.get(a) - all.get(b) || a - b);
  const item = ([show, count]) => listedNode(app, show, element("span", { class: "quiet" }, `${grouped(count)} of ${times(all.get(show), "episode")}`));
  return section("Shows", `${grouped(own.size)}, those with the most episodes first`, longList(sorted, SHOWS, item, { class: "near covering" }));
}

function spellings(app, i) {
  const item = ([text, count]) => element("li", {}, text, " ", element("span", { class: "quiet" }, grouped(count)));
  return longList(app.atlas.aliases(i), SPELLINGS, item, { class: "names" });
}

/** The community of a node, which it opens. */
function communityLine(app, i) {
  const found = groupOf(app.atlas, app.atlas.community[i]);
  return found ? section("Community", "", element("p", {}, button(found.name, () => app.openCommunity(app.atlas.community[i]), { class: "plain" }))) : "";
}

function aroundPart(app, i) {
  const counts = typeCounts(app.atlas, app.adjacency, i, app.counts);
  const words = counts.map(({ type, count }) => times(count, type, app.atlas.meta.plurals[type]));
  return section("Linked to", "", element("p", {}, words.join(" · ")), button("Select these", () => app.markNeighbours(i)));
}

function episodeParts(app, i, near) {
  const { summary, file } = app.facts.episode(i);
  return [
    element("p", { class: "quiet" }, episodeWords(app, i), " ", recording(app, i)),
    summary ? element("p", {}, unmarked(summary)) : "",
    section("Mentions", `${grouped(near.mentions.length)}, most certain first`,
      longList(near.mentions, MENTIONS, (mention) => mentionItem(app, i, mention), { class: "near" })),
    bestQuotes(app, "Best quotes", quotesIn(app.atlas, near)),
    section("Topics and tags", "", termList(app, [...near.about, ...near.keyword])),
    factList([["File", file], ["Show", app.atlas.show[i] >= 0 ? nodeButton(app, app.atlas.show[i]) : ""]]),
  ];
}

function mentionItem(app, episode, { node, edge }) {
  const sure = percent(app.atlas.strength[edge]), words = `${sure} sure of ${nameOf(app.atlas, node)}: show evidence`;
  return listedNode(app, node, "", button(sure, () => app.openEdge(episode, node), { class: "evidence", "aria-label": words }));
}

const bestQuotes = (app, title, quotes) => section(title, quotes.length > QUOTES ? `of ${grouped(quotes.length)}` : "",
  longList(quotes, QUOTES, ({ node }) => quoteItem(app, node), { class: "quotes" }));

/** Names in a row. */
const termList = (app, links) => longList(links, SPELLINGS, ({ node }) => element("li", {}, namedNode(app, node)), { class: "names" });

function quoteParts(app, i, near) {
  const { atlas } = app, episode = atlas.parent[i], text = element("p", {}, "…");
  fillText(app, i, text);
  const others = near.quoted.filter(({ node }) => node !== episode);
  return [
    app.heading("Quote", element("p", { class: "kind" }, swatch("quote"), atlas.advert[i] ? "quote, probably an advert" : "quote")),
    hiddenNote(app, i),
    element("blockquote", { class: "large" }, text),
    element("ul", { class: "episodes" }, episodeItem(app, { node: episode })),
    section("Also in", "", longList(others, EPISODES, (one) => episodeItem(app, one), { class: "episodes" })),
    factList([["Relevance", sureValue(atlas.relevance[i])]]),
    section("Names", "", longList(near.names, SPELLINGS, ({ node, edge }) => listedNode(app, node, "", sureness(atlas.strength[edge])), { class: "near" })),
    section("Themes", "", termList(app, near.theme)),
    element("div", { class: "row" }, button(app.store.get().marked.includes(app.openId) ? "Selected ✓" : "Select", () => app.toggleMark(i)), pageLink(app)),
  ];
}

/** A summary without the signs of its Markdown. */
const unmarked = (text) => text.replace(/(^|\s)#{1,6}\s+/g, "$1").replace(/\*+|__|`/g, "");

const sureValue = (value) => `${(10 * value).toFixed(1)} of 10`;
