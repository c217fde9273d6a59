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
const GRID = 8191; // steps of a coordinate over the span on both sides of 0
const RELEVANCE = 250; // steps of a relevance over [0, 1]
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
  };
  placeCore(atlas, columns);
  placeLeaves(atlas, columns);
  placeQuotes(atlas, columns);
  return Object.assign(atlas, edgesOf(atlas, columns));
}

/** Columns of the core and the episodes, as they are written. */
function placeCore(atlas, columns) {
  const { meta } = atlas;
  const [start, end] = meta.ranges.episodes;
  const step = (2 * meta.span) / GRID;
  atlas.type.set(columns.type);
  atlas.type.fill(meta.types.indexOf("episode"), start, end);
  for (let i = 0; i < end; i++) {
    atlas.x[i] = columns.x[i] * step - meta.span;
    atlas.y[i] = columns.y[i] * step - meta.span;
    atlas.weight[i] = columns.weight[i] / 255;
    atlas.last[i] = columns.first[i] + (i < start ? columns.lasting[i] : 0);
  }
  for (let i = 0; i < start; i++) atlas.confidence[i] = columns.confidence[i] / 255;
  atlas.community.set(columns.community);
  atlas.first.set(columns.first);
  atlas.count.set(columns.count);
  atlas.show.set(columns.show, start);
}

/** What one episode alone mentions: next to it, as old and in the camp that it is in. */
function placeLeaves(atlas, columns) {
  const [start, end] = atlas.meta.ranges.leaves;
  atlas.type.set(columns["leaf.type"], start);
  atlas.count.fill(1, start, end);
  goRound(atlas, start, columns["leaf.held"], () => 0);
}

/** Quotes: round their episode, outside of its leaves; the most relevant next to it. */
function placeQuotes(atlas, columns) {
  const [start, end] = atlas.meta.ranges.quotes;
  const leaves = columns["leaf.held"];
  atlas.type.fill(atlas.meta.types.indexOf("quote"), start, end);
  goRound(atlas, start, columns["quote.held"], (episode) => leaves[episode]);
  const relevance = columns["quote.relevance"];
  for (let i = 0; i < relevance.length; i++) {
    atlas.relevance[start + i] = relevance[i] / RELEVANCE;
    atlas.weight[start + i] = (0.1 * relevance[i]) / RELEVANCE;
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

/** The edges, by kind, source and target; and how sure the leaves are, which their mentions tell. */
function edgesOf(atlas, columns) {
  const { meta } = atlas;
  const m = meta.edges.reduce((sum, count) => sum + count, 0);
  const edges = { m, source: new Uint32Array(m), target: new Uint32Array(m), kind: new Uint8Array(m), strength: new Float32Array(m) };
  let at = 0;
  meta.edgeKinds.forEach((name, kind) => {
    const end = at + meta.edges[kind];
    const part = Object.fromEntries(["source", "target", "strength"].map((column) => [column, edges[column].subarray(at, end)]));
    edges.kind.fill(kind, at, end);
    (TURNED[name] ?? asWritten)(atlas, columns, part, name, edges);
    at = end;
  });
  return edges;
}

function asWritten(atlas, columns, part, name) {
  part.source.set(columns[`${name}.source`]);
  part.target.set(columns[`${name}.target`]);
  const strength = columns[`${name}.strength`];
  for (let i = 0; i < strength.length; i++) part.strength[i] = strength[i] / 255;
}

/** How edges that are written turned are turned back (`kgraph/atlas/transposed.py`). */
const TURNED = { mentions: readMentions, quoted: readQuoted, names: readNamesInQuotes, theme: readThemes };

/** Mentions: written thing by thing, as gaps between episodes; those of leaves are not written. */
function readMentions(atlas, columns, part) {
  const { episodes, leaves } = atlas.meta.ranges;
  const [first, end] = episodes;
  const held = columns["mentions.held"];
  const gaps = columns["mentions.gap"];
  const starts = new Uint32Array(end - first + 1);
  for (let i = 0, at = 0; i < held.length; i++) {
    for (let k = 0, last = -1; k < held[i]; k++) starts[(last += gaps[at++] + 1) + 1]++;
  }
  for (let i = leaves[0]; i < leaves[1]; i++) starts[atlas.parent[i] - first + 1]++;
  for (let e = 0; e < end - first; e++) starts[e + 1] += starts[e];
  const next = starts.slice();
  for (let i = 0, at = 0; i < held.length; i++) {
    for (let k = 0, last = -1; k < held[i]; k++) part.target[next[(last += gaps[at++] + 1)]++] = i;
  }
  for (let i = leaves[0]; i < leaves[1]; i++) part.target[next[atlas.parent[i] - first]++] = i;
  for (let e = 0; e < end - first; e++) part.source.fill(first + e, starts[e], starts[e + 1]);
  const strength = columns["mentions.strength"];
  for (let k = 0; k < strength.length; k++) {
    part.strength[k] = strength[k] / 255;
    if (part.target[k] >= leaves[0]) {
      atlas.confidence[part.target[k]] = part.strength[k];
      atlas.weight[part.target[k]] = 0.1 * part.strength[k];
    }
  }
}

/** Where quotes stand: each in its own episode, and those that are written elsewhere as well. */
function readQuoted(atlas, columns, part) {
  const { episodes, quotes } = atlas.meta.ranges;
  const [source, target, strength] = ["source", "target", "strength"].map((name) => columns[`quoted.${name}`]);
  let [own, other, at] = [quotes[0], 0, 0];
  const put = (from, to, sure) => {
    part.source[at] = from;
    part.target[at] = to;
    part.strength[at++] = sure;
  };
  for (let e = episodes[0]; e < episodes[1]; e++) {
    for (;;) {
      const isOwn = own < quotes[1] && atlas.parent[own] === e;
      const isOther = other < source.length && source[other] === e;
      if (!isOwn && !isOther) break;
      if (isOther && !(isOwn && own < target[other])) put(e, target[other], strength[other++] / 255);
      else put(e, own, atlas.relevance[own++]);
    }
  }
}

/** Names in quotes: written as gaps between places among the mentions of the quote's episode, and as sure as these. */
function readNamesInQuotes(atlas, columns, part, _, edges) {
  const { episodes, quotes } = atlas.meta.ranges;
  const [firstMention, endMention] = edgeRange(atlas, "mentions");
  const starts = new Uint32Array(episodes[1] - episodes[0]);
  for (let k = endMention - 1; k >= firstMention; k--) starts[edges.source[k] - episodes[0]] = k;
  const held = columns["names.held"];
  for (let q = 0, at = 0; q < held.length; q++) {
    const start = starts[atlas.parent[quotes[0] + q] - episodes[0]];
    for (let k = 0, place = -1; k < held[q]; k++, at++) {
      place += columns["names.gap"][at] + 1;
      part.source[at] = quotes[0] + q;
      part.target[at] = edges.target[start + place];
      part.strength[at] = edges.strength[start + place];
    }
  }
}

/** Themes of quotes: each quote has one of some thousand sets. */
function readThemes(atlas, columns, part) {
  const [first] = atlas.meta.ranges.quotes;
  const [starts, members, sets] = [sums(columns["theme.size"]), columns["theme.member"], columns["theme.set"]];
  for (let q = 0, at = 0; q < sets.length; q++) {
    for (let k = starts[sets[q]]; k < starts[sets[q] + 1]; k++, at++) {
      part.source[at] = first + q;
      part.target[at] = members[k];
      part.strength[at] = 1;
    }
  }
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
 * `mention(e)`: the rows behind an edge of kind "mentions"; `together(one, other)`: the episodes
 * that mention both, and what follows from them; `association(e)`: the same of the ends of an edge.
 */
export async function openFacts(atlas, bytes) {
  const { meta, columns } = await openBlock(bytes);
  const [firstEpisode] = atlas.meta.ranges.episodes;
  const ids = textsOf(columns, "id");
  const together = associationsOf(atlas);
  const cards = ["file", "url", "summary", "date"].map((name) => [name, textsOf(columns, name)]);
  return {
    id: (i) => `${atlas.meta.types[atlas.type[i]]}/${ids.at(i) || atlas.label(i).toLowerCase().replace(/[^a-z0-9]/g, "")}`,
    detail: (i) => meta.details[columns.detail[i]],
    episode: (i) => ({
      ...Object.fromEntries(cards.map(([name, texts]) => [name, texts.at(i - firstEpisode)])),
      dated: atlas.first[i] !== UNKNOWN,
    }),
    mention: rowsOf(atlas, meta, columns),
    together,
    association: (edge) => together(atlas.source[edge], atlas.target[edge]),
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
        extractor: stated >= BY_MODEL ? "llm" : "regex",
        stated: STATED[stated % BY_MODEL],
        confidence: single ? atlas.strength[edge] : columns["row.confidence"][several[at] + k] / 255,
      };
    });
  };
}

/**
 * A function that gives what two things have in common: `shared`, edges of mentions in pairs [of the one, of the
 * other], an episode a pair; `episodes`, how many; and, weighted by confidence, `association` (normalised pointwise
 * mutual information), `lift`, and `strength` (local mutual information in nats: what ranks).
 */
function associationsOf(atlas) {
  const [first, end] = edgeRange(atlas, "mentions");
  const [firstEpisode, lastEpisode] = atlas.meta.ranges.episodes;
  const total = lastEpisode - firstEpisode;
  const mentions = byTarget(atlas, first, end);
  const sum = (edges) => edges.reduce((all, edge) => all + atlas.strength[edge], 0);
  return (one, other) => {
    const [ones, others] = [mentions(one), mentions(other)];
    const there = new Map(Array.from(others, (edge) => [atlas.source[edge], edge]));
    const shared = Array.from(ones, (edge) => [edge, there.get(atlas.source[edge])]).filter((pair) => pair[1] !== undefined);
    const weighted = shared.reduce((all, [a, b]) => all + atlas.strength[a] * atlas.strength[b], 0);
    if (!weighted) return { shared, episodes: shared.length, association: shared.length ? 0 : -1, lift: 0, strength: 0 };
    const lift = (weighted * total) / (sum(ones) * sum(others));
    const most = -Math.log(weighted / total);
    return { shared, episodes: shared.length, association: most ? Math.log(lift) / most : 0, lift, strength: weighted * Math.log(lift) };
  };
}

/** A function that gives the edges from `first` to `end` that lead to a node. */
function byTarget(atlas, first, end) {
  const counts = new Uint32Array(atlas.n);
  for (let k = first; k < end; k++) counts[atlas.target[k]]++;
  const starts = sums(counts);
  const next = starts.slice();
  const edges = new Uint32Array(end - first);
  for (let k = first; k < end; k++) edges[next[atlas.target[k]]++] = k;
  return (i) => edges.subarray(starts[i], starts[i + 1]);
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
