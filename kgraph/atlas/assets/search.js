// Finds nodes by name while the user types: by words, prefixes, without spaces, and with typing errors.
// Takes an Atlas with its names, returns node numbers, best first. Needs no page.
// A name matches within one edit up to seven letters and two beyond (Damerau 1964 counts a swap as one).

import {wordsOf} from "./text.js";

/** How well a name fits; lower is better. */
const EXACT = 0, BEGINS = 1, WORDS = 2, SLIP = 6;
const ALIAS = 0.75; // added for an alias
const MOST_SLIPS = 3; // names that fit as typed from which on slips are not looked for
const MOST_WORDS = 8; // of what is typed: the rest is ignored

/**
 * A function that finds nodes whose label or alias fits what is typed: find(typed, limit) gives their numbers, exact names first,
 * then beginnings, then words; within each the most important. Names are read when one is looked for first.
 * @param {{label: (i: number) => string, aliases: (i: number) => [string, number][]}} atlas
 * @param {number} count nodes in [0, count) are found
 */
export function createNameFinder(atlas, count) {
  let entries = null;
  return (typed, limit = 10) => {
    const wanted = wordsOf(typed).slice(0, MOST_WORDS), best = new Map(); // node -> how well it fits
    if (!wanted.length) return [];
    entries ??= readEntries(atlas, count);
    keepBest(entries, best, (entry) => fitAsTyped(entry, wanted, wanted.join("")));
    if (best.size < MOST_SLIPS) keepBest(entries, best, fitterWithSlips(wanted));
    return [...best].sort(([a, fit], [b, other]) => fit - other || a - b).slice(0, limit).map(([i]) => i);
  };
}

/** Whether a text holds every typed word at the beginning of a word: a filter for rows. */
export function holdsWords(text, typed) {
  return holdsBeginnings(wordsOf(text), wordsOf(typed));
}

const holdsBeginnings = (words, wanted) => wanted.every((beginning) => words.some((word) => word.startsWith(beginning)));

/** Labels and aliases as words, and joined without anything between. */
function readEntries(atlas, count) {
  const entries = [];
  for (let node = 0; node < count; node++) {
    const texts = [atlas.label(node), ...atlas.aliases(node).map(([text]) => text)];
    texts.forEach((text, at) => {
      const words = wordsOf(text);
      if (words.length && (!at || text !== texts[0])) entries.push({ node, words, joined: words.join(""), extra: at ? ALIAS : 0 });
    });
  }
  return entries;
}

function keepBest(entries, best, fitOf) {
  for (const entry of entries) {
    const fit = fitOf(entry) + entry.extra;
    if (fit < (best.get(entry.node) ?? Infinity)) best.set(entry.node, fit);
  }
}

function fitAsTyped({ words, joined }, wanted, typed) {
  if (joined.startsWith(typed)) return joined.length === typed.length ? EXACT : BEGINS;
  return holdsBeginnings(words, wanted) ? WORDS : Infinity;
}

/** Every typed word begins a word of the name, but for a few slips; each word is compared once. */
function fitterWithSlips(wanted) {
  const known = wanted.map(() => new Map());
  const isNear = (typed, word, at) => {
    if (!known[at].has(word)) known[at].set(word, word.startsWith(typed) || slips(typed, word, slipsAllowed(typed)) <= slipsAllowed(typed));
    return known[at].get(word);
  };
  return ({ words }) => (wanted.every((typed, at) => words.some((word) => isNear(typed, word, at))) ? SLIP : Infinity);
}

const slipsAllowed = (word) => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

/** Fewest slips (a letter more, less, other, or two swapped) that make the typed text a beginning of the word. */
export function slips(typed, word, most) {
  if (!most || word.length < typed.length - most) return most + 1;
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
