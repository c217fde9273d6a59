// The painter at the other end: in a worker where that is allowed, else in the page. One picture is on its way at a time;
// of the views that were asked for meanwhile only the last is drawn.

import {createPainter} from "./painter.js";

const SENT = ["x", "y", "weight", "type", "community", "source", "target", "kind", "strength"];

/** A worker from its source text or address, or null where there can be none. */
export function openWorker({ workerSource, workerUrl } = {}) {
  if (typeof Worker === "undefined" || !(workerSource || workerUrl)) return null;
  try {
    if (workerUrl) return new Worker(workerUrl, { type: "module" });
    const address = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    return worker;
  } catch {
    return null; // a sandboxed frame or a policy forbids it; the page draws for itself
  }
}

/** The part of an atlas that is drawn, as arrays of its own that can be handed over. */
function sendable(atlas) {
  const { ranges, edgeKinds, communities } = atlas.meta, graph = { n: atlas.n, m: atlas.m, meta: { ranges, edgeKinds, communities } };
  for (const name of SENT) graph[name] = atlas[name].slice();
  return [graph, SENT.map((name) => graph[name].buffer)];
}

/**
 * @param atlas the graph
 * @param {Worker|null} worker from `openWorker`
 * @param {(picture: {view, bitmap: ImageBitmap, took: number, least: number, lands: object[]}) => void} onPicture
 *   took: milliseconds of drawing; least: strength below which edges were left out; lands: from `landsOf`
 */
export function createEngine(atlas, worker, onPicture) {
  let flying = null, waiting = null, number = 0, painter = null, last = {};
  const special = new Map(); // number -> what to do with a picture that was asked for by itself

  const receive = (picture) => {
    const own = special.get(picture.number);
    special.delete(picture.number);
    if (own) return own(picture.bitmap);
    flying = null;
    onPicture(picture);
    if (waiting) {
      const view = waiting;
      waiting = null;
      request(view);
    }
    return undefined;
  };
  const send = (message) => {
    if (worker) return worker.postMessage(message);
    painter ??= createPainter(atlas);
    if (message.style) painter.scene.style = message.style;
    if ("mask" in message) painter.scene.mask = message.mask;
    if (!message.view) return undefined;
    return setTimeout(() => { // after the frame that asked
      const start = performance.now(), bitmap = painter.paint(message.view);
      receive({ number: message.number, view: message.view, bitmap, took: performance.now() - start, least: painter.scene.least, lands: painter.lands() });
    });
  };
  const request = (view) => {
    if (flying) waiting = view;
    else {
      flying = view;
      send({ view, number: ++number });
    }
  };
  if (worker) {
    const [graph, buffers] = sendable(atlas);
    worker.postMessage({ graph }, buffers);
    worker.onmessage = ({ data }) => receive(data);
    worker.onerror = (event) => { // it never started, or broke: the page goes on alone
      event.preventDefault();
      worker.terminate();
      worker = null;
      send(last);
      if (flying) send({ view: flying, number });
    };
  }
  return {
    request,
    /** How nodes and edges look, as `drawScene` wants it. */
    style(style) {
      last = { ...last, style };
      send({ style });
    },
    /** Which nodes are shown: one byte a node, or null for all. */
    mask(mask) {
      last = { ...last, mask: mask && mask.slice() };
      send({ mask: last.mask });
    },
    /** A picture of a view by itself; a promise of its bitmap. */
    once: (view) => new Promise((done) => {
      special.set(++number, done);
      send({ view, number });
    }),
    /** The view on its way, the newest that was asked for. */
    awaited: () => waiting ?? flying,
    destroy() {
      worker?.terminate();
      waiting = null;
      onPicture = ({ bitmap }) => bitmap.close();
    },
  };
}
