// welcome.js: the questions that a graph suggests.

import assert from "node:assert/strict";
import test from "node:test";
import {mostTold} from "../../../kgraph/atlas/assets/welcome.js";
import {handmade, number} from "./handmade.js";

test("a theme that the file calls common is not suggested", () => {
  const atlas = handmade();
  assert.equal(mostTold(atlas), number("theme/money"));
  atlas.meta.commonThemes = [number("theme/money")];
  assert.equal(mostTold(atlas), -1);
});
