// Names as they are measured, and drawn on a sheet.

import assert from "node:assert/strict";
import test, {after, before} from "node:test";
import {PLAIN, createLettering, createMeasure} from "../../../kgraph/atlas/assets/lettering.js";

/** A context that notes what is written, and in which every letter is 50 pixels wide, but "To" only 90 together. */
function fakeContext() {
  const noted = [], said = { globalAlpha: 1, measureText: (text) => (noted.push(text), { width: text === "To" ? 90 : 50 * text.length }), fillText: (text) => noted.push(text) };
  return new Proxy(said, { get: (own, name) => (name === "noted" ? noted : (own[name] ?? (() => {}))), set: (own, name, value) => Reflect.set(own, name, value) });
}

let sheet = null;
before(() => { globalThis.OffscreenCanvas = class { constructor() { sheet = fakeContext(); } getContext() { return sheet; } }; });
after(() => { delete globalThis.OffscreenCanvas; });

test("letters are measured once, and pairs only where fonts move them", () => {
  const context = fakeContext(), measure = createMeasure(context);
  assert.equal(measure("Tooth", 10, PLAIN), 24);
  assert.deepEqual(context.noted, ["h", "To", "o", "t"]);
  assert.equal(measure("tooth", 20, PLAIN), 50);
  assert.equal(context.noted.length, 4);
});

test("a name is drawn once, and known at whatever height it was drawn", () => {
  const lettering = createLettering(1, "#fff"), one = lettering.get("one", 12, PLAIN, "#000", 20);
  assert.equal(lettering.get("one", 12, PLAIN, "#000", 20), one);
  assert.deepEqual([lettering.rough("one", PLAIN, "#000"), lettering.rough("two", PLAIN, "#000"), sheet.noted], [one, undefined, ["one"]]);
});

test("names give way that were not asked for in this turn, the one asked for longest ago first; else the sheet is full", () => {
  const lettering = createLettering(1, "#fff"), get = (text) => lettering.get(text, 12, PLAIN, "#000", 900);
  lettering.turn();
  const names = Array.from({ length: 24 }, (_, k) => `name ${k}`), drawn = names.map(get);
  assert.equal(get("one more"), null);
  lettering.turn();
  get("name 0");
  assert.deepEqual([get("one more").top, lettering.has("name 0", 12, PLAIN, "#000"), lettering.has("name 1", 12, PLAIN, "#000")], [drawn[1].top, true, false]);
});
