// What stands around a thing, to be moved, zoomed and clicked: the atlas's renderer takes the
// place of the still picture, which stays where the renderer cannot come.

const still = document.querySelector(".picture[data-renderer]");

function path(id) {
  return "/" + id.split("/").map(encodeURIComponent).join("/");
}

/** The answer of /api/neighbourhood as the renderer takes a graph. */
export function graphOf({ nodes, edges }) {
  return {
    nodes: nodes.map(({ thing, episodes, x, y }) => ({
      id: thing.id, label: thing.label, type: thing.type, weight: episodes, x, y, href: path(thing.id),
    })),
    edges: edges.map(({ source, target, episodes, association }) => ({
      source, target, strength: Math.max(association, 0), label: `${episodes} episodes mention both`,
    })),
  };
}

/** The colour of the style sheet for a type, as #rrggbb, on light ground or on dark. */
function colour(type, scheme) {
  const probe = document.createElement("span");
  probe.style.colorScheme = scheme;
  probe.style.color = `var(--${type})`;
  document.body.append(probe);
  const channels = getComputedStyle(probe).color.match(/\d+/g).slice(0, 3);
  probe.remove();
  return "#" + channels.map((value) => Number(value).toString(16).padStart(2, "0")).join("");
}

function looksOf({ nodes }) {
  const types = new Set(nodes.map(({ type }) => type));
  return Object.fromEntries([...types].map((type) => [type, ["light", "dark"].map((scheme) => colour(type, scheme))]));
}

function shownTheme() {
  const chosen = document.documentElement.dataset.theme;
  return chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

async function draw() {
  const { renderer, name, label } = still.dataset;
  const query = new URLSearchParams({ name });
  const [{ embedGraph }, answer] = await Promise.all([
    import(renderer), fetch(`/api/neighbourhood?${query}`),
  ]);
  if (!answer.ok) return;
  const graph = graphOf(await answer.json());
  const host = document.createElement("div");
  host.className = "moving";
  still.prepend(host); // the still picture stays for paper
  for (const attribute of ["tabindex", "role", "aria-label"]) still.removeAttribute(attribute);
  const drawn = embedGraph(host, { ...graph, looks: looksOf(graph) }, { label, selected: name, theme: shownTheme() });
  const recolour = () => drawn.setStyle({ theme: shownTheme() });
  new MutationObserver(recolour).observe(document.documentElement, {
    attributes: true, attributeFilter: ["data-theme"],
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
}

if (still) draw();
