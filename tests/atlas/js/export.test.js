// Hostile texts as CSV and SPARQL.

import assert from "node:assert/strict";
import test from "node:test";
import {csv, iriRef, sparql} from "../../../kgraph/atlas/assets/export.js";

test("CSV quotes what it must", () => {
  assert.equal(csv(["name", "n"], [["plain", 1], ['a "b", c', -2.5], ["two\nlines", 0], ["", 3]]),
    'name,n\r\nplain,1\r\n"a ""b"", c",-2.5\r\n"two\nlines",0\r\n,3\r\n');
});

test("a spreadsheet runs no name", () => {
  assert.equal(csv(["name"], [["=HYPERLINK(\"x\")"], ["@a"], ["-1"], ["\tb"]]), `name\r\n"'=HYPERLINK(""x"")"\r\n'@a\r\n'-1\r\n'\tb\r\n`);
});

test("an IRI cannot end early", () => assert.equal(iriRef('https://x/a b>"{|}\\^`\n'), "<https://x/a%20b%3E%22%7B%7C%7D%5C%5E%60%0A>"));

test("a name cannot leave its comment", () => {
  const text = sparql([{ iri: "https://x/1", label: "One\n} DROP ALL #\r\u2028two" }]);
  assert.ok(text.includes("    <https://x/1> # One } DROP ALL # two\n  }\n"));
});

test("the query is whole", () => {
  assert.equal(sparql([{ iri: "https://x/1", label: "One" }, { iri: "https://x/2", label: "Two" }]), `PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?type ?name ?predicate ?other WHERE {
  VALUES ?thing {
    <https://x/1> # One
    <https://x/2> # Two
  }
  ?thing a ?type .
  OPTIONAL { ?thing schema:name | skos:prefLabel | schema:text ?name }
  OPTIONAL {
    VALUES ?other {
      <https://x/1>
      <https://x/2>
    }
    ?thing ?predicate ?other .
  }
}
ORDER BY ?thing ?predicate ?other
`);
});
