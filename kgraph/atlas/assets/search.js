// Finds nodes by name while the user types: by words, prefixes, without spaces, and with typing errors.
// Takes an Atlas with its names, returns node numbers, best first. Needs no page.
// A name matches within one edit up to seven letters and two beyond (Damerau 1964 counts a swap as one).

import {wordsOf} from "./text.js";

/** How well a name fits; lower is better. */
const EXACT = 0, BEGINS = 1, WORDS = 2, ALIAS = 3, SLIP = 6;
const MOST_SLIPS = 3; // names that fit as typed from which on slips are not looked for
const MOST_WORDS = 8; // of what is typed: the rest is ignored

/**
 * @typedef {object} NameIndex
 * @property {Uint32Array} node of each entry: a label or an alias of a node
 * @property {Uint8Array} alias 1 where the entry is an alias
 * @property {string[]} squeezed the entry's letters and digits without anything between
 * @property {string[]} words all words, sorted
 * @property {Uint32Array} letters of each word: one bit a letter that it holds
 * @property {Uint32Array} starts where the entries of each word begin in `entries`
 * @property {Uint32Array} entries entries by word, ascending
 * @property {Uint32Array} bySqueezed entries in the order of their squeezed text
 */

const A_STEP = 64; // nodes: less than a millisecond
const BIT = 5; // milliseconds of work between two pauses

/** The index over labels and aliases of nodes, in steps; the last one gives it. */
function* indexing(atlas, count) {
  const node = [], alias = [], squeezed = [], byWord = new Map();
  const add = (text, i, isAlias) => {
    const words = wordsOf(text);
    if (!words.length) return;
    for (const word of new Set(words)) {
      const list = byWord.get(word);
      if (list) list.push(node.length);
      else byWord.set(word, [node.length]);
    }
    node.push(i);
    alias.push(isAlias ? 1 : 0);
    squeezed.push(words.join(""));
  };
  for (let i = 0; i < count; i++) {
    add(atlas.label(i), i, false);
    for (const [spelling] of atlas.aliases(i)) add(spelling, i, true);
    if (i % A_STEP === 0) yield null;
  }
  yield null; // the longest steps are those that sort
  const words = [...byWord.keys()].sort();
  yield null;
  const table = tableOf(words, byWord);
  yield null;
  return { node: Uint32Array.from(node), alias: Uint8Array.from(alias), squeezed, ...table, bySqueezed: orderOf(squeezed) };
}

/**
 * The index over labels and aliases of the nodes in [0, count), made once: bit by bit while there is time, and the rest
 * of it when it is asked for.
 * @param {{label: (i: number) => string, aliases: (i: number) => [string, number][]}} atlas
 * @param {number} count
 * @returns {{prepare: (pause: () => Promise<void>) => Promise<void>, now: () => NameIndex}}
 */
export function lateIndex(atlas, count) {
  const steps = indexing(atlas, count);
  let index = null;
  const step = () => {
    const { done, value } = steps.next();
    if (done && !value) throw new Error("The index of names broke off."); // else `now` would wait for ever
    index = value;
  };
  return {
    /** Make it bit by bit, so that the first letter does not wait for it; pause() lets frames be drawn. */
    async prepare(pause) {
      for (let end = 0; !index;) {
        if (performance.now() < end) step();
        else {
          await pause();
          end = performance.now() + BIT;
        }
      }
    },
    now() {
      while (!index) step();
      return index;
    },
  };
}

function tableOf(words, byWord) {
  const starts = new Uint32Array(words.length + 1);
  words.forEach((word, at) => { starts[at + 1] = starts[at] + byWord.get(word).length; });
  const entries = new Uint32Array(starts[words.length]);
  words.forEach((word, at) => entries.set(byWord.get(word), starts[at]));
  return { words, letters: Uint32Array.from(words, lettersOf), starts, entries };
}

function orderOf(texts) {
  return Uint32Array.from(texts.keys()).sort((a, b) => (texts[a] < texts[b] ? -1 : texts[a] > texts[b] ? 1 : a - b));
}

/** One bit a letter: a to z, digits in one, other scripts spread over five. */
function lettersOf(word) {
  let bits = 0;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    bits |= 1 << (code >= 97 && code <= 122 ? code - 97 : code >= 48 && code <= 57 ? 26 : 27 + (code % 5));
  }
  return bits >>> 0;
}

/**
 * Nodes whose label or alias fits what is typed.
 * @param {NameIndex} index
 * @param {string} typed
 * @param {number} limit
 * @returns {number[]} node numbers: exact names first, then beginnings, then words; within each the most important
 */
export function findNames(index, typed, limit = 10) {
  const wanted = wordsOf(typed).slice(0, MOST_WORDS);
  if (!wanted.length) return [];
  const best = new Map(); // node -> how well it fits
  fitAsTyped(index, wanted, best);
  if (best.size < MOST_SLIPS && wanted.some((word) => slipsAllowed(word))) fitWithSlips(index, wanted, best);
  return [...best].sort(([a, fit], [b, other]) => fit - other || a - b).slice(0, limit).map(([i]) => i);
}

/** Whether a text holds every typed word at the beginning of a word: a filter for rows. */
export function holdsWords(text, typed) {
  const words = wordsOf(text);
  return wordsOf(typed).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

function keep(best, index, entry, fit) {
  const i = index.node[entry];
  const value = fit + (index.alias[entry] ? ALIAS * 0.25 : 0);
  const known = best.get(i);
  if (known === undefined || value < known) best.set(i, value);
}

function fitAsTyped(index, wanted, best) {
  const joined = wanted.join("");
  const [from, to] = rangeOf((at) => index.squeezed[index.bySqueezed[at]], index.bySqueezed.length, joined);
  for (let at = from; at < to; at++) {
    const entry = index.bySqueezed[at];
    keep(best, index, entry, index.squeezed[entry].length === joined.length ? EXACT : BEGINS);
  }
  for (const entry of entriesOf(index, wanted.map((word) => wordRange(index, word)))) keep(best, index, entry, WORDS);
}

/** Words that nothing begins with have slips in them; the others are taken as typed. */
function fitWithSlips(index, wanted, best) {
  const choices = wanted.map((word) => {
    const typed = wordRange(index, word);
    return typed.length ? typed : slipWords(index, word);
  });
  for (const entry of entriesOf(index, choices)) keep(best, index, entry, SLIP);
}

const slipsAllowed = (word) => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

/** Numbers of the words that begin with a text. */
function wordRange(index, beginning) {
  const [from, to] = rangeOf((at) => index.words[at], index.words.length, beginning);
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** [from, to) of the sorted texts that begin with another. */
function rangeOf(textAt, count, beginning) {
  const first = (isAfter) => {
    let low = 0, high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isAfter(textAt(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return [first((text) => text >= beginning), first((text) => text.slice(0, beginning.length) > beginning)];
}

/** Entries that hold, for each typed word, one of the words that it may stand for. */
function entriesOf(index, choices) {
  let kept = null;
  for (const words of choices) {
    const found = new Set();
    for (const word of words) {
      for (let at = index.starts[word]; at < index.starts[word + 1]; at++) {
        const entry = index.entries[at];
        if (!kept || kept.has(entry)) found.add(entry);
      }
    }
    kept = found;
  }
  return kept;
}

/** Words whose beginning is a few slips away from the typed one. */
function slipWords(index, typed) {
  const allowed = slipsAllowed(typed), letters = lettersOf(typed), found = [];
  if (!allowed) return found;
  for (let word = 0; word < index.words.length; word++) {
    if (bits(letters & ~index.letters[word]) <= allowed && index.words[word].length >= typed.length - allowed &&
      slips(typed, index.words[word], allowed) <= allowed) found.push(word);
  }
  return found;
}

function bits(value) {
  let left = value, count = 0;
  for (; left; left &= left - 1) count++;
  return count;
}

/** Fewest slips (a letter more, less, other, or two swapped) that make the typed text a beginning of the word. */
export function slips(typed, word, most) {
  const length = Math.min(word.length, typed.length + most);
  let before = null, last = Array.from({ length: length + 1 }, (_, at) => at);
  for (let i = 1; i <= typed.length; i++) {
    const row = [i];
    for (let j = 1; j <= length; j++) {
      const other = typed[i - 1] === word[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + other);
      if (before && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return Math.min(...last.slice(Math.max(0, typed.length - most)));
}
