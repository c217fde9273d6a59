"""Measure the spread of raw relevance, for the quantiles of kgraph/resolve/quotes/relevance.py.

    python benchmarks/relevance.py EPISODES

EPISODES is a folder of episode files. Printed: the raw relevance below which lie 1, 2, ...
19 twentieths of their quotes, and that below and above which lies one in 250.
"""

from __future__ import annotations

import sys

from kgraph.ingest import find_files, read_file
from kgraph.resolve.quotes.fingerprints import fingerprint_quotes


def main(folder: str) -> None:
    episodes = (reading.episode for reading in map(read_file, find_files([folder]).files))
    raw = sorted(step for e in episodes if e for step in fingerprint_quotes(e).relevance)
    edge = len(raw) // 250
    print(len(raw), "quotes")
    print("quantiles", *(raw[len(raw) * i // 20] for i in range(1, 20)))
    print("ends", raw[edge], raw[-edge - 1])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
