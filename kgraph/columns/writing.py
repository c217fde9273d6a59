"""Answers as SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/)."""

from __future__ import annotations

from json.encoder import encode_basestring as quoted

import numpy as np

from kgraph.columns.graph import UNBOUND, Array
from kgraph.columns.grouping import Figures, Shown
from kgraph.columns.kinds import Kind
from kgraph.columns.values import Values, different
from kgraph.joins.tokens import Unfit

JSON = "application/sparql-results+json"


def written(columns: dict[str, Shown], values: Values) -> bytes:
    """Rows as JSON.

    Args:
        columns: variable -> its values, in the order in which they are shown.
        values: what terms say.

    Raises:
        Unfit: one has no name that another query could call it by.
    """
    names = ",".join(quoted(name[1:]) for name in columns)
    cells = [_cells(name, column, values) for name, column in columns.items()]
    rows = ("{" + ",".join(filter(None, row)) + "}" for row in zip(*cells, strict=True))
    text = f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[{",".join(rows)}]}}}}'
    return text.encode()


def _cells(name: str, column: Shown, values: Values) -> list[str]:
    """What stands in each row for a variable; "" where it has no value."""
    begin = f"{quoted(name[1:])}:"
    if isinstance(column, Figures):
        end = f'","datatype":{quoted(column.type)}}}'
        return [
            f'{begin}{{"type":"literal","value":"{decimal(value, column.scale)}{end}'
            for value in column.values.tolist()
        ]
    found, places = different(column)
    unknown = int(np.searchsorted(found, UNBOUND, "right"))
    cells = [""] * unknown + [begin + term for term in _terms(found[unknown:], values)]
    return [cells[place] for place in places.tolist()]


def _terms(terms: Array, values: Values) -> list[str]:
    kinds = values.kind_of_each(terms)
    if (kinds == Kind.NAMELESS).any():
        raise Unfit
    is_text = (kinds == Kind.IRI) | (kinds == Kind.STRING)
    texts = iter(values.texts(terms[is_text]))
    return [
        _literal(*values.literal(term))
        if kind not in _BEGINS
        else f"{_BEGINS[kind]}{quoted(next(texts))}}}"
        for kind, term in zip(kinds.tolist(), terms.tolist(), strict=True)
    ]


_BEGINS = {
    int(Kind.IRI): '{"type":"uri","value":',
    int(Kind.STRING): '{"type":"literal","value":',
}


def _literal(said: str, language: str, type_: str) -> str:
    more = f'"xml:lang":{quoted(language)}' if language else f'"datatype":{quoted(type_)}'
    return f'{{"type":"literal","value":{quoted(said)},{more}}}'


def decimal(number: int, scale: int) -> str:
    """A number in parts of a scale, as it is written.

    >>> decimal(-25, 100), decimal(300, 100)
    ('-0.25', '3')
    """
    whole, rest = divmod(abs(number), scale)
    digits = str(rest).rjust(len(str(scale)) - 1, "0").rstrip("0")
    return f"{'-' * (number < 0)}{whole}{'.' * bool(digits)}{digits}"
