"""The twelve usual questions, put to a graph in a process of its own.

    python benchmarks/questions.py kgraph STORE [--runs N]
    python benchmarks/questions.py plain TURTLE [--runs N]

``kgraph`` opens a store, ``plain`` parses a Turtle file with rdflib. Both hear the same
SPARQL; an answer is read to its end. Prints JSON: seconds to load or open, seconds from the
start of that to the first answer, and for each question the median seconds, the kind of
answer and its size (rows, or statements).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from measuring import ROOT

sys.path.insert(0, str(ROOT))

from kgraph.ontology import BASE, PREFIXES

COMPANY = f"<{BASE}company/nvidia>"
OTHER = f"<{BASE}company/openai>"
QUESTIONS = {
    "count per type": "SELECT ?type (COUNT(?s) AS ?n) { ?s a ?type } GROUP BY ?type",
    "top 20 companies by episodes": """
        SELECT ?name (COUNT(?mention) AS ?n) {
          ?mention kg:entity ?c . ?c a kg:Company ; schema:name ?name
        } GROUP BY ?c ?name ORDER BY DESC(?n) ?c LIMIT 20""",
    "episodes with two companies": f"""
        SELECT ?title {{ ?e a schema:PodcastEpisode ; schema:name ?title ;
          schema:mentions {COMPANY}, {OTHER} }}""",
    "co-mentions of one with counts": f"""
        SELECT ?c (COUNT(?e) AS ?n) {{
          ?e a schema:PodcastEpisode ; schema:mentions {OTHER}, ?c FILTER(?c != {OTHER})
        }} GROUP BY ?c ORDER BY DESC(?n) ?c LIMIT 20""",
    "quotes with a word": """
        SELECT ?text { ?o kg:quote ?q ; kg:relevance ?r . ?q schema:text ?text
          FILTER(?r >= 0.7 && CONTAINS(LCASE(?text), "market")) }""",
    "one company by month": f"""
        SELECT ?month (COUNT(?e) AS ?n) {{
          ?e a schema:PodcastEpisode ; schema:mentions {COMPANY} ; schema:datePublished ?date
          BIND(SUBSTR(STR(?date), 1, 7) AS ?month)
        }} GROUP BY ?month ORDER BY ?month""",
    "companies of one episode": """
        SELECT ?name { <EPISODE> schema:mentions ?c . ?c a kg:Company ; schema:name ?name }""",
    "property path": f"""
        SELECT DISTINCT ?topic {{
          {COMPANY} ^schema:mentions/schema:about/skos:prefLabel ?topic }}""",
    "OPTIONAL with NOT EXISTS": """
        SELECT ?title ?show { ?e a schema:PodcastEpisode ; schema:name ?title
          OPTIONAL { ?e schema:partOfSeries/schema:name ?show }
          FILTER NOT EXISTS { ?e kg:actionItem ?item } }""",
    "average by topic": """
        SELECT ?topic (AVG(?p) AS ?mean) {
          ?edge kg:topic/skos:prefLabel ?topic ; kg:prominence ?p } GROUP BY ?topic""",
    "CONSTRUCT of a neighbourhood": f"""
        CONSTRUCT {{ ?e ?p ?o }} WHERE {{
          ?e a schema:PodcastEpisode ; schema:mentions {COMPANY} ; ?p ?o }}""",
    "DESCRIBE": f"DESCRIBE {COMPANY}",
}
"""Name -> SPARQL: the shapes of what people ask, in an order of patterns that suits both.

``EPISODE`` stands for the first episode that mentions the company.
"""
EPISODE = f"""
    SELECT ?e {{ ?e a schema:PodcastEpisode ; schema:mentions {COMPANY} }} ORDER BY ?e LIMIT 1"""


class Answer(NamedTuple):
    """What a question gave, read to its end.

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
    """A store."""
    from pyoxigraph import QuerySolutions, QueryTriples

    from kgraph.store import Store

    database = Store(path).database

    def ask(text: str) -> Answer:
        found = database.query(text, prefixes=PREFIXES)
        if isinstance(found, QuerySolutions):
            rows = list(found)
            return Answer("rows", len(rows), rows[0][0].value if rows else "")
        assert isinstance(found, QueryTriples)
        return Answer("graph", sum(1 for _ in found), "")

    return ask


def open_plain(path: Path) -> Ask:
    """A Turtle file in rdflib's memory."""
    import rdflib

    graph = rdflib.Graph()
    graph.parse(path, format="turtle")

    def ask(text: str) -> Answer:
        found = graph.query(text, initNs=PREFIXES)
        rows: list[Any] = list(found)
        if found.type == "SELECT":
            return Answer("rows", len(rows), str(rows[0][0]) if rows else "")
        return Answer("graph", len(rows), "")

    return ask


OPENERS = {"kgraph": open_kgraph, "plain": open_plain}


def timed(ask: Ask, text: str, runs: int) -> dict[str, str | int | float]:
    """Median seconds of some runs, and the answer's kind and size."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        answer = ask(text)
        seconds.append(time.perf_counter() - start)
    return {"seconds": statistics.median(seconds), "kind": answer.kind, "size": answer.size}


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
    episode = ask(EPISODE).first
    first = time.perf_counter() - start
    questions = {name: text.replace("EPISODE", episode) for name, text in QUESTIONS.items()}
    found = {name: timed(ask, text, arguments.runs) for name, text in questions.items()}
    json.dump({"load": load, "first answer": first, "questions": found}, sys.stdout)


if __name__ == "__main__":
    main()
