// Draws shapes above the picture without a new raster: highlighted nodes and edges, the selection, names.

import {radiusIn, tierOf} from "./level_of_detail.js";

const LIT_WIDTHS = 4; // widths in which lit edges are drawn: one path each, since many small strokes are slow
const MANY = 40; // lit edges from which on each is fainter
const LIT_AT_LEAST = 2; // pixels: radius of a lit node

/**
 * Lit edges: the wider, the stronger.
 * @param {number[]} edges by number
 * @param colours {ink} of the theme
 */
export function drawLitEdges(context, graph, edges, camera, colours) {
  context.strokeStyle = colours.ink;
  context.lineCap = "round";
  const margin = 20, calmed = Math.min(1, Math.max(0.3, Math.sqrt(MANY / edges.length)));
  for (let step = 0; step < LIT_WIDTHS; step++) {
    context.beginPath();
    for (const e of edges) {
      if (Math.min(LIT_WIDTHS - 1, Math.floor(graph.strength[e] * LIT_WIDTHS)) !== step) continue;
      const [ax, ay] = camera.toScreen(graph.x[graph.source[e]], graph.y[graph.source[e]]);
      const [bx, by] = camera.toScreen(graph.x[graph.target[e]], graph.y[graph.target[e]]);
      if (Math.max(ax, bx) < -margin || Math.min(ax, bx) > camera.width + margin) continue;
      if (Math.max(ay, by) < -margin || Math.min(ay, by) > camera.height + margin) continue;
      context.moveTo(ax, ay);
      context.lineTo(bx, by);
    }
    context.lineWidth = (0.8 + step * 0.6) * (0.5 + 0.5 * calmed);
    context.globalAlpha = calmed * (0.4 + 0.15 * step);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** Lit nodes as the raster draws them, those of one colour in one path. */
export function drawLitNodes(context, graph, nodes, { camera, tiers, style }) {
  const byColour = new Map();
  for (const i of nodes) {
    const [x, y] = camera.toScreen(graph.x[i], graph.y[i]);
    if (x < -20 || y < -20 || x > camera.width + 20 || y > camera.height + 20) continue;
    const group = byColour.get(style.index[i]) ?? byColour.set(style.index[i], []).get(style.index[i]);
    group.push([x, y, Math.max(LIT_AT_LEAST, radiusIn(tierOf(tiers, i), graph.weight[i])), style.shapes[graph.type[i]]]);
  }
  context.strokeStyle = style.ground;
  context.lineWidth = 1.6;
  for (const [colour, group] of byColour) {
    context.beginPath();
    for (const mark of group) traceMark(context, ...mark);
    context.fillStyle = style.palette[colour];
    context.stroke();
    context.fill();
  }
}

/** The outline of a mark: 0 disc, 1 square, 2 diamond, equally heavy for one radius. */
export function traceMark(context, x, y, r, shape) {
  if (shape === 1) context.rect(x - r / 1.13, y - r / 1.13, (2 * r) / 1.13, (2 * r) / 1.13);
  else if (shape === 2) {
    context.moveTo(x, y - r / 0.8);
    context.lineTo(x + r / 0.8, y);
    context.lineTo(x, y + r / 0.8);
    context.lineTo(x - r / 0.8, y);
    context.closePath();
  } else {
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, 2 * Math.PI);
  }
}

/** A ring round a node. */
export function drawRing(context, graph, i, { camera, tiers }, colour, width, away) {
  const [x, y] = camera.toScreen(graph.x[i], graph.y[i]);
  context.beginPath();
  context.arc(x, y, Math.max(LIT_AT_LEAST, radiusIn(tierOf(tiers, i), graph.weight[i])) + away, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

/** One edge, drawn so that it cannot be overlooked. */
export function drawEdge(context, graph, e, camera, colour, width) {
  context.beginPath();
  context.moveTo(...camera.toScreen(graph.x[graph.source[e]], graph.y[graph.source[e]]));
  context.lineTo(...camera.toScreen(graph.x[graph.target[e]], graph.y[graph.target[e]]));
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}
