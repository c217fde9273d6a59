// What an exported or printed picture says of itself: title, days, filters, selection, legend, source.

import {grouped, times} from "../../draw/assets/evidence.js";
import {filterWords} from "./filter_words.js";
import {nameOf} from "./queries.js";
import {monthName} from "./text.js";

/** The frame of a picture; see `layOutFrame`. @param {object} app of main.js */
export function frameOf(app) {
  const { atlas, renderer, opened, marked, span, monthWindow } = app, [from, to] = atlas.meta.ranges.episodes;
  const others = filterWords(app, { ...app.store.get(), from: "", to: "" }), chosen = app.shown.sources ? app.shown.sources.subarray(from, to).reduce((sum, one) => sum + one, 0) : to - from;
  const about = opened?.kind === "node" ? nameOf(atlas, opened.nodes[0]) : ["edge", "path", "contrast"].includes(opened?.kind) ? opened.nodes.map((i) => nameOf(atlas, i)).join(" and ") : "";
  const days = monthWindow ? (monthWindow[0] === monthWindow[1] ? monthName(monthWindow[0]) : `${monthName(monthWindow[0])} – ${monthName(monthWindow[1])}`) : "";
  return {
    title: about ? `${atlas.meta.title}: ${about}` : atlas.meta.title,
    words: [
      [days, chosen === to - from ? times(chosen, "episode") : `${grouped(chosen)} of ${times(to - from, "episode")}`, marked.length ? `${grouped(marked.length)} selected` : ""].filter(Boolean).join(" · "),
      ...(others ? [`Filters: ${others}`] : []),
    ],
    legend: renderer.legend(),
    source: `kgraph atlas, ${times(to - from, "episode")}${span ? ` up to ${monthName(span[1])}` : ""}: names of the same episodes lie near each other; lines are associations`,
  };
}
