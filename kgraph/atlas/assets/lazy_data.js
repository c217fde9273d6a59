// Data that is opened when it is first needed: names, details, texts.
// Takes an Atlas, returns promises; also the ids of nodes as used in the address and in SPARQL.

import {typeOf} from "./queries.js";
import {bytesOf} from "./blocks.js";
import {chunkOf, openFacts, openNames, openQuotes, openTexts} from "./details.js";
import {createQuotes} from "./quotes.js";

const NO_ENTITIES = ["theme", "topic", "tag", "episode", "quote"];
const NUMBERED = "node/"; // before the number of a node of which the file keeps no id

/** @param {object} atlas it is given its names here */
export function createSource(atlas, read = bytesOf) {
  const names = once(async () => openNames(atlas, await read("names")));
  const facts = once(async () => {
    await names();
    return openFacts(atlas, await read("facts"));
  });
  const open = async (k) => openQuotes(atlas, k, await read(`quotes-${k}`));
  const contexts = new Map();
  const contextChunk = (k) => contexts.get(k) ?? contexts.set(k, read(`contexts-${k}`).then((bytes) => openTexts(atlas, "contexts", k, bytes))).get(k);
  const source = {
    names, facts,
    quotes: createQuotes((atlas.meta.chunks.quotes ?? []).length, open, (quote) => chunkOf(atlas, "quotes", quote - atlas.meta.ranges.quotes[0])),
    /** The words around a row, "" when the file has none. */
    async context(row) {
      const k = chunkOf(atlas, "contexts", row);
      if (k < 0) return "";
      const chunk = await contextChunk(k);
      return chunk.at(row - chunk.first);
    },
    isQuote: (i) => typeOf(atlas, i) === "quote",
    isEntity: (i) => !NO_ENTITIES.includes(typeOf(atlas, i)),
    isEpisode: (i) => typeOf(atlas, i) === "episode",
    /** The id of a node: its relative IRI. */
    async idOf(i) {
      if (!source.isQuote(i)) return (await facts()).id(i);
      const key = source.quotes.count ? await source.quotes.key(i) : "";
      return key ? `quote/${key}` : `${NUMBERED}${i}`;
    },
    /** The node of an id; -1 when there is none. */
    async nodeOf(id) {
      if (id.startsWith(NUMBERED)) return plainNode(atlas, id.slice(NUMBERED.length));
      if (id.startsWith("quote/")) return source.quotes.find(id.slice("quote/".length));
      return (await numbers()).get(id) ?? -1;
    },
  };
  const numbers = once(async () => {
    const { id } = await facts();
    return new Map(Array.from({ length: atlas.meta.ranges.quotes[0] }, (_, i) => [id(i), i]));
  });
  return source;
}

/** A function that does its work once, and gives the same promise ever after. */
function once(work) {
  let made = null;
  return () => (made ??= work());
}

function plainNode(atlas, text) {
  const i = /^\d+$/.test(text) ? Number(text) : -1;
  return i < atlas.n ? i : -1;
}
