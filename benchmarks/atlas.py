"""How soon, how smooth and how small is an atlas, and how much memory does it take?

    benchmarks/atlas.py STORE [--runs 5]

Each figure is the median of the runs, each in a new browser without a GPU and without a network:
headless Chromium, 1440 by 900 pixels. What is measured:

first picture
    from the start of navigation until the whole picture stands
frames
    of ``requestAnimationFrame`` while the mouse drags, turns its wheel, or passes over names
sharp again
    from the last change of a zoom until the picture is drawn anew
memory
    of the page's process, after all of that: resident, and what it shares with no other
search, path, filter
    in the page, from the call to the result; quotes cold (texts still packed) and warm
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from chromium import HEIGHT, SHARP, WIDTH, Frames, Tab, median, tab
from measuring import KGRAPH, run, table

READY = "performance.getEntriesByName('kgraph:ready').length"
FIRST = "performance.getEntriesByName('kgraph:first-picture')[0]?.startTime"
MIDDLE = (WIDTH * 0.35, HEIGHT * 0.45)
"""Of the picture, beside the panel."""

LIMIT = 60.0
"""Seconds that an atlas may take to be ready."""

TIMED = """(async () => {
    const took = [];
    for (const one of %s) {
        const start = performance.now();
        await (%s)(one);
        took.push(performance.now() - start);
    }
    return took.sort((a, b) => a - b)[Math.floor(took.length / 2)];
})()"""
"""Median of some milliseconds: of a function over arguments."""

NAMED = "(name) => kgraphAtlas.app.findNames(name, 10)"
FILTERED = "(changes) => kgraphAtlas.app.tryFilter(changes)"
QUOTED = (
    "(words) => kgraphAtlas.app.source.quotes.search(words, (i) => kgraphAtlas.atlas.relevance[i])"
)
JOINED = (
    "([one, other]) => kgraphAtlas.app.findPaths(kgraphAtlas.app.findNames(one, 1)[0], "
    "kgraphAtlas.app.findNames(other, 1)[0], 1)"
)
Figures = dict[str, list[float]]


def main() -> None:
    """Measure, and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures(arguments, Path(folder))


def figures(arguments: argparse.Namespace, folder: Path) -> None:
    """Print what is asked for."""
    full_page, bare = folder / "atlas.html", folder / "bare.html"
    store = ("--store", arguments.store)
    wrote = [
        run([*KGRAPH, "atlas", *store, "--output", full_page]).wall for _ in range(arguments.runs)
    ]
    run([*KGRAPH, "atlas", *store, "--no-quotes", "--output", bare])
    print(f"## The whole graph\n\nLoad of the machine: {Path('/proc/loadavg').read_text()[:14]}\n")
    rows = [
        ("file with all quotes, MB", full_page.stat().st_size / 1e6),
        ("file without quotes, MB", bare.stat().st_size / 1e6),
        ("written from a store in, s", median(wrote)),
        *measured(full_page, arguments.runs, smooth).items(),
        *measured(full_page, arguments.runs, ask).items(),
        ("first picture without quotes, ms", measured(bare, arguments.runs, first)["first, ms"]),
    ]
    print(table(("figure", "median"), rows))


def measured(path: Path, runs: int, look_at: Callable[[Tab, Figures], None]) -> dict[str, float]:
    """Medians of what is looked at, each time in a new browser."""
    measures: Figures = defaultdict(list)
    for _ in range(runs):
        with tab(path) as page:
            if not page.wait(READY, LIMIT):
                raise SystemExit(f"{path}: not ready after {LIMIT:.0f} s: {page.page.console}")
            look_at(page, measures)
            asked_for = [url for url in page.page.requests if url.startswith(("http", "ws"))]
            measures["outside requests"].append(len(asked_for))
            measures["words on the console"].append(len(page.page.console))
    return {name: median(values) for name, values in measures.items()}


def first(page: Tab, measures: Figures) -> None:
    """When the first picture stood."""
    measures["first, ms"].append(page.run(FIRST))


def smooth(page: Tab, measures: Figures) -> None:
    """The first picture, and frames while hands move."""
    first(page, measures)
    x, y = MIDDLE
    keep(measures, "drag", dragged(page))
    keep(
        measures, "wheel", page.frames(lambda share: wheel(page, x, y, -18 if share < 0.5 else 18))
    )
    keep(
        measures,
        "pass over",
        page.frames(lambda s: page.mouse("mouseMoved", 60 + 800 * s, 120 + 500 * s)),
    )
    for _ in range(3):
        wheel(page, x, y, -120)
    time.sleep(0.02)
    measures["sharp again, ms"].append(page.run(SHARP))
    resident, private = page.memory()
    measures["memory, MB"].append(resident)
    measures["of it private, MB"].append(private)


def dragged(page: Tab) -> Frames:
    """Frames while the mouse drags the picture in a figure of eight."""
    x, y = MIDDLE

    def drag(share: float) -> None:
        turn = 4 * math.pi * share
        to = (x + 200 * math.sin(turn), y + 120 * math.sin(2 * turn))
        page.mouse("mouseMoved", *to, button="left", buttons=1)

    page.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
    frames = page.frames(drag)
    page.mouse("mouseReleased", x, y, button="left", clickCount=1)
    return frames


def wheel(page: Tab, x: float, y: float, by: float) -> None:
    """Turn the wheel; negative zooms in."""
    page.mouse("mouseWheel", x, y, deltaX=0, deltaY=by)


def keep(measures: Figures, act: str, frames: Frames) -> None:
    """Note frames under the name of what was done."""
    measures[f"{act}: frames a second"].append(frames.rate)
    measures[f"{act}: 95 % of frames within, ms"].append(frames.slow)


def ask(page: Tab, measures: Figures) -> None:
    """Measure a page before any input."""
    measures["quotes cold, ms"].append(page.run(TIMED % (["stablecoins"], QUOTED)))
    words = ["agents", "data centre", "bitcoin etf", "regulation"]
    measures["quotes warm, ms"].append(page.run(TIMED % (words, QUOTED)))
    names = ["Nvi", "coin", "openai", "b", "anthropic", "polym", "sam alt", "gogle", "chatgtp"]
    pairs = [["Anthropic", "Circle"], ["OpenAI", "Polymarket"], ["Nvidia", "Solana"]]
    page.run(TIMED % (pairs[:1], JOINED))  # makes the index of neighbours
    measures["name search, ms"].append(page.run(TIMED % (names, NAMED)))
    measures["path, ms"].append(page.run(TIMED % (pairs, JOINED)))
    changes = [{"confidence": 0.7}, {"episodes": 5}, {"from": 20_250, "to": 20_350}]
    measures["filter, ms"].append(page.run(TIMED % (changes, FILTERED)))


if __name__ == "__main__":
    main()
