"""The server under load, also on a machine that is busy with other things.

    python benchmarks/load.py STORE [--seconds N] [--busy N]

Lets wrk (which has to be installed) ask as 16 clients: 40 % pages, 20 % searches, 30 %
light queries, 10 % heavy ones (a join of 10^10 rows, a regular expression over all texts, a count
over all objects). Every query is spelt anew, so that no memory of answers counts. It tells of
each kind how many were asked, the statuses, and the times; and the memory of the tree of processes.
With ``--busy`` so many further processes keep the machine's cores busy meanwhile.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from measuring import MemoryWatch, megabytes, resident, serve, table, tree
from serving import path_of

from kgraph.store import Store

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
    "SELECT ?c (COUNT(?e) AS ?n) { ?e schema:mentions ?c } GROUP BY ?c ORDER BY DESC(?n) LIMIT 10",
)
"""Queries that take some milliseconds: the last one where the graph is column index ready."""

SHARES = {"page": 40, "search": 20, "light": 30, "heavy": 10}
"""Kind of a request -> how many of a hundred."""

BUSY = "while True: pass"
"""What keeps a core busy."""

PAGES = 200
"""Different things that are looked at under load."""

LOOKED_AT = [
    *("/", "/companies", "/episodes", "/questions", "/audit", "/downloads", "/editor"),
    *("/questions/co-mentioned?company=NVIDIA", "/questions/talk-by-month?about=stablecoins"),
]
"""Pages that are looked at under load, beside those of things."""

WORDS = ("stablecoins", "AI agents", '"export controls"', "tokeni*", "polymarkt", "inflation")
"""What is searched for."""

SCRIPT = """
local ffi = require("ffi")
ffi.cdef("typedef struct {{ long s; long ns; }} when; int clock_gettime(int, when *);")
local asked = {{ {asked} }}
local shares = {{ {shares} }}
local threads, kind, start, spelt = {{}}, nil, 0, 0
local moment = ffi.new("when")
local function now()
  ffi.C.clock_gettime(1, moment)
  return 1000 * tonumber(moment.s) + tonumber(moment.ns) / 1e6
end
function setup(thread)
  thread:set("number", #threads + 1)
  table.insert(threads, thread)
end
function init()
  math.randomseed(number)
  told = ""
end
-- Each thread has one connection, so that an answer is the one to the request before.
function request()
  local share = math.random(100)
  for name, most in pairs(shares) do
    if share > most[1] and share <= most[2] then kind = name end
  end
  spelt = spelt + 1
  local path = asked[kind][math.random(#asked[kind])]
  if path:sub(1, 7) == "/sparql" then path = path .. "%20%23%20" .. number .. "%20" .. spelt end
  start = now()
  return wrk.format("GET", path)
end
function response(status)
  told = told .. string.format("TOLD %s %d %.1f\\n", kind, status, now() - start)
end
function done(summary, latency)
  for _, thread in ipairs(threads) do io.write(thread:get("told")) end
end
"""

SAMPLE_LINE = re.compile(r"^TOLD (\w+) (\d+) ([\d.]+)\n", re.MULTILINE)


def load(store: Path, seconds: int, busy: int) -> str:
    """Summarise the requests of each kind: statuses, times, memory."""
    with (
        serve(store) as (address, pid),
        tempfile.TemporaryDirectory() as home,
        ExitStack() as clients,
    ):
        file = Path(home) / "mixed.lua"
        file.write_text(_script(store))
        before = _memory(pid)
        for _ in range(busy):
            clients.enter_context(_spinning())
        wrk = subprocess.Popen(
            ["wrk", "-t16", "-c16", f"-d{seconds}s", "--timeout", "60s", "-s", str(file), address],
            stdout=subprocess.PIPE,
            text=True,
        )
        watch = MemoryWatch(pid)
        output, _ = wrk.communicate()
        during = watch.stop()
        after = _memory(pid)
    return "\n".join(
        [
            SAMPLE_LINE.sub("", output).strip(),
            "",
            table(("kind", "asked", "refused %", "p50 ms", "p99 ms", "statuses"), _kinds(output)),
            "",
            f"memory: {megabytes(before)} before, at most {megabytes(during)}, "
            f"{megabytes(after)} after",
        ]
    )


def _script(store: Path) -> str:
    """The clients' program in Lua."""
    requests = {
        "page": _things(store) + LOOKED_AT,
        "search": searches(),
        "light": [path_of(text) for text in LIGHT],
        "heavy": [path_of(text) for text in HEAVY],
    }
    ends = list(accumulate(SHARES.values(), initial=0))
    shares = zip(SHARES, pairwise(ends), strict=True)
    return SCRIPT.format(
        asked=", ".join(
            f"{kind} = {{ {', '.join(map(json.dumps, paths))} }}"
            for kind, paths in requests.items()
        ),
        shares=", ".join(f"{kind} = {{ {low}, {high} }}" for kind, (low, high) in shares),
    )


def _kinds(output: str) -> Iterator[tuple[Any, ...]]:
    """Of each kind: number, share of refusals, times of what was answered, statuses."""
    samples = [(kind, int(status), float(ms)) for kind, status, ms in SAMPLE_LINE.findall(output)]
    for kind in SHARES:
        statuses = Counter(status for other, status, _ in samples if other == kind)
        times = [ms for other, status, ms in samples if other == kind and status < 500] or [0.0]
        refused = 100 * statuses[503] / max(1, statuses.total())
        statuses_text = ", ".join(f"{n} x {status}" for status, n in sorted(statuses.items()))
        yield (
            kind,
            statuses.total(),
            refused,
            _quantile(times, 0.5),
            _quantile(times, 0.99),
            statuses_text,
        )


@contextmanager
def _spinning() -> Iterator[None]:
    """A process that keeps a core busy."""
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def searches() -> list[str]:
    """Pages of hits, and the same as data."""
    encoded = [urllib.parse.urlencode({"q": words}) for words in WORDS]
    return [f"{place}?{query}" for place in ("/search", "/api/search") for query in encoded]


def _things(store: Path) -> list[str]:
    opened = Store(store)
    ids = sorted(opened.shared.entities)[:PAGES]
    return ["/" + urllib.parse.quote(id_) for id_ in ids]


def _memory(pid: int) -> int:
    return sum(map(resident, tree(pid)))


def _quantile(times: list[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))]


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--busy", type=int, default=0, help="further processes that take time")
    arguments = parser.parse_args()
    sys.stdout.write(load(arguments.store, arguments.seconds, arguments.busy) + "\n")


if __name__ == "__main__":
    main()
