// The panel: the evidence of the selected node or link.

const LISTED = 12; // neighbours in the panel: the tables hold all

/** Fill the panel; without a selection it says how to read the picture. */
function showPanel(what) {
  const parts = !what ? welcome() : what.group !== undefined ? aboutGroup(what.group) : what.node ? aboutThing(what.node) : aboutLink(what.edge);
  byId("panel").replaceChildren(...parts);
  byId("panel").scrollTop = 0;
}

function welcome() {
  return [
    element("h2", {}, "How to read this"),
    element("p", {}, "Each mark is a name that the episodes mention; the larger, the more episodes. " +
      "A line joins two names; the wider, the more often they stand in the same episodes" +
      (Object.values(DATA.links).some(({ association }) => association > 0) ? " beyond what chance would have. " : "; these are too few to tell from chance. ") +
      "Choose a mark or a line to see the episodes and quotes behind it."),
    element("p", {}, DATA.groups.length > 1 ? "Colours are groups of names that are mentioned together; press one below the picture to read about it. "
      + "A name that you choose can be expanded by further names." : "A name that you choose can be expanded by further names."),
    element("h3", {}, "Strongest links"),
    element("ul", { class: "near" }, ...DATA.edges.slice(0, LISTED).map(({ id }) => edgeItem(id))),
  ];
}

/** The name, and a button that closes the panel's view of it. */
function heading(text) {
  return element("div", { class: "top" }, element("h2", { tabindex: -1 }, text),
    element("button", { type: "button", "aria-label": "Close", title: "Close (Esc)", onclick: () => select(null) }, "✕"));
}

function facts(rows) {
  return element("dl", {}, ...rows.filter(([, value]) => value).flatMap(([name, value]) =>
    [element("dt", {}, name), element("dd", {}, value)]));
}

function aboutThing(id) {
  const thing = DATA.things[id];
  const near = edgeIds.get(id);
  return [
    heading(thing.label),
    element("p", { class: "type" }, mark(thing.type), thing.kind ? `${thing.type}, ${thing.kind}` : thing.type),
    facts([
      ["Episodes", thing.count.toLocaleString("en")],
      ["Confidence", `${percent(thing.confidence)} at best`],
      ["Also written", thing.spellings.join(", ")],
    ]),
    expandButton(id),
    ...section("Closest here", near.length > LISTED ? `${LISTED} of ${near.length}` : "",
      near.length ? element("ul", { class: "near" }, ...near.slice(0, LISTED).map((edge) => edgeItem(edge, id))) : null),
    ...(thing.isFurther ? [notHere(thing.label)] : evidence(thing, "No quote that names it was kept.")),
  ];
}

function aboutLink(id) {
  const edge = DATA.links[id];
  const [one, other] = [DATA.things[edge.source], DATA.things[edge.target]];
  return [
    heading(`${one.label} and ${other.label}`),
    facts([
      ["Together in", times(edge.count, "episode")],
      ["Association", element("span", {}, bar(edge.association, "association"), ` ${associationWords(edge.association)}`)],
      ["Confidence", `${percent(edge.confidence)} at best`],
    ]),
    element("p", { class: "quiet" }, ASSOCIATION_TOLD),
    element("ul", { class: "near" }, ...[edge.source, edge.target].map((end) => element("li", {},
      element("button", { type: "button", onclick: () => choose({ node: end }) },
        DATA.things[end].label, element("span", { class: "quiet" }, times(DATA.things[end].count, "episode")))))),
    ...(edge.isFurther ? [notHere(other.label)] : evidence(edge, NO_QUOTE_OF_BOTH)),
  ];
}

/** That the file holds no evidence of a name that was added, and what does. */
const notHere = (label) => element("p", { class: "quiet" }, `This file holds no quotes and episodes of ${label}: draw it with kgraph view --focus.`);

/** A neighbour, or both ends of a link, as a button that shows the link. */
function edgeItem(id, from) {
  const edge = DATA.links[id];
  const ends = [edge.source, edge.target].filter((end) => end !== from).map((end) => DATA.things[end].label);
  return element("li", {}, element("button", { type: "button", onclick: () => choose({ edge: id }) },
    ends.join(" and "), ...(edge.association > 0 ? [bar(edge.association, `association: ${associationWords(edge.association)}`)] : []),
    element("span", { class: "quiet" }, `together in ${times(edge.count, "episode")}`)));
}

/** Select from the panel or a table: the panel's heading then has the focus, so that a keyboard goes on from there. */
function choose(what) {
  select(what, { move: true });
  byId("panel").querySelector("h2")?.focus();
}

function section(title, note, ...content) {
  if (!content[0]) return [];
  return [element("h3", {}, title, " ", note ? element("span", { class: "quiet" }, note) : ""), ...content];
}

/** Quotes, then episodes with their confidence. */
function evidence(support, none) {
  const shown = support.episodes.length;
  return [
    ...section("Quotes", "", ...(support.quotes.length ? support.quotes.map(quote)
      : [element("p", { class: "quiet" }, none)])),
    ...section("Episodes", shown < support.count ? `${shown} of ${support.count.toLocaleString("en")}, the surest and newest` : "",
      element("ol", { class: "episodes" }, ...support.episodes.map(([number, sure]) => episode(number, sure)))),
  ];
}

function quote(number) {
  const { text, episode: from } = DATA.quotes[number];
  const { title, date, url } = DATA.episodes[from];
  return element("blockquote", {}, element("p", {}, text),
    element("footer", {}, link(title, url), date));
}

function episode(number, sure) {
  const { title, date, show, url } = DATA.episodes[number];
  const words = [date, show, `${percent(sure)} sure`].filter(Boolean).join(" · ");
  return element("li", {}, link(title, url), element("div", { class: "quiet" }, words));
}
