// Names as people type them.

import assert from "node:assert/strict";
import test from "node:test";
import {findNames, holdsWords, lateIndex, slips} from "../../../kgraph/atlas/assets/search.js";
import {handmade} from "./handmade.js";

const NAMES = ["OpenAI", "Open Source", "Stablecoins", "Polymarket", "JPMorgan Chase", "Base", "Coinbase", "Market Makers", "比特幣", "Ωmega", "Opentable"];
const ALIASES = { 0: ["Open AI", "open a i"], 4: ["J.P. Morgan"], 6: ["GDAX"] };
const index = lateIndex({ label: (i) => NAMES[i], aliases: (i) => (ALIASES[i] ?? []).map((text) => [text, 1]) }, NAMES.length).now();
const found = (typed, limit) => findNames(index, typed, limit).map((i) => NAMES[i]);

const CASES = {
  OpenAI: ["OpenAI"],
  open: ["OpenAI", "Open Source", "Opentable"],
  "open ai": ["OpenAI"],
  "OPEN-AI": ["OpenAI"],
  base: ["Base"],
  market: ["Market Makers"],
  "makers mar": ["Market Makers"],
  "jp morgan": ["JPMorgan Chase"],
  gdax: ["Coinbase"],
  stabelcoin: ["Stablecoins"],
  polymraket: ["Polymarket"],
  polimarkt: ["Polymarket"],
  opnai: ["OpenAI"],
  "比特": ["比特幣"],
  "ωm": ["Ωmega"],
  xyzzy: [],
  "": [],
  "...": [],
};
for (const [typed, expected] of Object.entries(CASES)) {
  test(`finds by "${typed}"`, () => assert.deepEqual(found(typed), expected));
}

test("an exact name stands before a more important beginning", () => {
  const order = lateIndex({ label: (i) => ["Base Camp", "Base"][i], aliases: () => [] }, 2).now();
  assert.deepEqual(findNames(order, "base"), [1, 0]);
});

test("no more than asked for, the most important first", () => assert.deepEqual(found("o", 1), ["OpenAI"]));

test("no more nodes are found than are in the index", () => {
  const atlas = handmade(), some = lateIndex(atlas, 2).now();
  assert.deepEqual(findNames(some, "beta").map(atlas.id), ["crypto/beta"]);
});

test("slips are counted as people make them", () => {
  assert.deepEqual([slips("stabel", "stable", 2), slips("opnai", "openai", 2), slips("cat", "catalogue", 2), slips("abcd", "wxyz", 2)], [1, 1, 0, 3]);
});

test("rows are filtered by beginnings of words", () => {
  assert.equal(holdsWords("Béta Works crypto", "bet cry"), true);
  assert.equal(holdsWords("Béta Works crypto", "eta"), false);
  assert.equal(holdsWords("anything", ""), true);
});

test("an index that is asked for before it is ready is finished, not made anew", async () => {
  const read = [], atlas = { label: (i) => { read.push(i); return `Name ${i}`; }, aliases: () => [] }, late = lateIndex(atlas, 1000);
  let pauses = 0;
  await late.prepare(() => {
    if (++pauses === 2) late.now();
    return new Promise((done) => setTimeout(done, 1));
  });
  assert.deepEqual(findNames(late.now(), "name 999"), [999]);
  assert.deepEqual(read, Array.from({ length: 1000 }, (_, i) => i));
});

test("an index is made bit by bit, with a pause before the first", async () => {
  const late = lateIndex({ label: () => { for (const end = performance.now() + 0.02; performance.now() < end;); return "A"; }, aliases: () => [] }, 2000);
  let pauses = 0;
  await late.prepare(() => void pauses++);
  assert.ok(pauses > 2, `${pauses} pauses`);
});

test("an index of nothing is one", () => assert.deepEqual(findNames(lateIndex({}, 0).now(), "a"), []));

test("an index that broke off says so each time", () => {
  const late = lateIndex({ label: () => { throw new Error("no names"); } }, 3);
  assert.throws(late.now, /no names/);
  assert.throws(late.now, /The index of names broke off/);
});
