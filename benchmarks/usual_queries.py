"""The twelve usual questions, put to a graph in a process of its own.

    python benchmarks/usual_queries.py kgraph STORE [--runs N]
    python benchmarks/usual_queries.py plain TURTLE [--runs N]

``kgraph`` opens a store, ``plain`` parses a Turtle file with rdflib. Both hear the same
SPARQL; an answer is read to its end. Prints JSON: seconds to load or open, seconds from the
start of that to the first answer, and for each question the median seconds, the kind of
answer and its size (rows, or statements).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph
from measuring import time_runs
from workload import EPISODE_QUERY, TWELVE_QUERIES


class Answer(NamedTuple):
    """Answer to a query, read to its end.

    Attributes:
        kind: "rows" or "graph".
        size: how many rows or statements.
        first: the first value of the first row; "" of a graph.
    """

    kind: str
    size: int
    first: str


Ask = Callable[[str], Answer]
"""Answers a question."""


def open_kgraph(path: Path) -> Ask:
    """Open a store with the library."""
    from kgraph import KnowledgeGraph

    graph = KnowledgeGraph.open(path)

    def ask(text: str) -> Answer:
        answer = graph.query(text)
        if text.lstrip().startswith(("CONSTRUCT", "DESCRIBE")):
            statements = pyoxigraph.parse(answer.data, pyoxigraph.RdfFormat.TURTLE)
            return Answer("graph", sum(1 for _ in statements), "")
        rows = list(answer)
        return Answer("rows", len(rows), str(next(iter(rows[0].values()))) if rows else "")

    return ask


def load_rdflib(path: Path) -> Callable[[str], Any]:
    """Load a Turtle file into rdflib's memory; return what runs a query."""
    import rdflib

    graph = rdflib.Graph()
    graph.parse(path, format="turtle")
    prefixes = dict(graph.namespaces())
    return lambda text: graph.query(text, initNs=prefixes)


def open_plain(path: Path) -> Ask:
    """Load a Turtle file with rdflib."""
    run_query = load_rdflib(path)

    def ask(text: str) -> Answer:
        result = run_query(text)
        rows: list[Any] = list(result)
        if result.type == "SELECT":
            return Answer("rows", len(rows), str(rows[0][0]) if rows else "")
        return Answer("graph", len(rows), "")

    return ask


OPENERS = {"kgraph": open_kgraph, "plain": open_plain}


def timed(ask: Ask, text: str, runs: int) -> dict[str, str | int | float]:
    """Median seconds of some runs, and the answer's kind and size."""
    seconds, answer = time_runs(lambda: ask(text), runs)
    return {"seconds": seconds, "kind": answer.kind, "size": answer.size}


def main() -> None:
    """Read the command line, open, ask."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("who", choices=OPENERS)
    parser.add_argument("path", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    start = time.perf_counter()
    ask = OPENERS[arguments.who](arguments.path)
    load = time.perf_counter() - start
    episode = ask(EPISODE_QUERY).first
    first = time.perf_counter() - start
    questions = {name: text.replace("EPISODE", episode) for name, text in TWELVE_QUERIES.items()}
    timings = {name: timed(ask, text, arguments.runs) for name, text in questions.items()}
    json.dump({"load": load, "first answer": first, "questions": timings}, sys.stdout)


if __name__ == "__main__":
    main()
