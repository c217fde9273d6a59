"""Which things of an atlas are joined because episodes mention both.

Takes outlines of episodes, gives the edges of kind ``associated``. What is measured is told in
:mod:`kgraph.graph.cooccurrence`; what is kept is a backbone (:func:`kgraph.draw.select.thin_pairs`),
for nearly everything stands beside nearly everything in some episode, and a picture of all
pairs is a blot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from kgraph.atlas.model import Array, Edges
from kgraph.draw.select import strength_key, thin_pairs
from kgraph.graph import EpisodeSummary
from kgraph.graph.cooccurrence import count_co_mentions

MIN_ATLAS_LINKS = 6
"""To how many of its closest a thing stays joined at the least: more than in a small picture
(:data:`kgraph.draw.select.MIN_ATLAS_LINKS`), since a reader zooms in, and communities are found on
these edges; with 10, the overview is a hairball again (looked at by eye)."""


def associate_nodes(
    outlines: Collection[EpisodeSummary], number: Mapping[str, int]
) -> tuple[Edges, Array]:
    """The edges, by source and target, and the strength of each
    (:attr:`kgraph.graph.cooccurrence.CoMention.strength`)."""
    pairs = count_co_mentions(outlines, (), min_each=2)
    likely = [pair for pair in pairs if pair.association > 0]
    likely.sort(key=strength_key)
    kept = thin_pairs(likely, MIN_ATLAS_LINKS)
    ends = {pair: sorted((number[pair.source], number[pair.target])) for pair in kept}
    kept.sort(key=ends.__getitem__)
    table = np.array([ends[pair] for pair in kept], dtype=np.int64).reshape(-1, 2)
    association = np.array([pair.association for pair in kept], dtype=float)
    told = np.array([pair.strength for pair in kept], dtype=float)
    return Edges(table[:, 0], table[:, 1], association), told
