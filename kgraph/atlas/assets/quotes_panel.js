// The panel of a full-text search in quotes: best first, at most two per episode at the top.
// Takes the app of main.js and the words, returns the parts of the panel; hits follow when they are found.

import {quoteItem} from "./panel_parts.js";
import {element, longList, say} from "./dom.js";
import {spread, termsOf} from "./quotes.js";
import {times} from "../../draw/assets/evidence.js";

const HITS_FIRST = 12; // hits shown at first
const HITS_LIT = 2_000; // hits lit in the picture: more would light all of it

/** The parts of the panel of a search; quotes that the filters hide are left out. */
export function quotesParts(app, words) {
  const list = element("div", {}, element("p", { class: "quiet" }, "Looking…"));
  fillHits(app, words, list);
  return [app.heading(`Quotes: ${words}`, element("p", { class: "kind" }, "most relevant first")), list];
}

async function fillHits(app, words, list) {
  const { atlas, source } = app, { mask } = app.shown;
  if (!source.quotes.count) return list.replaceChildren("This file was written without the texts of quotes.");
  const found = await source.quotes.search(words, (quote) => (mask[quote] ? atlas.relevance[quote] : -1));
  if (!found) return undefined; // another search has begun
  const hits = spread(found.hits, (quote) => atlas.parent[quote]), terms = termsOf(words);
  const count = times(hits.length, "quote");
  say(`${count} found`);
  const lit = hits.slice(0, HITS_LIT).map(({ quote }) => quote);
  app.lightFound([...new Set(lit.flatMap((quote) => [quote, atlas.parent[quote]]))], lit.slice(0, HITS_FIRST).map((quote) => atlas.parent[quote]));
  if (!hits.length) return list.replaceChildren(element("p", {}, "No visible quote contains these words."));
  return list.replaceChildren(element("p", { class: "quiet" }, `${count}; at most two per episode come first`),
    ...longList(hits, HITS_FIRST, ({ quote }) => quoteItem(app, quote, terms), { class: "quotes" }));
}
