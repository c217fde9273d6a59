// Tables that can be sorted, filtered and taken away. Without script a table keeps the order of the
// server, which most tables say in their caption.

const LONG = 20; // rows from which a filter helps

/** The text of a cell as a value to sort by: a number where it begins with one. */
function valueOf(cell) {
  const text = (cell?.textContent ?? "").replace(/\s+/g, " ").trim();
  const number = /^[><▲▼−+-]?\s*-?\d[\d,]*(\.\d+)?(?=$|[\s%(])/u.exec(text);
  if (!number) return text.toLowerCase();
  const value = Number(number[0].replace(/[^\d.]/g, ""));
  const tie = text.startsWith(">") ? 1e-9 : text.startsWith("<") ? -1e-9 : 0;
  return (/^[−-]/u.test(text) ? -value : value) + tie;
}

const isMissing = (value) => value === "" || value === "–";

/** Compare two values: numbers before texts, and a missing one last in either direction. */
function compare(a, b, ascends) {
  if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b);
  const order = ascends ? 1 : -1;
  if (typeof a !== typeof b) return typeof a === "number" ? -order : order;
  return a < b ? -order : a > b ? order : 0;
}

/** Sort the rows by a column, the other way round when it is chosen again. */
function sortBy(table, heading) {
  const rows = [...table.tBodies[0].rows];
  const ascends = heading.getAttribute("aria-sort") === "descending" ||
    (!heading.hasAttribute("aria-sort") && !heading.classList.contains("number"));
  const sorted = rows
    .map((row) => ({ row, value: valueOf(row.cells[heading.cellIndex]) }))
    .sort((a, b) => compare(a.value, b.value, ascends));
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", ascends ? "ascending" : "descending");
  table.tBodies[0].append(...sorted.map(({ row }) => row));
}

function addSorting(table) {
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sortBy(table, heading));
    heading.append(button);
  }
}

/** A cell as CSV (RFC 4180). What a spreadsheet would take for a formula stays a text. */
function quoteCell(text) {
  const safe = /^[=+@-]/u.test(text) && !/^[+-][\d.,]+$/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The visible rows as CSV, with the address of each row's first link. */
export function toCsv(table) {
  const words = (cell) => cell.innerText.replace(/\s+/g, " ").trim();
  const lines = [[...[...table.tHead.rows[0].cells].map(words), "link"]];
  for (const row of table.tBodies[0].rows) {
    if (!row.hidden) lines.push([...[...row.cells].map(words), row.querySelector("a")?.href ?? ""]);
  }
  return lines.map((line) => line.map(quoteCell).join(",")).join("\r\n") + "\r\n";
}

function save(table) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", toCsv(table)], { type: "text/csv" }));
  const page = document.querySelector("h1")?.textContent ?? "table";
  link.download = `${page.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "table"}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // when the browser surely has it
}

function addTools(table) {
  const tools = document.createElement("div");
  tools.className = "table-tools";
  if (table.tBodies[0].rows.length >= LONG) {
    const label = document.createElement("label");
    const field = document.createElement("input");
    const count = document.createElement("span");
    field.type = "search";
    count.setAttribute("role", "status");
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      const rows = [...table.tBodies[0].rows];
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      const shown = rows.filter((row) => !row.hidden).length;
      count.textContent = wanted ? `${shown} of ${rows.length} rows` : "";
    });
    label.append("Rows with ", field);
    tools.append(label, count);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "CSV of these rows";
  button.addEventListener("click", () => save(table));
  tools.append(button);
  (table.closest(".wide") ?? table).before(tools);
}

for (const table of document.querySelectorAll("table:not(.pairs)")) {
  const isPlain = table.tHead?.rows.length === 1 && table.tBodies.length === 1 &&
    !table.tHead.classList.contains("hidden-words") && table.tBodies[0].rows.length > 2 &&
    !table.querySelector("tbody [colspan], tbody [rowspan]");
  if (isPlain) {
    addSorting(table);
    addTools(table);
  }
}
