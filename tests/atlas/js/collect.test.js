// Making a browser collect.

import assert from "node:assert/strict";
import test from "node:test";
import {collect} from "../../../kgraph/atlas/assets/renderer/force_gc.js";

test("where there is no room for the buffer nothing happens, and other errors are told", (t) => {
  const real = globalThis.ArrayBuffer;
  t.after(() => { globalThis.ArrayBuffer = real; });
  const failing = (error) => Object.assign(function ArrayBuffer() { throw error; }, { prototype: { transfer() {} } });
  globalThis.ArrayBuffer = failing(new RangeError("Array buffer allocation failed"));
  collect();
  globalThis.ArrayBuffer = failing(new TypeError("broken"));
  assert.throws(collect, TypeError);
});
