"""Judging on pages: how soon does a wrong company go from its page and from a question?

    python benchmarks/judging.py STORE COMPANY OTHER [--runs 3]

Starts ``kgraph serve --judge`` on a store, and opens the page of COMPANY (an id such as
``company/acme``) in a headless Chromium, with a session. COMPANY is rejected with a reason, in the
first run with the mouse and in the others by keyboard alone, and the judgement is undone. Gives
seconds: from the choice of an answer to the preview; from recording it until the page says that the
company is gone, and until the question co-mentioned of OTHER (a name) no longer has it; from the
undo until the page is back. Store and judgements are as before in the end.

The load of the machine is printed beside the times: a build takes several times as long where
others use the cores.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import urlencode
from urllib.request import urlopen

from chromium import load_driver
from measuring import KGRAPH, environment

WIDTH, HEIGHT = 1280, 800
LIMIT_S = 600.0  #: for each step


class Seconds(NamedTuple):
    """Times of a run, in seconds."""

    preview: float
    gone_from_page: float
    gone_from_question: float
    back: float


def start_server(store: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server, and return its process and the address that begins a session."""
    command = [*KGRAPH, "serve", "--judge", "--port", "0", "--store", store]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())
    assert process.stderr
    for line in process.stderr:
        if address := re.search(r"to judge names, open (\S+)", line):
            # Read on, since a pipe that nobody empties stops the server.
            subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL)
            return process, address[1]
    sys.exit("the server did not start")


def has_beside(address: str, other: str, company: str) -> bool:
    """Return whether the question co-mentioned of a name has a company."""
    query = urlencode({"company": other, "format": "json"})
    with urlopen(f"{address}/questions/co-mentioned?{query}") as answer:
        return f"/{company}" in answer.read().decode()


def choose(page: Any, selector: str, by_keyboard: bool) -> None:
    """Click an element, or go to it with Tab and press Enter."""
    if by_keyboard:
        page.tab_to(selector)
        page.press("Enter")
        return
    name = json.dumps(selector)
    page.run(f"document.querySelector({name}).scrollIntoView({{block: 'center'}})")
    page.click(
        *page.run(
            f"(() => {{ const r = document.querySelector({name}).getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
    )


def run(page: Any, address: str, company: str, other: str, by_keyboard: bool) -> Seconds:
    """Reject a company on its page, and undo that."""
    label = json.dumps(page.run("document.querySelector('h1').textContent"))
    is_gone = "document.querySelector('h1')?.textContent === 'Gone'"
    start = time.monotonic()
    choose(page, ".judge-section a[href*='verb=reject']", by_keyboard)
    page.until("document.activeElement.name === 'why'", LIMIT_S)
    preview = time.monotonic() - start
    page.type("a benchmark")
    start = time.monotonic()
    page.press("Enter")
    page.until(is_gone, LIMIT_S)
    gone_from_page = time.monotonic() - start
    while has_beside(address, other, company):
        time.sleep(0.02)
    gone_from_question = time.monotonic() - start
    page.until("!document.getElementById('judge-undo').hidden", LIMIT_S)
    start = time.monotonic()
    choose(page, "#judge-undo button", by_keyboard)
    page.until(f"document.querySelector('h1')?.textContent === {label}", LIMIT_S)
    back = time.monotonic() - start
    assert has_beside(address, other, company)
    return Seconds(preview, gone_from_page, gone_from_question, back)


def main() -> None:
    """Measure, and print a line for each run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store")
    parser.add_argument("company")
    parser.add_argument("other")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    process, start = start_server(options.store)
    address = start.partition("/judge/")[0]
    browser = load_driver()
    try:
        assert has_beside(address, options.other, options.company), "not beside it: name another"
        with closing(browser.Chromium()) as chromium:
            page = browser.Page(chromium)
            page.open(start, WIDTH, HEIGHT, "light")
            for number in range(options.runs):
                page.go(f"{address}/{options.company}")
                seconds = run(page, address, options.company, options.other, number > 0)
                times = ", ".join(
                    f"{name} {value:.1f}" for name, value in seconds._asdict().items()
                )
                way = "keys" if number else "mouse"
                print(f"{way}: {times}; load {os.getloadavg()[0]:.1f}", flush=True)
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
