"""A query answered from columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kgraph.columns.graph import UNBOUND, Graph
from kgraph.columns.grouping import shown
from kgraph.columns.groups import EXISTS, OPTIONAL, Beside
from kgraph.columns.joining import ONE, PLACE, Joiner, Rows, refuse_many
from kgraph.columns.reading import Asked, read
from kgraph.columns.stating import N_TRIPLES, TURTLE, stated
from kgraph.columns.values import Values
from kgraph.columns.writing import JSON, written
from kgraph.joins.tokens import Unfit

FORMATS = {"solutions": (JSON,), "graph": (TURTLE, N_TRIPLES)}
"""Kind of answer -> media types in which columns give it."""


class Answer(NamedTuple):
    """An answer: its kind, and its bytes."""

    kind: str
    data: bytes


class Columns:
    """A graph in columns that is asked.

    Args:
        folder: what :func:`kgraph.columns.making.make` wrote.

    Raises:
        OSError: it is not there, or cannot be read.
        ValueError: its files do not belong together.
    """

    def __init__(self, folder: str | Path) -> None:
        self._graph = Graph(Path(folder))

    def answer(
        self, text: str, known: Mapping[str, str], formats: Mapping[str, str]
    ) -> Answer | None:
        """The answer to a query; None where it is one for the engine.

        Args:
            text: a query, which need not be one that the engine can read.
            known: prefix -> IRI, of those that need no declaration.
            formats: kind of answer -> media type that it is wanted in.
        """
        try:
            return self._answer(read(text, known), known, formats)
        except (Unfit, MemoryError, UnicodeEncodeError):  # of half a character
            return None

    def _answer(self, asked: Asked, known: Mapping[str, str], formats: Mapping[str, str]) -> Answer:
        kind = "solutions" if asked.template is None else "graph"
        if formats.get(kind) not in FORMATS[kind]:
            raise Unfit
        values, joiner = Values(self._graph), Joiner(self._graph, asked.terms)
        rows = _rows(asked, joiner, values)
        if asked.template is None:
            return Answer(kind, written(shown(rows, asked, values), values))
        prefixes = known if formats[kind] == TURTLE else {}
        return Answer(kind, stated(rows, asked.template, joiner, values, prefixes))


def _rows(asked: Asked, joiner: Joiner, values: Values) -> Rows:
    """The solutions of the query's group."""
    left = list(asked.group.conditions)

    def sift(rows: Rows) -> Rows:
        for condition in [one for one in left if one.variable in rows.columns]:
            left.remove(condition)
            rows = rows.at(values.fits(condition, rows.columns[condition.variable]))
        return rows

    rows = joiner.joined(ONE, asked.group.patterns, sift)
    for beside in asked.group.beside:
        rows = _beside(rows, beside, joiner)
    for bound in asked.group.bound:
        rows = rows.having(bound.name, values.made(bound.text, rows.columns[bound.text.variable]))
    return rows


def _beside(rows: Rows, beside: Beside, joiner: Joiner) -> Rows:
    """The rows with what is beside them: joined where there is any, or kept where there is."""
    found = joiner.beside(rows, beside.patterns)
    places = found.columns[PLACE]
    has = np.zeros(rows.size, bool)
    has[places] = True
    if beside.word != OPTIONAL:
        return rows.at(has if beside.word == EXISTS else ~has)
    with_, without = rows.at(places), rows.at(~has)
    refuse_many(with_.size + without.size)
    columns = {
        name: np.concatenate([with_.columns[name], without.columns[name]]) for name in rows.columns
    }
    for name, column in found.columns.items():
        if name not in columns and name != PLACE:
            nothing = np.full(without.size, UNBOUND, column.dtype)
            columns[name] = np.concatenate([column, nothing])
    return Rows(with_.size + without.size, columns)
