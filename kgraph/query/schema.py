"""The classes and properties that a graph uses: how often, and an example of each.

Takes a :class:`kgraph.store.Store`; gives :class:`SchemaTerm` values. Counts come from its
database, labels from ``ontology/kgraph.ttl``; a term that the ontology does not label is called by
the words of its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import msgspec
import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from kgraph.base.text import shorten
from kgraph.base.vocabulary import curie, expand, shared
from kgraph.query.table import Table
from kgraph.store import Store

MAX_EXAMPLE_LENGTH = 60
"""Characters of an example."""

_TYPE = NamedNode(expand("rdf:type"))
_LABEL = NamedNode(expand("rdfs:label"))

_CLASSES = "SELECT ?term (COUNT(*) AS ?n) { ?s a ?term } GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term"


class SchemaTerm(msgspec.Struct, frozen=True):
    """A class or a property that a graph uses.

    Attributes:
        kind: ``class`` or ``property``.
        term: its prefixed name, or its IRI where no prefix is known.
        label: what people call it.
        count: members of the class, or statements with the property.
        example: one member, as an id; or one value of the property.
    """

    kind: str
    term: str
    label: str
    count: int
    example: str


def describe_schema(store: Store) -> list[SchemaTerm]:
    """List the classes and properties that a graph uses: classes first, the most used first."""
    return [
        *_terms(store, "class", _CLASSES),
        *_terms(store, "property", _PROPERTIES),
    ]


def tabulate_terms(terms: Iterable[SchemaTerm]) -> Table:
    """Terms as rows of plain values."""
    return Table(
        SchemaTerm.__struct_fields__,
        ((term.kind, term.term, term.label, term.count, term.example) for term in terms),
    )


def _terms(store: Store, kind: str, query: str) -> list[SchemaTerm]:
    found = store.database.query(query)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    counts = {row["term"].value: int(row["n"].value) for row in found}
    return [
        SchemaTerm(kind, curie(iri), label_term(iri), count, _example(store, kind, NamedNode(iri)))
        for iri, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _example(store: Store, kind: str, term: NamedNode) -> str:
    """A member of a class or a value of a property: the first in the database's order."""
    ends = (None, _TYPE, term) if kind == "class" else (None, term, None)
    statement: Quad = next(iter(store.database.quads_for_pattern(*ends)))
    node = statement.subject if kind == "class" else statement.object
    if isinstance(node, NamedNode):
        return curie(node.value.removeprefix(store.meta.base))
    return shorten(getattr(node, "value", str(node)), MAX_EXAMPLE_LENGTH)


def label_term(iri: str) -> str:
    """What the ontology calls a term; else the words of its name.

    >>> label_term("https://w3id.org/kgraph/ns#CoMention")
    'co-mention'
    >>> label_term("https://schema.org/datePublished")
    'date published'
    """
    return _labels().get(iri) or " ".join(_WORD.findall(re.split("[#/]", iri)[-1])).lower()


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


@cache
def _labels() -> dict[str, str]:
    path = shared("ontology", "kgraph.ttl")
    return {
        statement.subject.value: statement.object.value
        for statement in pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE)
        if statement.predicate == _LABEL
    }
