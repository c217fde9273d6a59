// The colour legend, and the choice of what colours mean.
// Takes the app of main.js, fills the element "legend".

import {button, byId, element} from "./dom.js";
import {COLOURS} from "./state.js";

/** @param {object} app of main.js; @returns {{update: () => void}} */
export function createLegend(app) {
  const choice = element("select", { "aria-label": "Meaning of colours", onchange: () => app.store.push({ colour: choice.value }) },
    COLOURS.map((name) => element("option", { value: name }, `Colour: ${name}`)));
  const list = element("ul", { tabindex: 0, "aria-label": "Colour legend" });
  byId("legend").replaceChildren(choice, list); // of a saved page it holds one already
  return {
    update() {
      choice.value = app.store.get().colour;
      byId("legend").classList.toggle("long", app.store.get().colour === "community");
      list.replaceChildren(...app.renderer.legend().map(({ label, colour, community }) => {
        const mark = colour && element("span", { class: "swatch", "aria-hidden": "true" });
        if (mark) mark.style.setProperty("background-color", colour);
        return element("li", {}, mark, community === undefined ? label : button(label, () => app.openCommunity(community), { class: "plain" }));
      }));
    },
  };
}
