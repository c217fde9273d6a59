"""Comunica, a SPARQL engine in JavaScript, asks the endpoint, where it is installed.

``npm install @comunica/query-sparql@3`` in some folder, and ``KGRAPH_NODE`` names it.
"""

import json
import os
import shutil
import subprocess

import pytest
from support import ROOT

HOME = os.environ.get("KGRAPH_NODE", ROOT)
SCRIPT = """
const { QueryEngine } = require("@comunica/query-sparql");
const [address, query] = process.argv.slice(1);
(async () => {
  const engine = new QueryEngine();
  const sources = [{ type: "sparql", value: address }];
  const found = await engine.query(query, { sources });
  const graph = found.resultType === "quads";
  const type = graph ? "application/n-triples" : "application/sparql-results+json";
  const { data } = await engine.resultToString(found, type);
  data.pipe(process.stdout);
})();
"""
PREFIXES = "PREFIX kg: <https://w3id.org/kgraph/ns#> PREFIX schema: <https://schema.org/>"


def node(*arguments):
    """Return what a script in Node.js prints."""
    return subprocess.run(
        ["node", *arguments], cwd=HOME, capture_output=True, text=True, timeout=120, check=True
    ).stdout


@pytest.fixture(scope="module")
def comunica(server):
    """Return a function that runs a query, and returns Comunica's result."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    try:
        node("-e", "require.resolve('@comunica/query-sparql')")
    except subprocess.CalledProcessError:
        pytest.skip(f"Comunica is not installed in {HOME}: set KGRAPH_NODE")
    return lambda query: node("-e", SCRIPT, f"{server.address}sparql", f"{PREFIXES} {query}")


def test_it_reads_solutions(comunica):
    answer = comunica("SELECT ?name { ?c a kg:Company ; schema:name ?name } ORDER BY ?name")
    rows = json.loads(answer)["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == ["Coinbase", "Nvidia", "OpenAI"]


def test_it_joins_solutions(comunica):
    answer = comunica("SELECT ?n { ?e schema:mentions ?c OPTIONAL { ?c schema:name ?n } } LIMIT 2")
    assert len(json.loads(answer)["results"]["bindings"]) == 2


def test_it_reads_booleans(comunica):
    assert json.loads(comunica("ASK { ?c a kg:Company }"))["boolean"] is True


def test_it_reads_graphs(comunica):
    answer = comunica("CONSTRUCT { ?c schema:name ?n } { ?c a kg:Company ; schema:name ?n }")
    assert len(answer.strip().splitlines()) == 3
