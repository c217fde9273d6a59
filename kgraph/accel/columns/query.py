"""Parse a query, evaluate it on the columns of a graph, and serialize the answer.

Rows become SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/); the
statements of CONSTRUCT become Turtle (https://www.w3.org/TR/turtle/) or N-Triples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring as quote
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kgraph.accel.columns.aggregate import MAX_CELLS, ComputedNumbers, ResultColumn, build_result
from kgraph.accel.columns.graph import UNBOUND, Array, ColumnGraph
from kgraph.accel.columns.group_pattern import EXISTS, OPTIONAL, Group, SideGroup
from kgraph.accel.columns.join import (
    EMPTY_GROUP,
    ROW,
    PatternJoiner,
    Solutions,
    refuse_many_rows,
)
from kgraph.accel.columns.parse import parse_query
from kgraph.accel.columns.terms import RDF_TYPE, TermKind
from kgraph.accel.columns.values import TermValues, distinct_terms
from kgraph.accel.rewrite.grammar import TriplePattern, Unsupported

JSON = "application/sparql-results+json"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"

FORMATS = {"solutions": (JSON,), "graph": (TURTLE, N_TRIPLES)}
"""Kind of answer -> media types that :class:`ColumnEngine` can write."""


class ColumnAnswer(NamedTuple):
    """A serialized answer, in the media type requested for its kind."""

    kind: str  #: ``solutions`` or ``graph``
    data: bytes


class ColumnEngine:
    """Answers queries from the columns of a graph.

    Args:
        folder: written by :func:`kgraph.accel.columns.writer.write_columns`.

    Raises:
        OSError: it cannot be read.
        ValueError: sizes of its files contradict each other.
    """

    def __init__(self, folder: str | Path) -> None:
        self._graph = ColumnGraph(Path(folder))

    def answer(
        self, text: str, prefixes: Mapping[str, str], formats: Mapping[str, str]
    ) -> ColumnAnswer | None:
        """Answer a query; return None if only the SPARQL engine (Oxigraph) can.

        Args:
            text: a query, which need not be valid.
            prefixes: prefix -> IRI, for prefixes that the query need not declare.
            formats: kind of answer -> requested media type.
        """
        try:
            query = parse_query(text, prefixes)
            kind = "solutions" if query.template is None else "graph"
            if formats.get(kind) not in FORMATS[kind]:
                return None
            values, joiner = TermValues(self._graph), PatternJoiner(self._graph, query.prefixes)
            rows = _evaluate_group(query.group, joiner, values)
            if query.template is None:
                data = _write_json(build_result(rows, query, values), values)
            else:
                names = prefixes if formats[kind] == TURTLE else {}
                data = construct_statements(rows, query.template, joiner, values, names)
        except (Unsupported, MemoryError, UnicodeEncodeError):  # the last for a lone surrogate
            return None
        return ColumnAnswer(kind, data)


def _evaluate_group(group: Group, joiner: PatternJoiner, values: TermValues) -> Solutions:
    pending = list(group.conditions)

    def keep(rows: Solutions) -> Solutions:
        for condition in [item for item in pending if item.variable in rows.columns]:
            pending.remove(condition)
            rows = rows.take(values.test(condition, rows.columns[condition.variable]))
        return rows

    rows = joiner.join(EMPTY_GROUP, group.patterns, keep)
    for side in group.side_groups:
        rows = _apply_side_group(rows, side, joiner)
    for binding in group.bindings:
        column = rows.columns[binding.text.variable]
        rows = rows.with_column(binding.name, values.bind(binding.text, column))
    return rows


def _apply_side_group(rows: Solutions, side: SideGroup, joiner: PatternJoiner) -> Solutions:
    """Left-join rows with an OPTIONAL group, or filter them by EXISTS or NOT EXISTS."""
    matches = joiner.join_numbered(rows, side.patterns)
    indices = matches.columns[ROW]
    has_match = np.zeros(rows.size, bool)
    has_match[indices] = True
    if side.keyword != OPTIONAL:
        return rows.take(has_match if side.keyword == EXISTS else ~has_match)
    matched, unmatched = rows.take(indices), rows.take(~has_match)
    size = matched.size + unmatched.size
    refuse_many_rows(size)
    columns = {
        name: np.concatenate([matched.columns[name], unmatched.columns[name]])
        for name in rows.columns
    }
    for name, column in matches.columns.items():
        if name not in columns and name != ROW:
            unbound = np.full(unmatched.size, UNBOUND, column.dtype)
            columns[name] = np.concatenate([column, unbound])
    return Solutions(size, columns)


# -- the answer as JSON ------------------------------------------------------------------

_PREFIXES = {
    int(TermKind.IRI): '{"type":"uri","value":',
    int(TermKind.STRING): '{"type":"literal","value":',
}


def _write_json(columns: dict[str, ResultColumn], values: TermValues) -> bytes:
    """Write rows as JSON.

    Raises:
        Unsupported: a term has no name outside the engine.
    """
    names = ",".join(quote(name[1:]) for name in columns)
    cells = [_write_cells(name, column, values) for name, column in columns.items()]
    rows = ("{" + ",".join(filter(None, row)) + "}" for row in zip(*cells, strict=True))
    return f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[{",".join(rows)}]}}}}'.encode()


def _write_cells(name: str, column: ResultColumn, values: TermValues) -> list[str]:
    """Return the binding of a variable in each row; "" where it is unbound."""
    key = f"{quote(name[1:])}:"
    if isinstance(column, ComputedNumbers):
        end = f'","datatype":{quote(column.datatype)}}}'
        return [
            f'{key}{{"type":"literal","value":"{format_fixed_point(value, column.scale)}{end}'
            for value in column.values.tolist()
        ]
    terms, indices = distinct_terms(column)
    unbound = int(np.searchsorted(terms, UNBOUND, "right"))
    cells, terms = [""] * unbound, terms[unbound:]
    kinds = values.kinds(terms)
    if (kinds == TermKind.UNNAMED).any():
        raise Unsupported
    texts = iter(values.texts(terms[(kinds == TermKind.IRI) | (kinds == TermKind.STRING)]))
    for kind, term in zip(kinds.tolist(), terms.tolist(), strict=True):
        if kind in _PREFIXES:
            cells.append(f"{key}{_PREFIXES[kind]}{quote(next(texts))}}}")
        else:
            text, language, datatype = values.literal(term)
            more = f'"xml:lang":{quote(language)}' if language else f'"datatype":{quote(datatype)}'
            cells.append(f'{key}{{"type":"literal","value":{quote(text)},{more}}}')
    return [cells[index] for index in indices.tolist()]


def format_fixed_point(number: int, scale: int) -> str:
    """Format a number that is a multiple of 1 / scale.

    >>> format_fixed_point(-25, 100), format_fixed_point(300, 100)
    ('-0.25', '3')
    """
    integer, fraction = divmod(abs(number), scale)
    digits = str(fraction).rjust(len(str(scale)) - 1, "0").rstrip("0")
    return f"{'-' * (number < 0)}{integer}{'.' * bool(digits)}{digits}"


# -- the answer as statements ------------------------------------------------------------

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
