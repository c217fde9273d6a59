// Names while one types, in the browser's own list: /api/names gives what begins so, of the
// kinds that a field names (data-kinds), with its type. A name that is chosen in a field of searches
// leads to the page of the thing. Enter searches. Fields that come later are served, too.

const WAIT = 120; // milliseconds of silence before asking: a fast typist asks once

let timer = 0;
let asking = null;

async function offer(input) {
  const list = document.getElementById("names");
  asking?.abort();
  asking = new AbortController();
  const query = new URLSearchParams({ q: input.value, kind: input.dataset.kinds || "" });
  try {
    const answer = await fetch(`/api/names?${query}`, { signal: asking.signal });
    if (!answer.ok) return; // no names are offered; the form works all the same
    const names = await answer.json();
    list.replaceChildren(...names.map(option));
  } catch (error) {
    if (error.name !== "AbortError") list.replaceChildren();
  }
}

document.addEventListener("input", ({ target, inputType }) => {
  if (!target.matches("input[list='names']")) return;
  clearTimeout(timer);
  // A key is another type of input; some browsers state none for a choice.
  const isChoice = !inputType || inputType === "insertReplacementText";
  const chosen = isChoice && target.name === "q" ? optionsOf(target.value) : [];
  if (chosen.length === 1) {
    location.assign(chosen[0].dataset.path); // of several things of one name, search
    return;
  }
  if (target.value.trim()) timer = setTimeout(() => offer(target), WAIT);
});

function optionsOf(name) {
  return [...document.querySelectorAll("#names option")].filter(({ value }) => value === name);
}

// "/" leads to the search, as on many sites, unless one types.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable], .CodeMirror, canvas");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
  event.preventDefault();
  document.getElementById(document.getElementById("q") ? "q" : "find").focus();
});

function option({ name, type, kind, id }) {
  const element = document.createElement("option");
  element.value = name;
  element.label = type || kind;
  element.dataset.path = `/${id.split("/").map(encodeURIComponent).join("/")}`;
  return element;
}
