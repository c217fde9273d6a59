// The state and its address: there and back, and whatever else an address may hold.

import assert from "node:assert/strict";
import test from "node:test";
import {START, createStore, fromHash, toHash} from "../../../kgraph/atlas/assets/state.js";

const FULL = {
  open: { kind: "path", ids: ["company/acme", "crypto/a,b&c=d#é"], words: "" }, hops: 2, hidden: ["tag", "topic"], confidence: 0.8,
  from: "2025-01-01", to: "2025-06-30", shows: ["show/one"], themes: ["theme/money"], episodes: 3, relevance: 0.75, adverts: true,
  colour: "community", lines: false, marked: ["company/acme"], side: "filters", table: true, scope: "all", sort: "-episodes", rows: "a & b",
  camera: [0.125, -0.5, 812.5], theme: "dark",
};

test("the start is an empty address", () => assert.equal(toHash(START), ""));

test("every field comes back", () => assert.deepEqual(fromHash(`#${toHash(FULL)}`), FULL));

test("every field differs from the start in this test", () => {
  for (const field of Object.keys(START)) assert.notDeepEqual(FULL[field], START[field], field);
});

test("an opened quote search keeps its words", () => {
  const open = { kind: "quotes", ids: [], words: 'the "killer app" 100%' };
  assert.deepEqual(fromHash(toHash({ ...START, open })).open, open);
});

test("the selection can be what is open", () => {
  const open = { kind: "marked", ids: [], words: "" };
  assert.equal(toHash({ ...START, open }), "panel=marked");
  assert.deepEqual([fromHash("panel=marked").open, fromHash("panel=other").open, fromHash("marked=a").open], [open, null, null]);
});

test("an address is readable", () => {
  assert.equal(toHash({ ...START, open: { kind: "node", ids: ["company/openai"], words: "" }, hops: 1 }), "node=company/openai&hops=1");
});

for (const hash of ["", "#", "#&&=&", "#hops=9e9&sure=NaN&at=1,2&at=1,2,-3&from=2025-13-45&colour=<img>&node=&edge=one&path=a,&quotes=%",
  "#__proto__=1&constructor=2&toString=3&hops=", "#episodes=-5&theme=url(x)&side=../&episodes=1.5"]) {
  test(`what is not understood is left as at the start: ${hash}`, () => {
    assert.deepEqual({ ...fromHash(hash), hops: 0 }, { ...START });
  });
}

test("numbers are kept within their bounds", () => {
  const { hops, confidence, episodes } = fromHash("#hops=7&sure=12&episodes=0");
  assert.deepEqual([hops, confidence, episodes], [2, 1, 1]);
});

/** As much of a window as the store uses. */
function fakePage(hash = "") {
  const entries = [hash], page = { entries, at: 0, listeners: [], location: { get hash() { return entries[page.at] && `#${entries[page.at]}`; } } };
  page.addEventListener = (_, listener) => page.listeners.push(listener);
  page.history = {
    pushState(_, __, url) { entries.splice(++page.at, Infinity, url.slice(1)); },
    replaceState(_, __, url) { entries[page.at] = url.slice(1); },
  };
  page.go = (steps) => { page.at += steps; page.listeners.forEach((listener) => listener()); };
  return page;
}

test("back undoes a pick, and not the moves since", () => {
  const page = fakePage(), seen = [];
  const store = createStore(page, ({ hops }) => seen.push(hops));
  store.push({ hops: 1 });
  store.replace({ camera: [0, 0, 2] });
  store.push({ hops: 2 });
  page.go(-1);
  assert.deepEqual([store.get().hops, store.get().camera], [1, [0, 0, 2]]);
  page.go(-1);
  assert.deepEqual([store.get(), seen], [{ ...START }, [1, 1, 2, 1, 0]]);
  page.go(2);
  assert.equal(store.get().hops, 2);
});

test("a change that changes nothing is no step", () => {
  const page = fakePage("hops=1");
  createStore(page, () => {}).push({ hops: 1 });
  assert.deepEqual(page.entries, ["hops=1"]);
});
