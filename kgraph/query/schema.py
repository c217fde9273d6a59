"""The classes and properties that a graph uses: how often, and an example of each.

Counts come from the database, labels from the ontology.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
import pyoxigraph
from pyoxigraph import NamedNode, Quad

from kgraph.base.counts import rank_counts
from kgraph.base.text import shorten
from kgraph.base.vocabulary import compact_iri, expand_curie, load_terms
from kgraph.query.answer import free_results
from kgraph.query.table import RowTable
from kgraph.store import Store

MAX_EXAMPLE_CHARS = 60

_TYPE = NamedNode(expand_curie("rdf:type"))
_CAMEL_CASE_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")

_COUNT_CLASSES = "SELECT ?term (COUNT(*) AS ?n) { ?s a ?term } GROUP BY ?term"
_COUNT_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term"


class SchemaTerm(msgspec.Struct, frozen=True):
    """A class or a property that a graph uses."""

    kind: str  #: ``class`` or ``property``
    term: str  #: its prefixed name; its IRI where no prefix is known
    label: str  #: of the ontology, else the words of its name
    count: int  #: members of the class, or statements with the property
    example: str  #: id of a member, or a value of the property


def describe_schema(store: Store) -> list[SchemaTerm]:
    """List the classes and then the properties that a graph uses, the most used first."""
    return [
        *_count_terms(store, "class", _COUNT_CLASSES),
        *_count_terms(store, "property", _COUNT_PROPERTIES),
    ]


def tabulate_terms(terms: Iterable[SchemaTerm]) -> RowTable:
    """Return terms as rows of plain values."""
    return RowTable(SchemaTerm.__struct_fields__, map(msgspec.structs.astuple, terms))


@free_results
def _count_terms(store: Store, kind: str, query: str) -> list[SchemaTerm]:
    solutions = store.database.query(query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    counts = {row["term"].value: int(row["n"].value) for row in solutions}
    terms = []
    for iri, count in rank_counts(counts):
        term = NamedNode(iri)
        pattern = (None, _TYPE, term) if kind == "class" else (None, term, None)
        first: Quad = next(iter(store.database.quads_for_pattern(*pattern)))
        node = first.subject if kind == "class" else first.object
        if isinstance(node, NamedNode):
            example = compact_iri(node.value.removeprefix(store.meta.base))
        else:
            example = shorten(getattr(node, "value", str(node)), MAX_EXAMPLE_CHARS)
        terms.append(SchemaTerm(kind, compact_iri(iri), label_term(iri), count, example))
    return terms


def label_term(iri: str) -> str:
    """Return a term's label in the ontology; without one, the words of its name.

    >>> label_term("https://w3id.org/kgraph/ns#CoMention")
    'co-mention'
    >>> label_term("https://schema.org/datePublished")
    'date published'
    """
    term = load_terms().get(iri)
    words = _CAMEL_CASE_WORD.findall(re.split("[#/]", iri)[-1])
    return (term.label if term else "") or " ".join(words).lower()
