// The blocks of an atlas, read: what `kgraph/atlas/columns.py` and `blocks.py` wrote.
//
// A block is gzip over: length of a header (4 bytes, little-endian), the header as JSON, the
// columns one after the other. The graph becomes an `Atlas` of typed arrays; names, facts and
// texts are added to it when they are asked for. Nothing here knows the page but `bytesOf`.

/** In place of the number of a community; of a day; of a node. */
export const NOWHERE = 65535;
export const UNKNOWN = -2147483648;
export const NONE = -1;

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const STATED = ["", "low", "medium", "high"];
const BY_MODEL = 4;

/**
 * @typedef {object} Atlas
 * @property {object} meta what the file says of itself: title, base, types, edgeKinds, ranges, communities, …
 * @property {number} n how many nodes
 * @property {Uint8Array} type index into meta.types
 * @property {Float32Array} x world coordinates; the core fits in [-1, 1]²
 * @property {Float32Array} y
 * @property {Uint16Array} community NOWHERE for none
 * @property {Float32Array} weight importance in [0, 1]
 * @property {Float32Array} confidence probability that it is what it says
 * @property {Int32Array} first days since 1970-01-01; UNKNOWN
 * @property {Int32Array} last
 * @property {Uint32Array} count episodes that have it; of an episode what it mentions
 * @property {Int32Array} show an episode's, NONE when unknown
 * @property {Int32Array} parent a leaf's or quote's episode, NONE of others
 * @property {Uint8Array} advert 1 for a quote that is probably an advert
 * @property {Float32Array} relevance of quotes
 * @property {number} m how many edges
 * @property {Uint32Array} source
 * @property {Uint32Array} target
 * @property {Uint8Array} kind index into meta.edgeKinds
 * @property {Float32Array} strength in [0, 1]
 */

/** The bytes of a block of this page; waits while the page is still being read. */
export async function bytesOf(name, page = document) {
  if (!page.getElementById(name) && page.readyState === "loading") {
    await new Promise((done) => page.addEventListener("DOMContentLoaded", done, { once: true }));
  }
  const block = page.getElementById(name);
  if (!block) throw new Error(`this file holds no block "${name}"`);
  return fromBase64(block.textContent);
}

/** A worker that runs the script in the block "worker" (`worker.js` and what it imports). */
export async function startWorker() {
  const url = URL.createObjectURL(new Blob([await bytesOf("worker")], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}

/** Base64 (RFC 4648) as bytes. */
export function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** A block's header and columns. @returns {Promise<{meta: any, columns: Object<string, any>}>} */
export async function openBlock(bytes) {
  // Written at one go: a Blob's stream comes in pieces, and takes twice as long.
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  writer.write(bytes);
  writer.close();
  const whole = new Uint8Array(await new Response(readable).arrayBuffer());
  let at = 4 + new DataView(whole.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(whole.subarray(4, at)));
  const columns = {};
  for (const [name, coding, values, size] of header.columns) {
    columns[name] = READERS[coding](whole.subarray(at, at + size), values);
    at += size;
  }
  return { meta: header.meta, columns };
}

const READERS = { u8: (bytes) => bytes, u16: readU16, uint: readUint, delta: readDelta, text: readText };

function readU16(bytes, values) {
  const read = new Uint16Array(values);
  for (let i = 0; i < values; i++) read[i] = bytes[2 * i] | (bytes[2 * i + 1] << 8);
  return read;
}

/** LEB128: seven bits a byte, the lowest first. */
function readUint(bytes, values) {
  const read = new Uint32Array(values);
  for (let i = 0, at = 0; i < values; i++) {
    let byte = bytes[at++];
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++];
      value |= (byte & 127) << shift;
    }
    read[i] = value;
  }
  return read;
}

/** Differences: 0, -1, 1, -2 are written as 0, 1, 2, 3. */
function readDelta(bytes, values) {
  const read = new Int32Array(values);
  for (let i = 0, at = 0, last = 0; i < values; i++) {
    let byte = bytes[at++];
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++];
      // Not `<<`: a difference may have 33 bits, and shifts are of 32.
      value += (byte & 127) * 2 ** shift;
    }
    last += value % 2 ? -(value + 1) / 2 : value / 2;
    read[i] = last;
  }
  return read;
}

function readText(bytes) {
  return new TextDecoder().decode(bytes);
}

/** Texts of a block as a table: `at(i)`, and the whole text with the place of each in it. */
export function textsOf(columns, name) {
  const lengths = columns[`${name}.length`];
  const whole = columns[name];
  const starts = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) starts[i + 1] = starts[i] + lengths[i] + 1;
  return { whole, starts, length: lengths.length, at: (i) => whole.substring(starts[i], starts[i + 1] - 1) };
}

/** The graph. @returns {Promise<Atlas>} */
export async function openGraph(bytes) {
  const { meta, columns } = await openBlock(bytes);
  const n = meta.ranges.quotes[1];
  const atlas = {
    meta, n,
    type: new Uint8Array(n), x: new Float32Array(n), y: new Float32Array(n),
    community: new Uint16Array(n).fill(NOWHERE), weight: new Float32Array(n), confidence: new Float32Array(n).fill(1),
    first: new Int32Array(n), last: new Int32Array(n), count: new Uint32Array(n),
    show: new Int32Array(n).fill(NONE), parent: new Int32Array(n).fill(NONE),
    advert: new Uint8Array(n), relevance: new Float32Array(n),
    label: () => "", aliases: () => [],
    ...edgesOf(meta, columns),
  };
  placeCore(atlas, columns);
  placeLeaves(atlas, columns);
  placeQuotes(atlas, columns);
  return atlas;
}

/** Columns of the core and the episodes, as they are written. */
function placeCore(atlas, columns) {
  const { meta } = atlas;
  const [start, end] = meta.ranges.episodes;
  const step = (2 * meta.span) / 65535;
  atlas.type.set(columns.type);
  atlas.type.fill(meta.types.indexOf("episode"), start, end);
  for (let i = 0; i < end; i++) {
    atlas.x[i] = columns.x[i] * step - meta.span;
    atlas.y[i] = columns.y[i] * step - meta.span;
    atlas.weight[i] = columns.weight[i] / 255;
  }
  for (let i = 0; i < start; i++) atlas.confidence[i] = columns.confidence[i] / 255;
  atlas.community.set(columns.community);
  atlas.first.set(columns.first);
  atlas.last.set(columns.last);
  atlas.last.set(columns.first.subarray(start, end), start);
  atlas.count.set(columns.count);
  atlas.show.set(columns.show, start);
}

/** What one episode alone mentions: next to it, as old and in the camp that it is in. */
function placeLeaves(atlas, columns) {
  const [start] = atlas.meta.ranges.leaves;
  atlas.type.set(columns["leaf.type"], start);
  goRound(atlas, start, columns["leaf.held"], () => 0);
  const sure = columns["leaf.confidence"];
  for (let i = 0; i < sure.length; i++) {
    atlas.confidence[start + i] = sure[i] / 255;
    atlas.count[start + i] = 1;
    atlas.weight[start + i] = (0.1 * sure[i]) / 255;
  }
}

/** Quotes: round their episode, outside of its leaves; the most relevant next to it. */
function placeQuotes(atlas, columns) {
  const [start, end] = atlas.meta.ranges.quotes;
  const leaves = columns["leaf.held"];
  atlas.type.fill(atlas.meta.types.indexOf("quote"), start, end);
  goRound(atlas, start, columns["quote.held"], (episode) => leaves[episode]);
  const relevance = columns["quote.relevance"];
  for (let i = 0; i < relevance.length; i++) {
    atlas.relevance[start + i] = relevance[i] / 1000;
    atlas.weight[start + i] = relevance[i] / 10000;
    atlas.count[start + i] = columns["quote.count"][i];
  }
  atlas.advert.set(columns["quote.advert"], start);
}

/** Nodes from `at` on, on a spiral round their episode: `held[e]` of them round the e-th. */
function goRound(atlas, at, held, inside) {
  const [first] = atlas.meta.ranges.episodes;
  const { spacing } = atlas.meta;
  for (let e = 0; e < held.length; e++) {
    const episode = first + e;
    const before = inside(e);
    for (let k = 0; k < held[e]; k++, at++) {
      const reach = spacing * Math.sqrt(before + k + 2);
      const turn = (before + k) * GOLDEN_ANGLE;
      atlas.x[at] = atlas.x[episode] + reach * Math.cos(turn);
      atlas.y[at] = atlas.y[episode] + reach * Math.sin(turn);
      atlas.parent[at] = episode;
      atlas.community[at] = atlas.community[episode];
      atlas.first[at] = atlas.last[at] = atlas.first[episode];
      atlas.show[at] = atlas.show[episode];
    }
  }
}

function edgesOf(meta, columns) {
  const m = meta.edges.reduce((sum, count) => sum + count, 0);
  const edges = { m, source: new Uint32Array(m), target: new Uint32Array(m), kind: new Uint8Array(m), strength: new Float32Array(m) };
  let at = 0;
  meta.edgeKinds.forEach((name, kind) => {
    const count = meta.edges[kind];
    const strength = columns[`${name}.strength`];
    edges.source.set(columns[`${name}.source`], at);
    edges.target.set(columns[`${name}.target`], at);
    edges.kind.fill(kind, at, at + count);
    for (let i = 0; i < count; i++) edges.strength[at + i] = strength[i] / 255;
    at += count;
  });
  return edges;
}

/** The number of the first edge of a kind, and that after its last. */
export function edgeRange(atlas, name) {
  const kind = atlas.meta.edgeKinds.indexOf(name);
  const start = atlas.meta.edges.slice(0, kind).reduce((sum, count) => sum + count, 0);
  return [start, start + atlas.meta.edges[kind]];
}

/** Add labels and spellings: `atlas.label(i)`, and `atlas.aliases(i)` as [text, count], the most frequent first. */
export async function openNames(atlas, bytes) {
  const { columns } = await openBlock(bytes);
  const labels = textsOf(columns, "label");
  const spellings = textsOf(columns, "spelling");
  const starts = sums(columns.spellings);
  atlas.label = (i) => (i < labels.length ? labels.at(i) : "");
  atlas.aliases = (i) => {
    const found = [];
    for (let k = starts[i]; k < starts[i + 1]; k++) found.push([spellings.at(k) || labels.at(i), columns["spelling.count"][k]]);
    return found;
  };
  return atlas;
}

/** Where each of several runs begins, and where the last one ends. */
function sums(lengths) {
  const starts = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) starts[i + 1] = starts[i] + lengths[i];
  return starts;
}

/**
 * What stands behind nodes and edges; names must have been opened before.
 * `id(i)`: relative IRI; `detail(i)`: finer class; `episode(i)`: file, url, summary, date, dated;
 * `mention(e)`: the rows behind an edge of kind "mentions"; `association(e)`: counts behind one of kind "associated".
 */
export async function openFacts(atlas, bytes) {
  const { meta, columns } = await openBlock(bytes);
  const [firstEpisode] = atlas.meta.ranges.episodes;
  const ids = textsOf(columns, "id");
  const details = textsOf(columns, "detail");
  const cards = ["file", "url", "summary", "date"].map((name) => [name, textsOf(columns, name)]);
  const starts = sums(columns.rows);
  const [firstMention] = edgeRange(atlas, "mentions");
  const [firstAssociation] = edgeRange(atlas, "associated");
  const facts = {
    id: (i) => `${atlas.meta.types[atlas.type[i]]}/${ids.at(i) || atlas.label(i).toLowerCase().replace(/[^a-z0-9]/g, "")}`,
    detail: (i) => details.at(i),
    episode: (i) => ({
      ...Object.fromEntries(cards.map(([name, texts]) => [name, texts.at(i - firstEpisode)])),
      dated: atlas.first[i] !== UNKNOWN,
    }),
    mention: (edge) => {
      const rows = [];
      const spellings = atlas.aliases(atlas.target[edge]);
      for (let row = starts[edge - firstMention]; row < starts[edge - firstMention + 1]; row++) {
        const stated = columns["row.stated"][row];
        rows.push({
          row,
          surface: spellings[columns["row.surface"][row]][0],
          rule: meta.rules[columns["row.rule"][row]],
          extractor: stated >= BY_MODEL ? "llm" : "regex",
          stated: STATED[stated % BY_MODEL],
          confidence: columns["row.confidence"][row] / 255,
        });
      }
      return rows;
    },
    association: (edge) => {
      const at = edge - firstAssociation;
      return {
        episodes: columns.together[at],
        association: columns.association[at] / 1000,
        lift: columns.lift[at] / 100,
        strength: columns.strength[at] / 10,
      };
    },
  };
  return facts;
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
