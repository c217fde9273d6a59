"""What stands beside a thing, by association: :func:`beside`.

Takes the episodes of a thing, gives what else they mention, with the measures of
:mod:`kgraph.graph.statistics`: for companies the same figures that a build stores as
``kg:CoMention``, and here for every type. What is both frequent and no accident comes first:
rows are in the order of count times pointwise mutual information (Evert 2005), since
association alone prefers what stands together three times and nowhere else.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from kgraph.facts.shelf import Shelf, rounded
from kgraph.facts.values import Beside
from kgraph.graph.statistics import LEAST_TOGETHER, association

COMPANIES = ("company",)


def beside(
    shelf: Shelf, id_: str, types: Collection[str] = COMPANIES, least: int = LEAST_TOGETHER
) -> list[Beside]:
    """What episodes mention beside an entity more often than chance has it.

    Args:
        shelf: where.
        id_: of the entity.
        types: of what may stand beside it; empty for all.
        least: episodes that mention both, at the least; where none has as many, one is enough.
    """
    own = {slug: shelf.outlines[slug].mentions[id_] for slug in shelf.mentioned.get(id_, ())}
    found = beside_of(shelf, own, types, least) or beside_of(shelf, own, types, 1)
    return [row for row in found if row.thing.id != id_]


def beside_of(
    shelf: Shelf, own: Mapping[str, float], types: Collection[str], least: int
) -> list[Beside]:
    """What some episodes mention more often than others.

    Args:
        shelf: where.
        own: slugs of the episodes, with how sure it is that each counts.
        types: of what is looked at; empty for all.
        least: episodes that mention it, at the least.
    """
    counts, weights = _count(shelf, own, tuple(f"{type_}/" for type_ in types))
    mine, total = math.fsum(own.values()), len(shelf.outlines)
    rows = []
    for other, count in counts.items():
        theirs = shelf.weights[other]
        lift = weights[other] * total / (mine * theirs)
        if count >= least and lift > 1:
            tied = association(weights[other], mine, theirs, total)
            row = Beside(shelf.thing(other), count, *map(rounded, (weights[other], lift, tied)))
            rows.append((-weights[other] * math.log(lift), other, row))
    return [row for *_, row in sorted(rows, key=lambda found: found[:2])]


def _count(
    shelf: Shelf, own: Mapping[str, float], prefixes: tuple[str, ...]
) -> tuple[Counter[str], Mapping[str, float]]:
    """How many of the episodes mention each other thing, and how many truly do."""
    counts: Counter[str] = Counter()
    weights: dict[str, float] = defaultdict(float)
    for slug, sure in own.items():
        for other, theirs in _wanted(shelf.outlines[slug].mentions, prefixes):
            counts[other] += 1
            weights[other] += sure * theirs
    return counts, weights


def _wanted(
    mentions: Mapping[str, float], prefixes: tuple[str, ...]
) -> Iterable[tuple[str, float]]:
    if not prefixes:
        return mentions.items()
    return ((id_, sure) for id_, sure in mentions.items() if id_.startswith(prefixes))
