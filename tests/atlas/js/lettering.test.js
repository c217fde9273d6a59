// Names as they are measured, and drawn on a sheet.

import assert from "node:assert/strict";
import test, {after, before} from "node:test";
import {PLAIN, createLettering, createMeasure} from "../../../kgraph/atlas/assets/renderer/text_atlas.js";

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
  const lettering = createLettering(1, "#fff"), one = lettering.draw("one", 12, PLAIN, "#000", 20);
  assert.equal(lettering.find("one", 12, PLAIN, "#000"), one);
  assert.deepEqual([lettering.rough("one", PLAIN, "#000"), lettering.rough("two", PLAIN, "#000"), sheet.noted], [one, undefined, ["one"]]);
});

test("names give way that were not asked for in this turn, the one asked for longest ago first; else the sheet is full", () => {
  const lettering = createLettering(1, "#fff"), draw = (text) => lettering.draw(text, 12, PLAIN, "#000", 900), find = (text) => lettering.find(text, 12, PLAIN, "#000");
  lettering.turn();
  const names = Array.from({ length: 24 }, (_, k) => `name ${k}`), drawn = names.map(draw);
  assert.equal(draw("one more"), null);
  lettering.turn();
  find("name 0");
  assert.deepEqual([draw("one more").top, find("name 0"), find("name 1")], [drawn[1].top, drawn[0], undefined]);
  assert.equal(lettering.rough("name 1", PLAIN, "#000"), undefined);
});

test("for a name that is wider than the sheet none gives way", () => {
  const lettering = createLettering(1, "#fff"), one = lettering.draw("one", 12, PLAIN, "#000", 20);
  lettering.turn();
  assert.equal(lettering.draw("far too long", 12, PLAIN, "#000", 1024), null);
  assert.equal(lettering.find("one", 12, PLAIN, "#000"), one);
});
