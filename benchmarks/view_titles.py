"""How many marks and names do the names of groups cover in pictures of `kgraph view`?

    python benchmarks/view_titles.py STORE [--focus NAME ...] [--limit 60]

Draws the picture of the whole store and one around each name, opens them in a headless Chromium at
1280 by 800 pixels and on a phone (390 by 844), and counts in what the page painted: marks and names
under the name of a group, such names on each other, and such that the edge cuts off.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

from chromium import load_driver
from measuring import table

import kgraph

SIZES = ((1280, 800), (390, 844))
FOCUSES = ("NVIDIA", "OpenAI", "Polymarket", "Ethereum")


def main() -> None:
    """Draw, open and count; print a row for each picture and size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store")
    parser.add_argument("--focus", nargs="*", default=FOCUSES, help="names; empty for none")
    parser.add_argument("--limit", type=int, default=60, help="names of a picture, at most")
    options = parser.parse_args()
    graph = kgraph.KnowledgeGraph.open(options.store)
    browser, painted = load_driver(), load_driver("tests/draw/painted.py")
    rows: list[list[object]] = []
    totals = {size: Counter[str]() for size in SIZES}
    with tempfile.TemporaryDirectory() as folder, closing(browser.Chromium()) as chromium:
        for focus in (None, *options.focus):
            file = Path(folder) / f"{len(rows)}.html"
            graph.view(file, focus=focus, limit=options.limit)
            for size in SIZES:
                page = browser.Page(chromium)
                page.call("Page.addScriptToEvaluateOnNewDocument", source=painted.RECORDER)
                page.open(file, *size, "light")
                page.until("painted.texts.length && painted.marks.length")
                page.settle()
                counts = painted.count_covered(page)
                totals[size].update(counts)
                rows.append([focus or "all", "x".join(map(str, size)), *counts.values()])
                page.close()
    for (width, height), total in totals.items():
        rows.append(["sum", f"{width}x{height}", *total.values()])
    print(table(("picture", "pixels", *counts), rows))


if __name__ == "__main__":
    main()
