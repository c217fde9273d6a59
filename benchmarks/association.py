"""Compare measures of what stands beside a thing, on shows that they have not seen.

    python benchmarks/association.py [STORE]

STORE holds a built graph (`kgraph build EPISODES --store STORE`). Its shows are dealt out to two
halves of as many episodes. In each half, every entity's neighbours are ranked by each measure;
the first ten are then looked up in the other half. Printed for entities of 6 to 19 and of 20 or
more episodes in the smaller half, for all neighbours and for those of three episodes and two shows:

* lift: mean logarithm of the lift of the ten in the other half, with 0.5 added to both counts;
* again: share of the ten that at least two episodes of the other half mention with the entity;
* thin: share of the ten that fewer than three episodes mention with it in the first half.

Of 1,006 real episodes, with three episodes and two shows, for entities of 20 episodes or more (of 6
to 19): `score`, which kgraph uses, lift 0.81 (0.60) and again 0.82 (0.67); the IC025 with a Poisson
distribution 0.81 (0.60) and 0.82 (0.66); local mutual information 0.79 (0.62) and 0.90 (0.69);
normalised pointwise mutual information (NPMI) 0.70 (0.52) and 0.64 (0.55); its lower limit 0.76
(0.55) and 0.73 (0.57); discounted as by Pantel and Lin (2002) 0.78 (0.55) and 0.76 (0.58). Without
the bounds, 34 % (84 %) of NPMI's first ten are thin. Local mutual information is nearly as good,
but grows with the number of episodes: it is no statement about the pair, and what is mentioned
everywhere comes first.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping

from kgraph.graph import EpisodeSummary
from kgraph.graph.cooccurrence import AssociatedEntity, associated_with, association_score
from kgraph.graph.cooccurrence import expected_counts as expect
from kgraph.graph.shares import wilson_interval
from kgraph.store import Store

FIRST = 10  #: neighbours that are looked up
BANDS = {"6 to 19 episodes": (6, 19), "20 or more": (20, 10**9)}

Counts = tuple[float, float, float, float]
"""Weighted episodes with both, with the one, with the other, and all."""


def npmi(together: float, first: float, second: float, total: float) -> float:
    return math.log(together * total / (first * second)) / math.log(total / together)


def poisson_limit(together: float, first: float, second: float, total: float) -> float:
    observed, expected = together + 0.5, first * second / total + 0.5
    return math.log2(observed / expected) - 3.3 / math.sqrt(observed) - 2 * math.pow(observed, -1.5)


def discounted(together: float, first: float, second: float, total: float) -> float:
    rarer = min(first, second)
    factor = together / (together + 1) * rarer / (rarer + 1)
    return factor * npmi(together, first, second, total)


MEASURES: Mapping[str, Callable[[float, float, float, float], float]] = {
    "score": association_score,
    "IC025": poisson_limit,
    "LMI": lambda n, a, b, total: n * math.log(n * total / (a * b)),
    "NPMI": npmi,
    "NPMI, lower limit": lambda n, a, b, total: npmi(
        total * wilson_interval(n, total).low, a, b, total
    ),
    "NPMI, discounted": discounted,
}


def main() -> None:
    store = Store(sys.argv[1] if len(sys.argv) > 1 else "store")
    halves: list[dict[str, EpisodeSummary]] = [{}, {}]
    by_show: dict[str, dict[str, EpisodeSummary]] = defaultdict(dict)
    for slug, summary in store.shared.summaries.items():
        by_show[summary.show or slug][slug] = summary
    for _, episodes in sorted(by_show.items(), key=lambda item: (-len(item[1]), item[0])):
        min(halves, key=len).update(episodes)
    print(" and ".join(str(len(half)) for half in halves), "episodes")
    results: dict[tuple[str, str, str], list[tuple[float, float, float]]] = defaultdict(list)
    expected = [expect(half.values()) for half in halves]
    for entity in store.shared.entities.values():
        own = [
            {slug: s.mentions[entity.id] for slug, s in half.items() if entity.id in s.mentions}
            for half in halves
        ]
        fewest = min(map(len, own))
        band = next((name for name, (low, high) in BANDS.items() if low <= fewest <= high), "")
        if entity.is_generic or not band:
            continue
        near = [
            {
                pair.id: pair
                for pair in associated_with(halves[n], own[n], expected[n])
                if pair.id != entity.id and not store.shared.entities[pair.id].is_generic
            }
            for n in (0, 1)
        ]
        for here, there in ((0, 1), (1, 0)):
            size, total = sum(own[here].values()), len(halves[here])
            other_size = sum(own[there].values())
            for bound in ("all", "three of two shows"):
                pairs = [
                    pair
                    for pair in near[here].values()
                    if bound == "all" or (pair.episodes >= 3 and pair.is_widespread)
                ]
                for name, measure in MEASURES.items():
                    keys = {
                        p.id: measure(p.weighted, size, expected[here][p.id], total) for p in pairs
                    }
                    top = sorted(pairs, key=lambda p: (-keys[p.id], p.id))[:FIRST]
                    if len(top) >= FIRST / 2:
                        chance = {
                            p.id: other_size * expected[there].get(p.id, 0) / len(halves[there])
                            for p in top
                        }
                        results[band, bound, name].append(judge(top, near[there], chance))
    for (band, bound, name), rows in sorted(results.items()):
        lift, again, thin = (sum(column) / len(rows) for column in zip(*rows, strict=True))
        print(
            f"{band:17} {bound:19} {name:18} {len(rows):4} lists: lift {lift:.2f} "
            f"again {again:.2f} thin {thin:.2f}"
        )


def judge(
    top: list[AssociatedEntity], found: Mapping[str, AssociatedEntity], chance: Mapping[str, float]
) -> tuple[float, float, float]:
    """Return the figures of one list."""
    weighted = {p.id: found[p.id].weighted if p.id in found else 0.0 for p in top}
    lifts = [math.log((weighted[p.id] + 0.5) / (chance[p.id] + 0.5)) for p in top]
    again = [p.id in found and found[p.id].episodes >= 2 for p in top]
    return (
        sum(lifts) / len(top),
        sum(again) / len(top),
        sum(p.episodes < 3 for p in top) / len(top),
    )


if __name__ == "__main__":
    main()
