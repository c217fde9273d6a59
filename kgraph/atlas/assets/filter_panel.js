// The filter panel: types, confidence, number of episodes, days, shows, themes, quotes, each with its counts.
// Takes the app of main.js, fills the element "filters"; bars compare what is shown with the total.

import {byId, button, element, graphic, swatch} from "./dom.js";
import {EPISODE_BINS, edgeSlices, episodesOfShows, tally} from "./filters.js";
import {START} from "./state.js";
import {holdsWords} from "./search.js";
import {grouped, percent} from "../../draw/assets/evidence.js";

const CHOICES = 400; // shows or themes in a list: the most frequent

/** Fields of the state that filter. */
export const FILTERS = ["hidden", "confidence", "from", "to", "shows", "themes", "episodes", "relevance", "adverts"];

/** A state in which nothing is filtered. */
export const unfiltered = () => Object.fromEntries(FILTERS.map((field) => [field, START[field]]));

/** @param {object} app of main.js; @returns {{update: () => void}} */
export function createFilters(app) {
  const host = byId("filters"), all = tally(app.atlas, null, app.span ?? [0, 0]), updates = [];
  const part = (title, ...content) => element("fieldset", {}, element("legend", {}, title), ...content);
  const context = { app, all, updates };
  host.append(
    element("div", { class: "top" }, element("h2", {}, "Filters"), button("✕", () => app.toggleFilters(), { "aria-label": "Close filters" })),
    element("div", { class: "row" }, button("Show everything", () => app.store.push(unfiltered()))),
    part("Types", typeChoices(context)),
    part("Confidence from", shareSlider(context, "confidence", all.confidence, "lowest confidence")),
    part("Mentioned in at least", episodeSlider(context)),
    part("Days", dayFields(context)),
    part("Shows", choices(context, "shows", [...episodesOfShows(app.atlas)].slice(0, CHOICES))),
    part("Themes", choices(context, "themes", themeCounts(app))),
    part("Quotes", relevanceSlider(context), advertChoice(context)),
  );
  const update = () => {
    const state = app.store.get(), now = tally(app.atlas, app.shown.mask, app.span ?? [0, 0]);
    updates.forEach((one) => one(state, now));
  };
  update();
  return { update };
}

/** One checkbox a type, ticked while it is shown, with how many there are. */
function typeChoices({ app, all, updates }) {
  const most = Math.max(...all.types);
  return element("ul", { class: "choices whole" }, app.atlas.meta.types.map((type, number) => {
    if (!all.types[number]) return null;
    const box = element("input", { type: "checkbox", id: `type-${type}`, onchange: () => toggle(app, "hidden", type) }), count = element("span", { class: "quiet" });
    const share = shareBar(Math.log1p(all.types[number]) / Math.log1p(most));
    updates.push(({ hidden }, now) => {
      box.checked = !hidden.includes(type);
      count.textContent = grouped(hidden.includes(type) ? all.types[number] : now.types[number]);
    });
    return element("li", {}, share, box, element("label", { for: `type-${type}` }, swatch(type), app.atlas.meta.plurals[type]), count);
  }));
}

function shareBar(share) {
  const bar = element("span", { class: "share", "aria-hidden": "true" });
  bar.style.setProperty("width", `${100 * share}%`);
  return bar;
}

function toggle(app, field, value) {
  const now = app.store.get()[field];
  app.store.push({ [field]: now.includes(value) ? now.filter((one) => one !== value) : [...now, value] });
}

/** Bars over a slider; those left out are pale. */
function histogram(counts) {
  const most = Math.max(1, ...counts), box = { viewBox: `0 0 ${counts.length} 100`, preserveAspectRatio: "none" };
  const made = graphic("svg", { class: "histogram", "aria-hidden": "true", ...box });
  const bars = Array.from(counts, (count, at) => {
    const height = count ? Math.max(4, 100 * Math.sqrt(count / most)) : 0;
    return graphic("rect", { x: at + 0.06, y: 100 - height, width: 0.88, height });
  });
  made.append(...bars);
  return { made, from: (first) => bars.forEach((bar, at) => bar.setAttribute("class", at < first ? "out" : "in")) };
}

/** A slider from 0 to 1 that waits for the hand to rest before it is a step in the history. */
function shareSlider({ app, updates }, field, counts, label) {
  const { made, from } = histogram(counts), value = element("span", { class: "quiet" });
  const input = element("input", { type: "range", min: 0, max: 100, step: 5, "aria-label": label,
    oninput: () => app.store.replace({ [field]: input.value / 100 }), onchange: () => app.store.push({ [field]: input.value / 100 }) });
  updates.push((state) => {
    input.value = Math.round(100 * state[field]);
    input.setAttribute("aria-valuetext", percent(state[field]));
    value.textContent = state[field] ? percent(state[field]) : "any";
    from(Math.round(state[field] * counts.length));
  });
  return [made, input, value];
}

function relevanceSlider(context) {
  const { atlas } = context.app, [from, to] = atlas.meta.ranges.quotes, counts = new Uint32Array(20);
  for (let i = from; i < to; i++) counts[Math.min(19, Math.floor(20 * atlas.relevance[i]))]++;
  return shareSlider(context, "relevance", counts, "lowest relevance of quotes");
}

function episodeSlider({ app, all, updates }) {
  const { made, from } = histogram(all.episodes), value = element("span", { class: "quiet" });
  const change = () => ({ episodes: EPISODE_BINS[input.value] });
  const input = element("input", { type: "range", min: 0, max: EPISODE_BINS.length - 1, step: 1, "aria-label": "lowest number of episodes",
    oninput: () => app.store.replace(change()), onchange: () => app.store.push(change()) });
  updates.push(({ episodes }) => {
    const bin = Math.max(0, EPISODE_BINS.findLastIndex((least) => least <= episodes));
    input.value = bin;
    value.textContent = episodes === 1 ? "1 episode" : `${grouped(episodes)} episodes`;
    input.setAttribute("aria-valuetext", value.textContent);
    from(bin);
  });
  return [made, input, value];
}

function dayFields({ app, updates }) {
  const field = (name, label) => {
    const input = element("input", { type: "date", onchange: () => app.store.push({ [name]: input.value }) });
    updates.push((state) => { input.value = state[name]; });
    return element("label", {}, label, input);
  };
  return element("div", { class: "between" }, field("from", "from"), field("to", "to"));
}

function themeCounts({ atlas }) {
  const counts = new Map(), [from, to] = edgeSlices(atlas).theme, type = atlas.meta.types.indexOf("theme");
  for (let e = from; e < to; e++) if (atlas.type[atlas.target[e]] === type) counts.set(atlas.target[e], (counts.get(atlas.target[e]) ?? 0) + 1);
  return [...counts].sort(([a, one], [b, other]) => other - one || a - b).slice(0, CHOICES);
}

/** Nodes to keep to, with a box to find them by; none chosen is all. */
function choices({ app, updates }, field, counts) {
  if (!counts.length) return element("p", { class: "quiet" }, "none");
  const most = counts[0][1], ids = new Map();
  const items = counts.map(([i, count]) => choiceItem(app, field, i, count / most, count, ids));
  const finder = element("input", { type: "search", placeholder: `search ${grouped(counts.length)}`, "aria-label": `search ${field}`,
    oninput: () => items.forEach(({ item, label }) => { item.hidden = !holdsWords(label, finder.value); }) });
  updates.push((state) => items.forEach(({ box, i }) => { box.checked = state[field].includes(ids.get(i)); }));
  for (const { i } of items) app.source.idOf(i).then((id) => ids.set(i, id));
  return [counts.length > 8 ? finder : "", element("ul", { class: "choices" }, items.map(({ item }) => item))];
}

function choiceItem(app, field, i, share, count, ids) {
  const label = app.atlas.label(i), id = `${field}-${i}`;
  const box = element("input", { type: "checkbox", id, onchange: () => toggle(app, field, ids.get(i)) });
  return { i, box, label, item: element("li", {}, shareBar(share), box, element("label", { for: id }, label), element("span", { class: "quiet" }, grouped(count))) };
}

function advertChoice({ app, updates }) {
  const box = element("input", { type: "checkbox", onchange: () => app.store.push({ adverts: box.checked }) });
  updates.push(({ adverts }) => { box.checked = adverts; });
  return element("label", {}, box, "include adverts");
}
