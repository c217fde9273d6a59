// The time slider: bars by month, two handles, and a button that plays the months.
// Takes the app of main.js, fills the element "time". The user starts it, so it also plays where
// reduced motion is preferred; it always moves in steps.

import {episodesWith, linksOf} from "./queries.js";
import {monthBars} from "./panel_parts.js";
import {button, byId, element} from "./dom.js";
import {byMonth, daysWindow, nextWindow, windowDays} from "./timeline.js";
import {dayNumber, monthName} from "./text.js";

const BEAT = 850; // milliseconds a month while playing
const NAMED_MONTHS = 18; // names of months for which there is room

/** "Sep", with its year where that begins. */
const shortName = (month, isFirst) => [monthName(month).slice(0, 3), month % 12 && !isFirst ? "" : element("span", { class: "year" }, ` ${monthName(month).slice(-4)}`)];

/** @param {object} app of main.js; @returns {{update: () => void, toggle: () => void, stop: () => void}} */
export function createSlider(app) {
  const { span } = app, host = byId("time");
  if (!span || span[0] === span[1]) {
    host.replaceChildren(element("p", { class: "quiet" }, span ? `All episodes are from ${monthName(span[0])}.` : "No episode has a date."));
    return { update() {}, toggle() {}, stop() {} };
  }
  let timer = 0;
  const bars = element("div"), told = element("output"), line = element("div", { class: "span" });
  const months = span[1] - span[0] + 1, every = Math.ceil(months / NAMED_MONTHS);
  const names = element("div", { class: "month-names", "aria-hidden": "true" }, Array.from({ length: months }, (_, at) => element("span", {}, at % every ? "" : shortName(span[0] + at, at === 0))));
  names.style.setProperty("grid-template-columns", `repeat(${months}, minmax(0, 1fr))`);
  const end = (label) => element("input", { type: "range", min: span[0], max: span[1], step: 1, "aria-label": label });
  const ends = [end("first month"), end("last month")];
  const play = button("▶", () => toggle(), { "aria-label": "Play the months" });
  host.replaceChildren(play, element("div", { class: "slider" }, bars, names, line, ...ends), told);
  host.style.setProperty("--half", `${50 / months}%`);

  const windowNow = () => daysWindow(dayNumber(app.store.get().from), dayNumber(app.store.get().to), span);
  const drawn = () => [Math.min(...ends.map(({ value }) => Number(value))), Math.max(...ends.map(({ value }) => Number(value)))];
  ends.forEach((input) => {
    input.addEventListener("input", () => { stop(); app.store.replace(windowDays(drawn(), span)); });
    input.addEventListener("change", () => app.store.push(windowDays(drawn(), span)));
  });

  function update() {
    const [from, to] = windowNow(), wide = span[1] - span[0];
    [ends[0].value, ends[1].value] = [from, to];
    ends.forEach((input) => input.setAttribute("aria-valuetext", monthName(Number(input.value))));
    // Thumbs stand under the middles of their bars.
    line.style.setProperty("left", `${(100 * (from - span[0] + 0.5)) / (wide + 1)}%`);
    line.style.setProperty("right", `${(100 * (span[1] - to + 0.5)) / (wide + 1)}%`);
    told.textContent = from === to ? monthName(from) : `${monthName(from)} – ${monthName(to)}`;
    bars.replaceChildren(monthBars(seriesNow([from, to]), "episodes by month"));
  }

  /** All episodes, those of the window darker; of them, those that mention what is open. */
  function seriesNow([from, to]) {
    const every = app.monthly, most = Math.max(1, ...every), within = every.map((count, at) => (at + span[0] >= from && at + span[0] <= to ? count : 0));
    const series = [{ counts: every, name: "all", most }, { counts: within, name: "within", most }];
    const i = app.opened?.kind === "node" ? app.opened.nodes[0] : -1;
    if (i < 0 || app.source.isEpisode(i) || app.source.isQuote(i)) return series;
    return [...series, { counts: byMonth(app.atlas, episodesWith(app.atlas, linksOf(app.atlas, app.adjacency, i, app.timeless.counts)).map(({ node }) => node), span), name: "own", most }];
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "▶";
    play.setAttribute("aria-label", "Play the months");
  }

  function toggle() {
    if (timer) return stop();
    play.textContent = "❚❚";
    play.setAttribute("aria-label", "Stop playing");
    const beat = () => app.store.replace(windowDays(nextWindow(windowNow(), span), span));
    timer = setInterval(beat, BEAT);
    return beat();
  }

  return { update, toggle, stop };
}
