"""The base of the API's mixins: an open store, and the selection of a part of its graph."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kgraph.base.entity_types import DEFAULT_VIEW_TYPES
from kgraph.base.errors import InputError
from kgraph.base.text import shorten
from kgraph.graph import Graph, Selection
from kgraph.graph.graph import DateBound, NamesArgument, make_selection
from kgraph.store import Store

#: A value of a question's parameter.
ParameterValue = str | int | float | date

#: The default part of view() and sketch().
DEFAULT_VIEW_SELECTION = Selection(types=frozenset(DEFAULT_VIEW_TYPES))


class StoreBacked:
    store: Store

    @property
    def graph(self) -> Graph:
        """The records, episode by episode."""
        return self.store.graph


def select_part(
    selection: Selection | None,
    days: tuple[DateBound, DateBound],
    types: NamesArgument,
    min_confidence: float,
    episodes: NamesArgument,
    *,
    unlikely: bool,
    default: Selection | None = None,
) -> Selection:
    """Return the part that a method's keyword arguments choose.

    Args:
        selection, types, min_confidence, episodes, unlikely: as in :mod:`kgraph.api`.
        days: ``since`` and ``until``.
        default: the values of omitted arguments; by default everything.

    Raises:
        TypeError: there is a selection and other arguments as well.
        InputError: an argument is wrong.
    """
    return make_selection(
        selection,
        since=days[0],
        until=days[1],
        types=types,
        min_confidence=min_confidence,
        episodes=episodes,
        unlikely=unlikely,
        default=default,
    )


def check_names(names: Sequence[object]) -> None:
    """Check that each of several names is a text.

    Raises:
        InputError: one is not, such as a list of names.
    """
    for name in names:
        if not isinstance(name, str):
            raise InputError(
                f"{shorten(repr(name))}: not a name: give each name as an argument of its own; "
                "of a list, write *names"
            )


def format_value(value: Any) -> Any:
    """Return a date as text, in ISO 8601, and None as ""; return any other value unchanged.

    A datetime is shortened to its date.
    """
    if isinstance(value, date):
        return value.isoformat()[:10]
    return "" if value is None else value
