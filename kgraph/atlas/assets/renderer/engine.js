// Requests pictures: from a worker where workers are allowed, else from the page itself. One request is under way at a
// time; of the views that are requested meanwhile, only the newest is drawn.

import {createPainter} from "./painter.js";

const FIRST = 1; // number of the first picture
const SENT = ["x", "y", "weight", "type", "source", "target", "kind", "strength"];

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
  const { ranges, edgeKinds, communities, edges } = atlas.meta;
  const graph = { n: atlas.n, m: atlas.m, regions: atlas.regions, meta: { ranges, edgeKinds, communities, edges } };
  for (const name of SENT) graph[name] = atlas[name].slice();
  return [graph, SENT.map((name) => graph[name].buffer)];
}

/**
 * @param atlas the graph
 * @param {Worker|null|Promise<Worker|null>} given from `openWorker`; while it is only promised the page draws the first
 *   picture itself, which is sooner than a worker starts
 * @param {(picture: {view, bitmap: ImageBitmap, took: number, least: number}) => void} onPicture
 *   took: milliseconds of drawing; least: strength below which edges were left out
 */
export function createEngine(atlas, given, onPicture) {
  const look = { style: null, mask: null, ties: null }, open = new Map(), special = new Map(); // number -> view on its way; -> who asked
  let worker = null, isDecided = false, painter = null, flying = null, waiting = null, number = 0, gone = false;

  /** Draw in the page. */
  function drawHere(view, own) {
    if (gone) return;
    const start = performance.now();
    painter ??= createPainter(atlas);
    Object.assign(painter.scene, look);
    const bitmap = painter.paint(view), { least } = painter.scene;
    if (worker || !isDecided) painter = null; // it was the first picture only
    receive({ number: own, view, bitmap, took: performance.now() - start, least });
  }

  /** The same after the frame that asked; but the first picture at once, since before it there is nothing to see. */
  const drawSoon = (view, own) => (own === FIRST ? drawHere(view, own) : setTimeout(() => drawHere(view, own)));

  function draw(view) {
    open.set(++number, view);
    if (worker) worker.postMessage({ view, number });
    else if (isDecided || number === FIRST) drawSoon(view, number);
  }

  function receive(picture) {
    const own = special.get(picture.number);
    open.delete(picture.number);
    special.delete(picture.number);
    if (own) return own(picture.bitmap);
    flying = null;
    onPicture(picture);
    if (waiting) request(waiting);
    return undefined;
  }

  function request(view) {
    waiting = flying ? view : null;
    if (flying) return;
    flying = view;
    draw(view);
  }

  function decide(found) {
    const hadWorker = Boolean(worker);
    isDecided = true;
    if (gone) return found?.terminate();
    worker = found;
    if (worker) {
      const [graph, buffers] = sendable(atlas);
      worker.postMessage({ graph }, buffers);
      worker.postMessage(look);
      worker.onmessage = ({ data }) => receive(data);
      worker.onerror = (event) => { // it never started, or broke: the page goes on alone
        event.preventDefault();
        worker.terminate();
        decide(null);
      };
    }
    for (const [own, view] of open) {
      if (own === FIRST && !hadWorker) continue; // the page is drawing it
      if (worker) worker.postMessage({ view, number: own });
      else drawSoon(view, own);
    }
    return undefined;
  }

  function tell(changes) {
    Object.assign(look, changes);
    worker?.postMessage(changes);
  }

  if (given?.then) given.then(decide, () => decide(null));
  else decide(given);
  return {
    request,
    /** How nodes and edges look, as `drawScene` wants it. */
    style: (style) => tell({ style }),
    /** Which nodes are shown: one byte a node, or null for all. */
    mask: (mask) => tell({ mask: mask && mask.slice() }),
    /** Sizes of the first nodes, and which of the first edges are drawn: one byte each, or null for all. */
    sizes: (weight, ties) => tell({ weight: weight.slice(), ties: ties && ties.slice() }),
    /** A picture of a view by itself; a promise of its bitmap. */
    once: (view) => new Promise((done) => {
      special.set(number + 1, done);
      draw(view);
    }),
    /** The view on its way, the newest that was asked for. */
    awaited: () => waiting ?? flying,
    destroy() {
      gone = true;
      worker?.terminate();
      waiting = null;
      onPicture = ({ bitmap }) => bitmap.close();
    },
  };
}
