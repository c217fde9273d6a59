// The rows of the table.

import assert from "node:assert/strict";
import test from "node:test";
import {PAGE_ROWS, episodesOf, nextSort, tableRows} from "../../../kgraph/atlas/assets/table.js";
import {handmade} from "./handmade.js";

const atlas = handmade();
const VIEW = [0, 1, 2, 3, 12];
const rows = (wish) => tableRows(atlas, VIEW, atlas.count, { sort: "", rows: "", page: 0, ...wish });
const names = (wish) => rows(wish).nodes.map(atlas.label);

const CASES = [
  [{}, ["Acme", "Béta Works", "Gamma Ray", "Stablecoins", "Ann Example"]],
  [{ sort: "name" }, ["Acme", "Ann Example", "Béta Works", "Gamma Ray", "Stablecoins"]],
  [{ sort: "-name" }, ["Stablecoins", "Gamma Ray", "Béta Works", "Ann Example", "Acme"]],
  [{ sort: "-episodes" }, ["Acme", "Béta Works", "Gamma Ray", "Ann Example", "Stablecoins"]],
  [{ sort: "confidence" }, ["Ann Example", "Béta Works", "Gamma Ray", "Acme", "Stablecoins"]],
  [{ sort: "nothing" }, ["Acme", "Béta Works", "Gamma Ray", "Stablecoins", "Ann Example"]],
  [{ rows: "comp" }, ["Acme", "Gamma Ray"]],
  [{ rows: "BETA crypto" }, ["Béta Works"]],
  [{ rows: "nobody" }, []],
];
for (const [wish, expected] of CASES) test(`rows by ${JSON.stringify(wish)}`, () => assert.deepEqual(names(wish), expected));

test("an episode is in no episodes", () => {
  assert.deepEqual([8, 13, 0].map((i) => episodesOf(atlas, i, atlas.count)), [-1, -1, 3]);
});

test("pages", () => {
  const many = { ...atlas, label: String, type: new Uint8Array(250), confidence: new Float32Array(250) };
  const page = (at) => tableRows(many, Array(250).keys(), new Uint32Array(250), { sort: "", rows: "", page: at });
  assert.deepEqual([page(0).nodes.length, page(2).nodes.length, page(9).page, page(-1).page, page(0).pages, page(0).total], [PAGE_ROWS, 50, 2, 0, 3, 250]);
});

test("a heading turns the order round; numbers begin with the highest", () => {
  assert.deepEqual([nextSort("", "name"), nextSort("name", "name"), nextSort("-name", "name"), nextSort("", "episodes"), nextSort("-episodes", "episodes")],
    ["name", "-name", "name", "-episodes", "episodes"]);
});
