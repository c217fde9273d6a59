// The search box: a combobox with a list (WAI-ARIA Authoring Practices, "Combobox").
// Takes the app of main.js; while the user types, the rest of the picture fades.

import {nameOf, typeOf} from "./queries.js";
import {byId, element, say, swatch} from "./dom.js";
import {times} from "../../draw/assets/evidence.js";

const SUGGESTED = 9; // as many as a list shows without scrolling
const NAMES_LIT = 400; // names lit in the picture while one types
const HINT = "A name, or words of a quote";

/** @param {object} app of main.js */
export function createFinder(app) {
  const input = byId("search"), list = byId("matches");
  let options = [], active = -1, pathFrom = -1;

  function show() {
    const typed = input.value.trim(), found = typed ? app.findNames(typed, NAMES_LIT) : [];
    const kept = pathFrom >= 0 ? found.filter((i) => i !== pathFrom) : found;
    options = kept.slice(0, SUGGESTED).map((i) => ({
      words: nameOf(app.atlas, i), swatch: typeOf(app.atlas, i), note: noteOf(i), act: () => choose(i),
    }));
    const forQuotes = { words: `Quotes that contain “${typed}”`, swatch: "quote", note: "↵", act: () => app.openQuotes(typed) };
    if (typed && pathFrom < 0 && app.source.quotes.count) options.splice(1, 0, forQuotes);
    active = options.length ? 0 : -1;
    list.replaceChildren(...options.map(optionItem));
    if (typed && !options.length) list.append(element("li", { class: "none quiet" }, "No name matches."));
    setOpen(list.children.length > 0);
    app.light(typed && kept.length ? kept : null);
    say(typed ? times(options.length, "suggestion") : "");
    highlight();
  }

  const noteOf = (i) => (app.source.isEpisode(i) ? "episode" : `${typeOf(app.atlas, i)}, ${times(app.atlas.count[i], "episode")}`);

  function optionItem({ words, note, swatch: type }, at) {
    return element("li", { role: "option", id: `match-${at}`, onpointerdown: (event) => { event.preventDefault(); take(at); } },
      swatch(type), element("span", {}, words), element("span", { class: "quiet" }, note));
  }

  function highlight() {
    options.forEach((_, at) => list.children[at].setAttribute("aria-selected", String(at === active)));
    if (active >= 0) list.children[active].scrollIntoView({ block: "nearest" });
    if (active >= 0) input.setAttribute("aria-activedescendant", `match-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function setOpen(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
  }

  function take(at) {
    const { act } = options[at];
    leave();
    act();
  }

  function choose(i) {
    if (pathFrom >= 0) app.openPath(pathFrom, i);
    else app.openNode(i, { fromKeys: true });
    endPath();
  }

  function endPath() {
    pathFrom = -1;
    input.placeholder = HINT;
  }

  function leave() {
    input.value = "";
    options = [];
    setOpen(false);
    app.light(null);
  }

  const keys = {
    ArrowDown: () => { active = Math.min(active + 1, options.length - 1); highlight(); },
    ArrowUp: () => { active = Math.max(active - 1, 0); highlight(); },
    Enter: () => { if (active >= 0) take(active); },
    Escape: () => {
      if (!input.value) input.blur();
      leave();
      endPath();
    },
  };

  input.addEventListener("input", show);
  input.addEventListener("blur", () => { setOpen(false); if (input.value) app.light(null); });
  input.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });

  return {
    focus() { input.focus(); input.select(); },
    /** Look for the other end of a path. */
    findPath(from) {
      pathFrom = from;
      input.value = "";
      input.placeholder = `From ${nameOf(app.atlas, from)} to…`;
      input.focus();
    },
  };
}
