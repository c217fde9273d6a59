"""The words that a query can use: classes and properties of the graph, for the editor.

Takes ``ontology/kgraph.ttl``, which declares our own words, and ``ontology/shapes.ttl``, which
says what words of others our things have; gives :class:`Term` values by prefixed name.
"""

from __future__ import annotations

from functools import cache

import msgspec
import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from kgraph.base.vocabulary import curie, expand, shared

FILES = ("kgraph.ttl", "shapes.ttl")

CLASSES = frozenset(map(expand, ("owl:Class", "rdfs:Class")))
PROPERTIES = frozenset(map(expand, ("owl:ObjectProperty", "owl:DatatypeProperty", "rdf:Property")))
NAMES_CLASS = frozenset(map(expand, ("sh:targetClass", "sh:class")))
NAMES_PROPERTY = frozenset({expand("sh:path")})


class Term(msgspec.Struct, frozen=True):
    """A word of the graph.

    Attributes:
        name: prefixed, such as ``kg:Company``.
        iri: the whole of it.
        kind: ``class`` or ``property``.
        words: what it means; "" for words of others.
    """

    name: str
    iri: str
    kind: str
    words: str = ""


@cache
def terms() -> tuple[Term, ...]:
    """Every class and property, by name."""
    kinds: dict[str, str] = {}
    words: dict[str, str] = {}
    for triple in (t for name in FILES for t in _read(name)):
        subject, predicate, value = (getattr(node, "value", "") for node in _nodes(triple))
        if value in CLASSES | PROPERTIES:
            kinds[subject] = "class" if value in CLASSES else "property"
        elif predicate in NAMES_CLASS | NAMES_PROPERTY and isinstance(triple.object, NamedNode):
            kinds.setdefault(value, "class" if predicate in NAMES_CLASS else "property")
        elif predicate == expand("rdfs:comment"):
            words[subject] = value
    found = [Term(curie(iri), iri, kind, words.get(iri, "")) for iri, kind in kinds.items()]
    return tuple(sorted(found, key=lambda term: term.name))


def _nodes(triple: Triple) -> tuple[object, object, object]:
    return triple.subject, triple.predicate, triple.object


def _read(name: str) -> list[Triple]:
    path = shared("ontology", name)
    return [quad.triple for quad in pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE)]
