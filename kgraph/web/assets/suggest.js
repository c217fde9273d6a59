// Names as one types them, for every field that says which kinds (data-suggest): a combobox
// with a list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Without it the fields are
// plain. A name that is chosen is written into the field; nothing is sent before that.

const WAIT = 120; // milliseconds after a key: a person types five letters a second
const FEWEST = 2; // letters: one begins too many names

let count = 0;

function equip(field) {
  const list = document.createElement("ul");
  list.id = `names-${++count}`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Names");
  list.hidden = true;
  field.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  }))
    field.setAttribute(name, value);
  return { field, list, timer: 0, asked: 0, at: -1 };
}

function close(box) {
  box.at = -1;
  box.list.hidden = true;
  box.list.replaceChildren();
  box.field.setAttribute("aria-expanded", "false");
  box.field.removeAttribute("aria-activedescendant");
}

function option(box, found, number) {
  const item = document.createElement("li");
  item.id = `${box.list.id}-${number}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const name = document.createElement("span");
  name.textContent = found.name;
  const kind = document.createElement("span");
  kind.className = `type ${found.type || "other"}`;
  kind.textContent = found.type || found.kind;
  item.append(name, kind);
  item.dataset.name = found.name;
  item.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
  item.addEventListener("click", () => choose(box, item));
  return item;
}

function show(box, found) {
  if (!found.length) return close(box);
  box.at = -1;
  box.list.replaceChildren(...found.map((one, number) => option(box, one, number)));
  box.list.hidden = false;
  box.field.setAttribute("aria-expanded", "true");
  box.field.removeAttribute("aria-activedescendant");
}

function choose(box, item) {
  box.field.value = item.dataset.name;
  close(box);
}

function move(box, step) {
  const items = [...box.list.children];
  if (!items.length) return;
  box.at = (box.at + step + items.length + (box.at < 0 && step < 0 ? 1 : 0)) % items.length;
  items.forEach((item, number) => item.setAttribute("aria-selected", String(number === box.at)));
  box.field.setAttribute("aria-activedescendant", items[box.at].id);
  items[box.at].scrollIntoView({ block: "nearest" });
}

async function ask(box) {
  const typed = box.field.value.trim();
  const asked = ++box.asked;
  if (typed.length < FEWEST) return close(box);
  const query = new URLSearchParams({ q: typed, kind: box.field.dataset.suggest });
  try {
    const answer = await fetch(`/search/names?${query}`);
    const found = answer.ok ? await answer.json() : [];
    if (asked === box.asked && document.activeElement === box.field) show(box, found);
  } catch {
    close(box); // the server has gone: the field is as good as before
  }
}

function key(box, event) {
  const chosen = box.list.children[box.at];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (box.list.hidden) ask(box);
    else move(box, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && chosen) choose(box, chosen);
  else if (event.key === "Escape" && !box.list.hidden) close(box);
  else return;
  event.preventDefault();
}

for (const field of document.querySelectorAll("input[data-suggest]")) {
  const box = equip(field);
  field.addEventListener("input", () => {
    clearTimeout(box.timer);
    box.timer = setTimeout(() => ask(box), WAIT);
  });
  field.addEventListener("keydown", (event) => key(box, event));
  field.addEventListener("blur", () => {
    box.asked++;
    close(box);
  });
}
