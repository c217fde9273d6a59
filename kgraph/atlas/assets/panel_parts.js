// Building blocks of panels: names, neighbours, episodes, quotes and bars by month, each a link to more.
// Takes the app of main.js and numbers of nodes and edges, returns elements.

import {tieSentence} from "./associations.js";
import {episodesWith, linksOf, nameOf, sharedQuotes, typeOf} from "./queries.js";
import {button, element, graphic, link, marked, meter, sureness, swatch} from "./dom.js";
import {foundAt} from "./quotes.js";
import {SHARE_FROM, byMonth, firstWords} from "./timeline.js";
import {associationWords, isSureAssociation, percent, times} from "../../draw/assets/evidence.js";
import {isoDay, monthName, portion} from "./text.js";

/** A part of a panel with its heading; nothing when it would be empty. */
export function section(title, note, ...content) {
  if (!content.flat().some(Boolean)) return "";
  return element("section", {}, element("h3", {}, title, note ? element("span", { class: "quiet" }, ` ${note}`) : ""), ...content);
}

/** Names and values; rows without a value are left out. */
export function factList(rows) {
  const told = rows.filter(([, value]) => value);
  return told.length ? element("dl", {}, told.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])) : "";
}

/** The name of a node, which opens it. */
export function nodeButton(app, i) {
  return button(nameOf(app.atlas, i), () => app.openNode(i), { class: "plain" });
}

/** The mark and the name of a node. */
export const namedNode = (app, i) => element("span", { class: "named" }, swatch(typeOf(app.atlas, i)), nodeButton(app, i));

/** A node in a list of such, with what is to be said of it. */
export const listedNode = (app, i, ...told) => element("li", {}, swatch(typeOf(app.atlas, i)), nodeButton(app, i), ...told);

/** What stands beside a node: name, association unless it may be chance, the evidence of both, and what the best quote says of both. */
export function neighbourItem(app, from, { node, episodes, association }) {
  const said = element("p", { class: "quiet tied" });
  sayOfBoth(app, from, node, said);
  return listedNode(app, node, isSureAssociation(association) ? meter(association, `association: ${associationWords(association)}`) : "",
    button(times(episodes, "episode"), () => app.openEdge(from, node), {
      class: "evidence", "aria-label": `${times(episodes, "episode")} with ${nameOf(app.atlas, from)} and ${nameOf(app.atlas, node)}: show evidence`,
    }), said);
}

/** Put the sentence of the best quote that names two nodes into an element, which goes without one. */
async function sayOfBoth(app, from, node, host) {
  const { atlas, source } = app, [best] = sharedQuotes(atlas, nearOf(app, from), linksOf(atlas, app.adjacency, node, app.counts));
  if (!best || !source.quotes.count) return host.remove();
  const names = [from, node].map((i) => [atlas.label(i), ...atlas.aliases(i).map(([text]) => text)]);
  host.textContent = tieSentence(await source.quotes.text(best.node), names);
}

/** When an episode was, and in which show. */
export function episodeWords(app, i) {
  const { date, dated } = app.facts.episode(i), show = app.atlas.show[i];
  const day = isoDay(app.atlas.first[i]) || (date ?? "").slice(0, 10);
  return [day && !dated ? `${day} at the latest` : day, show >= 0 ? app.atlas.label(show) : ""].filter(Boolean).join(" · ");
}

/** The way to the recording; nothing when its address is not known. */
export function recording(app, i) {
  const { url } = app.facts.episode(i);
  return url ? link("recording ↗", url, { "aria-label": `Recording of ${app.atlas.label(i)}` }) : "";
}

/** An episode with how surely it has what is asked for; `evidence` opens the link's own panel. */
export function episodeItem(app, { node, sure }, evidence = null) {
  const words = element("span", {}, episodeWords(app, node)), trust = sure === undefined ? "" : percent(sure);
  const described = { class: "plain", "aria-label": `${trust} sure: show evidence in ${app.atlas.label(node)}` };
  const why = trust && (evidence ? button(`${trust} sure`, evidence, described) : `${trust} sure`);
  return element("li", {}, nodeButton(app, node), element("div", { class: "quiet" }, words, why || "", recording(app, node)));
}

/**
 * A quote, whose text comes when it has been opened.
 * @param {string[]} terms what to mark in it
 */
export function quoteItem(app, quote, terms = []) {
  const { atlas } = app, episode = atlas.parent[quote];
  const text = button("…", () => app.openNode(quote), { class: "plain said" });
  fillText(app, quote, text, terms);
  return element("li", {}, element("blockquote", {}, text, element("footer", {},
    nodeButton(app, episode), element("span", {}, episodeWords(app, episode)), recording(app, episode))));
}

/** Put a quote's text into an element. */
export async function fillText(app, quote, host, terms = []) {
  const { quotes } = app.source;
  if (!quotes.count) return host.replaceChildren("This file was written without the texts of quotes.");
  const text = await quotes.text(quote);
  return host.replaceChildren(...marked(text, terms.length ? foundAt(text, terms) : []));
}

/** That the panel is of what the filters choose, and of what they do. */
export const filterNote = (app) => (app.filterWords ? element("p", { class: "note" }, `As filtered: ${app.filterWords}`) : "");

/** The part of a panel with bars by month of the episodes that have a node. Filters count, but for days: months are what the bars are of. */
export function monthsPart(app, i) {
  if (!app.span) return "";
  return sharesPart(app, "by month", episodesWith(app.atlas, linksOf(app.atlas, app.adjacency, i, app.timeless.counts)).map(({ node }) => node));
}

/**
 * The part of a panel with bars by month of the share of the episodes that some are, or of their number where months are of too few.
 * @param {string} note which share it is
 */
export function sharesPart(app, note, episodes) {
  if (!app.span) return "";
  const { atlas, span: [first, last], timeless: { monthly } } = app, counts = byMonth(atlas, episodes, app.span);
  const shares = Array.from(counts, (count, at) => (monthly[at] >= SHARE_FROM ? count / monthly[at] : 0)), hasShares = shares.some(Boolean);
  const told = Array.from(counts, (count, at) => `${monthName(first + at)}: ${times(count, "episode")}${shares[at] ? `, ${portion(shares[at])}` : ""}`);
  const words = firstWords(counts, first), heights = hasShares ? shares : counts, most = Math.max(...heights) || 1;
  return section("When", `${hasShares ? "share of the episodes" : "episodes"} ${note}`, element("figure", {},
    monthBars([{ counts: heights, name: "", most, told }], `${told.join(". ")}. ${words}`),
    element("div", { class: "ends" }, [first, last].map((month) => element("span", {}, monthName(month)))), element("figcaption", {}, words)));
}

/**
 * Bars by month, later series over earlier ones; `most` is as high as a bar can be.
 * @param {{counts: ArrayLike<number>, name: string, most?: number, told?: string[]}[]} series told: of each bar, under the pointer
 */
export function monthBars(series, words) {
  const length = series[0].counts.length, box = { viewBox: `0 0 ${length} 100`, preserveAspectRatio: "none" };
  const made = graphic("svg", { class: "months", role: "img", "aria-label": words, ...box });
  for (const { counts, name, most = Math.max(1, ...counts), told } of series) {
    for (let at = 0; at < length; at++) {
      const height = counts[at] ? Math.max(4, (100 * counts[at]) / most) : 0;
      if (height) made.append(graphic("rect", { x: at + 0.1, y: 100 - height, width: 0.8, height, class: name || undefined }, told ? graphic("title", {}, told[at]) : ""));
    }
  }
  return made;
}

/** What an edge says, as a line of words and its confidence. */
export function edgeWords(app, edge) {
  const { atlas } = app, kind = atlas.meta.edgeKinds[atlas.kind[edge]];
  const [one, other] = [nameOf(atlas, atlas.source[edge]), nameOf(atlas, atlas.target[edge])];
  return element("span", {}, `${EDGE_WORDS[kind]?.(one, other) ?? `${one}, ${kind}, ${other}`} `, sureness(atlas.strength[edge]));
}

const EDGE_WORDS = {
  mentions: (episode, entity) => `the episode mentions ${entity}`,
  about: (episode, topic) => `the episode is about ${topic}`,
  keyword: (episode, tag) => `the episode has the tag ${tag}`,
  partOf: (episode, show) => `the episode is part of ${show}`,
  states: (one, other) => `${one} belongs to ${other}, according to the lexicon`,
  quoted: () => "the episode contains the quote",
  names: (quote, entity) => `the quote names ${entity}`,
  theme: (quote, theme) => `the quote is about ${theme}`,
};

/** What stands around a node, kept while it is open. */
export function nearOf(app, i) {
  if (app.near?.i !== i) app.near = { i, found: linksOf(app.atlas, app.adjacency, i, app.counts) };
  return app.near.found;
}
