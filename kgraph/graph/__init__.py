"""The knowledge graph as plain records: what all exporters, views and queries read.

Takes decided rows, gives :class:`Graph`: one :class:`EpisodeGraph` a recording and one
:class:`Shared` for what several recordings have in common. Nothing here knows RDF or files.
"""

from kgraph.graph.graph import Graph
from kgraph.graph.records import (
    Edge,
    Entity,
    EpisodeGraph,
    MentionEdge,
    Node,
    Occurrence,
    Outline,
    Quote,
    RowDecision,
    Shared,
    ShowEdge,
    Term,
)
from kgraph.graph.selection import Selection

__all__ = [
    "Edge",
    "Entity",
    "EpisodeGraph",
    "Graph",
    "MentionEdge",
    "Node",
    "Occurrence",
    "Outline",
    "Quote",
    "RowDecision",
    "Selection",
    "Shared",
    "ShowEdge",
    "Term",
]
