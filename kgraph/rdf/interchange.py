"""The graph in rdflib's memory, for those who want its API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.base.vocabulary import PREFIXES
from kgraph.graph import Graph
from kgraph.rdf.episode import check_profile, describe_episode
from kgraph.rdf.shared import describe_shared
from kgraph.rdf.writers import NTriples

if TYPE_CHECKING:
    import rdflib


def to_rdflib(graph: Graph, base: str, profile: str = "full") -> rdflib.Graph:
    """Every statement of the graph, with our prefixes bound.

    Raises:
        InputError: there is no such profile.
    """
    import rdflib

    check_profile(profile)

    found = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        found.bind(prefix, namespace)
    text = NTriples(base)
    for episode in graph:
        found.parse(data=text.serialize(describe_episode(episode, profile)), format="nt")
    found.parse(data=text.serialize(describe_shared(graph.shared, profile)), format="nt")
    return found
