// Names while one types, in the browser's own list: /api/names gives what begins so, of the
// kinds that a field names (data-kinds).

const WAIT = 120; // milliseconds of silence before asking: a fast typist asks once

for (const input of document.querySelectorAll("input[list='names']")) {
  const list = document.getElementById("names");
  let timer = 0;
  let asking = null;

  async function offer() {
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

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim()) timer = setTimeout(offer, WAIT);
  });
}

function option({ name, type, kind }) {
  const element = document.createElement("option");
  element.value = name;
  element.label = type || kind;
  return element;
}
