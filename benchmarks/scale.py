"""How a build grows with its corpus.

    python benchmarks/scale.py FOLDER --times 1 4 16

Grows the folder (``replicate_corpus.py``) into a temporary one, builds its graph in a new process,
and prints seconds, seconds a file against the first size, peak memory of the tree of
processes, and the size of the store.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import NamedTuple

from measuring import KGRAPH, folder_size, megabytes, run, table
from replicate_corpus import grow


class Size(NamedTuple):
    """Cost of the build of one size: seconds and bytes."""

    files: int
    triples: int
    wall: float
    cpu: float
    peak: int
    store: int

    @property
    def a_file(self) -> float:
        """Milliseconds a file."""
        return self.wall / self.files * 1000


def measure(folder: Path, times: int) -> Size:
    """Grow, build, and forget."""
    with tempfile.TemporaryDirectory(prefix="kgraph-scale-") as home:
        grown, store = Path(home, "episodes"), Path(home, "store")
        files = grow(folder, grown, times)
        cost = run([*KGRAPH, "build", grown, "--store", store, "--json"])
        triples = json.loads(cost.output)["triples"]
        return Size(files, triples, cost.wall, cost.cpu, cost.peak, folder_size(store))


def main() -> None:
    """Read the command line, and measure each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 4, 16])
    arguments = parser.parse_args()
    sizes = [measure(arguments.folder, times) for times in arguments.times]
    head = ("files", "statements", "s", "CPU s", "ms a file", "against the first", "peak", "store")
    rows = [
        (
            size.files,
            f"{size.triples:,}",
            f"{size.wall:.1f}",
            f"{size.cpu:.1f}",
            f"{size.a_file:.1f}",
            f"{size.a_file / sizes[0].a_file:.2f}",
            megabytes(size.peak),
            megabytes(size.store),
        )
        for size in sizes
    ]
    print(table(head, rows))


if __name__ == "__main__":
    main()
