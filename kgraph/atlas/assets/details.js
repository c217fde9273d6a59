// Reads what is opened after the first picture: names, the evidence of nodes and edges, texts.

import {openBlock, sums, textsOf} from "./blocks.js";
import {UNKNOWN} from "./data.js";
import {edgeRange} from "./edges.js";

const STATED = ["", "low", "medium", "high"]; // what a row may say of its own confidence
const BY_MODEL = 4; // added to that by the language model
const HAND_WRITTEN = 8; // added to that by a person

/** Add labels and spellings: `atlas.label(i)`, and `atlas.aliases(i)` as [text, count], the most frequent first. */
export async function openNames(atlas, bytes) {
  const { columns } = await openBlock(bytes);
  const labels = textsOf(columns, "label");
  const spellings = textsOf(columns, "spelling");
  const starts = sums(columns.spellings), counts = columns["spelling.count"];
  atlas.label = (i) => (i < labels.length ? labels.at(i) : "");
  atlas.aliases = (i) => {
    const found = [];
    for (let k = starts[i]; k < starts[i + 1]; k++) found.push([spellings.at(k) || labels.at(i), counts[k]]);
    return found;
  };
  return atlas;
}

/**
 * What stands behind nodes and edges; names must have been opened before.
 * `id(i)`: relative IRI; `detail(i)`: finer class; `episode(i)`: file, url, summary, date, dated;
 * `mention(e)`: the rows behind an edge of kind "mentions".
 */
export async function openFacts(atlas, bytes) {
  const { meta, columns } = await openBlock(bytes);
  const [firstEpisode] = atlas.meta.ranges.episodes;
  const ids = textsOf(columns, "id");
  const cards = ["file", "url", "summary", "date"].map((name) => [name, textsOf(columns, name)]);
  return {
    id: (i) => `${atlas.meta.types[atlas.type[i]]}/${ids.at(i) || atlas.label(i).toLowerCase().replace(/[^a-z0-9]/g, "")}`,
    detail: (i) => meta.details[columns.detail[i]],
    episode: (i) => ({
      ...Object.fromEntries(cards.map(([name, texts]) => [name, texts.at(i - firstEpisode)])),
      dated: atlas.first[i] !== UNKNOWN,
    }),
    mention: rowsOf(atlas, meta, columns),
  };
}

/** A function that gives the rows behind a mention, by its edge. */
function rowsOf(atlas, meta, columns) {
  const [firstMention] = edgeRange(atlas, "mentions");
  const starts = sums(columns.rows);
  const several = new Uint32Array(columns.rows.length + 1);
  for (let k = 0; k < columns.rows.length; k++) several[k + 1] = several[k] + (columns.rows[k] > 1 ? columns.rows[k] : 0);
  return (edge) => {
    const at = edge - firstMention;
    const spellings = atlas.aliases(atlas.target[edge]);
    const single = starts[at + 1] - starts[at] === 1;
    return Array.from({ length: starts[at + 1] - starts[at] }, (_, k) => {
      const row = starts[at] + k;
      const stated = columns["row.stated"][row];
      return {
        row,
        surface: spellings[columns["row.surface"][row]][0],
        rule: meta.rules[columns["row.rule"][row]],
        extractor: stated >= HAND_WRITTEN ? "hand" : stated >= BY_MODEL ? "llm" : "regex",
        stated: STATED[stated % BY_MODEL],
        confidence: single ? atlas.strength[edge] : columns["row.confidence"][several[at] + k] / 255,
      };
    });
  };
}

/** Which chunk of "quotes" or "contexts" holds the text of that number (from 0), or -1 when the file has none. */
export function chunkOf(atlas, name, number) {
  return (atlas.meta.chunks[name] ?? []).findLastIndex((start) => start <= number);
}

/** A chunk of texts: number of the first, `whole`, `starts`, `length`, `at(i)`; keys of quotes by `key(i)`; i from 0 in the chunk. */
export async function openTexts(atlas, name, chunk, bytes) {
  const { columns } = await openBlock(bytes);
  const key = (i) => [...columns.key.subarray(8 * i, 8 * i + 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { first: atlas.meta.chunks[name][chunk], ...textsOf(columns, "text"), ...(columns.key ? { key } : {}) };
}

/** A chunk of quotes: node number of the first is `first`. */
export async function openQuotes(atlas, chunk, bytes) {
  const texts = await openTexts(atlas, "quotes", chunk, bytes);
  return { ...texts, first: texts.first + atlas.meta.ranges.quotes[0] };
}
