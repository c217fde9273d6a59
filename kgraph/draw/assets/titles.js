// The names of groups in the picture, each where it covers least: marks before names, near the top of its group.

const TITLE_SIZE = isTall ? 12 : 15; // pixels on the screen
const TITLE_FONT = `650 ${TITLE_SIZE}px system-ui, sans-serif`;
const EDGE = 4; // pixels between a title and the edge of the picture
const STEPS = 44; // places that are tried along each side of a group
const LEAST_STEP = 6; // pixels between two of them
const LINE_HEIGHT = 1.25 * TITLE_SIZE; // pixels on the screen

/** What a place costs: for each title, mark and name that it covers, where another group is nearer, for a second line, for a pixel of distance. */
const COST = { title: 400, mark: 100, name: 40, strange: 30, line: 8, pixel: 0.1 };

let titles = []; // of each group that has one: its number, its lines, and its middle in the coordinates of the picture

const overlaps = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
const gap = (box, { x, y }) => Math.hypot(Math.max(box[0] - x, 0, x - box[2]), Math.max(box[1] - y, 0, y - box[3]));

/** The width of a text on the screen. */
function textWidth(text, font) {
  const context = byId("canvas").querySelector("canvas").getContext("2d");
  context.save();
  context.font = font;
  const { width } = context.measureText(text);
  context.restore();
  return width;
}

/** Where all marks and their names stand on the screen, as boxes; `point` is the middle of a mark. */
function standing() {
  const shown = clear(), readable = legible(), scale = network.getScale();
  return DATA.nodes.filter(({ id }) => !isHidden(id)).map(({ id, size, label }) => {
    const { x, y } = network.canvasToDOM(network.getPosition(id)), radius = size * scale;
    const font = scale * labelSize(id, shown?.nodes.has(id), readable), half = textWidth(label, `${font}px arial`) / 2;
    const below = y + radius + 1.5 * font;
    return { id, point: { x, y }, mark: [x - radius, y - radius, x + radius, y + radius], name: font ? [x - half, y + radius, x + half, below] : null };
  });
}

/** Place the titles of the groups that have one: the largest group chooses first. */
function placeTitles() {
  titles = [];
  if (colours !== "group") return;
  const all = standing(), taken = [boxInPicture(byId("zoom"))];
  DATA.groups.forEach((group, number) => {
    const own = all.filter(({ id }) => groupOf.get(id) === number);
    if (own.length < 2 || (selected && selected.group !== number)) return;
    const { box, lines } = linesOf(group.name).map((some) => bestPlace(some, own, all, taken)).reduce((one, other) => (other.cost < one.cost ? other : one));
    taken.push(box);
    titles.push({ number, lines, ...network.DOMtoCanvas({ x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 }) });
  });
}

/** A title in one line, and in two about as long as each other where it has a space. */
function linesOf(name) {
  const spaces = Array.from(name.matchAll(/ /g), ({ index }) => index), middle = name.length / 2;
  if (!spaces.length) return [[name]];
  const at = spaces.reduce((best, index) => (Math.abs(index - middle) < Math.abs(best - middle) ? index : best));
  return [[name], [name.slice(0, at), name.slice(at + 1)]];
}

/** The box of an element in the coordinates of the picture. */
function boxInPicture(part) {
  const { left, top, right, bottom } = part.getBoundingClientRect(), frame = byId("canvas").getBoundingClientRect();
  return [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
}

/** The place of a title that costs least, of a grid over its group and round it, as far as that is in sight. */
function bestPlace(lines, own, all, taken) {
  const xs = own.map(({ point }) => point.x), ys = own.map(({ point }) => point.y), [left, top, right, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const width = Math.max(...lines.map((line) => textWidth(line, TITLE_FONT))) + EDGE, height = lines.length * LINE_HEIGHT, around = PADDING * network.getScale() + height / 2 + EDGE;
  const usual = { x: xs.reduce((sum, x) => sum + x, 0) / xs.length, y: top - around };
  let best = null;
  for (const x of [usual.x, ...places(left - around - width / 2, right + around + width / 2)]) {
    for (const y of places(top - around, bottom + around)) {
      const box = boxInSight(x - width / 2, y - height / 2, width, height), cost = costOf(box, usual, own, all, taken) + COST.line * (lines.length - 1);
      if (!best || cost < best.cost) best = { box, cost, lines };
    }
  }
  return best;
}

/** A box of a size, moved into the picture where it would stand outside. */
function boxInSight(x, y, width, height) {
  const { clientWidth, clientHeight } = byId("canvas"), within = (value, most) => Math.max(EDGE, Math.min(most, value));
  const left = within(x, clientWidth - EDGE - width), top = within(y, clientHeight - EDGE - height);
  return [left, top, left + width, top + height];
}

/** Evenly spaced values between two. */
function places(from, to) {
  const step = Math.max(LEAST_STEP, (to - from) / STEPS);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);
}

function costOf(box, usual, own, all, taken) {
  let cost = COST.pixel * Math.hypot((box[0] + box[2]) / 2 - usual.x, (box[1] + box[3]) / 2 - usual.y);
  for (const other of taken) if (overlaps(box, other)) cost += COST.title;
  for (const { mark, name } of all) cost += (overlaps(box, mark) ? COST.mark : 0) + (name && overlaps(box, name) ? COST.name : 0);
  const nearest = (some) => Math.min(...some.map(({ point }) => gap(box, point)));
  return nearest(all) < nearest(own) ? cost + COST.strange : cost;
}

network.on("afterDrawing", (context) => {
  const scale = network.getScale();
  for (const { number, lines, x, y } of titles) {
    context.save();
    context.font = TITLE_FONT.replace(`${TITLE_SIZE}px`, `${TITLE_SIZE / scale}px`);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 5 / scale;
    context.lineJoin = "round";
    context.strokeStyle = colour("halo");
    context.fillStyle = colour(`group-${number}`);
    for (const paintText of ["strokeText", "fillText"]) lines.forEach((line, at) => context[paintText](line, x, y + ((at - (lines.length - 1) / 2) * LINE_HEIGHT) / scale));
    context.restore();
  }
});
network.on("dragEnd", () => { placeTitles(); network.redraw(); });
