"""What does each kind of page cost when it is first asked for, and is it free of faults?

    python benchmarks/pages_cost.py STORE [--no-browser] [--pictures FOLDER]

Starts a server of a store, and asks for a page of each kind: lists, things, evidence, search,
questions, editor, briefing, audit, what is missing. Prints the CPU seconds of the server and its
workers for the first and for the second answer, and the share of the first ones under 0.3 s.
Then opens all of them in a headless Chromium, in light, dark and on a phone, and counts what
axe-core finds (its default rules and target-size), console messages, and requests to other hosts.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from chromium import load_driver
from measuring import ROOT, serve, table, tree

LIMIT_S = 0.3  #: CPU seconds of a first answer
SETTLED_S = 0.3  #: seconds after which work that goes on behind an answer is counted as well
TICKS = os.sysconf("SC_CLK_TCK")
ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"
AXE = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
MODES = {
    "light": (1280, 800, "light"),
    "dark": (1280, 800, "dark"),
    "phone": (390, 844, "light"),
}

PATHS = (
    *("/", "/companies", "/entities?type=person", "/episodes", "/themes", "/shows"),
    *("/search", "/search?q=stablecoin+yield", "/questions", "/editor", "/briefing"),
    *("/compare", "/pair", "/why-not", "/api", "/downloads"),
    *("/audit", "/audit/mentions", "/audit/shows", "/audit/quotes", "/audit/themes"),
    *("/nothing-here", "/company/nothing-here"),
)
"""Pages that every store has."""

QUESTIONS = ("best-quotes", "by-month", "risers", "clusters", "bridges", "path", "best-by-week")


def fetch(address: str, accept: str = ACCEPT) -> bytes:
    """Return what an address answers, whatever its status."""
    try:
        with urlopen(Request(address, headers={"Accept": accept})) as answer:
            data: bytes = answer.read()
    except HTTPError as error:
        data = error.read()
    return data


def list_paths(address: str) -> list[str]:
    """List a page of each kind, of the things that the most episodes mention."""

    def rows(path: str) -> list[dict[str, object]]:
        listed: list[dict[str, object]] = json.loads(fetch(f"{address}/api/{path}", "*/*"))["rows"]
        return listed

    def id_of(row: dict[str, object]) -> str:
        thing = row.get("thing", row)
        assert isinstance(thing, dict)
        return str(thing["id"])

    types = ("company", "person", "product", "crypto", "institution", "place", "other")
    most = [id_of(rows(f"entities?type={type_}&limit=1")[0]) for type_ in types]
    theme, show = id_of(rows("themes")[9]), id_of(rows("shows?limit=2")[1])
    episode = id_of(rows("episodes?limit=1")[0])
    facts = json.loads(fetch(f"{address}/api/episode?{urlencode({'name': episode})}", "*/*"))
    linked = [facts["quotes"][0]["id"], facts["topics"][0]["id"], facts["tags"][0]["id"]]
    mention = facts["mentions"][0]["thing"]["id"]
    asked = (
        f"/why?{urlencode({'episode': episode, 'name': mention})}",
        f"/how?{urlencode({'name': most[0]})}",
        f"/why-not?{urlencode({'name': most[0], 'other': most[1]})}",
        f"/compare?{urlencode([('x', id_) for id_ in most[:4]])}",
        f"/pair?{urlencode({'one': most[0], 'other': most[1]})}",
        f"/episodes?{urlencode({'mentions': most[0], 'beside': most[1]})}",
    )
    things = [f"/{id_}" for id_ in (*most, theme, show, episode, *linked)]
    return [*PATHS, *things, *asked, *(f"/questions/{name}" for name in QUESTIONS)]


def measure_cpu(pid: int) -> float:
    """Return the CPU seconds of a process and all that descend from it so far."""
    seconds = 0.0
    for each in tree(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        seconds += sum(map(int, fields[11:15])) / TICKS  # proc(5): utime, stime, cutime, cstime
    return seconds


def measure_page(address: str, pid: int) -> float:
    """Return the CPU seconds that an answer takes."""
    before = measure_cpu(pid)
    fetch(address)
    time.sleep(SETTLED_S)
    return measure_cpu(pid) - before


def measure_pages(address: str, pid: int, paths: Sequence[str]) -> str:
    """Return a table of the costs of pages, the dearest first, and the share under the limit."""
    costs = [
        (path, measure_page(address + path, pid), measure_page(address + path, pid))
        for path in paths
    ]
    costs.sort(key=lambda row: -row[1])
    cheap = sum(first < LIMIT_S for _, first, _ in costs)
    rows = [(path, f"{first:.2f}", f"{second:.2f}") for path, first, second in costs]
    share = f"under {LIMIT_S} s at first: {cheap} of {len(costs)} ({cheap / len(costs):.0%})"
    return f"{table(('page', 'first, CPU s', 'again'), rows)}\n\n{share}"


def inspect_pages(address: str, paths: Sequence[str], pictures: Path | None) -> str:
    """Return a table of the faults of pages by mode, with the pages that have some."""
    axe = (ROOT / "tests/vendor/axe.min.js").read_text("utf-8")
    driver = load_driver()
    rows, details = [], []
    with closing(driver.Chromium()) as chromium:
        for mode, window in MODES.items():
            faults = messages = foreign = 0
            for number, path in enumerate(paths):
                page = driver.Page(chromium)
                page.open(address + path, *window)
                page.call("Runtime.evaluate", expression=axe)
                violations = page.run(AXE)["violations"]
                console = [text for text in page.console if "404 (Not Found)" not in text]
                other = [url for url in page.requests if not url.startswith((address, "data:"))]
                faults += len(violations)
                messages += len(console)
                foreign += len(other)
                found = [f"{each['id']} ({len(each['nodes'])})" for each in violations]
                details += [f"{mode} {path}: {text}" for text in (*found, *console, *other)]
                if pictures:
                    page.picture(pictures / f"{mode}-{number:02}.png")
                page.close()
            rows.append((mode, len(paths), faults, messages, foreign))
    head = ("mode", "pages", "findings of axe-core", "console messages", "requests to other hosts")
    return "\n".join([table(head, rows), "", *details])


def main() -> None:
    """Measure, and print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store", type=Path)
    parser.add_argument("--no-browser", action="store_true", help="measure only the cost")
    parser.add_argument("--pictures", type=Path, help="folder for a picture of each page")
    options = parser.parse_args()
    with serve(options.store) as (slashed, _):
        paths = list_paths(slashed.rstrip("/"))
    with serve(options.store) as (slashed, pid):  # another one, that has answered nothing
        address = slashed.rstrip("/")
        sys.stdout.write(measure_pages(address, pid, paths) + "\n\n")
        sys.stdout.flush()
        if not options.no_browser:
            sys.stdout.write(inspect_pages(address, paths, options.pictures) + "\n")


if __name__ == "__main__":
    main()
