"""From records to RDF: the only room that makes IRIs.

Takes :class:`kgraph.graph.Graph` records, gives groups (a subject with its predicates and
objects, as Turtle tokens) and writes them as Turtle or N-Triples text. The tokens are made
once, straight from the records: no term objects stand between, which is what makes a
build several times faster than adding to an RDF library's graph (``benchmarks/``).
"""

from kgraph.rdf.episode import (
    PROFILES,
    SubjectBlock,
    check_profile,
    count_statements,
    describe_episode,
)
from kgraph.rdf.shared import describe_shared
from kgraph.rdf.writers import NTriples, Turtle

__all__ = [
    "PROFILES",
    "NTriples",
    "SubjectBlock",
    "Turtle",
    "check_profile",
    "count_statements",
    "describe_episode",
    "describe_shared",
]
