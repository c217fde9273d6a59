// Full-text search over all quotes: chunks of texts are opened on first use, and kept.
// Takes words, returns quotes (node numbers), best first. Needs no page.
//
// Invariant: a search that a newer one replaced returns null, and no step blocks the page for longer than SLICE.

const SLICE = 8; // milliseconds of work at a stretch: half of a frame
const PHRASE = 0.2, WHOLE_WORDS = 0.1; // added to the relevance, which lies in [0, 1]
const AN_EPISODE = 2; // quotes of one episode that stand before those of others

/**
 * @typedef {object} Chunk quotes of successive numbers
 * @property {number} first node number of the first
 * @property {string} whole all texts, a line feed after each
 * @property {Uint32Array} starts where each begins in `whole`; one more for the end
 * @property {(at: number) => string} at the quote at a place in the chunk
 * @property {(at: number) => string} key of the quote at a place in the chunk
 */

/**
 * @param {number} count how many chunks there are
 * @param {(k: number) => Promise<Chunk>} open
 * @param {(quote: number) => number} holding which chunk holds a quote
 */
export function createQuotes(count, open, holding) {
  const chunks = Array(count).fill(null); // promises of chunks, with their text in lower case
  const chunkAt = (k) => (chunks[k] ??= open(k).then((chunk) => ({ ...chunk, lower: lowerOf(chunk.whole) }))), holder = (quote) => chunkAt(holding(quote));
  let latest = 0;

  return {
    count,
    /** The text of a quote. */
    async text(quote) {
      const chunk = await holder(quote);
      return chunk.at(quote - chunk.first);
    },
    /** The key of a quote. */
    async key(quote) {
      const chunk = await holder(quote);
      return chunk.key(quote - chunk.first);
    },
    /** The quote of a key; -1 when there is none. */
    async find(key) {
      for (let k = 0; k < count; k++) {
        const chunk = await chunkAt(k);
        for (let at = 0; at < chunk.starts.length - 1; at++) if (chunk.key(at) === key) return chunk.first + at;
      }
      return -1;
    },
    /**
     * Quotes that hold every word, at the beginning of a word.
     * @param {string} words double quotes keep several together
     * @param {(quote: number) => number} worth of a quote, in [0, 1]; below 0 leaves it out
     * @returns {Promise<{hits: {quote: number, score: number}[]}|null>} null when another search has begun since
     */
    async search(words, worth) {
      const terms = termsOf(words), mine = ++latest, hits = [];
      if (!terms.length) return { hits };
      for (let k = 0; k < count; k++) chunkAt(k);
      let began = performance.now();
      for (let k = 0; k < count; k++) {
        searchChunk(await chunkAt(k), terms, worth, hits);
        if (performance.now() - began > SLICE) {
          await pause();
          began = performance.now();
        }
        if (mine !== latest) return null;
      }
      return { hits: hits.sort((a, b) => b.score - a.score || a.quote - b.quote) };
    },
  };
}

/** Hits with at most a few of one episode in front; the rest follow in their order. */
export function spread(hits, episodeOf) {
  const held = new Map(), front = [], rest = [];
  for (const hit of hits) {
    const episode = episodeOf(hit.quote), known = held.get(episode) ?? 0;
    held.set(episode, known + 1);
    (known < AN_EPISODE ? front : rest).push(hit);
  }
  return [...front, ...rest];
}

/** Words and "several words" as they are looked for, the longest first: it is the rarest. */
export function termsOf(words) {
  const found = words.toLowerCase().match(/"[^"]+"|[^\s"]+/g) ?? [];
  const bare = found.map((term) => term.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")).filter(Boolean);
  return [...new Set(bare.map(singular))].sort((a, b) => b.length - a.length);
}

/** Where the terms stand in a text, as [from, to) without overlap, for marking them. */
export function foundAt(text, terms) {
  const lower = lowerOf(text), spots = [];
  for (const term of terms) {
    for (let at = lower.indexOf(term); at >= 0; at = lower.indexOf(term, at + 1)) {
      if (beginsWord(lower, at)) spots.push([at, endOfWord(lower, at + term.length)]);
    }
  }
  spots.sort(([a], [b]) => a - b);
  return spots.filter(([from], at) => !at || from >= spots[at - 1][1]);
}

/** A plural finds its singular too: the ending is left off. */
const singular = (term) => (/[^su']s$/.test(term) && term.length > 4 ? term.slice(0, -1) : term);

/** In lower case, and as long as before: the one capital that would grow is replaced. */
const lowerOf = (text) => text.replaceAll("\u0130", "I").toLowerCase();

/** A turn for everything else that waits, without the four milliseconds that a timer costs. */
const pause = () => globalThis.scheduler?.yield?.() ?? new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { port1.close(); done(); };
  port2.postMessage(0);
});

function searchChunk({ first, lower, starts }, terms, worth, hits) {
  let quote = 0;
  for (let at = lower.indexOf(terms[0]); at >= 0; at = lower.indexOf(terms[0], Math.max(at + 1, starts[quote]))) {
    while (starts[quote + 1] <= at) quote++;
    if (!beginsWord(lower, at)) continue;
    const text = lower.slice(starts[quote], starts[quote + 1] - 1);
    const places = terms.map((term) => placeOf(text, term));
    const value = places.includes(-1) ? -1 : worth(first + quote);
    if (value >= 0) hits.push({ quote: first + quote, score: value + bonus(text, terms, places) });
    quote++; // the next hit is looked for in the next quote
    if (quote >= starts.length - 1) return;
  }
}

/** Where a term first begins a word of the text; -1 where it nowhere does. */
function placeOf(text, term) {
  let at = text.indexOf(term);
  while (at >= 0 && !beginsWord(text, at)) at = text.indexOf(term, at + 1);
  return at;
}

/** More for whole words, and for several words that stand within a stretch little longer than themselves. */
function bonus(text, terms, places) {
  const whole = places.every((at, n) => isWhole(text, at + terms[n].length));
  const length = terms.reduce((sum, term) => sum + term.length + 3, 0);
  const stretch = Math.max(...places.map((at, n) => at + terms[n].length)) - Math.min(...places);
  return (whole ? WHOLE_WORDS : 0) + (terms.length > 1 && stretch <= length ? PHRASE : 0);
}

/** Whether a word ends at a place, but for its plural. */
const isWhole = (text, end) => !isLetter(text[end] === "s" ? text[end + 1] : text[end]);

function isLetter(sign) {
  if (sign === undefined) return false;
  const code = sign.charCodeAt(0);
  return code < 128 ? (code >= 97 && code <= 122) || (code >= 48 && code <= 57) : /[\p{L}\p{N}]/u.test(sign);
}

const beginsWord = (text, at) => at === 0 || !isLetter(text[at - 1]);

function endOfWord(text, from) {
  let at = from;
  while (at < text.length && isLetter(text[at])) at++;
  return at;
}
