"""The server under a stopwatch and under load.

    python benchmarks/serving.py questions STORE TURTLE [--runs N]
    python benchmarks/serving.py rows STORE [--runs N]
    python benchmarks/serving.py load STORE [--seconds N]

``questions`` puts the twelve usual questions to ``kgraph serve`` over HTTP, and to rdflib in
memory with the same Turtle, in one run: the first asking of each, and the median of the
further ones, which the server answers from memory. ``rows`` compares 10,000 rows over HTTP
with the engine's own writing of them, each time another 10,000. ``load`` lets wrk (which has
to be installed) ask for things, pages and queries, one in ten of them endless, and tells
errors by kind, times of the answers, and the memory of the tree of processes.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from measuring import KGRAPH, ROOT, environment, megabytes, resident, table, tree

sys.path.insert(0, str(ROOT))

from questions import EPISODE, QUESTIONS, open_kgraph, open_plain

from kgraph.ontology import PREFIXES
from kgraph.store import Store

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""A query that no limit but time stops."""

PAGES = 200
"""Different things that are looked at under load."""

ROWS = "SELECT ?s ?p ?o {{ ?s a kg:Mention ; ?p ?o }} OFFSET {} LIMIT 10000"


@contextmanager
def served(store: Path, *options: str) -> Iterator[tuple[str, int]]:
    """A running server: its address, and its process's number."""
    command = [*KGRAPH, "serve", "--port", "0", "--store", str(store), *options]
    # A log that nobody reads must not fill a pipe.
    with tempfile.TemporaryFile("w+") as log, open_process(command, log) as process:
        address = ""
        while not address:
            time.sleep(0.05)
            log.seek(0)
            found = re.search(r"http://\S+/", log.readline())
            address = found[0] if found else ""
        yield address, process.pid


@contextmanager
def open_process(command: list[str], log: object) -> Iterator[subprocess.Popen[str]]:
    """A process that is interrupted at the end."""
    process = subprocess.Popen(command, stderr=log, env=environment(), text=True)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.send_signal(2)
        process.wait(20)


def fetch(address: str, query: str) -> bytes:
    """The answer to a query."""
    url = f"{address}sparql?{urllib.parse.urlencode({'query': query})}"
    with urllib.request.urlopen(url) as answer:
        data: bytes = answer.read()
    return data


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that it takes."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


# -- the twelve questions ----------------------------------------------------------


def questions(store: Path, turtle: Path, runs: int) -> str:
    """A table: first and further answers of the server, rdflib's median, the ratios."""
    episode = open_kgraph(store)(EPISODE).first
    asked = {name: text.replace("EPISODE", episode) for name, text in QUESTIONS.items()}
    with served(store) as (address, _):
        fetch(address, "ASK {}")
        first = {name: timed(lambda t=text: fetch(address, t)) for name, text in asked.items()}  # type: ignore[misc]
        # The same question in another spelling is another one to the server.
        cold = {
            name: statistics.median(
                timed(lambda t=text, n=n: fetch(address, f"{t} # {n}"))  # type: ignore[misc]
                for n in range(runs)
            )
            for name, text in asked.items()
        }
        again = {
            name: statistics.median(timed(lambda t=text: fetch(address, t)) for _ in range(runs))  # type: ignore[misc]
            for name, text in asked.items()
        }
    plain = open_plain(turtle)
    theirs = {
        name: statistics.median(timed(lambda t=text: plain(t)) for _ in range(runs))  # type: ignore[misc]
        for name, text in asked.items()
    }
    evaluated = {name: theirs[name] / cold[name] for name in asked}
    known = {name: theirs[name] / again[name] for name in asked}
    columns = (theirs, first, cold, again, evaluated, known)
    rows = [(name, *(column[name] for column in columns)) for name in asked]
    head = ("question", "rdflib ms", "first ms", "evaluated ms", "again ms")
    medians = [statistics.median(ratios.values()) for ratios in (evaluated, known)]
    words = "rdflib over kgraph, median: {:.1f} evaluated, {:.1f} again".format(*medians)
    return table((*head, "ratio evaluated", "ratio again"), rows) + "\n\n" + words


# -- ten thousand rows ---------------------------------------------------------------


def rows(store: Path, runs: int) -> str:
    """How many times the engine's own time an answer of 10,000 rows takes over HTTP."""
    from pyoxigraph import QueryResultsFormat, QuerySolutions

    database = Store(store).database

    def alone(text: str) -> None:
        found = database.query(text, prefixes=PREFIXES)
        assert isinstance(found, QuerySolutions)
        found.serialize(format=QueryResultsFormat.JSON)

    with served(store) as (address, _):
        fetch(address, ROWS.format(0))
        pairs = []
        for n in range(runs):
            text = ROWS.format(10 * n)
            pairs.append((timed(lambda t=text: alone(t)), timed(lambda t=text: fetch(address, t))))  # type: ignore[misc]
    engine, http = (statistics.median(times) for times in zip(*pairs, strict=True))
    return f"10,000 rows: engine {engine:.1f} ms, HTTP {http:.1f} ms, ratio {http / engine:.2f}"


# -- load ------------------------------------------------------------------------------

SCRIPT = """
local requests = {{ {requests} }}
local statuses, seed = {{}}, 0
local threads = {{}}
function setup(thread)
  thread:set("number", #threads + 1)
  table.insert(threads, thread)
end
function init()
  math.randomseed(number)
  counts = {{}}
  asked = 0
end
function request()
  asked = asked + 1
  -- Each endless query is spelt anew, so that none is known to be slow.
  if math.random(10) == 1 then
    return wrk.format("GET", "{endless}" .. "%20%23%20" .. number .. "%20" .. asked)
  end
  return wrk.format("GET", requests[math.random(#requests)])
end
function response(status)
  counts[status] = (counts[status] or 0) + 1
end
function done(summary, latency)
  local all = {{}}
  for _, thread in ipairs(threads) do
    for status, n in pairs(thread:get("counts")) do
      all[status] = (all[status] or 0) + n
    end
  end
  for status, n in pairs(all) do io.write(string.format("STATUS %d %d\\n", status, n)) end
end
"""


def load(store: Path, seconds: int) -> str:
    """What became of the requests, how long fast ones took meanwhile, and the memory."""
    asked = [_path(text) for text in QUESTIONS.values() if "EPISODE" not in text]
    things = _things(store)
    script = SCRIPT.format(
        requests=", ".join(json.dumps(path) for path in things + asked * 5),
        endless=_path(ENDLESS),
    )
    with served(store, "--timeout", "10") as (address, pid), tempfile.TemporaryDirectory() as home:
        for path in asked:
            _read(address.rstrip("/") + path)
        file = Path(home) / "mixed.lua"
        file.write_text(script)
        before = _memory(pid)
        wrk = subprocess.Popen(
            ["wrk", "-t2", "-c16", f"-d{seconds}s", "--timeout", "30s", "-s", str(file), address],
            stdout=subprocess.PIPE,
            text=True,
        )
        times, during = _probe(address, things, pid, seconds)
        output, _ = wrk.communicate()
        time.sleep(1)
        after = _memory(pid)
    return "\n".join(
        [
            output.strip(),
            f"a fast request meanwhile: p50 {_quantile(times, 0.5):.1f} ms, "
            f"p99 {_quantile(times, 0.99):.1f} ms of {len(times)}",
            f"memory: {megabytes(before)} before, at most {megabytes(during)}, "
            f"{megabytes(after)} after",
        ]
    )


def _things(store: Path) -> list[str]:
    opened = Store(store)
    ids = sorted(opened.shared.entities)[:PAGES]
    return ["/" + urllib.parse.quote(id_) for id_ in ids]


def _path(text: str) -> str:
    return "/sparql?" + urllib.parse.urlencode({"query": text}, quote_via=urllib.parse.quote)


def _probe(address: str, things: list[str], pid: int, seconds: int) -> tuple[list[float], int]:
    """Times of page after page, and of short queries that nobody asked before; peak memory."""
    times: list[float] = []
    peak, end, n = 0, time.monotonic() + seconds - 1, 0
    while time.monotonic() < end:
        n += 1
        page = address.rstrip("/") + things[n % len(things)]
        times.append(timed(lambda url=page: _read(url)))  # type: ignore[misc]
        short = f"SELECT ?o {{ ?s a kg:Company ; schema:name ?o }} OFFSET {n} LIMIT 5"
        times.append(timed(lambda text=short: _read(address.rstrip("/") + _path(text))))  # type: ignore[misc]
        peak = max(peak, _memory(pid))
        time.sleep(0.02)
    return times, peak


def _read(url: str) -> None:
    try:
        with urllib.request.urlopen(url) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        sys.stderr.write(f"{error.code} {error.read().decode()}")


def _memory(pid: int) -> int:
    return sum(map(resident, tree(pid)))


def _quantile(times: list[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))]


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("questions", "rows", "load"))
    parser.add_argument("store", type=Path)
    parser.add_argument("turtle", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    if arguments.what == "questions":
        sys.stdout.write(questions(arguments.store, arguments.turtle, arguments.runs) + "\n")
    elif arguments.what == "rows":
        sys.stdout.write(rows(arguments.store, arguments.runs) + "\n")
    else:
        sys.stdout.write(load(arguments.store, arguments.seconds) + "\n")


if __name__ == "__main__":
    main()
