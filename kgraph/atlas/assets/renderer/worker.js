// The worker: runs the painter in its own thread. Messages in: {graph}, some of {style, mask, weight, ties}, {view, number}; out: {number,
// view, bitmap, took, least}.

import {createPainter} from "./painter.js";

let painter = null;

self.onmessage = ({ data }) => {
  if (data.graph) painter = createPainter(data.graph);
  if ("style" in data) painter.scene.style = data.style;
  if ("mask" in data) painter.scene.mask = data.mask;
  if ("ties" in data) painter.scene.ties = data.ties;
  if (data.weight) painter.scene.graph.weight.set(data.weight);
  if (!data.view) return;
  const start = performance.now(), bitmap = painter.paint(data.view);
  const { least } = painter.scene;
  self.postMessage({ number: data.number, view: data.view, bitmap, took: performance.now() - start, least }, [bitmap]);
};
