"""Parse a query, evaluate it on the columns of a graph, and serialize the answer.

Rows become SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/).
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring as quote
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kgraph.accel.columns.aggregate import ComputedNumbers, ResultColumn, build_result
from kgraph.accel.columns.construct import N_TRIPLES, TURTLE, construct_statements
from kgraph.accel.columns.graph import UNBOUND, ColumnGraph
from kgraph.accel.columns.group_pattern import EXISTS, OPTIONAL, Group, SideGroup
from kgraph.accel.columns.join import (
    EMPTY_GROUP,
    ROW,
    PatternJoiner,
    Solutions,
    refuse_many_rows,
)
from kgraph.accel.columns.parse import parse_query
from kgraph.accel.columns.terms import TermKind
from kgraph.accel.columns.values import TermValues, distinct_terms
from kgraph.accel.rewrite.grammar import Unsupported

JSON = "application/sparql-results+json"

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
            f'{key}{{"type":"literal","value":"{format_decimal(value, column.scale)}{end}'
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


def format_decimal(number: int, scale: int) -> str:
    """Format a number that is a multiple of 1 / scale.

    >>> format_decimal(-25, 100), format_decimal(300, 100)
    ('-0.25', '3')
    """
    integer, fraction = divmod(abs(number), scale)
    digits = str(fraction).rjust(len(str(scale)) - 1, "0").rstrip("0")
    return f"{'-' * (number < 0)}{integer}{'.' * bool(digits)}{digits}"
