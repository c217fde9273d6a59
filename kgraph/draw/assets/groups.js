// Groups of names: their areas in the picture, their panel, and names by which the picture is expanded.

const PADDING = 34; // pixels of an area round its marks
const FAR = 95; // pixels at zoom 1 from a name to those that it is expanded by
const TURN = Math.PI * (3 - Math.sqrt(5));

/** The corners of the smallest convex area round points (Andrew 1979). */
function hullOf(points) {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (from) => {
    const corners = [];
    for (const point of from) {
      const turnsLeft = () => {
        const [a, b] = corners.slice(-2);
        return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0;
      };
      while (corners.length > 1 && !turnsLeft()) corners.pop();
      corners.push(point);
    }
    return corners.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}

/** The members of a group that are shown, where they stand. */
const shownMembers = ({ members }) => members.filter((id) => !isHidden(id)).map((id) => ({ id, ...network.getPosition(id) }));

network.on("beforeDrawing", (context) => {
  if (colours !== "group") return;
  DATA.groups.forEach((group, number) => {
    const points = shownMembers(group), corners = hullOf(points);
    if (points.length < 2) return;
    const isFaint = selected && selected.group !== number;
    context.save();
    context.fillStyle = context.strokeStyle = `color-mix(in srgb, ${colour(`group-${number}`)} ${isFaint ? 4 : 13}%, ${colour("ground")})`;
    context.lineWidth = 2 * PADDING;
    context.lineJoin = "round";
    context.beginPath();
    corners.forEach(({ x, y }) => context.lineTo(x, y));
    context.closePath();
    context.stroke();
    context.fill();
    context.restore();
  });
});

/** The mark of a group. */
function groupMark(number) {
  const made = element("span", { class: "swatch", "aria-hidden": "true" });
  made.style.background = `var(--group-${number})`;
  return made;
}

function fillGroups() {
  const isOne = DATA.groups.length < 2;
  byId("groups").hidden = byId("colours").parentElement.hidden = isOne;
  if (isOne) return;
  byId("groups").append(...DATA.groups.map(({ name, members }, number) => element("button", {
    type: "button", id: `group-${number}`, "aria-pressed": "false", onclick: () => choose(selected?.group === number ? null : { group: number }),
  }, groupMark(number), `${name} ${members.length}`)));
  byId("colours").addEventListener("change", ({ target }) => {
    colours = target.value;
    paint();
    network.redraw();
  });
}

function aboutGroup(number) {
  const { name, members } = DATA.groups[number], own = new Set(members);
  const ties = DATA.edges.filter(({ from, to }) => own.has(from) !== own.has(to) && ![from, to].includes(DATA.focus)).slice(0, LISTED);
  const inside = DATA.edges.filter(({ from, to }) => own.has(from) && own.has(to)).slice(0, LISTED);
  return [
    heading(name),
    element("p", { class: "type" }, groupMark(number), `group of ${times(members.length, "name")} that are mentioned together`),
    ...section("Members", "", element("ul", { class: "near" }, ...members.map((id) => element("li", {},
      element("button", { type: "button", onclick: () => choose({ node: id }) }, DATA.things[id].label, element("span", { class: "quiet" }, times(DATA.things[id].count, "episode"))))))),
    ...section("Strongest links within", "", inside.length ? element("ul", { class: "near" }, ...inside.map(({ id }) => edgeItem(id))) : null),
    ...section("Links to other groups", "", ties.length ? element("ul", { class: "near" }, ...ties.map(({ id }) => edgeItem(id))) : null),
  ];
}

/** Names that a name can be expanded by and that are not in the picture yet. */
const furtherOf = (id) => (DATA.more.links?.[id] ?? []).filter(([other]) => !DATA.things[other]);

/** A button that adds the nearest further names of a name to the picture; nothing when there are none. */
function expandButton(id) {
  const count = furtherOf(id).length;
  if (!count) return "";
  return element("button", { type: "button", class: "expand", onclick: () => expand(id) }, `Show ${times(count, "more name")} beside it`);
}

/** Add the further names round a name, where there is most room: away from the middle. */
function expand(id) {
  const further = furtherOf(id), middle = network.getPosition(id), out = Math.atan2(middle.y, middle.x);
  further.forEach(([other, count, association, confidence, width], at) => {
    const thing = DATA.more.things[other], angle = out + (at - (further.length - 1) / 2) * 0.55, far = FAR * (1 + 0.22 * (at % 2));
    const node = { id: other, label: Array.from(thing.label).slice(0, 24).join(""), group: thing.type, shape: shapeOf(thing.type), size: 7,
      x: Math.round(middle.x + far * Math.cos(angle)), y: Math.round(middle.y + far * Math.sin(angle)) };
    DATA.things[other] = { ...thing, spellings: [], episodes: [], quotes: [], isFurther: true };
    if (groupOf.has(id)) groupOf.set(other, groupOf.get(id));
    edgeIds.set(other, []);
    DATA.nodes.push(node);
    nodes.add(node);
    addLink({ source: id, target: other, count, association, confidence, width });
    for (const [end, links] of Object.entries(DATA.more.links)) {
      const tie = end !== id && DATA.things[end] ? links.find(([name]) => name === other) : null;
      if (tie) addLink({ source: end, target: other, count: tie[1], association: tie[2], confidence: tie[3], width: tie[4] });
    }
  });
  byId("dots").hidden = false;
  describePicture();
  select({ node: id });
}

function addLink({ source, target, count, association, confidence, width }) {
  const edge = { id: `e${DATA.edges.length}`, from: source, to: target, width, dashes: [2, 3] };
  DATA.links[edge.id] = { source, target, association, count, confidence, episodes: [], quotes: [], isFurther: true };
  DATA.edges.push(edge);
  edges.add(edge);
  for (const end of [source, target]) edgeIds.get(end).push(edge.id);
}

/** The shape of a type, as its other marks have it. */
const shapeOf = (type) => DATA.nodes.find((node) => node.group === type)?.shape ?? "dot";
