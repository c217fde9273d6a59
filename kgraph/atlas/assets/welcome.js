// The panel when nothing is open: what the atlas shows, ways to start, how to read it.
// Takes the app of main.js; the example questions come from the graph itself.

import {communitiesOf} from "./community_queries.js";
import {FLOOR} from "./filter_words.js";
import {choosesEpisodes, edgeSlices, noFilter} from "./filters.js";
import {contrastOf, episodesOfShows} from "./contrast.js";
import {BY_CHANCE, FELL, ROSE, UNCLEAR, UNCOMPARED} from "./growth.js";
import {listedNode, section} from "./panel_parts.js";
import {GROWTH_NAMES} from "./renderer/colours.js";
import {portion} from "./text.js";
import {typeOf} from "./queries.js";
import {button, element, longList} from "./dom.js";
import {byCell, largestChange, monthlyChanges} from "./timeline.js";
import {grouped, times} from "../../draw/assets/evidence.js";

const LISTED_COMMUNITIES = 8; // shown at first
const CHANGED = 6; // names that rose or fell, shown at first
const KNOWN = 12; // episodes from which on a rise is no accident
const FEW_SHOWS = 3; // of both months: fewer are not compared on the first page of the server either
const RISING = ["company", "crypto", "product"]; // a person may be a guest of one month, a place a conference

/** The parts of the panel of a page where nothing is open. */
export function welcomeParts(app) {
  const { atlas } = app, { names, advertised, ranges: { episodes, quotes } } = atlas.meta, size = ([from, to]) => to - from;
  const unlikely = choosesEpisodes(atlas, { ...noFilter(), confidence: FLOOR }) ? "hidden, until the filters ask for them" : "not in this file";
  const named = mostAssociated(app), tries = triesOf(app, named), more = advertised ? `; only adverts name ${grouped(advertised)} more` : "";
  return [
    element("h2", { tabindex: -1 }, "What these episodes talk about"),
    element("p", {}, `${times(size(episodes), "episode")}, their shows and what they mention: ${times(names, "name")}${more}${size(quotes) ? `; the file holds ${times(size(quotes), "quote")}` : ""}. ` +
      "Names that occur in the same episodes lie near each other; larger names are more important. Click one to see its evidence."),
    ...(app.growth ? growthParts(app) : []),
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

/** What rose and what fell between the windows that colours compare, the clearest first. */
function growthParts(app) {
  const { atlas, growth: { index, changes, words } } = app, isFirst = (sign) => ([, a], [, b]) => sign * (b.z - a.z);
  const item = ([i, { from, to }]) => listedNode(app, i, element("span", { class: "quiet" }, `${portion(from)} → ${portion(to)}`));
  const list = (kind, title, sign) => {
    const found = [...changes].filter(([i]) => index[i] === kind && app.shown.mask[i]).sort(isFirst(sign));
    return section(title, grouped(found.length), longList(found, CHANGED, item, { class: "near" }));
  };
  const lists = [list(ROSE, "Rose", 1), list(FELL, "Fell", -1)];
  return [element("p", { class: "note" }, `Share of the episodes: ${words}. ${times(changes.size, "name")} were compared: ${Math.ceil(changes.size * BY_CHANCE)} may stand in each list by chance.`),
    ...(lists.some(Boolean) ? lists : [element("p", {}, "Nothing rose or fell by more than chance explains.")]), changedCommunities(app)];
}

/** Communities that rose or fell between the same windows. */
function changedCommunities({ atlas, groupGrowth, openCommunity }) {
  const compared = communitiesOf(atlas).map((community) => ({ ...community, ...groupGrowth.communities[community.k] })).filter(({ kind }) => kind !== UNCOMPARED);
  const changed = compared.filter(({ kind }) => kind !== UNCLEAR).sort((a, b) => b.kind - a.kind), chance = Math.ceil(compared.length * BY_CHANCE);
  if (!compared.length) return "";
  return section("Communities that rose or fell", `of ${grouped(compared.length)}, by the episodes that mention any member; ${chance} may rise and ${chance} fall by chance`,
    changed.length ? element("ul", { class: "communities" }, changed.map(({ name, k, kind, change }) => element("li", {},
      button(name, () => openCommunity(k), { class: "plain" }), element("span", { class: "quiet" }, ` ${GROWTH_NAMES[kind]}, ${portion(change.from)} → ${portion(change.to)}`)))) : element("p", {}, "None."));
}

/** Questions with what answers them: who stands beside the first name, the best quotes on a theme, what rose. */
function triesOf(app, named) {
  const { atlas } = app, found = [], theme = mostTold(atlas), risen = app.span ? mostRisen(atlas, app.calendar) : -1;
  if (named >= 0) found.push([`What is mentioned with ${atlas.label(named)}?`, () => app.openNode(named)]);
  if (theme >= 0 && app.source.quotes.count) found.push([`What are the best quotes on ${atlas.label(theme)}?`, () => app.openNode(theme)]);
  const shows = [...episodesOfShows(atlas, app.shown.sources).keys()].slice(0, 2);
  if (shows.length > 1 && contrastOf(atlas, app.counts, app.shown.sources, shows).more[0].length) found.push([`What does ${atlas.label(shows[0])} speak of more than ${atlas.label(shows[1])}?`, () => app.openContrast(...shows)]);
  if (risen >= 0) found.push([`When did mentions of ${atlas.label(risen)} rise?`, () => app.openNode(risen)]);
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

/** The entity that rose most from a month to the next, in several shows of both; -1 if nothing rose. */
export function mostRisen(atlas, calendar) {
  const episodes = new Map(), [from, to] = edgeSlices(atlas).mentions;
  for (let e = from; e < to; e++) {
    const i = atlas.target[e];
    if (atlas.count[i] < KNOWN || !RISING.includes(typeOf(atlas, i))) continue;
    if (!episodes.has(i)) episodes.set(i, []);
    episodes.get(i).push(atlas.source[e]);
  }
  const rises = [...episodes].map(([i, own]) => ({ i, ...largestChange(monthlyChanges(calendar, byCell(calendar, own)).filter(({ shows }) => shows >= FEW_SHOWS), 1) }));
  return largestChange(rises, 1)?.i ?? -1;
}
