// The page: opens the graph, draws it, then makes ready all that surrounds the picture.

import {createApp} from "./app.js";
import {bytesOf, openScript} from "./blocks.js";
import {openGraph} from "./data.js";
import {byId, element} from "./dom.js";
import {openWorker} from "./engine.js";
import {createFilters} from "./filterpanel.js";
import {createFinder} from "./finder.js";
import {createKeys} from "./keys.js";
import {createLegend} from "./legend.js";
import {createPicks} from "./picks.js";
import {createRenderer} from "./renderer.js";
import {createSlider} from "./slider.js";
import {createSource} from "./source.js";
import {fromHash} from "./state.js";
import {createTable} from "./tableview.js";

/** The theme that the address or the system asks for. */
function themeAtStart() {
  const { theme } = fromHash(location.hash);
  if (theme) document.documentElement.dataset.theme = theme;
  return theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

/** The filters' panel is made when it is first opened: it lists every show and theme. */
function lateFilters(app) {
  let made = null;
  return { update({ side }) {
    const isOpen = side === "filters";
    byId("filters").hidden = !isOpen;
    byId("to-filters").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) (made ??= createFilters(app)).update();
  } };
}

function bindTools(app) {
  const acts = {
    "to-filters": app.toggleFilters, "to-table": app.toggleTable, "to-marked": app.openMarked, "to-theme": app.toggleTheme, "to-help": app.help,
    closer: () => app.renderer.camera.zoomBy(1.5), farther: () => app.renderer.camera.zoomBy(1 / 1.5), whole: app.showWhole,
  };
  for (const [id, act] of Object.entries(acts)) byId(id).addEventListener("click", () => act());
}

/** Let the page breathe until it has nothing else to do. */
const whenIdle = () => new Promise((done) => (globalThis.requestIdleCallback ? requestIdleCallback(done, { timeout: 1500 }) : setTimeout(done, 300)));

async function start() {
  const theme = themeAtStart();
  const atlas = await openGraph(await bytesOf("graph"));
  let begin = null; // the worker starts when the first picture stands: beside the decoding it would take time from it
  const worker = new Promise((done) => { begin = done; }).then(() => bytesOf("worker")).then(openScript).then((workerSource) => openWorker({ workerSource }));
  const renderer = createRenderer(byId("canvas"), atlas, { theme, worker });
  const drawn = new Promise((done) => renderer.on("picture", done));
  const source = createSource(atlas), app = createApp(atlas, renderer, source);
  renderer.setVisible(app.shown.mask);
  await drawn;
  performance.mark("kgraph:first-picture");
  begin();
  await source.names();
  renderer.refreshNames();
  renderer.readTexts(source.quotes.text);
  app.finder = createFinder(app);
  app.slider = createSlider(app);
  const table = createTable(app);
  app.parts.push(lateFilters(app), app.slider, table, createLegend(app));
  app.help = createKeys(app).help;
  createPicks(app);
  bindTools(app);
  window.kgraphAtlas = { renderer, state: app.store, atlas, app };
  await app.start();
  performance.mark("kgraph:ready");
  renderer.on("move", () => table.update(app.store.get()));
  await whenIdle();
  app.findNames(""); // makes the index, so that the first letter does not wait for it
}

start().catch((error) => {
  byId("panel").replaceChildren(element("h2", {}, "This file could not be opened"),
    element("p", {}, `${error}. Browsers from 2024 on can: Chromium and Edge 123, Firefox 121, Safari 17.5.`));
  throw error;
});
