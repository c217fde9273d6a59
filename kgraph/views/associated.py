"""What stands beside a thing, by association: :func:`associated_with`.

Takes the episodes of a thing, gives what else they mention, with the measures of
:mod:`kgraph.graph.cooccurrence`: for companies the same figures that a build stores as
``kg:CoMention``, and here for every type. What is both frequent and no accident comes first:
rows are in the order of count times pointwise mutual information (Evert 2005), since
association alone prefers what stands together three times and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kgraph.graph import cooccurrence
from kgraph.graph.cooccurrence import MIN_SHARED_EPISODES
from kgraph.views.open_graph import OpenGraph, round_value
from kgraph.views.values import Association

COMPANY_TYPES = ("company",)


def find_associations(
    shelf: OpenGraph,
    id_: str,
    types: Collection[str] = COMPANY_TYPES,
    least: int = MIN_SHARED_EPISODES,
) -> list[Association]:
    """What episodes mention beside an entity more often than chance has it.

    Args:
        shelf: where.
        id_: of the entity.
        types: of what may stand beside it; empty for all.
        least: episodes that mention both, at the least; where none has as many, one is enough.
    """
    own = {
        slug: shelf.outlines[slug].mentions[id_] for slug in shelf.episodes_by_entity.get(id_, ())
    }
    found = rank_associations(shelf, own, types, least) or rank_associations(shelf, own, types, 1)
    return [row for row in found if row.thing.id != id_]


def rank_associations(
    shelf: OpenGraph, own: Mapping[str, float], types: Collection[str], least: int
) -> list[Association]:
    """What some episodes mention more often than others.

    Args:
        shelf: where.
        own: slugs of the episodes, with how sure it is that each counts.
        types: of what is looked at; empty for all.
        least: episodes that mention it, at the least.
    """
    found = cooccurrence.associated_with(shelf.outlines, own, shelf.entity_weights, types)
    likely = [one for one in found if one.episodes >= least and one.lift > 1]
    return [
        Association(
            shelf.make_ref(one.id),
            one.episodes,
            *map(round_value, (one.weighted, one.lift, one.association)),
        )
        for one in sorted(likely, key=lambda one: (-one.strength, one.id))
    ]
