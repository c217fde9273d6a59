// Exports the view as SVG: regions, edges, marks and names as shapes and text that can be edited.

import {communityColour, huesOf, mixed} from "./colours.js";
import {edgeInk, radiusIn, tiersAt} from "./level_of_detail.js";
import {TITLE, fontOf} from "./text_atlas.js";
import {chooseEdges, createScene} from "./scene.js";

const MOST_MARKS = 12000; // shapes that an editor still opens

/** The text, safe inside an element or an attribute of XML 1.0: what XML does not allow at all is left out. */
export const escaped = (text) => text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
  .replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const round = (value) => Math.round(value * 100) / 100;

/**
 * @param atlas the graph
 * @param {{camera, zoom, mask, ties, style, regions: object[], names: object[], titles: object[], lit, title: string, frame}} what
 *   names, titles: as they were placed; lit: what is lit, or null; frame: of `layOutFrame`
 * @returns {string} a whole document
 */
export function drawingOf(atlas, { camera, zoom, mask, ties = null, style, regions, names, titles, lit, title, frame = { above: 0, below: 0, texts: [], marks: [] } }) {
  const parts = [
    group("regions", regionShapes(atlas, regions, camera, style)),
    group("edges", lit ? [] : edgeShapes(atlas, camera, zoom, { mask, ties, style })),
    group("marks", markShapes(atlas, camera, zoom, mask, style, lit)),
    group("names", [...titles.map((one) => titleShape(atlas, one, style)), ...names.map((one) => nameShape(one, style))]),
  ];
  if (lit) parts.splice(3, 0, group("lit edges", litShapes(atlas, lit, camera, style)));
  const { width } = camera, height = camera.height + frame.above + frame.below;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img"><title>${escaped(title)}</title>\n<rect width="100%" height="100%" fill="${style.ground}"/>\n` +
    `<svg y="${frame.above}" width="${width}" height="${camera.height}">\n${parts.join("\n")}\n</svg>\n${group("frame", frameShapes(frame, camera.height, style))}\n</svg>\n`;
}

function frameShapes({ above, texts, marks }, height, style) {
  const top = ({ y, isBelow }) => y + (isBelow ? above + height : 0);
  return [
    ...marks.map((mark) => `<circle cx="${round(mark.x)}" cy="${round(top(mark))}" r="${mark.r}" fill="${mark.colour}"/>`),
    ...texts.map((one) => textShape(one.text, one.x, top(one), one.height, one.hand, one.isQuiet ? style.quiet : style.ink, style.ground)),
  ];
}

const group = (name, shapes) => `<g data-part="${name}">${shapes.join("\n")}</g>`;

function regionShapes(atlas, regions, camera, style) {
  const hues = huesOf(atlas.meta.communities ?? []);
  return regions.map(({ community, rings }) => {
    const colour = style.regions === "plain" ? style.line : communityColour(hues[community], style.dark);
    const path = rings.map((ring) => {
      const points = [];
      for (let k = 0; k < ring.length; k += 2) points.push(camera.toScreen(ring[k], ring[k + 1]).map(round).join(" "));
      return `M${points.join("L")}Z`;
    }).join("");
    return `<path d="${path}" fill="${colour}" fill-opacity="0.09" stroke="${colour}" stroke-opacity="0.3"/>`;
  });
}

function edgeShapes(atlas, camera, zoom, looks) {
  const { style } = looks, scene = Object.assign(createScene(atlas), looks);
  const view = { x: camera.x, y: camera.y, scale: camera.scale, ratio: 1, width: camera.width, height: camera.height };
  const { chosen, ink } = chooseEdges(scene, view, edgeInk(scene.kinds, zoom, style.edges)), shapes = [];
  for (let k = 0; k < chosen; k++) {
    const e = scene.chosen[k], amount = ink[atlas.kind[e]] * (0.08 + atlas.strength[e] ** 2);
    shapes.push(lineShape(atlas, e, camera, style.line, (0.72 * amount) / (1 + amount), 1));
  }
  return shapes;
}

const litShapes = (atlas, { edges }, camera, style) => edges.map((e) => lineShape(atlas, e, camera, style.ink, 0.5, 0.7 + 2 * atlas.strength[e]));

function lineShape(atlas, e, camera, colour, opacity, width) {
  const [ax, ay] = camera.toScreen(atlas.x[atlas.source[e]], atlas.y[atlas.source[e]]).map(round);
  const [bx, by] = camera.toScreen(atlas.x[atlas.target[e]], atlas.y[atlas.target[e]]).map(round);
  return `<line x1="${ax}" y1="${ay}" x2="${bx}" y2="${by}" stroke="${colour}" stroke-opacity="${round(opacity)}" stroke-width="${round(width)}"/>`;
}

function markShapes(atlas, camera, zoom, mask, style, lit) {
  const shapes = [], faint = style.palette.map((colour) => mixed(colour, style.ground, 0.75));
  for (const tier of tiersAt(atlas.meta.ranges ?? { core: [0, atlas.n] }, zoom)) {
    if (!tier.shown) continue;
    for (let i = tier.from; i < tier.to && shapes.length < MOST_MARKS; i++) {
      const r = radiusIn(tier, atlas.weight[i]), [x, y] = camera.toScreen(atlas.x[i], atlas.y[i]);
      if ((mask && !mask[i]) || x < -r || y < -r || x > camera.width + r || y > camera.height + r) continue;
      shapes.push(markShape(round(x), round(y), round(r), style.shapes[atlas.type[i]], (!lit || lit.named.has(i) ? style.palette : faint)[style.index[i]], style.ground));
    }
  }
  return shapes.reverse();
}

function markShape(x, y, r, shape, fill, ground) {
  const look = `fill="${fill}" stroke="${ground}" stroke-width="0.8"`, half = round(r / 1.13), far = round(r / 0.8);
  if (shape === 1) return `<rect x="${round(x - half)}" y="${round(y - half)}" width="${2 * half}" height="${2 * half}" ${look}/>`;
  if (shape === 2) return `<path d="M${x} ${round(y - far)}l${far} ${far}l${-far} ${far}l${-far} ${-far}z" ${look}/>`;
  return `<circle cx="${x}" cy="${y}" r="${r}" ${look}/>`;
}

const textShape = (text, x, y, height, hand, colour, halo) => `<text x="${round(x)}" y="${round(y)}" dominant-baseline="central" ` +
  `style="font:${fontOf(height, hand).replace(/"/g, "'")}${hand === TITLE ? ";letter-spacing:.09em" : ""}" fill="${colour}" stroke="${halo}" ` +
  `stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">${escaped(text)}</text>`;

const nameShape = ({ text, x, y, height, hand }, style) => textShape(text, x, y, height, hand, style.ink, style.halo);

function titleShape(atlas, { text, box, y, height, community, region }, style) {
  const hue = huesOf(atlas.meta.communities)[community];
  return textShape(text, box.left + 4, y, height, TITLE, style.regions === "own" && region === undefined ? communityColour(hue, style.dark) : style.quiet, style.halo);
}
