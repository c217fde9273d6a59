"""The words that a query can use: classes and properties of the graph, for the editor.

Takes ``ontology/kgraph.ttl``, which declares our own words, and ``ontology/shapes.ttl``, which
says what words of others our things have; gives :class:`VocabularyTerm` values by prefixed name.
"""

from __future__ import annotations

from functools import cache

import msgspec
import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from kgraph.base.vocabulary import compact_iri, data_path, expand_curie

ONTOLOGY_FILES = ("kgraph.ttl", "shapes.ttl")

CLASS_TYPES = frozenset(map(expand_curie, ("owl:Class", "rdfs:Class")))
PROPERTY_TYPES = frozenset(
    map(expand_curie, ("owl:ObjectProperty", "owl:DatatypeProperty", "rdf:Property"))
)
CLASS_REFERENCES = frozenset(map(expand_curie, ("sh:targetClass", "sh:class")))
PROPERTY_REFERENCES = frozenset({expand_curie("sh:path")})


class VocabularyTerm(msgspec.Struct, frozen=True):
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
def load_terms() -> tuple[VocabularyTerm, ...]:
    """Every class and property, by name."""
    kinds: dict[str, str] = {}
    words: dict[str, str] = {}
    for triple in (t for name in ONTOLOGY_FILES for t in _parse_file(name)):
        subject, predicate, value = (getattr(node, "value", "") for node in _triple_nodes(triple))
        if value in CLASS_TYPES | PROPERTY_TYPES:
            kinds[subject] = "class" if value in CLASS_TYPES else "property"
        elif predicate in CLASS_REFERENCES | PROPERTY_REFERENCES and isinstance(
            triple.object, NamedNode
        ):
            kinds.setdefault(value, "class" if predicate in CLASS_REFERENCES else "property")
        elif predicate == expand_curie("rdfs:comment"):
            words[subject] = value
    found = [
        VocabularyTerm(compact_iri(iri), iri, kind, words.get(iri, ""))
        for iri, kind in kinds.items()
    ]
    return tuple(sorted(found, key=lambda term: term.name))


def _triple_nodes(triple: Triple) -> tuple[object, object, object]:
    return triple.subject, triple.predicate, triple.object


def _parse_file(name: str) -> list[Triple]:
    path = data_path("ontology", name)
    return [quad.triple for quad in pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE)]
