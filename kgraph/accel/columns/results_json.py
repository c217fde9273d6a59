"""Write SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/)."""

from __future__ import annotations

from json.encoder import encode_basestring as quote

import numpy as np

from kgraph.accel.columns.aggregate import ComputedNumbers, ResultColumn
from kgraph.accel.columns.graph import UNBOUND
from kgraph.accel.columns.terms import TermKind
from kgraph.accel.columns.values import TermValues, distinct_terms
from kgraph.accel.rewrite.tokens import Unsupported

JSON = "application/sparql-results+json"

_PREFIXES = {
    int(TermKind.IRI): '{"type":"uri","value":',
    int(TermKind.STRING): '{"type":"literal","value":',
}


def write_json(columns: dict[str, ResultColumn], values: TermValues) -> bytes:
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
