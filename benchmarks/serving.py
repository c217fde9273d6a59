"""The server under a stopwatch (``load.py`` has it under load).

    python benchmarks/serving.py questions STORE TURTLE [--runs N]
    python benchmarks/serving.py rows STORE [--runs N]

``questions`` puts the twelve usual questions to the library on disk, to ``kgraph serve`` over
HTTP, and to rdflib in memory with the same Turtle, in one run, and sees whether the answers are
the same. All write their answers out (JSON, N-Triples or Turtle). The server holds the graph in
columns, and is asked when it does (a fresh store's are written first). What it remembers of answers
it gave before is no speed of it, so it stands in a column of its own.
``rows`` compares 10,000 rows over HTTP with the engine's own writing of them, each time others.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph
from measuring import serve, table, time_runs
from usual_queries import open_kgraph
from workload import EPISODE_QUERY, TWELVE_QUERIES

from kgraph import query
from kgraph.base.vocabulary import PREFIXES
from kgraph.store import Store

ROWS = "SELECT ?s ?p ?o {{ ?s a kg:Mention ; ?p ?o }} OFFSET {} LIMIT 10000"


Fetch = Callable[[str], bytes]
"""The answer to a query."""


@contextmanager
def asking(address: str) -> Iterator[Fetch]:
    """A client of a server, on one connection, as clients have it."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc)

    def fetch(query: str) -> bytes:
        connection.request("GET", path_of(query))
        answer = connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status} {data.decode()}")
        return data

    yield fetch
    connection.close()


def path_of(text: str) -> str:
    """Where a query is asked."""
    return "/sparql?" + urllib.parse.urlencode({"query": text}, quote_via=urllib.parse.quote)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that it takes."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


# -- the twelve questions ----------------------------------------------------------


def questions(store: Path, turtle: Path, runs: int) -> str:
    """A table: the library on disk, the server, rdflib in memory, and the ratios."""
    episode = open_kgraph(store)(EPISODE_QUERY).first
    queries = {name: text.replace("EPISODE", episode) for name, text in TWELVE_QUERIES.items()}
    ours = {name: _ours(store, text, runs) for name, text in queries.items()}
    with serve(store) as (address, _), asking(address) as ask:
        for number in range(10):  # a process opens the columns when it has answered some
            ask(f"ASK {{}} # {number}")
        http = {name: _http(ask, text, runs) for name, text in queries.items()}
        bodies = {name: ask(text) for name, text in queries.items()}
    plain = open_rdflib(turtle)
    theirs = {name: _times(lambda t=text: plain(t), runs) for name, text in queries.items()}  # type: ignore[misc]
    same = {name: _counted(bodies[name]) == _counted(plain(text)) for name, text in queries.items()}
    rows = []
    for name in queries:
        times = (theirs[name], ours[name], *http[name])
        rows.append((name, *times, *(times[0] / t for t in times[1:]), _yes(same[name])))
    head = (
        *("question", "rdflib ms", "disk ms", "HTTP ms", "known ms"),
        *("rdflib/disk", "rdflib/HTTP", "rdflib/known", "same"),
    )
    return "\n\n".join([table(head, rows), *_summed(rows)])


def _ours(store: Path, text: str, runs: int) -> float:
    """Milliseconds of the library, on disk, writing its answer out."""
    opened = Store(store)
    return _times(lambda: query.run_query(opened, text), runs)


def _http(ask: Fetch, text: str, runs: int) -> tuple[float, float]:
    """Milliseconds over HTTP, evaluated, and from the server's memory of answers.

    The same question in another spelling is another one to that memory.
    """
    times = iter(range(10**6))
    evaluated = _times(lambda: ask(f"{text} # {next(times)}"), runs)
    ask(text)
    return evaluated, _times(lambda: ask(text), runs)


def _times(work: Callable[[], object], runs: int) -> float:
    return 1000 * time_runs(work, runs)[0]


def open_rdflib(turtle: Path) -> Fetch:
    """rdflib with a Turtle file in memory, which gives its answers written out, as we do."""
    import rdflib

    graph = rdflib.Graph()
    graph.parse(turtle, format="turtle")

    def ask(text: str) -> bytes:
        result = graph.query(text, initNs=PREFIXES)
        data = result.serialize(format="json" if result.type == "SELECT" else "nt")
        assert data is not None
        return data

    return ask


def _counted(body: bytes) -> Counter[str]:
    """An answer without the order of its rows, numbers as numbers: equal ones are the same."""
    if not body.startswith(b"{"):
        # rdflib writes the time of Greenwich as +00:00, whatever stood in its source.
        body = body.replace(b'+00:00"', b'Z"')
        return Counter(map(str, pyoxigraph.parse(body, pyoxigraph.RdfFormat.TURTLE)))
    bindings = json.loads(body)["results"]["bindings"]
    return Counter(
        json.dumps({name: _number(term["value"]) for name, term in row.items()}, sort_keys=True)
        for row in bindings
    )


def _number(text: str) -> str | float:
    """A number to nine places: two engines round an average differently."""
    try:
        return float(f"{float(text):.9g}")
    except ValueError:
        return text


def _summed(rows: list[tuple[Any, ...]]) -> Iterator[str]:
    """The medians of the ratios, and what is slower than rdflib."""
    for column, words in ((5, "on disk"), (6, "over HTTP"), (7, "over HTTP, known")):
        slower = [row[0] for row in rows if row[column] < 1]
        median = statistics.median(row[column] for row in rows)
        slower_text = f"; slower: {', '.join(slower)}" if slower else "; none slower"
        yield f"rdflib over kgraph, {words}: median {median:.1f}{slower_text}"
    yield f"same answers: {sum(row[-1] == 'yes' for row in rows)} of {len(rows)}"


def _yes(true: bool) -> str:
    return "yes" if true else "NO"


# -- ten thousand rows ---------------------------------------------------------------


def rows(store: Path, runs: int) -> str:
    """How many times the engine's own time an answer of 10,000 rows takes over HTTP."""
    from pyoxigraph import QueryResultsFormat, QuerySolutions

    database = Store(store).database

    def alone(text: str) -> None:
        solutions = database.query(text, prefixes=PREFIXES)
        assert isinstance(solutions, QuerySolutions)
        solutions.serialize(format=QueryResultsFormat.JSON)

    with serve(store) as (address, _), asking(address) as fetch:
        fetch(ROWS.format(0))
        pairs = []
        for n in range(runs):
            text = ROWS.format(10 * n)
            pairs.append((timed(lambda t=text: alone(t)), timed(lambda t=text: fetch(t))))  # type: ignore[misc]
    engine, over = (statistics.median(times) for times in zip(*pairs, strict=True))
    return f"10,000 rows: engine {engine:.1f} ms, HTTP {over:.1f} ms, ratio {over / engine:.2f}"


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("questions", "rows"))
    parser.add_argument("store", type=Path)
    parser.add_argument("turtle", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.what == "questions":
        sys.stdout.write(questions(arguments.store, arguments.turtle, arguments.runs) + "\n")
    else:
        sys.stdout.write(rows(arguments.store, arguments.runs) + "\n")


if __name__ == "__main__":
    main()
