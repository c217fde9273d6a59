// Creates elements from text: the only way in which input text reaches the document.
// No markup is ever parsed, so a name like "<img onerror=…>" is shown as it is written.

import {grouped, percent} from "../../draw/assets/evidence.js";

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/**
 * An element with attributes and children; a child that is no element is text.
 * Attributes: `on…` listens; true and false set and leave out; undefined is left out.
 */
export function element(tag, attributes = {}, ...children) {
  return furnished(document.createElement(tag), attributes, children);
}

/** The same of SVG. */
export function graphic(tag, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG, tag), attributes, children);
}

function furnished(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== "" && child !== null && child !== undefined && child !== false));
  return made;
}

/** A button that says what it does. */
export const button = (label, onclick, attributes = {}) => element("button", { type: "button", onclick, ...attributes }, label);

/** The text as a link, if the address leads to a web page; else the text alone. */
export function link(text, address, attributes = {}) {
  if (!/^https?:\/\//i.test(address)) return element("span", {}, text);
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer", ...attributes }, text);
}

/** A link to a page of the server that sent this one: `path` of its address below the site; nothing in a file, which has none. */
export function siteLink(text, path, attributes = {}) {
  const { site } = document.documentElement.dataset;
  return site ? element("a", { href: site + path, ...attributes }, text) : "";
}

/** The path of an id's page. */
export const pathOf = (id) => id.split("/").map(encodeURIComponent).join("/");

/** A bar from 0 to 1 with its value in words for those who do not see it. */
export const meter = (value, words) => element("meter", { min: 0, max: 1, value: Math.min(1, Math.max(0, value)), "aria-label": words, title: words });

/** A confidence as words and bar. */
export const sureness = (value) => element("span", { class: "sure" }, meter(value, `${percent(value)} sure`), element("span", {}, `${percent(value)} sure`));

/** A text in which some stretches, [from, to), are marked. */
export function marked(text, spots) {
  const parts = [];
  let at = 0;
  for (const [from, to] of spots) {
    parts.push(text.slice(at, from), element("mark", {}, text.slice(from, to)));
    at = to;
  }
  return [...parts, text.slice(at)];
}

/** The mark of a type: its colour, as in the picture. */
export function swatch(type) {
  const made = element("span", { class: "swatch", "aria-hidden": "true" });
  made.style.setProperty("background-color", `var(--${type}, var(--other))`);
  return made;
}

/**
 * A list that shows its first items, and more on demand.
 * @param {any[]} items
 * @param {number} first how many at first
 * @param {(item: any, at: number) => Element} make
 */
export function longList(items, first, make, attributes = {}) {
  if (!items.length) return [];
  const list = element("ul", attributes, items.slice(0, first).map(make));
  if (items.length <= first) return [list];
  const more = button(`${Math.min(items.length - first, 5 * first)} more of ${grouped(items.length)}`, () => {
    const from = list.children.length, added = items.slice(from, from + 5 * first).map((item, at) => make(item, from + at));
    list.append(...added);
    const left = items.length - list.children.length;
    if (left) more.textContent = `${Math.min(left, 5 * first)} more of ${grouped(items.length)}`;
    else more.remove();
    added[0].querySelector("button, a")?.focus();
  }, { class: "more" });
  return [list, more];
}

/** Tell those who do not see the picture what has changed. */
export function say(words) {
  byId("said").textContent = words;
}

/** Give a file to whoever asked for it. */
export function download(name, blob) {
  const address = URL.createObjectURL(blob), anchor = element("a", { href: address, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
