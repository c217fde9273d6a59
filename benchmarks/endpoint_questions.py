"""Which saved queries does a SPARQL endpoint answer as the store does?

    python benchmarks/endpoint_questions.py STORE URL [--only NAME ...] [--rows N]

Asks the thirty usual questions that are SPARQL, and the other saved queries with their defaults, of
a store and of an endpoint that holds its export in the profile `full`
(`benchmarks/bulk_loading.py SERVER FOLDER --keep FILE` starts one). An answer is alike if it has
the same columns and the same rows in the same order. Prints a table, with --rows the first rows
that differ, and how many are alike; ends with status 1 if one is not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from measuring import table
from usual_questions import an_episode
from workload import THIRTY_QUESTIONS

from kgraph.base.errors import KgraphError
from kgraph.base.text import shorten
from kgraph.query import load_saved_queries, run_query
from kgraph.query.remote import RemoteGraph, run_remote_query
from kgraph.store import Store


def list_questions(store: Store) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield name and parameters of each question."""
    saved, episode = load_saved_queries(), an_episode(store)
    usual = {name: parameters for name, parameters in THIRTY_QUESTIONS if name in saved}
    for name, parameters in usual.items():
        yield name, {k: episode if v == "EPISODE" else v for k, v in parameters.items()}
    for name, query in saved.items():
        if name not in usual and all(p.default is not None for p in query.parameters):
            yield name, {}


def compare(store: Store, graph: RemoteGraph, name: str, parameters: dict[str, str]) -> list[str]:
    """Return what differs, for a question: nothing, or a summary and the rows."""
    local = run_query(store, name, parameters).bindings()
    try:
        remote = run_remote_query(graph, name, parameters).bindings()
    except KgraphError as error:
        return [shorten(str(error), 300)]
    if local == remote:
        return []
    rows, other_rows = (
        [str(sorted((key, value["value"]) for key, value in row.items())) for row in rows]
        for _, rows in (local, remote)
    )
    if Counter(rows) == Counter(other_rows):
        plain = "same values, another order" if rows != other_rows else "other datatypes"
        return [plain, *(f"{a}\n    {b}" for a, b in zip(*_pairs(local, remote), strict=True))]
    missing, more = Counter(rows) - Counter(other_rows), Counter(other_rows) - Counter(rows)
    return [
        f"{missing.total()} rows missing, {more.total()} more",
        *(f"- {row}" for row in missing),
        *(f"+ {row}" for row in more),
    ]


def _pairs(*answers: tuple[object, list[dict[str, dict[str, str]]]]) -> list[list[str]]:
    """Return the rows of two answers, of equal length, where the two differ."""
    differing = [
        pair for pair in zip(*(rows for _, rows in answers), strict=True) if pair[0] != pair[1]
    ]
    return [[str(pair[n]) for pair in differing] for n in range(2)]


def main() -> None:
    """Read the command line, ask, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("url")
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--rows", type=int, default=0)
    arguments = parser.parse_args()
    store, graph = Store(arguments.store), RemoteGraph(arguments.url, {}, 600)
    usual = {name for name, _ in THIRTY_QUESTIONS}
    lines, alike, asked = [], Counter[bool](), Counter[bool]()
    for name, parameters in list_questions(store):
        if arguments.only and name not in arguments.only:
            continue
        start = time.perf_counter()
        differences = compare(store, graph, name, parameters)
        seconds = time.perf_counter() - start
        asked[name in usual] += 1
        alike[name in usual] += not differences
        lines.append((f"`{name}`", f"{seconds:.2f}", differences[0] if differences else "alike"))
        for line in differences[: arguments.rows + 1 if arguments.rows else 0]:
            print(f"{name}: {line}")
    print(table(("question", "s, both", "answer"), lines))
    print(f"of the thirty questions {alike[True]} of {asked[True]} in SPARQL are alike; of other")
    print(f"saved queries {alike[False]} of {asked[False]}")
    sys.exit(alike.total() < asked.total())


if __name__ == "__main__":
    main()
