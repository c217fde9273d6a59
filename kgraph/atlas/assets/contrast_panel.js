// The panel of two shows: what one speaks of more than the other; and the choice of a show to compare with.
// Takes the app of main.js and two nodes, returns the parts of the panel.

import {contrastOf, episodesOfShows} from "./contrast.js";
import {button, element, longList} from "./dom.js";
import {BY_CHANCE, FEW_COMPARED} from "./growth.js";
import {filterNote, listedNode, namedNode, section} from "./panel_parts.js";
import {nameOf} from "./queries.js";
import {grouped, times} from "../../draw/assets/evidence.js";

const LISTED_NAMES = 8, MOST_NAMED_OF_EACH = 20; // shown at first; named in the picture

/** The parts of the panel of two shows. */
export function contrastParts(app, shows) {
  const { atlas, counts, shown } = app, names = shows.map((show) => nameOf(atlas, show)), { episodes, compared, more } = contrastOf(atlas, counts, shown.sources, shows);
  app.found = { nodes: [...shows, ...more.flat().map(({ node }) => node)], named: [...shows, ...more.flatMap((list) => list.slice(0, MOST_NAMED_OF_EACH)).map(({ node }) => node)], edges: [], fade: true };
  const chance = Math.ceil(compared * BY_CHANCE);
  const told = episodes.every(Boolean)
    ? `${times(episodes[0], "episode")} of ${names[0]}, ${grouped(episodes[1])} of ${names[1]}. ${times(compared, "name or theme", "names and themes")} in ${FEW_COMPARED} or more episodes of one of them were compared: ${chance} may stand in each list by chance.`
    : `No episode of ${names[episodes.indexOf(0)]} is chosen.`;
  const item = ({ node, seen }) => listedNode(app, node, element("span", { class: "quiet" }, seen.map((count, k) => `${grouped(count)} of ${grouped(episodes[k])}`).join(" · ")));
  const lists = shows.map((show, k) => section(`More in ${names[k]}`, grouped(more[k].length), longList(more[k], LISTED_NAMES, item, { class: "near" })));
  return [
    app.heading(names.join(" and "), element("p", { class: "kind" }, "what one speaks of more than the other")),
    element("div", { class: "row" }, shows.map((show) => namedNode(app, show))),
    contrastChoice(app, shows[0], shows[1]),
    filterNote(app),
    element("p", { class: "note" }, told),
    ...lists,
    compared && !lists.some(Boolean) ? element("p", {}, "Neither speaks of anything more than chance explains.") : "",
  ];
}

/** The choice of a show to compare one with; nothing where there is no other. A button opens it, as keys choose one show after another. */
export function contrastChoice(app, show, other = -1) {
  const others = [...episodesOfShows(app.atlas)].filter(([node]) => node !== show);
  if (!others.length) return "";
  const choice = element("select", {}, others.map(([node, count]) => element("option", { value: node, selected: node === other }, `${nameOf(app.atlas, node)} (${grouped(count)})`)));
  return element("div", { class: "row" }, element("label", { class: "row" }, `Compare ${nameOf(app.atlas, show)} with`, choice),
    button("Compare", () => app.openContrast(show, Number(choice.value))));
}
