"""Convert graph records to RDF; no other package makes IRIs of the graph.

Takes :class:`kgraph.graph.Graph` records, gives blocks (a subject with its predicates and objects,
as Turtle tokens) and writes them as Turtle, N-Triples or JSON-LD. Tokens are made once, straight
from the records, without term objects: a build is several times faster than one that adds to an
RDF library's graph (``benchmarks/``).
"""

from kgraph.rdf.episode import (
    PROFILES,
    SubjectBlock,
    check_profile,
    count_statements,
    describe_episode,
)
from kgraph.rdf.kb import describe_episode_for_kb, describe_shared_for_kb, list_best_quotes
from kgraph.rdf.shared import describe_dataset, describe_shared, describe_shared_differences
from kgraph.rdf.writers import JsonLd, NTriples, Turtle, batch_blocks

__all__ = [
    "PROFILES",
    "JsonLd",
    "NTriples",
    "SubjectBlock",
    "Turtle",
    "batch_blocks",
    "check_profile",
    "count_statements",
    "describe_dataset",
    "describe_episode",
    "describe_episode_for_kb",
    "describe_shared",
    "describe_shared_differences",
    "describe_shared_for_kb",
    "list_best_quotes",
]
