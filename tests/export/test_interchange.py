"""Other programs read the sample corpus as it was written (``benchmarks/interchange.py``)."""

import json
import subprocess
import sys

import pytest
from support import ROOT, build_once

CASES = [
    *(("pyoxigraph", f) for f in ("ntriples", "turtle", "nquads", "trig", "rdfxml", "jsonld")),
    *(("rdflib", f) for f in ("ntriples", "turtle", "nquads", "trig", "rdfxml", "jsonld")),
    *(("rapper", f) for f in ("ntriples", "turtle", "nquads", "rdfxml")),
    *(("serdi", f) for f in ("ntriples", "turtle", "nquads", "trig")),
    *(("networkx", f) for f in ("graphml", "gexf", "json")),
]


@pytest.fixture(scope="module")
def verdicts(sample, tmp_path_factory):
    """Verdict of each reader on each format."""

    def ask_readers(home):
        command = [sys.executable, "benchmarks/interchange.py", str(sample.path), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        (home / "verdicts.json").write_text(done.stdout, "utf-8")

    found = build_once(tmp_path_factory, "interchange", ask_readers) / "verdicts.json"
    return {(row["reader"], row["format"]): row["verdict"] for row in json.loads(found.read_text())}


@pytest.mark.parametrize(("reader", "format"), CASES)
def test_a_reader_reads_the_same_graph_without_a_warning(verdicts, reader, format):
    if verdicts[reader, format] == "not installed":
        pytest.skip(f"{reader} is not installed")
    assert verdicts[reader, format] == "same"


def test_every_reader_is_tested(verdicts):
    assert list(verdicts) == CASES
