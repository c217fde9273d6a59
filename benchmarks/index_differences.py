"""How much less than a whole index does a difference to the last one cost?

Takes a store; writes its full-text index as a whole, then the differences of one episode changed,
added or gone, of fifty changed, and of none, each three times. Prints seconds of CPU, and their
share of those for the whole.

    python benchmarks/index_differences.py STORE
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from pathlib import Path

from msgspec.structs import replace

from kgraph.graph import SharedData
from kgraph.search.documents import (
    EpisodeDocuments,
    collect_episode_documents,
    find_shared_changes,
)
from kgraph.search.writer import IndexWriter
from kgraph.store import Store

MANY = 50
TIMES = 3


def edit(episode: EpisodeDocuments) -> EpisodeDocuments:
    """Add a word to the first document, which is the episode's own."""
    document, *others = episode.documents
    document = replace(document, text=f"{document.text} stablecoin")
    return replace(episode, documents=(document, *others))


def measure(
    path: Path,
    previous: Path | None,
    remove: Collection[str],
    add: Sequence[EpisodeDocuments],
    shared: SharedData,
) -> float:
    """Return the seconds of CPU to write an index, the best of some."""
    best = float("inf")
    for _ in range(TIMES):
        path.unlink(missing_ok=True)
        start = time.process_time()
        changed = find_shared_changes(shared, shared) if previous else None
        with IndexWriter(path, previous) as writer:
            writer.remove(remove)
            writer.add(add)
            writer.finish(shared, changed)
        best = min(best, time.process_time() - start)
    return best


def main(store: Path) -> None:
    """Measure, and print."""
    opened = Store(store)
    episodes = [collect_episode_documents(episode) for episode in opened.graph]
    shared = opened.shared
    last, many = episodes[-1], episodes[:MANY]
    with tempfile.TemporaryDirectory() as folder:
        whole, without, path = (Path(folder) / name for name in ("whole", "without", "path"))
        cost = measure(whole, None, (), episodes, shared)
        print(f"whole: {len(episodes)} episodes, {whole.stat().st_size:,} bytes, {cost:.3f} s")
        measure(without, None, (), episodes[:-1], shared)
        for name, previous, remove, add in (
            ("nothing", whole, [], []),
            ("one changed", whole, [last.slug], [edit(last)]),
            ("one gone", whole, [last.slug], []),
            ("one added", without, [], [last]),
            (f"{MANY} changed", whole, [e.slug for e in many], [edit(e) for e in many]),
        ):
            seconds = measure(path, previous, remove, add, shared)
            print(f"{name}: {seconds:.3f} s, {seconds / cost:.3f} of the whole")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
