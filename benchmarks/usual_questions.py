"""The thirty questions that a graph of episodes should answer, asked in three ways.

    python benchmarks/usual_questions.py STORE [--ways cli http agent] [--runs N] [--rows N] [--answers DIR]

``cli`` starts ``kgraph query`` anew each time, ``http`` asks a running ``kgraph serve``,
``agent`` is the Model Context Protocol's own client, which has started ``kgraph mcp``. Prints
each question with the first rows of its answer, and a table: for each way the median seconds
of some runs, and whether all ways gave the same rows. Over HTTP the first asking counts, since
the server answers what it was asked before from memory. ``--answers`` writes each question's
first rows to a file as well.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from measuring import KGRAPH, ROOT, environment, table

sys.path.insert(0, str(ROOT))

from serving import served
from workload import THIRTY_QUESTIONS

from kgraph.analysis import load_named_queries
from kgraph.base.text import shorten
from kgraph.base.vocabulary import BASE_IRI
from kgraph.query import Answer
from kgraph.store import Store

Row = tuple[object, ...]
Rows = tuple[tuple[str, ...], list[Row]]
"""Columns, and as many rows as every way gives."""

Ask = Callable[[str, dict[str, str]], Rows]
"""Answers a question with a name."""

SHOWN = 100
"""Rows that are compared: an agent gets no more at once."""


def an_episode(store: Store) -> str:
    """Name of a file that says much of what is asked for."""
    wanted = {"product/gemini", "company/geminiexchange", "company/nvidia"}
    outlines = store.shared.summaries.values()
    return max(outlines, key=lambda o: len(wanted & o.mentions.keys())).files[0]


# -- three ways to ask ---------------------------------------------------------------


@contextmanager
def by_command(store: Path) -> Iterator[Ask]:
    """A process for each question."""

    def ask(name: str, given: dict[str, str]) -> Rows:
        options = [f"--param={key}={value}" for key, value in given.items()]
        command = [*KGRAPH, "query", name, *options, "--format", "json", "--store", str(store)]
        done = subprocess.run(command, capture_output=True, check=True, env=environment())
        return _rows(done.stdout)

    yield ask


@contextmanager
def by_http(store: Path) -> Iterator[Ask]:
    """A server that stands ready."""
    with served(store) as (address, _):

        def ask(name: str, given: dict[str, str]) -> Rows:
            encoded = urllib.parse.urlencode({**given, "format": "json"})
            with urllib.request.urlopen(f"{address}api/questions/{name}?{encoded}") as answer:
                return _rows(answer.read())

        yield ask


@contextmanager
def by_agent(store: Path) -> Iterator[Ask]:
    """An agent's client, and the server that it has started."""
    from anyio.from_thread import start_blocking_portal
    from mcp import Client, StdioServerParameters

    command = StdioServerParameters(
        command=KGRAPH[0], args=[*KGRAPH[1:], "mcp", "--store", str(store)], env=environment()
    )
    client = Client(command)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(client):

        def ask(name: str, given: dict[str, str]) -> Rows:
            arguments = {"name": name, "parameters": given, "limit": SHOWN}
            told = portal.call(client.call_tool, "ask_question", arguments)
            [content] = told.content
            assert not told.is_error, content
            answer = json.loads(getattr(content, "text", ""))
            return tuple(answer["columns"]), [tuple(row) for row in answer["rows"]]

        yield ask


WAYS = {"cli": by_command, "http": by_http, "agent": by_agent}


def _rows(data: bytes) -> Rows:
    answer = Answer("solutions", "json", data)
    columns, rows = answer._table()
    return tuple(columns), [tuple(row) for row in rows]


# -- asked -----------------------------------------------------------------------------


def timed(ask: Ask, name: str, given: dict[str, str], runs: int) -> tuple[float, Rows]:
    """Median seconds, and the answer."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        found = ask(name, given)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), found


def alike(answers: list[Rows]) -> bool:
    """Whether all ways gave the same: an agent's texts are cut, so by how they begin."""
    shown = min(len(rows) for _, rows in answers)
    return len({_start(columns, rows[:shown]) for columns, rows in answers}) == 1


def _start(columns: tuple[str, ...], rows: list[Row]) -> tuple[object, ...]:
    return columns, tuple(tuple(_begin(cell) for cell in row) for row in rows)


def _begin(cell: object) -> str:
    """How a cell begins, with white space and the graph's base aside."""
    text = str(cell).removeprefix(BASE_IRI)
    return "".join(text.split())[:200]


def told(name: str, given: dict[str, str], seconds: dict[str, float], found: Rows, n: int) -> str:
    """A question with its first rows, in words."""
    columns, rows = found
    asked = " / ".join(load_named_queries()[name].answers)
    times = ", ".join(f"{way} {taken:.2f} s" for way, taken in seconds.items())
    lines = [
        asked,
        f"{name} {given}: {times}, {len(rows)}{'+' if len(rows) == SHOWN else ''} rows",
        f"    {' | '.join(columns)}",
        *(f"    {' | '.join(shorten(str(cell), 60) for cell in row)}" for row in rows[:n]),
    ]
    return "\n".join(lines)


def main() -> None:
    """Read the command line, ask, sum up."""
    arguments = _arguments()
    store = Store(arguments.store)
    episode = an_episode(store)
    lines = []
    taken: dict[str, list[float]] = {way: [] for way in arguments.ways}
    with ExitStack() as stack:
        asks = {way: stack.enter_context(WAYS[way](arguments.store)) for way in arguments.ways}
        for name, given in THIRTY_QUESTIONS:
            filled = {key: episode if value == "EPISODE" else value for key, value in given.items()}
            runs = {way: 1 if way == "http" else arguments.runs for way in asks}
            found = {way: timed(ask, name, filled, runs[way]) for way, ask in asks.items()}
            seconds = {way: took for way, (took, _) in found.items()}
            answers = [rows for _, rows in found.values()]
            for way, took in seconds.items():
                taken[way].append(took)
            text = told(name, filled, seconds, answers[0], arguments.rows)
            print(f"\n{text}", flush=True)
            if arguments.answers:
                arguments.answers.mkdir(parents=True, exist_ok=True)
                (arguments.answers / f"{name}.txt").write_text(text + "\n", "utf-8")
            lines.append((f"`{name}`", *seconds.values(), "yes" if alike(answers) else "NO"))
    print("\n" + table(("question", *(f"{way}, s" for way in taken), "same rows"), lines) + "\n")
    for way, times in taken.items():
        quick = sum(took < 1 for took in times)
        print(f"{way}: {quick} of {len(times)} under 1 s, the slowest {max(times):.2f} s")


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=5)
    parser.add_argument("--answers", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
