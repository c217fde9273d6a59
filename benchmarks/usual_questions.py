"""The thirty questions that a graph of episodes should answer, asked in three ways.

    python benchmarks/usual_questions.py STORE [--ways cli http agent] [--runs N] [--rows N]
        [--answers DIR]

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
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from measuring import KGRAPH, agent_server, environment, serve, table, time_runs
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

MAX_COMPARED_ROWS = 100
"""Rows that are compared: an agent gets no more at once."""


def an_episode(store: Store) -> str:
    """Name of a file that says much of what is asked for."""
    targets = {"product/gemini", "company/geminiexchange", "company/nvidia"}
    outlines = store.shared.summaries.values()
    return max(outlines, key=lambda o: len(targets & o.mentions.keys())).files[0]


# -- three ways to ask ---------------------------------------------------------------


@contextmanager
def by_command(store: Path) -> Iterator[Ask]:
    """A process for each question."""

    def ask(name: str, parameters: dict[str, str]) -> Rows:
        options = [f"--param={key}={value}" for key, value in parameters.items()]
        command = [*KGRAPH, "query", name, *options, "--format", "json", "--store", str(store)]
        done = subprocess.run(command, capture_output=True, check=True, env=environment())
        return _rows(done.stdout)

    yield ask


@contextmanager
def by_http(store: Path) -> Iterator[Ask]:
    """A server that stands ready."""
    with serve(store) as (address, _):

        def ask(name: str, parameters: dict[str, str]) -> Rows:
            encoded = urllib.parse.urlencode({**parameters, "format": "json"})
            with urllib.request.urlopen(f"{address}api/questions/{name}?{encoded}") as answer:
                return _rows(answer.read())

        yield ask


@contextmanager
def by_agent(store: Path) -> Iterator[Ask]:
    """An agent's client, and the server that it has started."""
    from anyio.from_thread import start_blocking_portal
    from mcp import Client

    client = Client(agent_server(store))
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(client):

        def ask(name: str, parameters: dict[str, str]) -> Rows:
            arguments = {"name": name, "parameters": parameters, "limit": MAX_COMPARED_ROWS}
            result = portal.call(client.call_tool, "ask_question", arguments)
            [content] = result.content
            assert not result.is_error, content
            answer = json.loads(getattr(content, "text", ""))
            return tuple(answer["columns"]), [tuple(row) for row in answer["rows"]]

        yield ask


CLIENTS = {"cli": by_command, "http": by_http, "agent": by_agent}


def _rows(data: bytes) -> Rows:
    answer = Answer("solutions", "json", data)
    columns, rows = answer._table()
    return tuple(columns), [tuple(row) for row in rows]


# -- asked -----------------------------------------------------------------------------


def alike(answers: list[Rows]) -> bool:
    """Whether all ways gave the same: an agent's texts are cut, so by how they begin."""
    row_count = min(len(rows) for _, rows in answers)
    return len({_start(columns, rows[:row_count]) for columns, rows in answers}) == 1


def _start(columns: tuple[str, ...], rows: list[Row]) -> tuple[object, ...]:
    return columns, tuple(tuple(_begin(cell) for cell in row) for row in rows)


def _begin(cell: object) -> str:
    """How a cell begins, with white space and the graph's base aside."""
    text = str(cell).removeprefix(BASE_IRI)
    return "".join(text.split())[:200]


def format_answer(
    name: str, parameters: dict[str, str], seconds: dict[str, float], answer: Rows, n: int
) -> str:
    """A question with its first rows, in words."""
    columns, rows = answer
    text = " / ".join(load_named_queries()[name].answers)
    times = ", ".join(f"{client} {took:.2f} s" for client, took in seconds.items())
    more = "+" if len(rows) == MAX_COMPARED_ROWS else ""
    lines = [
        text,
        f"{name} {parameters}: {times}, {len(rows)}{more} rows",
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
    times_by_client: dict[str, list[float]] = {way: [] for way in arguments.ways}
    with ExitStack() as stack:
        asks = {way: stack.enter_context(CLIENTS[way](arguments.store)) for way in arguments.ways}
        for name, parameters in THIRTY_QUESTIONS:
            filled = {
                key: episode if value == "EPISODE" else value for key, value in parameters.items()
            }
            runs = {way: 1 if way == "http" else arguments.runs for way in asks}
            results = {
                way: time_runs(partial(ask, name, filled), runs[way]) for way, ask in asks.items()
            }
            seconds = {way: took for way, (took, _) in results.items()}
            answers = [rows for _, rows in results.values()]
            for way, took in seconds.items():
                times_by_client[way].append(took)
            text = format_answer(name, filled, seconds, answers[0], arguments.rows)
            print(f"\n{text}", flush=True)
            if arguments.answers:
                arguments.answers.mkdir(parents=True, exist_ok=True)
                (arguments.answers / f"{name}.txt").write_text(text + "\n", "utf-8")
            lines.append((f"`{name}`", *seconds.values(), "yes" if alike(answers) else "NO"))
    print(
        "\n"
        + table(("question", *(f"{way}, s" for way in times_by_client), "same rows"), lines)
        + "\n"
    )
    for way, times in times_by_client.items():
        quick = sum(took < 1 for took in times)
        print(f"{way}: {quick} of {len(times)} under 1 s, the slowest {max(times):.2f} s")


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--ways", nargs="+", choices=CLIENTS, default=list(CLIENTS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=5)
    parser.add_argument("--answers", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
