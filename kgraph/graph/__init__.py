"""The knowledge graph as plain records, which all exporters, views and queries read.

Takes decided rows; gives :class:`Graph`: one :class:`EpisodeGraph` for each recording and one
:class:`SharedData` for all. RDF and files are other packages' work.
"""

from typing import TYPE_CHECKING

from kgraph.base.late_names import add_late_names
from kgraph.graph.records import (
    Edge,
    Entity,
    EpisodeGraph,
    EpisodeSummary,
    FormerThing,
    GraphNode,
    MentionEdge,
    Occurrence,
    Quote,
    RowDecision,
    SharedData,
    ShowEdge,
    TaxonomyTerm,
)
from kgraph.graph.selection import Selection

if TYPE_CHECKING:
    from kgraph.graph.graph import Graph

__all__ = [
    "Edge",
    "Entity",
    "EpisodeGraph",
    "EpisodeSummary",
    "FormerThing",
    "Graph",
    "GraphNode",
    "MentionEdge",
    "Occurrence",
    "Quote",
    "RowDecision",
    "Selection",
    "SharedData",
    "ShowEdge",
    "TaxonomyTerm",
]

add_late_names(__name__, {"Graph": "kgraph.graph.graph"})
