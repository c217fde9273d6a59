"""The classes and properties that a graph uses: how often, and an example of each.

Takes a :class:`kgraph.store.Store`; gives :class:`SchemaTerm` values. Counts come from its
database, labels from ``ontology/kgraph.ttl``; a term that the ontology does not label is called by
the words of its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
import pyoxigraph
from pyoxigraph import NamedNode, Quad

from kgraph.base.text import shorten
from kgraph.base.vocabulary import compact_iri, expand_curie, load_terms
from kgraph.query.table import RowTable
from kgraph.store import Store

MAX_EXAMPLE_CHARS = 60
"""Characters of an example."""

_TYPE = NamedNode(expand_curie("rdf:type"))

_COUNT_CLASSES = "SELECT ?term (COUNT(*) AS ?n) { ?s a ?term } GROUP BY ?term"
_COUNT_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term"


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
        *_count_terms(store, "class", _COUNT_CLASSES),
        *_count_terms(store, "property", _COUNT_PROPERTIES),
    ]


def tabulate_terms(terms: Iterable[SchemaTerm]) -> RowTable:
    """Terms as rows of plain values."""
    return RowTable(
        SchemaTerm.__struct_fields__,
        ((term.kind, term.term, term.label, term.count, term.example) for term in terms),
    )


def _count_terms(store: Store, kind: str, query: str) -> list[SchemaTerm]:
    found = store.database.query(query)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    counts = {row["term"].value: int(row["n"].value) for row in found}
    return [
        SchemaTerm(
            kind,
            compact_iri(iri),
            label_term(iri),
            count,
            _find_example(store, kind, NamedNode(iri)),
        )
        for iri, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _find_example(store: Store, kind: str, term: NamedNode) -> str:
    """A member of a class or a value of a property: the first in the database's order."""
    ends = (None, _TYPE, term) if kind == "class" else (None, term, None)
    statement: Quad = next(iter(store.database.quads_for_pattern(*ends)))
    node = statement.subject if kind == "class" else statement.object
    if isinstance(node, NamedNode):
        return compact_iri(node.value.removeprefix(store.meta.base))
    return shorten(getattr(node, "value", str(node)), MAX_EXAMPLE_CHARS)


def label_term(iri: str) -> str:
    """What the ontology calls a term; else the words of its name.

    >>> label_term("https://w3id.org/kgraph/ns#CoMention")
    'co-mention'
    >>> label_term("https://schema.org/datePublished")
    'date published'
    """
    term = load_terms().get(iri)
    if term is not None and term.label:
        return term.label
    return " ".join(_CAMEL_CASE_WORD.findall(re.split("[#/]", iri)[-1])).lower()


_CAMEL_CASE_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
