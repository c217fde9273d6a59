// Hostile texts as CSV.

import assert from "node:assert/strict";
import test from "node:test";
import {csv} from "../../../kgraph/atlas/assets/export.js";

test("CSV quotes what it must", () => {
  assert.equal(csv(["name", "n"], [["plain", 1], ['a "b", c', -2.5], ["two\nlines", 0], ["", 3]]),
    'name,n\r\nplain,1\r\n"a ""b"", c",-2.5\r\n"two\nlines",0\r\n,3\r\n');
});

test("a spreadsheet runs no name", () => {
  assert.equal(csv(["name"], [["=HYPERLINK(\"x\")"], ["@a"], ["-1"], ["\tb"]]), `name\r\n"'=HYPERLINK(""x"")"\r\n'@a\r\n'-1\r\n'\tb\r\n`);
});
