// Words in quotes.

import assert from "node:assert/strict";
import test from "node:test";
import {createQuotes, foundAt, spread, termsOf} from "../../../kgraph/atlas/assets/quotes.js";
import {TEXTS, chunk} from "./handmade.js";

const CHUNKS = [chunk(TEXTS, 100), chunk(["İstanbul has NO coins", "coin\ncoin of two lines", "e\u0301tude de cas", "don't stop"], 103)];
const opened = [];
const made = () => createQuotes(2, async (k) => { opened.push(k); return CHUNKS[k]; }, (quote) => Number(quote >= 103));
const found = async (words, worth = () => 0.5) => (await made().search(words, worth)).hits.map(({ quote }) => quote);

test("every word, at the beginning of a word, whatever its case and number", async () => {
  assert.deepEqual(await found("stablecoins"), [100, 101, 102]);
  assert.deepEqual(await found("coin"), [101, 103, 104]);
  assert.deepEqual(await found("coin no"), [103, 101]);
  assert.deepEqual(await found("table"), []);
  assert.deepEqual(await found("acme says"), [100]);
});

test("double quotes keep words together", async () => assert.deepEqual(await found('"killer application" acme'), [100]));

test("texts with line feeds and letters that grow in lower case are found whole", async () => {
  const quotes = made();
  assert.equal((await quotes.search("istanbul", () => 1)).hits[0].quote, 103);
  assert.equal(await quotes.text(104), "coin\ncoin of two lines");
  assert.equal(await quotes.text(106), "don't stop");
  assert.deepEqual((await quotes.search("lines", () => 1)).hits.map(({ quote }) => quote), [104]);
});

test("what is worth more comes first; below nothing is left out", async () => {
  assert.deepEqual(await found("stablecoins", (quote) => (quote === 102 ? -1 : quote / 1000)), [101, 100]);
});

test("words that stand together are worth more", async () => {
  assert.deepEqual(await found("is a", (quote) => (quote === 101 ? 0.5 : 0.6)), [101]);
  const { hits } = await made().search("killer application", () => 0.5);
  assert.ok(hits[0].score > 0.7);
});

test("no words, no hits, and nothing is opened", async () => {
  opened.length = 0;
  assert.deepEqual(await found(' "" -- '), []);
  assert.deepEqual(opened, []);
});

test("chunks are opened once", async () => {
  opened.length = 0;
  const quotes = made();
  await quotes.search("coin", () => 1);
  await quotes.search("acme", () => 1);
  assert.deepEqual(opened, [0, 1]);
});

test("a search that was overtaken says so", async () => {
  const quotes = made();
  const [first, second] = await Promise.all([quotes.search("coin", () => 1), quotes.search("acme", () => 1)]);
  assert.equal(first, null);
  assert.equal(second.hits.length, 2);
});

test("terms are looked for by the longest", () => assert.deepEqual(termsOf('The "Killer App", stablecoins! this'), ["killer app", "stablecoin", "this", "the"]));

test("marks stand on whole words and do not overlap", () => {
  const text = "Stablecoins, a stablecoin";
  assert.deepEqual(foundAt(text, termsOf("stablecoin stable")).map(([from, to]) => text.slice(from, to)), ["Stablecoins", "stablecoin"]);
});

test("one episode does not fill the front", () => {
  const hits = [1, 2, 3, 4].map((quote) => ({ quote, score: 1 }));
  assert.deepEqual(spread(hits, (quote) => (quote === 4 ? "b" : "a")).map(({ quote }) => quote), [1, 2, 4, 3]);
});

test("who knows which chunk holds a quote opens no other", async () => {
  opened.length = 0;
  const quotes = createQuotes(2, async (k) => { opened.push(k); return CHUNKS[k]; }, () => 1);
  assert.equal(await quotes.text(CHUNKS[1].first), CHUNKS[1].at(0));
  assert.deepEqual(opened, [1]);
});
