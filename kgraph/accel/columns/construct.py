"""Build the statements of CONSTRUCT as Turtle and N-Triples (https://www.w3.org/TR/turtle/)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from kgraph.accel.columns.aggregate import MAX_CELLS
from kgraph.accel.columns.graph import UNBOUND, Array
from kgraph.accel.columns.join import PatternJoiner, Solutions
from kgraph.accel.columns.terms import RDF_TYPE, TermKind
from kgraph.accel.columns.values import TermValues, distinct_terms
from kgraph.accel.rewrite.grammar import TriplePattern, Unsupported

TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"

# A name behind a prefix; Turtle allows more.
_LOCAL_NAME = "[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"

# What follows an object before another object, another property, another subject.
_SEPARATORS = (" , ", " ;\n", " .\n")


def construct_statements(
    rows: Solutions,
    template: Sequence[TriplePattern],
    joiner: PatternJoiner,
    values: TermValues,
    prefixes: Mapping[str, str],
) -> bytes:
    """Return the statements that a template makes of rows, each once, in order.

    Args:
        prefixes: prefix -> IRI, for Turtle; none for N-Triples.

    Raises:
        Unsupported: there are too many, or they have terms that are not in the graph.
    """
    if rows.size * len(template) * 3 > MAX_CELLS:
        raise Unsupported
    statements_by_pattern = [_apply_pattern(rows, pattern, joiner, values) for pattern in template]
    statements = _sort_distinct(*map(np.concatenate, zip(*statements_by_pattern, strict=True)))
    subjects, predicates, objects = [
        _write_terms(column, values, prefixes) for column in statements
    ]
    if not prefixes:
        spo = zip(subjects, predicates, objects, strict=True)
        return "".join(f"{s} {p} {o} .\n" for s, p, o in spo).encode()
    head = [f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items()]
    type_name = _shorten(RDF_TYPE, prefixes)
    predicates = ["a" if name == type_name else name for name in predicates]
    # Turtle writes a subject, and a predicate of a subject, once.
    is_first = np.diff(statements[0], prepend=UNBOUND) != 0
    is_next = is_first | (np.diff(statements[1], prepend=UNBOUND) != 0)
    following = np.append(is_first[1:], True).astype(int) + np.append(is_next[1:], True)
    lines = [
        f"{s} {p} {o}{_SEPARATORS[end]}"
        if first
        else f"\t{p} {o}{_SEPARATORS[end]}"
        if next_
        else f"{o}{_SEPARATORS[end]}"
        for s, p, o, first, next_, end in zip(
            subjects,
            predicates,
            objects,
            is_first.tolist(),
            is_next.tolist(),
            following.tolist()[: len(subjects)],
            strict=True,
        )
    ]
    return "".join([*head, *lines]).encode()


def _apply_pattern(
    rows: Solutions, pattern: TriplePattern, joiner: PatternJoiner, values: TermValues
) -> tuple[Array, Array, Array]:
    """Return the valid statements that a pattern makes of rows."""
    columns = []
    for term in pattern:
        if term[0] == "?":
            columns.append(rows.columns[term])
            continue
        number = joiner.number(term)
        if number == UNBOUND:
            raise Unsupported
        columns.append(np.full(rows.size, number, np.int32))
    subjects, predicates, objects = columns
    keep = (subjects != UNBOUND) & (predicates != UNBOUND) & (objects != UNBOUND)
    kinds = [values.kinds(column) for column in columns]
    if any((kind[keep] == TermKind.UNNAMED).any() for kind in kinds):
        raise Unsupported
    keep &= (kinds[0] == TermKind.IRI) & (kinds[1] == TermKind.IRI)
    return subjects[keep], predicates[keep], objects[keep]


def _sort_distinct(
    subjects: Array, predicates: Array, objects: Array
) -> tuple[Array, Array, Array]:
    """Return statements in order, each once."""
    terms, indices = distinct_terms(np.concatenate([subjects, predicates, objects]))
    size, width = len(subjects), len(terms)
    properties, property_indices = distinct_terms(indices[size : 2 * size])
    if width * width * max(1, len(properties)) > 1 << 62:
        raise Unsupported
    first, last = indices[:size].astype(np.int64), indices[2 * size :]
    keys = np.unique((first * len(properties) + property_indices) * width + last)
    pairs, last = np.divmod(keys, max(1, width))
    first, property_indices = np.divmod(pairs, max(1, len(properties)))
    return terms[first], terms[properties[property_indices]], terms[last]


def _write_terms(column: Array, values: TermValues, prefixes: Mapping[str, str]) -> list[str]:
    """Return terms in N-Triples, or with prefixes in Turtle."""
    terms, indices = distinct_terms(column)
    text = b"\n".join(values.ntriples(terms)).decode()  # N-Triples escape line feeds
    names = (_shorten(text, prefixes) if prefixes else text).split("\n")
    if prefixes:
        kinds = values.kinds(terms)
        for kind in (TermKind.INTEGER, TermKind.DECIMAL):
            for index in np.flatnonzero(kinds == kind).tolist():
                names[index] = _shorten_number(names[index], kind)
    return [names[index] for index in indices.tolist()]


def _shorten(lines: str, prefixes: Mapping[str, str]) -> str:
    """Replace namespaces by prefixes in terms and datatypes, a term a line."""
    names = {iri: prefix for prefix, iri in prefixes.items()}
    namespaces = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(
        rf"<({namespaces})({_LOCAL_NAME})>$",  # in a string, a quote precedes the end of the line
        lambda match: f"{names[match[1]]}:{match[2]}",
        lines,
        flags=re.MULTILINE,
    )


def _shorten_number(term: str, kind: TermKind) -> str:
    """Return a number without quotes and type where Turtle reads the same type.

    >>> _shorten_number('"5"^^xsd:integer', TermKind.INTEGER)
    '5'
    >>> _shorten_number('"5"^^xsd:decimal', TermKind.DECIMAL)
    '"5"^^xsd:decimal'
    """
    number = term[1 : term.rindex('"')]
    return number if (kind == TermKind.DECIMAL) == ("." in number) else term
