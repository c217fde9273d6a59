// The search box: a combobox with a list (WAI-ARIA Authoring Practices, "Combobox").

const MATCHES = 12; // as many as a list shows without scrolling
const input = byId("search"), list = byId("matches");
let matches = [], active = -1;

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const NAMES = Object.entries(DATA.things).map(([id, thing]) =>
  ({ id, label: fold(thing.label), others: thing.spellings.map(fold) }));

/** How well a name fits, the lower the better; 9 when it does not. */
function rank({ label, others }, wanted) {
  if (label === wanted) return 0;
  if (label.startsWith(wanted)) return 1;
  if (label.includes(wanted)) return 2;
  return others.some((other) => other.includes(wanted)) ? 3 : 9;
}

function find(text) {
  const wanted = fold(text.trim());
  if (!wanted) return [];
  return NAMES.map((name) => [rank(name, wanted), name.id]).filter(([rank]) => rank < 9)
    .sort(([a], [b]) => a - b).slice(0, MATCHES).map(([, id]) => id);
}

function showMatches() {
  matches = find(input.value);
  active = matches.length ? 0 : -1;
  const options = matches.map((id, number) => element("li", { role: "option", id: `match-${number}`, onclick: () => take(id) },
    DATA.things[id].label, " ", element("span", { class: "quiet" }, times(DATA.things[id].count, "episode"))));
  const none = input.value.trim() ? [element("li", { class: "quiet" }, "Nothing here goes by that name.")] : [];
  list.replaceChildren(...(options.length ? options : none));
  list.hidden = !list.children.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  highlight();
}

function highlight() {
  [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
  if (active >= 0) list.children[active].scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", active >= 0 ? `match-${active}` : "");
}

function closeMatches() {
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
}

/** Go to a name: show it even if its type was hidden. */
function take(id) {
  closeMatches();
  input.value = DATA.things[id].label;
  showType(DATA.things[id].type);
  choose({ node: id });
}

const KEYS = {
  ArrowDown: () => { active = Math.min(active + 1, matches.length - 1); highlight(); },
  ArrowUp: () => { active = Math.max(active - 1, 0); highlight(); },
  Enter: () => { if (active >= 0) take(matches[active]); },
  Escape: () => { input.value = ""; closeMatches(); },
};

input.addEventListener("input", showMatches);
input.addEventListener("blur", () => setTimeout(closeMatches, 150)); // a click on the list comes first
input.addEventListener("keydown", (event) => {
  if (KEYS[event.key]) {
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  }
});
