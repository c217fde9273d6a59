"""How fast are answers: of the server beside rdflib, under load, of searches, of fresh processes?

    python benchmarks/serving.py questions STORE TURTLE [--runs N]
    python benchmarks/serving.py load STORE [--seconds N] [--clients N] [--busy N]
    python benchmarks/serving.py searches STORE [--runs N]
    python benchmarks/serving.py cold STORE [--runs N]

``questions`` puts the twelve usual questions to ``kgraph serve`` over HTTP and to rdflib in memory
with the same Turtle, and compares the answers. Each is spelt anew, so that no memory of answers
counts. ``load`` lets clients ask for a while: 40 % pages, 20 % searches, 30 % light queries and
10 % heavy ones, which no limit but time stops; ``--busy`` so many processes keep the cores busy
meanwhile. ``searches`` asks fifty searches over HTTP. ``cold`` starts commands, each in a process
of its own.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pyoxigraph
from measuring import KGRAPH, MemoryWatch, megabytes, run, serve, table, time_runs
from usual_queries import load_rdflib
from workload import EPISODE_QUERY, TWELVE_QUERIES

COMMANDS = (
    ("--help",),
    ("queries",),
    ("query", "co-mentioned", "--param", "company=NVIDIA"),
    ("query", "ASK { ?episode a schema:PodcastEpisode }"),
    ("show", "NVIDIA"),
    ("search", "stablecoin yield"),
)
SEARCHES = """nvidia|circle|meta|ai|bitcoin|the|company|agents|robotics|pricing|advertising|gaming|
stablecoin yield|prediction markets|data center power|openai revenue|gpu shortage|
interest rates inflation|venture capital|open source models|context window|humanoid robots|
tesla self-driving|energy nuclear|sam altman|jensen huang|ethereum layer 2|solana memecoin|
etf flows|ipo market|china chips|defense tech|healthcare ai|startup founders|remote work|
search engine|crypto regulation clarity act|SEC lawsuit|$100 billion|比特幣|regulation|
"export controls"|"large language models"|"product market fit"|"stablecoin" OR "yield"|
tokeniz*|poly*|coinbase -bitcoin|ai NOT agents|Nvidai|Antropic""".replace("\n", "").split("|")
HEAVY = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    'SELECT (COUNT(*) AS ?n) { ?q ?p ?t FILTER(REGEX(STR(?t), "(a|e)+.*zq", "i")) }',
    "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
)
"""Queries that take seconds, or that no limit but time stops."""

LIGHT = (
    "SELECT ?o { ?s a kg:Company ; schema:name ?o } OFFSET 40 LIMIT 5",
    'ASK { ?s schema:name "NVIDIA" }',
    "SELECT ?p ?o { <https://w3id.org/kgraph/id/company/nvidia> ?p ?o } LIMIT 50",
)
"""Queries that take some milliseconds."""

PAGES = ("/", "/companies", "/episodes", "/questions", "/downloads", "/editor", "/company/nvidia")
SHARES = {"page": 40, "search": 20, "light": 30, "heavy": 10}
"""Kind of a request -> how many of a hundred."""

_spellings = count()


class Client:
    """A connection to a server, as clients have it."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc)

    def fetch(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def ask(self, query: str) -> bytes:
        """Return the answer to a query, in a spelling that was never asked before."""
        status, body = self.fetch(spell_query(query))
        if status != 200:
            raise SystemExit(f"{status} {body.decode()}")
        return body


def spell_query(query: str) -> str:
    """Return the path of a query in a spelling that was never asked before."""
    parameters = {"query": f"{query} # {next(_spellings)}"}
    return "/sparql?" + urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)


def compare_questions(store: Path, turtle: Path, runs: int) -> str:
    """Return a table of milliseconds of rdflib and over HTTP, their ratio, and whether equal."""
    ask_rdflib = load_rdflib(turtle)

    def write_rdflib(query: str) -> bytes:
        result = ask_rdflib(query)
        return result.serialize(format="json" if result.type == "SELECT" else "nt") or b""

    rows = []
    with serve(store) as (address, _):
        client = Client(address)
        bindings = json.loads(client.ask(EPISODE_QUERY))["results"]["bindings"]
        for name, text in TWELVE_QUERIES.items():
            query = text.replace("EPISODE", bindings[0]["e"]["value"])
            plain, theirs = time_runs(lambda q=query: write_rdflib(q), runs)  # type: ignore[misc]
            over_http, ours = time_runs(lambda q=query: client.ask(q), runs)  # type: ignore[misc]
            same = "yes" if _count_rows(theirs) == _count_rows(ours) else "NO"
            rows.append((name, 1000 * plain, 1000 * over_http, plain / over_http, same))
    median = statistics.median(row[3] for row in rows)
    head = ("question", "rdflib ms", "HTTP ms", "rdflib/HTTP", "same")
    return f"{table(head, rows)}\n\nmedian of the ratios: {median:.1f}"


def _count_rows(body: bytes) -> Counter[str]:
    """Count equal rows or statements; numbers to nine places, as engines round differently."""
    if not body.startswith(b"{"):
        # rdflib writes the time of Greenwich as +00:00, whatever stood in its source.
        body = body.replace(b'+00:00"', b'Z"')
        return Counter(map(str, pyoxigraph.parse(body, pyoxigraph.RdfFormat.TURTLE)))

    def normalize(text: str) -> str:
        try:
            return f"{float(text):.9g}"
        except ValueError:
            return text

    bindings = json.loads(body)["results"]["bindings"]
    rows = ({name: normalize(term["value"]) for name, term in row.items()} for row in bindings)
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def measure_load(store: Path, seconds: float, clients: int, busy: int) -> str:
    """Return a table of each kind's requests: number, refusals, times, statuses; and memory."""
    makers: dict[str, Callable[[random.Random], str]] = {
        "page": lambda rng: rng.choice(PAGES),
        "search": lambda rng: _search_path(rng.choice(SEARCHES)),
        "light": lambda rng: spell_query(rng.choice(LIGHT)),
        "heavy": lambda rng: spell_query(rng.choice(HEAVY)),
    }
    samples: dict[str, list[tuple[int, float]]] = defaultdict(list)

    def work(number: int) -> None:
        rng, client = random.Random(number), Client(address)
        while time.monotonic() < end:
            kind = rng.choices(list(SHARES), list(SHARES.values()))[0]
            start = time.perf_counter()
            status, _ = client.fetch(makers[kind](rng))
            samples[kind].append((status, 1000 * (time.perf_counter() - start)))

    with serve(store) as (address, pid):
        spinning = [subprocess.Popen([sys.executable, "-c", "while 1: 0"]) for _ in range(busy)]
        watch, end = MemoryWatch(pid), time.monotonic() + seconds
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(work, range(clients)))
        peak = watch.stop()
        for process in spinning:
            process.kill()
    rows = []
    for kind, answers in samples.items():
        statuses = Counter(status for status, _ in answers)
        times = sorted(ms for status, ms in answers if status < 500) or [0.0]
        p50, p99 = (times[int(share * (len(times) - 1))] for share in (0.5, 0.99))
        refused = 100 * statuses[503] / len(answers)
        rows.append((kind, len(answers), refused, p50, p99, dict(sorted(statuses.items()))))
    head = ("kind", "asked", "refused %", "p50 ms", "p99 ms", "statuses")
    return f"{table(head, rows)}\n\nmemory: {megabytes(peak)} at most"


def _search_path(text: str) -> str:
    return "/api/search?" + urllib.parse.urlencode({"q": text})


def measure_searches(store: Path, runs: int) -> str:
    """Return the median and the worst of the searches' medians, in milliseconds."""
    with serve(store) as (address, _):
        client = Client(address)
        seconds = {
            text: time_runs(lambda t=text: client.fetch(_search_path(t)), runs)[0]  # type: ignore[misc]
            for text in SEARCHES
        }
    worst = max(seconds, key=lambda text: seconds[text])
    median = statistics.median(seconds.values())
    return f"median {1000 * median:.1f} ms, worst {1000 * seconds[worst]:.1f} ms ({worst})"


def measure_commands(store: Path, runs: int) -> str:
    """Return a table of seconds and memory of commands in fresh processes."""
    rows = []
    for command in COMMANDS:
        options = () if command[0] in ("--help", "queries") else ("--store", store)
        costs = [run([*KGRAPH, *command, *options]) for _ in range(runs)]
        wall = [cost.wall for cost in costs]
        peak = megabytes(max(cost.peak for cost in costs))
        rows.append((f"`kgraph {' '.join(command)}`", statistics.median(wall), min(wall), peak))
    return table(("command", "median, s", "best, s", "peak"), rows)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("questions", "load", "searches", "cold"))
    parser.add_argument("store", type=Path)
    parser.add_argument("turtle", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--busy", type=int, default=0, help="further processes that take time")
    given = parser.parse_args()
    if given.what == "questions":
        if given.turtle is None:
            parser.error("questions: give the Turtle file of the store, too")
        print(compare_questions(given.store, given.turtle, given.runs))
    elif given.what == "load":
        print(measure_load(given.store, given.seconds, given.clients, given.busy))
    elif given.what == "searches":
        print(measure_searches(given.store, given.runs))
    else:
        print(measure_commands(given.store, given.runs))


if __name__ == "__main__":
    main()
