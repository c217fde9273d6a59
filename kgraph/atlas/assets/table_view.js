// The table of the nodes in view: an equivalent of the picture for screen readers, keyboards and copying.
// Takes the app of main.js, fills the element "table".

import {nameOf, typeOf} from "./queries.js";
import {button, byId, element, say, swatch} from "./dom.js";
import {SCOPES} from "./state.js";
import {COLUMNS, episodesOf, nextSort, tableRows} from "./table.js";
import {grouped, percent, times} from "../../draw/assets/evidence.js";

const SCOPE_WORDS = { view: "In view", lit: "Highlighted", all: "Everything shown" };
const SCOPE_HINTS = {
  view: "everything in view. Move or zoom the picture for others.",
  lit: "everything highlighted in the picture.",
  all: "everything shown except quotes, which the search box finds.",
};

/** @param {object} app of main.js; @returns {{update: () => void}} */
export function createTable(app) {
  const host = byId("table");
  let page = 0, made = null;

  function furnish() {
    const finder = element("input", {
      type: "search", placeholder: "filter rows…", "aria-label": "Filter rows by words",
      oninput: () => { page = 0; app.store.replace({ rows: finder.value }); },
    });
    const mark = button("Select these", () => app.mark([...new Set([...app.marked, ...rowsNow(Infinity).nodes])]));
    const body = element("tbody"), head = element("tr"), told = element("caption"), pager = element("div", { class: "bar" });
    const scope = element("select", { "aria-label": "Rows", onchange: () => { page = 0; app.store.push({ scope: scope.value }); } },
      SCOPES.map((name) => element("option", { value: name }, SCOPE_WORDS[name])));
    host.replaceChildren(element("div", { class: "bar" }, scope, finder, mark, button("Close table", () => app.store.push({ table: false }))),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Rows" }, element("table", {}, told, element("thead", {}, head), body)), pager);
    return { scope, finder, body, head, told, pager };
  }

  const rowsNow = (most) => {
    const { scope, sort, rows } = app.store.get();
    return tableRows(app.atlas, app.nodesOf(scope), app.shown.seen, { sort, rows, page, most });
  };

  function headings(sort) {
    const column = ([name, { title, numeric }]) => {
      const order = sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
      const arrow = { ascending: " ↑", descending: " ↓", none: "" }[order];
      return element("th", { scope: "col", "aria-sort": order, class: numeric ? "number" : undefined },
        button(`${title}${arrow}`, () => { page = 0; app.store.push({ sort: nextSort(sort, name) }); }));
    };
    return [element("th", { scope: "col" }, element("span", { class: "hidden" }, "Selected")), ...Object.entries(COLUMNS).map(column)];
  }

  function row(i) {
    const { atlas, shown } = app, type = typeOf(atlas, i), name = nameOf(atlas, i);
    const box = element("input", { type: "checkbox", "aria-label": `Select ${name}`, onchange: () => app.toggleMark(i) });
    box.checked = app.marked.includes(i);
    const episodes = episodesOf(atlas, i, shown.seen), current = app.opened?.kind === "node" && app.opened.nodes[0] === i;
    return element("tr", { "aria-current": current ? "true" : undefined }, element("td", {}, box),
      element("td", {}, button(name, () => app.openNode(i, { fromKeys: true }), { class: "plain" })),
      element("td", {}, element("span", { class: "kind" }, swatch(type), type)),
      element("td", { class: "number" }, episodes < 0 ? "" : grouped(episodes)), element("td", { class: "number" }, percent(atlas.confidence[i])),
      element("td", { class: "number" }, COLUMNS.first.show(atlas.first[i])), element("td", { class: "number" }, COLUMNS.last.show(atlas.last[i])));
  }

  function pages({ page: at, pages: count }) {
    const turn = (step, label) => button(label, () => {
      page = at + step;
      update();
      host.querySelector(".scroll").scrollTop = 0;
    }, { disabled: at + step < 0 || at + step >= count });
    return count > 1 ? [turn(-1, "Previous page"), element("span", { class: "quiet" }, `page ${at + 1} of ${grouped(count)}`), turn(1, "Next page")] : [];
  }

  function update() {
    const { table, scope, sort, rows } = app.store.get();
    host.hidden = !table;
    byId("to-table").setAttribute("aria-expanded", String(table));
    if (!table) return;
    made ??= furnish();
    const found = rowsNow();
    ({ page } = found);
    if (made.finder !== document.activeElement) made.finder.value = rows;
    made.scope.value = scope;
    made.told.textContent = `${times(found.total, "row")}: ${SCOPE_HINTS[scope]}`;
    const focused = document.activeElement?.closest?.("#table thead") ? [...made.head.children].indexOf(document.activeElement.closest("th")) : -1;
    made.head.replaceChildren(...headings(sort));
    made.head.children[focused]?.querySelector("button").focus();
    made.body.replaceChildren(...found.nodes.map(row));
    made.pager.replaceChildren(...pages(found));
    say(times(found.total, "row"));
  }

  return { update };
}
