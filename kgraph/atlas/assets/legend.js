// The colour legend, and the choice of what colours mean.
// Takes the app of main.js, fills the element "legend".

import {button, byId, element} from "./dom.js";
import {FELL, ROSE} from "./growth.js";
import {GROWTH_NAMES} from "./renderer/colours.js";
import {COLOURS} from "./state.js";

const hasChanged = (group) => [FELL, ROSE].includes(group?.kind);

/** The name of a community, which opens it, and whether it rose or fell. */
function communityItem(app, label, community) {
  const group = app.groupGrowth?.communities[community];
  return [button(label, () => app.openCommunity(community), { class: "plain" }), hasChanged(group) ? element("span", { class: "quiet" }, GROWTH_NAMES[group.kind]) : ""];
}

/** Of colours of communities, between which months these rose or fell. */
function growthItem({ store, groupGrowth }) {
  if (store.get().colour !== "community" || !groupGrowth?.communities.length) return "";
  return element("li", { class: "quiet compared" }, `${groupGrowth.communities.some(hasChanged) ? "rose, fell" : "none rose or fell"}: ${groupGrowth.words}`);
}

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
      list.replaceChildren(growthItem(app), ...app.renderer.legend().map(({ label, colour, community }) => {
        const mark = colour && element("span", { class: "swatch", "aria-hidden": "true" });
        if (mark) mark.style.setProperty("background-color", colour);
        return element("li", {}, mark, ...(community === undefined ? [label] : communityItem(app, label, community)));
      }));
    },
  };
}
