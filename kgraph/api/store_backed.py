"""The base of the API's mixins: an open store, and checks of arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kgraph.base.arguments import check_count, check_number
from kgraph.base.entity_types import DEFAULT_VIEW_TYPES
from kgraph.base.errors import InputError
from kgraph.base.text import shorten
from kgraph.graph import Selection
from kgraph.store import Store

if TYPE_CHECKING:
    from kgraph.graph import Graph

#: A value of a question's parameter.
ParameterValue = str | int | float | date

#: The default part of view() and sketch().
DEFAULT_VIEW_SELECTION = Selection(types=frozenset(DEFAULT_VIEW_TYPES))


class StoreBacked:
    store: Store

    def _reopen(self) -> None:
        """Open the store's last build, and forget what was cached of the one before."""
        self.store = Store(self.store.path)
        for name in list(vars(self)):
            if isinstance(getattr(type(self), name, None), cached_property):
                delattr(self, name)

    @property
    def graph(self) -> Graph:
        """The records, episode by episode."""
        return self.store.graph


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


def check_limits(timeout: float | None, memory: int | None) -> int:
    """Check the limits of a query, and return that of its memory in bytes, 0 for none.

    Args:
        timeout: seconds; None for no limit.
        memory: bytes; None for the default limit.

    Raises:
        InputError: one is no number, or below 0.
    """
    from kgraph.query.timeout import default_memory_limit

    if timeout is not None:
        check_number("timeout", timeout, 0)
    if memory is None:
        return default_memory_limit()
    check_count("memory", memory, minimum=0)
    return memory


def format_value(value: Any) -> Any:
    """Return a date as text, in ISO 8601, and None as ""; return any other value unchanged.

    A datetime is shortened to its date.
    """
    if isinstance(value, date):
        return value.isoformat()[:10]
    return "" if value is None else value
