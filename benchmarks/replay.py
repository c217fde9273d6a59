"""Decide all rows of a store again, and add up the steps of each confidence.

    python benchmarks/replay.py STORE

Prints how many rows came out otherwise than in the graph (0 where the program, its lexicon and its
model are those of the build), and the greatest difference between a confidence and its steps.
"""

import math
import sys
import time

from kgraph.resolve.mentions.classifier import sigmoid
from kgraph.store import Store
from kgraph.views.replay import Replay


def main(path: str) -> None:
    store = Store(path)
    start = time.perf_counter()
    replay = Replay.cached_for(store)
    print(f"loaded in {time.perf_counter() - start:.1f} s")
    rows = differing = weighed = 0
    greatest = 0.0
    for episode in store.graph:
        files = [replay.replay_file(episode, number) for number in range(len(episode.files))]
        for mention in episode.mentions:
            for row in mention.rows:
                rows += 1
                again = files[row.file].find_row(mention, row)
                if again is None:
                    differing += 1
                elif again.steps:
                    weighed += 1
                    total = math.fsum(step.weight for step in again.steps)
                    greatest = max(greatest, abs(sigmoid(total) - row.confidence))
    print(
        f"{rows:,} rows in {time.perf_counter() - start:.1f} s: {differing:,} decided otherwise; "
        f"{weighed:,} by weights, whose steps differ from the confidence by at most {greatest:.1e}"
    )


if __name__ == "__main__":
    main(sys.argv[1])
