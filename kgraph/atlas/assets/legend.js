// The colour legend, and the choice of what colours mean.
// Takes the app of main.js, fills the element "legend".

import {byId, element} from "./dom.js";
import {COLOURS} from "./state.js";

const CAMPS = 12; // communities in the key: the largest

/** @param {object} app of main.js; @returns {{update: () => void}} */
export function createLegend(app) {
  const choice = element("select", { "aria-label": "Meaning of colours", onchange: () => app.store.push({ colour: choice.value }) },
    COLOURS.map((name) => element("option", { value: name }, `Colour: ${name}`)));
  const list = element("ul", { tabindex: 0, "aria-label": "Colour legend" });
  byId("legend").replaceChildren(choice, list); // of a saved page it holds one already
  return {
    update() {
      choice.value = app.store.get().colour;
      list.replaceChildren(...app.renderer.legend().slice(0, CAMPS).map(({ label, colour }) => {
        const mark = colour && element("span", { class: "swatch", "aria-hidden": "true" });
        if (mark) mark.style.setProperty("background-color", colour);
        return element("li", {}, mark, label);
      }));
    },
  };
}
