// The renderer: draws an atlas into a host element, for the page and for the server's pages.
//
// The worker draws edges and nodes of a view; the browser moves the last picture while the view changes; names and
// highlights are drawn above it for each frame. Nothing runs while nothing changes.

import {adjacencyOf} from "./adjacency.js";
import {createCamera} from "./camera.js";
import {colourNodes, themeColours} from "./colours.js";
import {edgeInk, rangesOf, tierOf, tiersAt, zoomOf} from "./level_of_detail.js";
import {createEngine, openWorker} from "./engine.js";
import {bindGestures} from "./gestures.js";
import {FINGER, indexOf, pointedAt, within} from "./hit_test.js";
import {drawInk, strengthBelow} from "./frame_overlay.js";
import {litBy} from "./highlight.js";
import {boundsOf} from "./math.js";
import {createNames} from "./label_layer.js";
import {landsOf} from "./regions.js";
import {enlarged} from "./scene.js";
import {createStage} from "./stage.js";

const REST = 45; // milliseconds without a change after which the camera is at rest
const STRETCHED = 1.7; // a picture larger or smaller than this is drawn anew while the movement goes on
const SHAPES = { episode: 1, show: 1, theme: 2, topic: 2, tag: 2, concept: 2 }; // others are discs
const FRAMES_KEPT = 240; // durations of frames kept for `stats`

/**
 * @param {HTMLElement} host an empty element that has a size
 * @param atlas the graph; see data.js
 * @param {{worker?: Worker|null|Promise<Worker|null>, workerSource?: string, workerUrl?: string, theme?: "light"|"dark", colourBy?: string,
 *   edges?: "auto"|"none"|string[], regions?: boolean, calm?: boolean, interactive?: boolean, leavesWheel?: boolean, controls?: HTMLElement}} options
 *   controls: what lies over the picture, where no names are to stand; leavesWheel: as for `bindGestures`; worker: one that was opened early; calm: no animation (else as the system prefers)
 */
export function createRenderer(host, atlas, options = {}) {
  const wish = matchMedia("(prefers-reduced-motion: reduce)"), calm = () => options.calm ?? wish.matches;
  const stage = createStage(host, resized), camera = createCamera({ width: stage.width, height: stage.height, calm });
  const engine = createEngine(atlas, options.worker === undefined ? openWorker(options) : options.worker, pictured);
  const names = createNames(atlas, stage.ink), heard = { hover: new Set(), pick: new Set(), move: new Set(), frame: new Set(), picture: new Set() };
  const look = { colourBy: "type", edges: "auto", theme: "light", minStrength: 0, regions: true, ...options, version: 0 };
  const state = { mask: null, ties: null, order: null, style: null, highlight: null, lit: null, hovered: null, selected: -1, least: 0 };
  const times = { frames: [], gaps: [], took: 0, moved: 0, sharp: 0, frame: 0, rasters: 0 };
  let asked = 0, stale = true, dirty = true, resting = true, index = null, lands = null, gone = false;

  /** The box of the controls, in pixels of the picture; none while they are not shown. */
  function coveredNow() {
    const outer = host.getBoundingClientRect(), box = options.controls?.getBoundingClientRect();
    return box?.width ? [{ left: box.left - outer.left, top: box.top - outer.top, right: box.right - outer.left, bottom: box.bottom - outer.top }] : [];
  }

  let covered = coveredNow();
  names.onText = wake;
  const [coreFrom, coreTo] = rangesOf(atlas).core ?? [0, atlas.n];
  const world = boundsOf(atlas.x, atlas.y, coreFrom, coreTo);
  camera.fit(world, { home: true });
  camera.onChange = () => {
    times.moved = performance.now();
    resting = false;
    wake();
  };

  const places = () => (index ??= indexOf(atlas.x, atlas.y));
  const rows = () => adjacencyOf(atlas);
  const zoom = () => zoomOf(camera.scale);
  const tiersNow = () => tiersAt(rangesOf(atlas), zoom());
  const tell = (name, ...what) => heard[name].forEach((f) => f(...what));

  /** What was drawn does not do any more, wherever the camera is. */
  function outdate() {
    stale = true;
    look.version++;
  }

  const viewNow = (wide) => ({ ...stage.viewFor(camera, wide), version: look.version });

  function wake() {
    dirty = true;
    if (!asked && !gone) asked = requestAnimationFrame(frame);
  }

  function frame(now) {
    asked = 0;
    const start = performance.now(), flying = camera.step(now);
    const moving = flying || start - times.moved < REST;
    stage.lay(camera);
    askForPicture(moving);
    draw();
    times.gaps.push(now - times.frame);
    times.frame = now;
    times.frames.push(performance.now() - start);
    for (const list of [times.frames, times.gaps]) if (list.length > FRAMES_KEPT) list.shift();
    dirty = false;
    tell("frame", now);
    if (!moving && !resting) {
      resting = true;
      tell("move", { x: camera.x, y: camera.y, scale: camera.scale });
    }
    if (moving || !resting) wake();
  }

  /** Ask for a picture where the last one does not do: soon if it shows, else when the camera rests. */
  function askForPicture(moving) {
    const { sharp, covers, spare, grown, wide } = stage.fits(camera), awaited = engine.awaited();
    if (stale) {
      stale = false;
      engine.request(viewNow(false));
    } else if (moving) {
      if (!awaited && (!spare || grown > STRETCHED || grown < 1 / STRETCHED)) engine.request(viewNow(covers));
    } else if (!sharp || !covers || !wide) { // first what is seen, then the margin
      const view = viewNow(sharp && covers);
      if (!awaited || ["x", "y", "scale", "width", "height"].some((key) => awaited[key] !== view[key])) engine.request(view);
    }
  }

  function pictured(picture) {
    if (gone) return picture.bitmap.close();
    stage.show(picture);
    stage.lay(camera);
    times.took = picture.took;
    times.rasters++;
    state.least = picture.least;
    if (times.rasters === 1) for (const [k, make] of [places, rows].entries()) setTimeout(() => gone || make(), 60 * (k + 1)); // so that the first pointer need not wait
    if (stage.fits(camera).sharp && times.sharpened !== times.moved) {
      times.sharpened = times.moved;
      times.sharp = performance.now() - times.moved;
    }
    tell("picture", picture.view);
    return wake();
  }

  /** All that the ink needs to know of a moment. */
  const sceneNow = () => ({
    camera, tiers: tiersNow(), zoom: zoom(), mask: state.mask, ties: state.ties, order: state.order, style: state.style, theme: look.theme, lit: litNow(),
    selected: state.selected, hovered: state.hovered,
  });

  function draw() {
    const scene = { ...sceneNow(), covered };
    names.lands = look.regions && stage.shown ? (lands ??= landsOf(atlas.regions ?? [], atlas.meta.communities)) : [];
    stage.clear();
    stage.below.style.opacity = String(strengthBelow(scene.lit));
    drawInk(stage.ink, atlas, names, scene);
  }

  /** What is lit: what was asked for, else the selection with its neighbours, else what the pointer is on. */
  function litNow() {
    if (state.highlight) return state.highlight;
    const centre = state.selected >= 0 ? state.selected : (state.hovered?.node ?? -1);
    if (centre < 0) return (state.lit = null);
    const all = state.selected >= 0, key = `${centre} ${all} ${Math.round(2 * Math.log2(zoom()))}`;
    if (state.lit?.key !== key) {
      const ink = edgeInk(atlas.meta.edgeKinds, zoom(), "auto");
      state.lit = { ...litBy(atlas, rows(), centre, { ink, tiers: tiersNow(), mask: state.mask, ties: state.ties, all }), key, fade: all };
    }
    return state.lit;
  }

  const hit = (px, py, reach = FINGER) => pointedAt(atlas, places(), {
    px, py, reach, camera, tiers: tiersNow(), zoom: zoom(), mask: state.mask, ties: state.ties, lit: litNow(), placed: names.placed, titles: names.titles, edges: look.edges, least: state.least,
  });

  function hover(px, py) {
    const found = px === null ? null : hit(px, py);
    if (["node", "edge", "title"].every((kind) => found?.[kind] === state.hovered?.[kind])) return;
    state.hovered = found;
    host.style.cursor = found ? "pointer" : "";
    tell("hover", found, { x: px, y: py });
    wake();
  }

  function resized(width, height) {
    const fitted = camera.isFitted();
    outdate();
    camera.resize(width, height);
    covered = coveredNow();
    if (fitted) camera.fit(world, { home: true });
    else camera.home = camera.viewOf(world).scale;
  }

  function restyle() {
    const colours = themeColours(look.theme), coloured = colourNodes(atlas, look.colourBy, colours.dark);
    state.style = {
      ...coloured, ...colours, edges: look.edges, minStrength: look.minStrength,
      regions: look.regions ? (look.colourBy === "community" ? "own" : "plain") : "none",
      shapes: Uint8Array.from(atlas.meta.types, (type) => SHAPES[type] ?? 0),
    };
    host.style.backgroundColor = colours.ground;
    engine.style(state.style);
    outdate();
    wake();
  }

  restyle();
  queueMicrotask(() => gone || askForPicture(false)); // after what the caller says next, such as which nodes are shown
  let pointed = null;
  const unbind = options.interactive === false ? () => {} : bindGestures(host, camera, {
    hover(x, y) { // once a frame is enough
      if (!pointed) requestAnimationFrame(() => {
        if (pointed && !gone) hover(...pointed);
        pointed = null;
      });
      pointed = [x, y];
    },
    leave: () => hover(null, null),
    leavesWheel: options.leavesWheel,
    pick: (x, y, event) => tell("pick", hit(x, y, event.pointerType === "touch" ? 2 * FINGER : FINGER), { x, y, event }),
  });

  return {
    camera,
    /** Change how it looks: {colourBy, edges, theme, minStrength, regions}. */
    setStyle(changes) {
      Object.assign(look, changes);
      restyle();
    },
    /** What the colours mean: [{label, colour}]. */
    legend: () => state.style.legend,
    /** Show only nodes whose byte is not 0; null shows all. */
    setVisible(mask) {
      state.mask = mask;
      state.lit = null;
      engine.mask(mask);
      outdate();
      wake();
    },
    /**
     * Other sizes of the first nodes, and their order; which of the first edges are drawn (one byte each; null for all).
     * @param {{weight: Float32Array, order: Uint32Array, ties: Uint8Array|null}} sizes
     */
    setSizes({ weight, order, ties }) {
      atlas.weight.set(weight);
      Object.assign(state, { order, ties, lit: null });
      engine.sizes(weight, ties);
      outdate();
      wake();
    },
    /** Light nodes (numbers, or one byte a node) and edges; `fade` the rest strongly. */
    setHighlight(highlight) {
      state.highlight = highlight && givenLit(highlight);
      wake();
    },
    setSelected(i) {
      state.selected = i ?? -1;
      wake();
    },
    hit,
    /** Fly to a node, near enough to see what surrounds it. */
    flyTo: (i, scale = Math.max(camera.scale, camera.home * (i < coreTo ? 5 : 26))) => camera.animate({ x: atlas.x[i], y: atlas.y[i], scale }),
    /** Show everything, or a box of the world. */
    async fit(box = world) {
      await camera.animate(camera.viewOf(box));
      if (box === world) camera.fit(world, { home: true });
    },
    /** Names have come. */
    refreshNames() {
      names.forget();
      wake();
    },
    /** How texts of nodes without a name are read: reader(i) gives a promise. */
    readTexts(reader) {
      names.readTexts(reader);
      wake();
    },
    on(name, f) {
      heard[name].add(f);
      return () => heard[name].delete(f);
    },
    onFrame: (f) => heard.frame.add(f),
    /** Numbers of the nodes in view that are more than dust, the most important first. */
    inView() {
      const tiers = tiersNow(), [left, top] = camera.toWorld(0, 0), [right, bottom] = camera.toWorld(camera.width, camera.height);
      return within(places(), left, top, right, bottom).filter((i) => tierOf(tiers, i)?.shown && (!state.mask || state.mask[i]));
    },
    /** The view as an image file; scale: pixels a CSS pixel. */
    async png({ scale = 2 } = {}) {
      const view = enlarged(stage.viewFor(camera, false), scale);
      const bitmap = await engine.once(view);
      const canvas = new OffscreenCanvas(view.width, view.height), context = canvas.getContext("2d");
      const scene = { ...sceneNow(), hovered: null };
      context.fillStyle = state.style.ground;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.globalAlpha = strengthBelow(scene.lit);
      context.drawImage(bitmap, 0, 0);
      bitmap.close();
      context.globalAlpha = 1;
      context.scale(scale, scale);
      drawInk(context, atlas, Object.assign(createNames(atlas, context), { lands: names.lands }), scene);
      return canvas.convertToBlob({ type: "image/png" });
    },
    /** The view as a canvas, as it stands now. */
    copy: () => stage.copy(camera, state.style.ground),
    /** The names as they stand: [{text, box, …}], boxes in pixels of the picture. */
    labels: () => names.placed,
    /** Figures: durations in milliseconds. */
    stats: () => ({
      frames: [...times.frames], gaps: [...times.gaps], raster: times.took, rasters: times.rasters, sharp: times.sharp,
      names: names.placed.length, zoom: zoom(), isSharp: stage.fits(camera).sharp && stage.fits(camera).covers && stage.shown.version === look.version,
    }),
    destroy() {
      gone = true;
      cancelAnimationFrame(asked);
      unbind();
      engine.destroy();
      stage.destroy();
    },
  };
}

/** A highlight as it came, in the form of `litBy`. */
function givenLit({ nodes = [], edges = [], fade = true, named = null }) {
  const list = nodes instanceof Uint8Array ? Array.from(nodes.keys()).filter((i) => nodes[i]) : Array.from(nodes);
  list.sort((a, b) => a - b);
  return { nodes: list, named: new Set(named ?? list), edges: Array.from(edges), fade };
}
