"""The thirty questions that a graph of episodes should answer, put to a store.

    python benchmarks/thirty.py STORE [--runs N] [--rows N]

Prints each question, the name that answers it, the median seconds of some runs (of the
library's call on an open store) with those of the processor, which are what it takes on a
quiet machine, and the first rows.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

from measuring import ROOT

sys.path.insert(0, str(ROOT))

from kgraph.analysis import questions, table
from kgraph.names import shorten
from kgraph.store import Store

THIRTY: tuple[tuple[str, dict[str, str]], ...] = (
    ("co-mentioned", {"company": "NVIDIA", "since": "2025-06-01"}),
    ("associated", {"company": "NVIDIA", "since": "2025-06-01"}),
    ("companies-by-shows", {"shows": "5"}),
    ("path", {"one": "Anthropic", "other": "Circle"}),
    ("bridges", {"one": "Ethereum", "other": "OpenAI"}),
    ("beside-but-not", {"beside": "OpenAI", "never": "Google"}),
    ("surfaces", {"entity": "JPMorgan"}),
    ("which-one", {"name": "Gemini", "episode": "EPISODE"}),
    ("ranked-by-month", {"kind": "exchange"}),
    ("not-companies", {}),
    ("best-quotes", {"about": "stablecoins", "relevance": "9", "perEpisode": "2"}),
    ("quotes-of-both", {"one": "BlackRock", "other": "Bitcoin ETF"}),
    ("recurring-quotes", {}),
    ("best-by-week", {"about": "regulation"}),
    ("who-said", {"words": "stablecoin"}),
    ("quotes-naming", {"about": "AI safety", "type": "Company"}),
    ("impact-by-theme", {"word": "risk"}),
    ("risers", {"before": "2025-06", "after": "2025-09"}),
    ("by-month", {"entity": "Polymarket"}),
    ("themes-beside", {"with": "DeFi", "without": "Artificial intelligence"}),
    ("talk-by-month", {"about": "AI bubble"}),
    ("similar-episodes", {"episode": "EPISODE"}),
    ("shows-covering", {"entity": "Solana"}),
    ("listening-list", {"companies": "10", "episodes": "5"}),
    ("same-recording", {}),
    ("listen-to", {"about": "tokenisation"}),
    ("evidence", {"entity": "NVIDIA", "episode": "EPISODE"}),
    ("rejected", {}),
    ("thin-evidence", {}),
    ("changes", {}),
)
"""Name and parameters, in the order in which people asked.

``EPISODE`` stands for the first file that mentions Gemini and NVIDIA, or either.
"""


def an_episode(store: Store) -> str:
    """Name of a file that says much of what is asked for."""
    wanted = {"product/gemini", "company/geminiexchange", "company/nvidia"}
    outlines = store.shared.outlines.values()
    return max(outlines, key=lambda o: len(wanted & o.mentions.keys())).files[0]


def timed(store: Store, name: str, given: dict[str, str], runs: int, rows: int) -> float:
    """Median seconds of the processor; prints the answer's first rows."""
    walls, processors = [], []
    for _ in range(runs):
        start, cpu = time.perf_counter(), time.process_time()
        found = table(store, name, given)
        answered = list(found.rows)
        walls.append(time.perf_counter() - start)
        processors.append(time.process_time() - cpu)
    wall, median = statistics.median(walls), statistics.median(processors)
    print(f"\n{' / '.join(questions()[name].answers)}")
    print(f"{name} {given}: {wall:.2f} s ({median:.2f} s of CPU), {len(answered)} rows")
    print("   ", " | ".join(found.columns))
    for row in answered[:rows]:
        print("   ", " | ".join(shorten(str(cell), 48) for cell in row))
    return median


def main() -> None:
    """Read the command line, ask, sum up."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=5)
    arguments = parser.parse_args()
    store = Store(arguments.store)
    episode = an_episode(store)
    medians = {}
    for name, given in THIRTY:
        filled = {key: episode if value == "EPISODE" else value for key, value in given.items()}
        medians[name] = timed(store, name, filled, arguments.runs, arguments.rows)
    quick = sum(seconds < 1 for seconds in medians.values())
    slowest = max(medians, key=lambda name: medians[name])
    print(f"\n{quick} of {len(medians)} under 1 s of CPU, {slowest} at {medians[slowest]:.2f} s")


if __name__ == "__main__":
    main()
