// A tiny Atlas, made by hand, with every kind of node and edge.

const TYPES = ["company", "institution", "crypto", "product", "person", "place", "show", "concept", "theme", "topic", "tag", "episode", "quote"];
const KINDS = ["associated", "mentions", "about", "keyword", "partOf", "states", "quoted", "names", "theme"];
const HARM = '<img src=x onerror="globalThis.harmed=1">';
const day = (text) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
export const UNKNOWN = -(2 ** 31);

// id, type, label, more
const NODES = [
  ["company/acme", "company", "Acme", { aliases: [["Acme Corp", 3], ["A.C.M.E.", 1]], confidence: 0.98 }],
  ["crypto/beta", "crypto", "Béta Works", { confidence: 0.7 }],
  ["company/gamma", "company", "Gamma Ray", { confidence: 0.9 }],
  ["theme/money", "theme", "Stablecoins", {}],
  ["topic/ai", "topic", "AI", {}],
  ["tag/news", "tag", "news", {}],
  ["show/one", "show", "One Show", {}],
  ["show/two", "show", "Two Show", {}],
  ["episode/1", "episode", "First talk", { day: day("2025-01-10"), show: 6 }],
  ["episode/2", "episode", "Second talk", { day: day("2025-03-05"), show: 6 }],
  ["episode/3", "episode", `Third ${HARM}`, { day: day("2025-03-20"), show: 7 }],
  ["episode/4", "episode", "Without a day", { day: UNKNOWN, show: -1 }],
  ["person/ann", "person", "Ann Example", { parent: 10, confidence: 0.6 }],
  ["quote/a", "quote", "", { parent: 8, relevance: 0.9 }],
  ["quote/b", "quote", "", { parent: 9, relevance: 0.4 }],
  ["quote/c", "quote", "", { parent: 10, relevance: 0.8, advert: 1 }],
];

// kind, source, target, strength
const EDGES = [
  ["associated", 0, 1, 0.8], ["associated", 1, 2, 0.3],
  ["mentions", 8, 0, 0.95], ["mentions", 8, 1, 0.5], ["mentions", 9, 0, 0.9], ["mentions", 9, 1, 0.9],
  ["mentions", 10, 2, 0.9], ["mentions", 10, 1, 0.8], ["mentions", 10, 12, 0.6], ["mentions", 11, 0, 0.9],
  ["about", 8, 4, 1], ["about", 10, 4, 0.5],
  ["keyword", 9, 5, 1],
  ["partOf", 8, 6, 1], ["partOf", 9, 6, 1], ["partOf", 10, 7, 0.9],
  ["quoted", 8, 13, 1], ["quoted", 9, 14, 1], ["quoted", 10, 15, 1],
  ["names", 13, 0, 0.9], ["names", 13, 1, 0.8],
  ["theme", 13, 3, 1], ["theme", 15, 3, 1],
];

export const TEXTS = ["Stablecoins are the killer application, Acme says.", "A stablecoin is not a Coin.", "Use code ACME: stablecoins!"];

export const number = (id) => NODES.findIndex(([one]) => one === id);

function column(Kind, valueOf) {
  return Kind.from(NODES, ([, type, , more], i) => valueOf(more, i, type));
}

const mentioned = (i) => EDGES.filter(([kind, source, target]) => kind !== "associated" && target === i && NODES[source][1] === "episode").map(([, source]) => source);
const days = (i) => mentioned(i).map((source) => NODES[source][3].day).filter((one) => one !== UNKNOWN);

/** A fresh Atlas. */
export function handmade() {
  return {
    meta: {
      title: "Handmade", base: "https://example.org/id/", episodes: 4, dates: ["2025-01-10", "2025-03-20"], types: TYPES, edgeKinds: KINDS,
      ranges: { core: [0, 8], episodes: [8, 12], leaves: [12, 13], quotes: [13, 16] },
      commonThemes: [],
      communities: [{ name: "Acme, Béta Works", members: 3, x: 0, y: 0, r: 1 }],
    },
    n: NODES.length,
    type: column(Uint8Array, (_, i, type) => TYPES.indexOf(type)),
    x: column(Float32Array, (_, i) => Math.cos(i) * 0.8),
    y: column(Float32Array, (_, i) => Math.sin(i) * 0.8),
    community: column(Uint16Array, () => 0),
    weight: column(Float32Array, (_, i) => 1 / (i + 1)),
    confidence: column(Float32Array, ({ confidence }) => confidence ?? 1),
    first: column(Int32Array, (more, i) => more.day ?? Math.min(...days(i), Infinity)),
    last: column(Int32Array, (more, i) => more.day ?? Math.max(...days(i), -Infinity)),
    count: column(Uint32Array, (_, i) => mentioned(i).length),
    show: column(Int32Array, ({ show }) => show ?? -1),
    parent: column(Int32Array, ({ parent }) => parent ?? -1),
    advert: column(Uint8Array, ({ advert }) => advert ?? 0),
    relevance: column(Float32Array, ({ relevance }) => relevance ?? 0),
    m: EDGES.length,
    kind: Uint8Array.from(EDGES, ([kind]) => KINDS.indexOf(kind)),
    source: Uint32Array.from(EDGES, ([, source]) => source),
    target: Uint32Array.from(EDGES, ([, , target]) => target),
    strength: Float32Array.from(EDGES, ([, , , strength]) => strength),
    id: (i) => NODES[i][0],
    label: (i) => NODES[i][2],
    aliases: (i) => NODES[i][3].aliases ?? [],
  };
}

/** Texts as a chunk of quotes. */
export function chunk(texts, first = 0) {
  const starts = [0];
  for (const text of texts) starts.push(starts.at(-1) + text.length + 1);
  return { first, at: (i) => texts[i], whole: texts.map((text) => `${text}\n`).join(""), starts: Uint32Array.from(starts) };
}
