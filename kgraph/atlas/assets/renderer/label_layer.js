// The labels of the picture: chosen by label_placement.js for every frame, written by label_text.js.

import {communityColour, huesOf} from "./colours.js";
import {radiusIn} from "./level_of_detail.js";
import {BEYOND, NAMED_FROM, TRIED, createLabeller, isNear, placeTitles} from "./label_placement.js";
import {createMeasure, TITLE, writeLabel} from "./label_text.js";
import {landsFromAfar} from "./regions.js";

const READ_AT_ONCE = 120; // texts on their way
const KEPT_CLEAR = 24; // marks of the most important nodes, which titles leave free
const REGIONS_BELOW = 1.45; // zoom from which on the parts of a region have names of their own
const BUDGET = 105; // names of the core over the whole map at zoom 1, the most important: free room must not choose

/**
 * The names over a graph. `draw` is called for each frame.
 * @param atlas the graph
 * @param context of the canvas; its unit is a CSS pixel
 */
export function createNames(atlas, context) {
  let measures = null, hues = null; // made for the first name: the first picture does not wait for them
  const measure = (...text) => (measures ??= createMeasure(new OffscreenCanvas(1, 1).getContext("2d")))(...text);
  const labeller = createLabeller(measure), communities = atlas.meta.communities ?? [];
  const texts = new Map(), named = { ...atlas, label: (i) => atlas.label(i) || textOf(i) };
  let read = null, reading = 0, afar = { of: null, lands: [] };

  /** The text of a node without a name, once it has been read. */
  function textOf(i) {
    const text = texts.get(i);
    if (text !== undefined || !read || reading >= READ_AT_ONCE) return text ?? "";
    texts.set(i, "");
    reading++;
    const keep = (found) => {
      reading--;
      texts.set(i, found);
      if (found) names.onText();
    };
    read(i).then(keep, () => keep("")); // a file without texts has none to show
    return "";
  }

  const names = {
    placed: [], titles: [],
    /** Where titles may stand; see `landsOf`. */
    lands: [],
    /** The same for a zoom: from afar those of regions. */
    landsAt(zoom) {
      if (zoom > REGIONS_BELOW) return names.lands;
      if (afar.of !== names.lands) afar = { of: names.lands, lands: landsFromAfar(names.lands, atlas.meta) };
      return afar.lands;
    },

    onText() {},

    /** How the text of a node without a name (a quote) is read: a promise. It is asked for where there is room to read it. */
    readTexts(reader) {
      read = reader;
      texts.clear();
    },

    /** Forget what was measured: names have come. */
    forget: () => labeller.forget(),

    /** @param scene as for `drawInk`, with colours of the theme, and first, lit and rest as for `place` of labels.js */
    draw(scene) {
      const { camera, tiers, colours, lit, covered = [] } = scene;
      const titlesAmong = (boxes) => (names.titles = lit ? [] : placeTitles(names.landsAt(scene.zoom), camera, measure, [...importantMarks(atlas, scene), ...covered, ...boxes]));
      names.titles = [];
      names.placed = labeller.place(named, candidatesOf(atlas, scene), { ...scene, titlesAmong });
      const isSeen = ({ x, y, width, height }) => x + width > 0 && x < camera.width && y > -height && y < camera.height + height;
      for (const title of names.titles) {
        const colour = scene.style.regions === "own" && title.region === undefined ? communityColour((hues ??= huesOf(communities))[title.community], colours.dark) : colours.quiet;
        writeLabel(context, { ...title, x: title.box.left + 4 }, TITLE, colour, colours.halo);
      }
      for (const name of names.placed) {
        if (isSeen(name)) writeLabel(context, name, name.hand, name.node < coreEnd(tiers) ? colours.ink : colours.quiet, colours.halo);
      }
    },
  };
  return names;
}

const coreEnd = (tiers) => tiers[0]?.to ?? 0;

/** Boxes of the marks of the most important nodes in view. */
function importantMarks(atlas, { camera, tiers, mask, order }) {
  const boxes = [], core = tiers[0];
  for (let k = core.from; k < core.to && boxes.length < KEPT_CLEAR; k++) {
    const i = order ? order[k] : k;
    const [x, y] = camera.toScreen(atlas.x[i], atlas.y[i]);
    if (!isNear(camera, x, y) || (mask && !mask[i])) continue;
    const r = radiusIn(core, atlas.weight[i]);
    boxes.push({ left: x - r, top: y - r, right: x + r, bottom: y + r });
  }
  return boxes;
}

const LEAST_ZOOM = 0.5; // of a small screen, whose names stand closer

const tried = new Uint32Array(TRIED); // what was found last

/**
 * Nodes that may be named, the most important first. Of the core only as many as the budget of this zoom takes, wherever they lie:
 * a name does not come and go while the map moves.
 */
function candidatesOf(atlas, { camera, tiers, mask, order, zoom }) {
  const named = tiers.filter((tier) => tier.shown && tier.large >= NAMED_FROM);
  const { x, y } = camera, wide = (camera.width / 2 + BEYOND) / camera.scale, high = (camera.height / 2 + BEYOND) / camera.scale;
  const isIn = (i) => (!mask || mask[i]) && Math.abs(atlas.x[i] - x) < wide && Math.abs(atlas.y[i] - y) < high; // for thousands a frame: without garbage
  let count = 0, left = atlas.meta.communities?.length ? Math.ceil(BUDGET * Math.max(zoom, LEAST_ZOOM) ** 2) : Infinity;
  for (const { from, to, name } of named) {
    const isCore = name === "core";
    for (let k = from; k < to && count < TRIED && (!isCore || left > 0); k++) {
      const i = isCore && order ? order[k] : k;
      if (isCore && (!mask || mask[i])) left--;
      if (isIn(i)) tried[count++] = i;
    }
  }
  return tried.subarray(0, count);
}
