"""How long a cold process takes to answer.

    python benchmarks/cold_start.py STORE [--runs N]

Starts each command N times in a process of its own and prints the median of the wall
times. The files are in the system's cache after the first run.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from measuring import KGRAPH, megabytes, run, table

COMMANDS = (
    ("--help",),
    ("queries",),
    ("query", "co-mentioned", "--param", "company=NVIDIA"),
    ("query", "ASK { ?episode a schema:PodcastEpisode }"),
    ("show", "NVIDIA"),
)


def main() -> None:
    """Read the command line, and measure each command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    rows = []
    for command in COMMANDS:
        store_options = () if command[0] in ("--help", "queries") else ("--store", arguments.store)
        costs = [run([*KGRAPH, *command, *store_options]) for _ in range(arguments.runs)]
        wall = [cost.wall for cost in costs]
        peak = max(cost.peak for cost in costs)
        command_text = f"`kgraph {' '.join(command)}`"
        rows.append(
            (command_text, f"{statistics.median(wall):.3f}", f"{min(wall):.3f}", megabytes(peak))
        )
    print(table(("command", "median, s", "best, s", "peak"), rows))


if __name__ == "__main__":
    main()
