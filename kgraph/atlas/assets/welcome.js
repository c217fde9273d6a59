// The panel when nothing is open: what the atlas shows, ways to start, how to read it.
// Takes the app of main.js; the example questions come from the graph itself.

import {communitiesOf} from "./community_queries.js";
import {FLOOR} from "./filter_words.js";
import {choosesEpisodes, edgeSlices, noFilter} from "./filters.js";
import {section} from "./panel_parts.js";
import {button, element, longList} from "./dom.js";
import {grouped, times} from "../../draw/assets/evidence.js";

const LISTED_COMMUNITIES = 8; // shown at first

/** The parts of the panel of a page where nothing is open. */
export function welcomeParts(app) {
  const { atlas } = app, { names, advertised, ranges: { episodes, quotes } } = atlas.meta, size = ([from, to]) => to - from;
  const unlikely = choosesEpisodes(atlas, { ...noFilter(), confidence: FLOOR }) ? "hidden, until the filters ask for them" : "not in this file";
  const named = mostAssociated(app), tries = triesOf(app, named), more = advertised ? `; only adverts name ${grouped(advertised)} more` : "";
  return [
    element("h2", { tabindex: -1 }, "What these episodes talk about"),
    element("p", {}, `${times(size(episodes), "episode")}, their shows and what they mention: ${times(names, "name")}${more}${size(quotes) ? `; the file holds ${times(size(quotes), "quote")}` : ""}. ` +
      "Names that occur in the same episodes lie near each other; larger names are more important. Click one to see its evidence."),
    tries.length ? element("section", {}, element("h3", {}, "Start with a question"),
      element("ul", { class: "tries" }, tries.map(([words, act]) => element("li", {}, button(words, act))))) : "",
    named < 0 ? element("p", { class: "quiet" }, `No names are mentioned together in ${app.associations.least} more often than by chance.`) : "",
    section("Communities", "names that are mentioned together", longList(communitiesOf(atlas), LISTED_COMMUNITIES, ({ name, k, members }) => element("li", {},
      button(name, () => app.openCommunity(k), { class: "plain" }), element("span", { class: "quiet" }, ` ${grouped(members)}`)), { class: "communities" })),
    element("section", {}, element("h3", {}, "Or"), element("ul", {},
      element("li", {}, element("kbd", {}, "/"), " to find a name, or words of a quote"),
      element("li", {}, element("kbd", {}, "t"), " for the same data as a table"),
      element("li", {}, element("kbd", {}, "?"), " for all shortcuts"),
    )),
    element("p", { class: "quiet" }, `Zoom in for episodes, rarer names and quotes. Adverts are left out; mentions that are more likely wrong than right are ${unlikely}. ` +
      "Copy the address to share the current view."),
  ];
}

/** Questions with what answers them: who stands beside the first name, the best quotes on a theme. */
function triesOf(app, named) {
  const { atlas } = app, found = [], theme = mostTold(atlas);
  if (named >= 0) found.push([`What is mentioned with ${atlas.label(named)}?`, () => app.openNode(named)]);
  if (theme >= 0 && app.source.quotes.count) found.push([`What are the best quotes on ${atlas.label(theme)}?`, () => app.openNode(theme)]);
  return found;
}

/**
 * The company that most episodes mention, else another name, of those with which something is mentioned; -1 for none.
 * @param {{seen: ArrayLike<number>}} shown how many episodes that count have each
 */
export function mostAssociated({ atlas, associations, shown: { seen } }) {
  const company = atlas.meta.types.indexOf("company"), isCompany = (i) => Number(atlas.type[i] === company);
  const names = Array.from({ length: atlas.meta.ranges.core[1] }, (_, i) => i).filter((i) => seen[i]);
  names.sort((a, b) => isCompany(b) - isCompany(a) || seen[b] - seen[a] || a - b);
  return names.find((i) => associations.beside(i).length) ?? -1;
}

/** The theme of the most quotes, without the common ones, which tell little of an episode; -1 for none. */
export function mostTold(atlas) {
  const [from, to] = edgeSlices(atlas).theme, counts = new Map(), type = atlas.meta.types.indexOf("theme");
  for (let e = from; e < to; e++) if (atlas.type[atlas.target[e]] === type) counts.set(atlas.target[e], (counts.get(atlas.target[e]) ?? 0) + 1);
  const rare = [...counts].filter(([i]) => !atlas.meta.commonThemes.includes(i) && !/[/&,]/.test(atlas.label(i)));
  return rare.sort(([a, one], [b, other]) => other - one || a - b)[0]?.[0] ?? -1;
}
