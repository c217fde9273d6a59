// Opens the graph and draws the first picture, before anything around it (main.js).

import {bytesOf, openScript} from "./blocks.js";
import {openGraph} from "./data.js";
import {byId, element} from "./dom.js";
import {openWorker} from "./renderer/engine.js";
import {createFilter, noFilter} from "./filters.js";
import {createRenderer} from "./renderer/renderer.js";
import {fromHash} from "./state.js";

/** The theme that the address or the system asks for. */
function themeAtStart() {
  const { theme } = fromHash(location.hash);
  if (theme) document.documentElement.dataset.theme = theme;
  return theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

/** @returns what is drawn and by what; `begin` starts the worker: beside the decoding it would take time from the picture */
async function openPicture() {
  const theme = themeAtStart(), atlas = await openGraph(await bytesOf("graph"));
  let begin = null;
  const worker = new Promise((done) => { begin = done; }).then(() => bytesOf("worker")).then(openScript).then((workerSource) => openWorker({ workerSource }));
  const renderer = createRenderer(byId("canvas"), atlas, { theme, worker, controls: byId("zoom") });
  const drawn = new Promise((done) => renderer.on("picture", done));
  const filter = createFilter(atlas), shown = filter.apply(noFilter());
  renderer.setVisible(shown.mask);
  await drawn;
  performance.mark("kgraph:first-picture");
  return { atlas, renderer, filter, shown, begin };
}

/** Say that the file could not be opened, and why. */
export function tellFailure(error) {
  byId("panel").replaceChildren(element("h2", {}, "This file could not be opened"),
    element("p", {}, `${error}. Browsers from 2024 on can: Chromium and Edge 123, Firefox 121, Safari 17.5.`));
  throw error;
}

/** What `openPicture` gives. */
export const opened = openPicture();
