// Blocks of a page that is still being read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { blockOf } from "../../../kgraph/atlas/assets/blocks.js";

/** A page that is read step by step: `more` changes it, and tells who watches. */
function arriving() {
  const watching = new Set(), blocks = new Map();
  globalThis.MutationObserver = class {
    constructor(tell) { this.tell = tell; }
    observe() { watching.add(this.tell); }
    disconnect() { watching.delete(this.tell); }
  };
  return {
    readyState: "loading",
    getElementById: (name) => blocks.get(name) ?? null,
    addEventListener: (_, tell) => watching.add(tell),
    removeEventListener: (_, tell) => watching.delete(tell),
    watching,
    async more(change) {
      change(this, blocks);
      for (const tell of watching) tell();
      await new Promise(setImmediate);
    },
  };
}

/** What a promise has given by now. */
const soFar = (promise) => Promise.race([promise, new Promise((done) => setImmediate(done, "waits"))]);

test("a block is read when all of it is there, before the page is", async () => {
  const page = arriving(), block = { nextSibling: null };
  const found = blockOf("late", page);
  assert.equal(await soFar(found), "waits");
  await page.more((_, blocks) => blocks.set("late", block)); // its text may be cut
  assert.equal(await soFar(found), "waits");
  await page.more(() => { block.nextSibling = {}; });
  assert.equal(await soFar(found), block);
  assert.equal(page.watching.size, 0);
});

test("the last block is read at the page's end, and a block that is missing is told then", async () => {
  const page = arriving(), block = { nextSibling: null };
  const last = blockOf("last", page), missing = blockOf("missing", page).catch(String);
  await page.more((_, blocks) => blocks.set("last", block));
  assert.equal(await soFar(last), "waits");
  await page.more(() => { page.readyState = "interactive"; });
  assert.equal(await soFar(last), block);
  assert.equal(await soFar(missing), 'Error: this file holds no block "missing"');
});
