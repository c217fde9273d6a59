// Names as people type them.

import assert from "node:assert/strict";
import test from "node:test";
import {createNameFinder, holdsWords, slips} from "../../../kgraph/atlas/assets/search.js";
import {handmade} from "./handmade.js";

const NAMES = ["OpenAI", "Open Source", "Stablecoins", "Polymarket", "JPMorgan Chase", "Base", "Coinbase", "Market Makers", "比特幣", "Ωmega", "Opentable"];
const ALIASES = { 0: ["Open AI", "open a i"], 4: ["J.P. Morgan"], 6: ["GDAX"] };
const find = createNameFinder({ label: (i) => NAMES[i], aliases: (i) => (ALIASES[i] ?? []).map((text) => [text, 1]) }, NAMES.length);
const found = (typed, limit) => find(typed, limit).map((i) => NAMES[i]);

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
  const order = createNameFinder({ label: (i) => ["Base Camp", "Base"][i], aliases: () => [] }, 2);
  assert.deepEqual(order("base"), [1, 0]);
});

test("no more than asked for, the most important first", () => assert.deepEqual(found("o", 1), ["OpenAI"]));

test("no more nodes are found than are in the index", () => {
  const atlas = handmade(), some = createNameFinder(atlas, 2);
  assert.deepEqual(some("beta").map(atlas.id), ["crypto/beta"]);
});

test("slips are counted as people make them", () => {
  assert.deepEqual([slips("stabel", "stable", 2), slips("opnai", "openai", 2), slips("cat", "catalogue", 2), slips("abcd", "wxyz", 2)], [1, 1, 0, 3]);
});

test("rows are filtered by beginnings of words", () => {
  assert.equal(holdsWords("Béta Works crypto", "bet cry"), true);
  assert.equal(holdsWords("Béta Works crypto", "eta"), false);
  assert.equal(holdsWords("anything", ""), true);
});

test("of no names none is found", () => assert.deepEqual(createNameFinder({}, 0)("a"), []));
