// Reacts to hovering, clicking and stepping in the picture.
// Takes the app of main.js; the renderer reports what lies under the pointer.

import {nameOf, typeOf} from "./queries.js";
import {groupOf} from "./community_queries.js";
import {byId, element, say} from "./dom.js";
import {cameraState} from "./viewpoints.js";
import {times} from "../../draw/assets/evidence.js";

const TOLD = 160; // letters of a quote under the pointer

/** Listen to the picture. @param {object} app of main.js */
export function createPicks(app) {
  const { renderer, atlas } = app, tip = byId("tip");
  let stepped = -1, hovered = -1;

  const describe = (i) => (app.source.isQuote(i) || app.source.isEpisode(i) ? typeOf(atlas, i) : `${typeOf(atlas, i)}, ${times(atlas.count[i], "episode")}`);

  function showTip(found, { x, y }) {
    tip.hidden = !found;
    if (!found) return;
    const [title, words] = found.title ? [groupOf(atlas, found.community, found.region !== undefined).name, "community: click for its members and quotes"] : found.node !== undefined ? [nameOf(atlas, found.node), describe(found.node)]
      : [`${nameOf(atlas, atlas.source[found.edge])} and ${nameOf(atlas, atlas.target[found.edge])}`, "click for the evidence"];
    tip.replaceChildren(element("b", {}, title), element("br"), words);
    if (found.node !== undefined && app.source.isQuote(found.node)) showQuote(found.node);
    const { clientWidth: width, clientHeight: height } = byId("picture");
    tip.style.setProperty("left", `${Math.min(x + 14, width - tip.offsetWidth - 6)}px`);
    tip.style.setProperty("top", `${y + 18 + tip.offsetHeight > height ? y - tip.offsetHeight - 10 : y + 18}px`);
  }

  /** The beginning of a quote, if the pointer is still on it when its text has come. */
  async function showQuote(i) {
    hovered = i;
    if (!app.source.quotes.count) return;
    const text = await app.source.quotes.text(i);
    if (hovered === i && !tip.hidden) tip.lastChild.textContent = text.length > TOLD ? `${text.slice(0, TOLD)}…` : text;
  }

  renderer.on("hover", showTip);
  renderer.on("pick", (found, { event }) => {
    tip.hidden = true;
    if (!found) return app.close();
    if (found.title) return app.openCommunity(found.community, found.region !== undefined);
    if (found.edge !== undefined) return app.openEdge(atlas.source[found.edge], atlas.target[found.edge]);
    return event?.shiftKey || event?.ctrlKey || event?.metaKey ? app.toggleMark(found.node) : app.openNode(found.node);
  });
  renderer.on("move", () => app.settling || app.store.replace({ camera: cameraState(renderer.camera) }));

  /** Go to the next name in view, the most important first, and say it. */
  app.step = (by) => {
    const view = renderer.inView(), at = view.indexOf(stepped);
    if (!view.length) return say("Nothing is in view");
    stepped = view[(at + by + view.length) % view.length];
    const [x, y] = renderer.camera.toScreen(atlas.x[stepped], atlas.y[stepped]);
    showTip({ node: stepped }, { x, y });
    app.light([stepped]);
    return say(`${nameOf(atlas, stepped)}, ${describe(stepped)}`);
  };
  app.openStepped = () => {
    if (stepped < 0) return;
    tip.hidden = true;
    app.openNode(stepped, { fromKeys: true });
  };
}
