"""The sample corpus arrives in other programs as it left (``benchmarks/interchange.py``)."""

import json
import subprocess
import sys

import pytest
from support import ROOT

CASES = [
    *(("pyoxigraph", f) for f in ("ntriples", "turtle", "nquads", "trig", "rdfxml", "jsonld")),
    *(("rdflib", f) for f in ("ntriples", "turtle", "nquads", "trig", "rdfxml", "jsonld")),
    *(("rapper", f) for f in ("ntriples", "turtle", "nquads", "rdfxml")),
    *(("serdi", f) for f in ("ntriples", "turtle", "nquads", "trig")),
    *(("networkx", f) for f in ("graphml", "gexf", "json")),
]


@pytest.fixture(scope="module")
def verdicts(sample):
    """Verdict of each reader on each format."""
    command = [sys.executable, "benchmarks/interchange.py", str(sample.path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    return {(row["reader"], row["format"]): row["verdict"] for row in json.loads(done.stdout)}


@pytest.mark.parametrize(("reader", "format"), CASES)
def test_a_reader_finds_the_same_graph_without_a_warning(verdicts, reader, format):
    if verdicts[reader, format] == "not installed":
        pytest.skip(f"{reader} is not installed")
    assert verdicts[reader, format] == "same"


def test_no_reader_is_forgotten(verdicts):
    assert list(verdicts) == CASES
