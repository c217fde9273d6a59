// The panel of a community of names, or of a region of communities: when it was talked about, members, themes, quotes, ties to others.
// Takes the app of main.js and a member, returns the parts of the panel.

import {episodesByGroup, groupOf, membersOf, quotesOfGroup, tiesOfGroup} from "./community_queries.js";
import {button, element, longList} from "./dom.js";
import {ofEpisodes} from "./node_panel.js";
import {filterNote, listedNode, namedNode, quoteItem, section, sharesPart} from "./panel_parts.js";
import {nameOf} from "./queries.js";
import {grouped, times} from "../../draw/assets/evidence.js";

const MEMBERS_FIRST = 10, TIES_FIRST = 4, PAIRS = 2, RANKED_QUOTES = 60, QUOTES_FIRST = 4; // shown at first; more on demand

/** The parts of the panel of a member's community or region. */
export function communityParts(app, i, isRegion) {
  const { atlas } = app, community = atlas.community[i], group = groupOf(atlas, community, isRegion);
  if (!group) return [app.heading(nameOf(atlas, i), element("p", { class: "kind" }, "of no community"))];
  const members = membersOf(atlas, i, isRegion).filter((node) => app.shown.mask[node]), quotes = quotesOfGroup(atlas, i, isRegion, app.counts, RANKED_QUOTES);
  return [
    app.heading(group.name, element("p", { class: "kind" }, `${isRegion ? "region of communities" : "community"}, ${memberCount(members.length, group.members)}`)),
    element("p", {}, `Names that the same episodes mention: ${group.leaders.map((leader) => nameOf(atlas, leader)).join(", ")} and others.`),
    element("div", { class: "row" }, button("Select members", () => app.mark([...new Set([...app.marked, ...members])]))),
    filterNote(app),
    partsOfRegion(app, group, isRegion),
    sharesPart(app, "that mention any member, by month", episodesByGroup(atlas, isRegion, app.timeless.counts)[isRegion ? atlas.meta.regions.indexOf(group) : community]),
    section("Members", `most important first`, longList(members, MEMBERS_FIRST, (node) => listedNode(app, node, element("span", { class: "quiet" }, ofEpisodes(app, node))), { class: "near" })),
    section("Themes", "that set its quotes apart", element("ul", { class: "names" }, group.themes.map((node) => element("li", {}, namedNode(app, node))))),
    section("Quotes", "that name the most members", app.source.quotes.count ? longList(quotes, QUOTES_FIRST, (quote) => quoteItem(app, quote), { class: "quotes" }) : ""),
    section("Tied to", "by associations of their members", longList(tiesOfGroup(atlas, i, isRegion, app.counts), TIES_FIRST, (tie) => tieItem(app, tie, isRegion), { class: "ties" })),
  ];
}

const memberCount = (shown, all) => (shown === all ? times(all, "member") : `${grouped(shown)} of ${times(all, "member")}`);

/** The communities of a region; of a community, the region that it is part of. */
function partsOfRegion({ atlas, openCommunity }, group, isRegion) {
  const { communities, regions } = atlas.meta, own = communities.map((one, k) => ({ ...one, k })).filter(({ region }) => region === (isRegion ? regions.indexOf(group) : group.region));
  if (own.length < 2) return "";
  if (!isRegion) return element("p", { class: "quiet" }, "Part of ", button(regions[group.region].name, () => openCommunity(own[0].k, true), { class: "plain" }));
  return section("Its communities", "", element("ul", { class: "communities" }, own.map(({ name, k, members }) => element("li", {},
    button(name, () => openCommunity(k), { class: "plain" }), element("span", { class: "quiet" }, ` ${grouped(members)}`)))));
}

/** Another community, and the pairs that tie it most strongly. */
function tieItem(app, { community, edges }, isRegion) {
  const { source, target } = app.atlas, pair = (e) => button(`${nameOf(app.atlas, source[e])} and ${nameOf(app.atlas, target[e])}`, () => app.openEdge(source[e], target[e]), { class: "plain" });
  return element("li", {}, button(groupOf(app.atlas, community, isRegion).name, () => app.openCommunity(community, isRegion), { class: "plain" }),
    element("span", { class: "quiet" }, ` ${times(edges.length, "association")}`), element("ul", { class: "quiet" }, edges.slice(0, PAIRS).map((e) => element("li", {}, pair(e)))));
}
