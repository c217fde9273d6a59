// Builds the page around the picture, once the first picture is drawn.

import {createApp} from "./app.js";
import {bytesOf} from "./blocks.js";
import {openEdges} from "./data.js";
import {byId} from "./dom.js";
import {createFilters} from "./filter_panel.js";
import {createFinder} from "./search_box.js";
import {opened, tellFailure} from "./first_frame.js";
import {createKeys} from "./keys.js";
import {createLegend} from "./legend.js";
import {createPicks} from "./interactions.js";
import {createSlider} from "./time_slider.js";
import {createSource} from "./lazy_data.js";
import {createTable} from "./table_view.js";

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

/** On paper the picture is a copy as wide as the page: the canvases keep the width of the screen. */
function bindPrinting(app) {
  let copy = null;
  addEventListener("beforeprint", () => {
    copy?.remove();
    copy = app.renderer.copy();
    copy.className = "printed";
    copy.setAttribute("aria-hidden", "true");
    byId("picture").append(copy);
  });
  addEventListener("afterprint", () => {
    copy?.remove();
    copy = null;
  });
}

async function start() {
  const { atlas, renderer, filter, shown, begin } = await opened;
  await openEdges(atlas, await bytesOf("edges"));
  begin();
  const source = createSource(atlas), app = createApp(atlas, renderer, source, filter, shown);
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
  bindPrinting(app);
  window.kgraphAtlas = { renderer, state: app.store, atlas, app };
  await app.start();
  performance.mark("kgraph:ready");
  renderer.on("move", () => table.update(app.store.get()));
}

start().catch(tellFailure);
