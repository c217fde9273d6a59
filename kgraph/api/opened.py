"""What every part of the library's front door stands on: an open store."""

from __future__ import annotations

from datetime import date
from typing import Any

from kgraph.graph import Graph, Selection
from kgraph.store import Store

ParameterValue = str | int | float | date
"""What a parameter of a question may be given as."""

DEFAULT_VIEW_SELECTION = Selection(min_confidence=0.5, types=frozenset({"company"}))
"""What a picture shows where nothing else is asked for."""


class StoreBacked:
    """A store, and the graph in it."""

    store: Store

    @property
    def graph(self) -> Graph:
        """The records, recording by recording."""
        return self.store.graph


def format_value(value: Any) -> Any:
    """Write a date, or the day of a time, in ISO 8601, and None as ""; leave other values."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return "" if value is None else value
