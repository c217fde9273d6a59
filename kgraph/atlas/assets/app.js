// The app of the page: the user's actions, and how a change of state becomes a change of the page.
// Takes an Atlas, its renderer and its data source; returns one object that all modules of the page share.
//
// Invariant: every action changes the state, and only `apply` changes the page. A state that a newer one
// replaced while it waited for data is dropped.

import {associationsOf} from "./associations.js";
import {countShows, edgesAmong, edgesBetween, focusMask, linksOf, nameOf} from "./queries.js";
import {adjacencyOf} from "./renderer/adjacency.js";
import {nearOf} from "./panel_parts.js";
import {button, byId, say} from "./dom.js";
import {FILTERS, unfiltered} from "./filter_panel.js";
import {filterWords} from "./filter_words.js";
import {choosesEpisodes, evidenceWithin, noFilter, sizesWithin, tiesWithin} from "./filters.js";
import {groupOf, membersOf} from "./community_queries.js";
import {areInView, cameraState, litForNode, litForPair, viewOfGroup, viewOfNodes} from "./viewpoints.js";
import {tellMarked} from "./selection_panel.js";
import {panelHeading, showMissing, showPanel} from "./panel.js";
import {severalPaths} from "./path.js";
import {createNameFinder} from "./search.js";
import {COLOURS, START, createStore, same} from "./state.js";
import {byMonth, daysWindow, monthSpan} from "./timeline.js";
import {grouped} from "../../draw/assets/evidence.js";
import {dayNumber} from "./text.js";

const LAYOUT = ["table", "side"];
const LOOKS = ["theme", "colour", "lines"];
const MOST_NAMED = 40; // members of a community that are named in the picture
const MOST_EDGES = 900; // lit among the selection: more is a blot
const NEAR = 1.5; // times nearer than the whole from which on one sees what surrounds a name
const MOST_MARKED = 2_000; // nodes in a selection: the address must hold them

/** @returns {object} the app; parts that stand beside it (finder, slider, …) are added by main.js */
export function createApp(atlas, renderer, source, filter, shown) {
  countShows(atlas);
  const dark = matchMedia("(prefers-color-scheme: dark)"), narrow = matchMedia("(max-width: 760px)");
  let latest = 0, applied = null, temporary = null, lit = [];
  const span = monthSpan(atlas), [firstEpisode, lastEpisode] = atlas.meta.ranges.episodes, plainWeight = atlas.weight.slice(0, atlas.meta.ranges.core[1]);
  const episodesOfMask = (sources) => Array.from({ length: lastEpisode - firstEpisode }, (_, k) => firstEpisode + k).filter((i) => !sources || sources[i]);
  let filterNow = noFilter(), withoutDays = null, associations = null;
  const app = {
    /** First and last month, and how many episodes each has. */
    span, monthly: span && byMonth(atlas, episodesOfMask(null), span),
    /** What the filters choose: whether an edge counts, the filters in words ("" for none), first and last month. */
    counts: () => true, filterWords: "", filtered: { shows: [], themes: [] }, monthWindow: span,
    /** The same without days: whether an edge counts, and the episodes by month. */
    get timeless() {
      if (!withoutDays) {
        const every = { ...filterNow, from: -Infinity, to: Infinity }, kept = filter.apply(every), episodes = episodesOfMask(kept.sources);
        withoutDays = { counts: evidenceWithin(atlas, every, kept, null), monthly: byMonth(atlas, episodes, span) };
      }
      return withoutDays;
    },
    /** What has a tie with what, of the mentions that count. */
    get associations() { return (associations ??= associationsOf(atlas, app.counts, episodesOfMask(app.shown.sources).length)); },
    atlas, renderer, source, shown, facts: null,
    visible: null, opened: null, openId: "", marked: [], settling: false, way: null, found: null, near: null, parts: [],
    get adjacency() { return adjacencyOf(atlas); },
    heading: (text, above) => panelHeading(app, text, above),
    inView: () => renderer.inView(),
    /** Nodes of a scope of `state.js`, the most important first. */
    nodesOf(scope) {
      if (scope === "view") return renderer.inView();
      if (scope === "lit") return lit;
      return Array.from({ length: atlas.meta.ranges.quotes[0] }, (_, i) => i).filter((i) => app.visible[i]);
    },
    /** Nodes by name, as one types it; what `search.js` finds. */
    findNames: createNameFinder(atlas, atlas.meta.ranges.quotes[0]),
    /** Ways between two nodes through what is shown, the shortest first. */
    findPaths: (from, to, most) => severalPaths(atlas, app.adjacency, from, to, (i) => app.shown.mask[i] === 1, most),
    /** What a filter of `filters.js` would show. */
    tryFilter: (changes) => filter.apply({ ...noFilter(), ...changes }),
    openNode: (i, how) => open("node", [i], how),
    openEdge: (one, other) => open("edge", [one, other]),
    /** Open a community, or the region that it is part of, by its first member, so that an address survives a rebuild. */
    openCommunity: (community, isRegion = false) => open(isRegion ? "region" : "community", [groupOf(atlas, community, isRegion).leaders[0]]),
    openPath: (from, to) => open("path", [from, to], { fromKeys: true }),
    openQuotes(words) {
      Object.assign(app, { headingFirst: true, fly: true });
      app.store.push({ open: { kind: "quotes", ids: [], words }, hops: 0 });
    },
    openMarked: () => app.store.push({ open: { kind: "marked", ids: [], words: "" }, hops: 0 }),
    close() {
      if (app.store.get().open) app.store.push({ open: null, hops: 0 });
    },
    setHops(hops) { if (app.opened?.kind === "node") app.store.push({ hops }); },
    findPath: (i) => app.finder.findPath(i),
    findPathFromOpen() { if (app.opened?.kind === "node") app.findPath(app.opened.nodes[0]); },
    async mark(nodes) {
      const kept = nodes.slice(0, MOST_MARKED), ids = await Promise.all(kept.map((i) => source.idOf(i)));
      app.store.push({ marked: ids });
      say(`${grouped(ids.length)} selected`);
    },
    markView: () => app.mark([...new Set([...app.marked, ...renderer.inView()])]),
    toggleMark: (i) => app.mark(app.marked.includes(i) ? app.marked.filter((one) => one !== i) : [...app.marked, i]),
    toggleMarkOfOpen() { if (app.opened?.kind === "node") app.toggleMark(app.opened.nodes[0]); },
    markNeighbours(i) {
      const near = Object.values(nearOf(app, i)).flat().map(({ node }) => node).filter((node) => app.shown.mask[node]);
      return app.mark([...new Set([...app.marked, i, ...near])]);
    },
    toggleFilters: () => app.store.push({ side: app.store.get().side ? "" : "filters" }),
    toggleTable: () => app.store.push({ table: !app.store.get().table }),
    toggleTheme: () => app.store.push({ theme: themeNow() === "dark" ? "light" : "dark" }),
    toggleLines: () => app.store.push({ lines: !app.store.get().lines }),
    nextColour: () => app.store.push({ colour: COLOURS[(COLOURS.indexOf(app.store.get().colour) + 1) % COLOURS.length] }),
    showAll: () => app.store.push({ ...unfiltered(), hops: 0 }),
    showWhole: () => renderer.fit(),
    /** Quotes that were found stay lit while their panel is open. */
    lightFound(nodes, named) {
      app.found = { nodes, named, edges: [], fade: true };
      showLit();
    },
    /** Light nodes for a while, and write the names of some: names that are typed, quotes that are found; null ends it. */
    light(nodes, named = nodes) {
      temporary = nodes && { nodes, named, edges: [], fade: true };
      showLit();
    },
    /** Show nothing but some nodes, as for their picture; null ends it. */
    showOnly: (nodes) => renderer.setVisible(nodes ? maskOf(nodes) : app.visible),
  };

  async function open(kind, nodes, { fromKeys = false } = {}) {
    const ids = await Promise.all(nodes.map((i) => source.idOf(i)));
    Object.assign(app, { headingFirst: fromKeys, fly: true });
    const beside = narrow.matches ? { table: false, side: "" } : {}; // on a phone they cover what was opened
    app.store.push({ open: { kind, ids, words: "" }, ...(kind === "node" ? {} : { hops: 0 }), ...beside });
  }

  const themeNow = () => app.store.get().theme || (dark.matches ? "dark" : "light");
  const maskOf = (nodes) => {
    const mask = new Uint8Array(atlas.n);
    for (const i of nodes) mask[i] = 1;
    return mask;
  };

  /** Make the page what the state says, where it differs from what was applied last. */
  async function apply(state) {
    const mine = ++latest;
    const [wanted, opened, marked] = [await filterOf(state), await openedOf(state.open), await nodesOf(state.marked)];
    if (mine !== latest) return;
    // At first the page is as START has it, but for the theme: what is as at the start is not drawn twice.
    const isFirst = !applied, known = applied ?? { ...START, theme: state.theme, open: undefined };
    const differs = (...fields) => fields.some((field) => !same(state[field], known[field]));
    applied = state;
    const reopened = differs("open"), refiltered = differs(...FILTERS) || (isFirst && choosesEpisodes(atlas, wanted));
    if (refiltered) refilter(wanted, state);
    if (differs(...LOOKS)) applyLooks(state);
    Object.assign(app, { opened: opened?.missing ? null : opened, openId: state.open?.ids[0] ?? "", marked: marked.filter((i) => i >= 0) });
    if (refiltered || differs("hops") || (reopened && state.hops)) applyMask(state);
    if (reopened) temporary = app.found = null;
    if (reopened || (refiltered && app.opened) || differs("hops", "marked") || exportsView(differs)) applyPanel(opened, reopened);
    showLit();
    app.parts.forEach((part) => part.update(state));
    applyState(state);
    if (differs(...LAYOUT)) await settled();
    if (mine === latest) applyCamera(state, isFirst);
  }

  /** Make all that is counted follow a filter. */
  function refilter(wanted, state) {
    filterNow = wanted;
    withoutDays = associations = app.near = null;
    app.shown = filter.apply(filterNow);
    const ties = tiesWithin(atlas, filterNow, app.shown);
    app.counts = evidenceWithin(atlas, filterNow, app.shown, ties);
    app.filtered = { shows: [...wanted.shows], themes: [...wanted.themes] };
    app.filterWords = filterWords(app, state);
    app.monthWindow = span && daysWindow(dayNumber(state.from), dayNumber(state.to), span);
    renderer.setSizes({ ...sizesWithin(atlas, plainWeight, app.shown), ties });
  }

  /** Whether what is in view is what the open panel exports, and is another now. */
  const exportsView = (differs) => app.opened?.kind === "marked" && !app.marked.length && differs("camera");

  /** The picture has the size that table and filters leave it: the camera's scale is told by it. */
  async function settled() {
    app.settling = true;
    for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
    app.settling = false;
  }

  function applyLooks({ theme, colour, lines }) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    renderer.setStyle({ theme: themeNow(), colourBy: colour, edges: lines ? "auto" : "none" });
  }

  async function filterOf(state) {
    const [shows, themes] = [await nodesOf(state.shows), await nodesOf(state.themes)];
    const types = state.hidden.map((type) => atlas.meta.types.indexOf(type)).filter((type) => type >= 0);
    return {
      ...noFilter(), hidden: new Set(types), confidence: state.confidence, shows: new Set(shows), themes: new Set(themes),
      from: dayNumber(state.from) ?? -Infinity, to: dayNumber(state.to) ?? Infinity,
      episodes: state.episodes, relevance: state.relevance, adverts: state.adverts,
    };
  }

  async function nodesOf(ids) {
    return ids.length ? Promise.all(ids.map((id) => source.nodeOf(id))) : [];
  }

  async function openedOf(what) {
    if (!what) return null;
    app.facts ??= await source.facts();
    const nodes = await nodesOf(what.ids);
    return { kind: what.kind, nodes, words: what.words, missing: nodes.includes(-1) };
  }

  function applyMask({ hops }) {
    app.visible = app.shown.mask;
    if (hops && app.opened?.kind === "node") {
      const near = focusMask(atlas, app.adjacency, app.opened.nodes[0], hops);
      app.visible = near.map((one, i) => one & app.shown.mask[i]);
      app.visible[app.opened.nodes[0]] = 1;
    }
    renderer.setVisible(app.visible);
  }

  function applyPanel(opened, reopened) {
    const panel = byId("panel"), wasInside = panel.contains(document.activeElement), { scrollTop } = panel;
    if (opened?.missing) showMissing(app, app.store.get().open.ids);
    else showPanel(app, opened);
    if (!reopened) panel.scrollTop = scrollTop;
    if (wasInside || app.headingFirst) (panel.querySelector("h2") ?? panel).focus({ preventScroll: !reopened });
    app.headingFirst = false;
    tellMarked(app.marked.length);
  }

  /** What is lit: what is looked for, a path, a pair; else the renderer lights the selection with its neighbours. */
  function showLit() {
    const { opened } = app, found = litNow();
    lit = [...new Set([...(opened?.kind === "node" ? opened.nodes : []), ...(found?.nodes ?? [])])].sort((a, b) => a - b);
    renderer.setSelected(opened?.kind === "node" ? opened.nodes[0] : -1);
    renderer.setHighlight(found);
  }

  function litNow() {
    const { opened, marked } = app;
    if (temporary) return temporary;
    if (opened?.kind === "quotes") return app.found;
    if (opened?.kind === "path" && app.way) return { ...app.way, fade: true };
    if (opened?.kind === "node") return litForNode(nearOf(app, opened.nodes[0]), app.visible);
    if (opened?.kind === "edge") {
      const near = opened.nodes.map((i) => linksOf(atlas, app.adjacency, i, app.counts));
      return litForPair(atlas, opened.nodes, edgesBetween(atlas, app.adjacency, ...opened.nodes), near);
    }
    if (opened?.kind === "community" || opened?.kind === "region") {
      const members = membersOf(atlas, opened.nodes[0], opened.kind === "region").filter((i) => app.shown.mask[i]);
      return { nodes: members, named: members.slice(0, MOST_NAMED), edges: [], fade: true };
    }
    if (!marked.length || (opened && opened.kind !== "marked")) return null;
    return { nodes: marked, edges: edgesAmong(atlas, app.adjacency, marked).slice(0, MOST_EDGES), fade: Boolean(opened) };
  }

  /** Look where the address says; else, when something was opened by an act, to where it lies. */
  function applyCamera(state, isFirst) {
    const { camera } = renderer, isAct = app.fly;
    app.fly = false;
    if (isAct && app.opened) return flyToOpened();
    if (same(state.camera, cameraState(camera))) return undefined;
    if (!state.camera) return renderer.fit();
    const [x, y, nearer] = state.camera, view = { x, y, scale: nearer * camera.home };
    return isFirst ? camera.set(view) : camera.animate(view);
  }

  /** Quotes lie everywhere; nodes are flown to when they are not to be seen, or hardly. */
  function flyToOpened() {
    const { camera } = renderer, { opened, way } = app;
    if (opened.kind === "quotes") return renderer.fit();
    if (opened.kind === "community" || opened.kind === "region") return camera.animate(viewOfGroup(camera, groupOf(atlas, atlas.community[opened.nodes[0]], opened.kind === "region")));
    const nodes = opened.kind === "path" && way ? way.nodes : opened.nodes;
    if (areInView(atlas, camera, nodes) && camera.scale >= camera.home * NEAR) return undefined;
    return camera.animate(viewOfNodes(atlas, camera, nodes, linksOf(atlas, app.adjacency, nodes[0])));
  }

  /** What is left out, and the way back to all of it. */
  function applyState(state) {
    const isFiltered = FILTERS.some((field) => !same(state[field], unfiltered()[field])), isFocused = state.hops > 0 && app.opened?.kind === "node";
    const host = byId("state"), kept = isFocused ? app.visible.reduce((sum, one) => sum + one, 0) : app.shown.shown;
    host.hidden = !isFiltered && !isFocused;
    if (host.hidden) return;
    const words = isFocused ? `${state.hops} step${state.hops > 1 ? "s" : ""} from ${nameOf(atlas, app.opened.nodes[0])}: ` : "";
    host.replaceChildren(`${words}${grouped(kept)} of ${grouped(atlas.n)} shown`, button("Show everything", () => app.showAll()));
  }

  app.visible = app.shown.mask;
  app.store = createStore(window, apply);
  dark.addEventListener("change", () => applyLooks(app.store.get()));
  app.start = () => apply(app.store.get());
  return app;
}
