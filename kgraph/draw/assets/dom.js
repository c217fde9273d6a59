// Creates elements from text: the only way in which input text reaches the document.
// No markup is ever parsed, so a name like "<img onerror=…>" is shown as it is written.

/** An element with attributes and children; a child that is no element is text. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== "" && child !== undefined));
  return made;
}

/** The text as a link, if the address leads to a web page; else the text alone. */
function link(text, address) {
  if (!/^https?:\/\//i.test(address)) return element("span", {}, text);
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** A bar from 0 to 1 with its value in words for those who do not see it. */
function bar(value, words) {
  return element("meter", { min: 0, max: 1, value: Math.max(value, 0), "aria-label": words, title: words });
}

// Outlines in a box of 12 by 12, as vis-network draws the shapes of the same names.
const OUTLINES = {
  dot: "M1 6a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
  square: "M2 2h8v8h-8z",
  diamond: "M6 0l6 6l-6 6l-6 -6z",
  triangle: "M6 1l5.5 10h-11z",
  triangleDown: "M6 11l5.5 -10h-11z",
  star: "M6 0l1.8 3.9l4.2 .5l-3.1 2.9l.8 4.2l-3.7 -2.1l-3.7 2.1l.8 -4.2l-3.1 -2.9l4.2 -.5z",
  hexagon: "M3 1h6l3 5l-3 5h-6l-3 -5z",
};

/** The mark of a type, as in the picture. */
function mark(type) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const node = DATA.nodes.find((one) => one.group === type);
  svg.setAttribute("width", 12);
  svg.setAttribute("height", 12);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", OUTLINES[node ? node.shape : "dot"]);
  path.style.fill = `var(--${type})`;
  svg.append(path);
  return svg;
}

const DATA = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
