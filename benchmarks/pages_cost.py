"""What does each kind of page cost when it is first asked for?

    python benchmarks/pages_cost.py STORE [--servers N]

Asks fresh servers of a store for pages of each kind, of things that many, some and few episodes
mention: N servers one after another, each for another share of the addresses, in another order.
Prints the CPU seconds of a server and its workers for the first answers by kind, the dearest
pages with their second answers, and the share of the first ones under 0.3 s. A server is asked
once it holds its graph and rests; its caches of answers are then empty.

CPU seconds on a busy machine are inflated: the CPU seconds of a fixed loop, timed before each
page, tell by how much. ``chrt -r 1 taskset -c 1`` before the command keeps others away.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from measuring import serve, table, tree

LIMIT_S = 0.3  #: CPU seconds of a first answer
SETTLED_S = 0.3  #: seconds after which work that goes on behind an answer is counted as well
REST_S = 0.5  #: seconds in which a server that rests uses no CPU time
REST_CPU_S = 0.02
LOOPS = 100_000  #: of the fixed loop, some 3 ms
DEAREST = 25  #: pages that the second table lists
TICKS = os.sysconf("SC_CLK_TCK")
ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"

PATHS = {
    "front": ("/",),
    "list": (
        *("/companies", "/entities?type=person", "/entities?type=product&offset=100", "/themes"),
        *("/episodes", "/episodes?offset=500", "/shows", "/entities?unlikely=true"),
    ),
    "search": (
        *("/search", "/search?q=stablecoin+yield", "/search?q=nvidia", "/search?q=zzzzqqq"),
        *("/search?q=interest+rates&kind=quote", "/search?q=agents&mode=similar"),
    ),
    "form": ("/compare", "/pair", "/why-not", "/questions", "/editor", "/downloads", "/api"),
    "briefing": ("/briefing", "/briefing?since=2025-09-01", "/briefing?since=2025-06-01&limit=5"),
    "audit": (
        *("/audit", "/audit/mentions", "/audit/shows", "/audit/quotes", "/audit/themes"),
        *("/audit/mentions?order=least", "/audit/mentions?q=coinbase&type=company"),
        *("/audit/mentions?type=noise&offset=200", "/audit/quotes?type=advert&order=most"),
        *("/audit/shows?order=least", "/audit/quotes?q=bitcoin"),
    ),
    "not found": (
        *("/nothing-here", "/company/nothing-here", "/audit/nothing", "/questions/nothing"),
        *("/theme/nothing-here", "/episode/nothing-here", "/how?name=Nothing+Here"),
        *("/why?episode=nothing&name=nothing",),
    ),
}
"""Pages that every store has, by kind."""

TYPES = ("company", "person", "product", "crypto", "institution", "place", "other")
RANKS = (0, 3, 40, 250)  #: of the things whose pages are asked for, by number of episodes


def fetch(address: str, accept: str = ACCEPT) -> bytes:
    """Return what an address answers, whatever its status."""
    try:
        with urlopen(Request(address, headers={"Accept": accept})) as answer:
            data: bytes = answer.read()
    except HTTPError as error:
        data = error.read()
    return data


def list_paths(address: str) -> dict[str, list[str]]:
    """List pages of each kind, by kind."""

    def rows(path: str) -> list[dict[str, object]]:
        listed: list[dict[str, object]] = json.loads(fetch(f"{address}/api/{path}", "*/*"))["rows"]
        return listed

    def ids(path: str) -> list[str]:
        joint = "&" if "?" in path else "?"
        found = [rows(f"{path}{joint}limit=1&offset={rank}")[:1] for rank in RANKS]
        return [_get_id(row) for page in found for row in page]

    kinds = {kind: list(paths) for kind, paths in PATHS.items()}
    things = {type_: ids(f"entities?type={type_}") for type_ in TYPES}
    themes = [_get_id(row) for row in rows("themes")]
    episodes = ids("episodes")
    for type_, listed in things.items():
        kinds[type_] = [f"/{id_}" for id_ in listed]
    kinds["theme"] = [f"/{themes[rank]}" for rank in RANKS if rank < len(themes)]
    kinds["show"] = [f"/{id_}" for id_ in ids("shows")]
    kinds["episode"] = [f"/{id_}" for id_ in episodes]
    for episode in episodes:
        facts = json.loads(fetch(f"{address}/api/episode?{urlencode({'name': episode})}", "*/*"))
        for kind in ("quote", "topic", "tag"):
            listed = facts[f"{kind}s"][:1]
            kinds.setdefault(kind, []).extend(f"/{row['id']}" for row in listed)
        for row in facts["mentions"][:1]:
            query = urlencode({"episode": episode, "name": row["thing"]["id"]})
            kinds.setdefault("why", []).append(f"/why?{query}")
    full = [listed for listed in things.values() if len(listed) == len(RANKS)]
    columns = list(zip(*full, strict=True))
    kinds["how"] = [f"/how?{urlencode({'name': id_})}" for id_ in things["company"]]
    for first, second, third, fourth, *_ in columns:
        pair = {"one": first, "other": second}
        kinds.setdefault("pair", []).append(f"/pair?{urlencode(pair)}")
        query = urlencode([("x", id_) for id_ in (first, second, third, fourth)])
        kinds.setdefault("compare", []).append(f"/compare?{query}")
        query = urlencode({"name": first, "other": second})
        kinds.setdefault("why-not", []).append(f"/why-not?{query}")
        query = urlencode({"mentions": first, "beside": second})
        kinds.setdefault("episodes of two", []).append(f"/episodes?{query}")
    questions = re.findall(r'href="(/questions/[^"?#]+)"', fetch(f"{address}/questions").decode())
    kinds["question"] = list(dict.fromkeys(questions))
    return kinds


def _get_id(row: Mapping[str, object]) -> str:
    thing = row.get("thing", row)
    assert isinstance(thing, dict)
    return str(thing["id"])


def measure_cpu(pid: int) -> float:
    """Return the CPU seconds of a process and all that descend from it so far."""
    seconds = 0.0
    for each in tree(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            # Number of a process's CPU clock on Linux (clock_getcpuclockid(3)).
            seconds += time.clock_gettime(~each << 3 | 2)
        except OSError:  # it has ended
            continue
        seconds += sum(map(int, fields[13:15])) / TICKS  # proc(5): cutime, cstime
    return seconds


class PageCost(NamedTuple):
    """CPU seconds of a page's first and second answer, and of the fixed loop before."""

    kind: str
    path: str
    first: float
    second: float
    loop: float


def measure_page(address: str, pid: int) -> float:
    """Return the CPU seconds that an answer takes."""
    before = measure_cpu(pid)
    fetch(address)
    time.sleep(SETTLED_S)
    return measure_cpu(pid) - before


def measure_loop() -> float:
    """Return the CPU seconds of the fixed loop."""
    start, total = time.process_time(), 0
    for number in range(LOOPS):
        total += number & 3
    return time.process_time() - start


def wait_rest(pid: int) -> None:
    """Wait until a server and its workers use no CPU time."""
    last = -1.0
    while (now := measure_cpu(pid)) - last > REST_CPU_S:
        last = now
        time.sleep(REST_S)


def measure_pages(
    store: Path, kinds: Mapping[str, Sequence[str]], servers: int
) -> Iterator[PageCost]:
    """Ask each of some fresh servers for its share of the pages of each kind."""
    for server in range(servers):
        asked = [(kind, path) for kind in kinds for path in kinds[kind][server::servers]]
        random.Random(server).shuffle(asked)
        with serve(store) as (slashed, pid):
            wait_rest(pid)
            for kind, path in asked:
                loop, address = measure_loop(), slashed.rstrip("/") + path
                yield PageCost(
                    kind, path, measure_page(address, pid), measure_page(address, pid), loop
                )


def describe_costs(costs: Sequence[PageCost]) -> str:
    """Return tables of the costs by kind and of the dearest pages, and the share of cheap ones."""
    kinds = defaultdict(list)
    for cost in costs:
        kinds[cost.kind].append(cost.first)
    by_kind = [
        (
            kind,
            len(firsts),
            sum(first < LIMIT_S for first in firsts),
            f"{statistics.median(firsts):.2f}",
            f"{max(firsts):.2f}",
        )
        for kind, firsts in sorted(kinds.items(), key=lambda item: -max(item[1]))
    ]
    dearest = sorted(costs, key=lambda cost: -cost.first)[:DEAREST]
    rows = [(cost.path, f"{cost.first:.2f}", f"{cost.second:.2f}") for cost in dearest]
    cheap = sum(cost.first < LIMIT_S for cost in costs)
    loops = sorted(cost.loop for cost in costs)
    return "\n\n".join(
        [
            table(("kind", "pages", f"under {LIMIT_S} s", "median, CPU s", "dearest"), by_kind),
            table(("page", "first, CPU s", "again"), rows),
            f"under {LIMIT_S} s at first: {cheap} of {len(costs)} ({cheap / len(costs):.1%})",
            f"the fixed loop took {1000 * loops[0]:.1f} ms of CPU at least, "
            f"{1000 * statistics.median(loops):.1f} in the median, {1000 * loops[-1]:.1f} at most",
        ]
    )


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store", type=Path)
    parser.add_argument("--servers", type=int, default=4, help="fresh servers; 4 by default")
    options = parser.parse_args()
    with serve(options.store) as (slashed, _):
        kinds = list_paths(slashed.rstrip("/"))
    costs = list(measure_pages(options.store, kinds, options.servers))
    sys.stdout.write(f"{describe_costs(costs)}\n")


if __name__ == "__main__":
    main()
