// Draws each frame's overlay, and that of an export: highlighted edges and nodes, the selection, the hovered item, names.

import {themeColours} from "./colours.js";
import {drawEdge, drawLitEdges, drawLitNodes, drawRing} from "./draw_overlay.js";

/** How strong the picture below is while something is lit: `strong` when asked for, `light` under the pointer. */
const FADED = { strong: 0.2, light: 0.5 };

/** How strong the picture below is, in [0, 1]. */
export const strengthBelow = (lit) => (lit ? (lit.fade ? FADED.strong : FADED.light) : 1);

/**
 * Draw it; the context's unit is a CSS pixel.
 * @param names from `createNames`, on the same context
 * @param {{camera, tiers, zoom, mask, style, theme, lit, selected: number, hovered: object|null,}} scene selected: a node or -1;
 *   hovered: {node} or {edge}
 */
export function drawInk(context, atlas, names, scene) {
  const { camera, lit, selected, hovered } = scene, colours = themeColours(scene.theme), first = [];
  if (lit) {
    drawLitEdges(context, atlas, lit.edges, camera, colours);
    drawLitNodes(context, atlas, lit.nodes, scene);
  }
  if (hovered?.edge !== undefined) {
    const ends = [atlas.source[hovered.edge], atlas.target[hovered.edge]];
    drawEdge(context, atlas, hovered.edge, camera, colours.accent, 2.5);
    drawLitNodes(context, atlas, ends, scene);
    first.push(...ends);
  }
  for (const [i, colour, width] of [[selected, colours.accent, 3], [hovered?.node ?? -1, colours.ink, 1.5]]) {
    if (i < 0) continue;
    drawLitNodes(context, atlas, [i], scene);
    drawRing(context, atlas, i, scene, colour, width, 1.5 + width / 2);
    if (!first.includes(i)) first.unshift(i);
  }
  names.draw({ ...scene, colours, first, lit: lit?.named ?? null, rest: lit?.fade ? 0 : 0.35 });
}
