"""What stands beside a thing, by association: :func:`beside`.

Takes the episodes of a thing, gives what else they mention, with the measures of
:mod:`kgraph.graph.cooccurrence`: for companies the same figures that a build stores as
``kg:CoMention``, and here for every type. What is both frequent and no accident comes first:
rows are in the order of count times pointwise mutual information (Evert 2005), since
association alone prefers what stands together three times and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kgraph.graph import cooccurrence
from kgraph.graph.cooccurrence import LEAST_TOGETHER
from kgraph.views.open_graph import Shelf, rounded
from kgraph.views.values import Beside

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
    found = cooccurrence.beside(shelf.outlines, own, shelf.weights, types)
    likely = [one for one in found if one.episodes >= least and one.lift > 1]
    return [
        Beside(
            shelf.thing(one.id),
            one.episodes,
            *map(rounded, (one.weighted, one.lift, one.association)),
        )
        for one in sorted(likely, key=lambda one: (-one.strength, one.id))
    ]
