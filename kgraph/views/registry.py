"""Registry of the API's views: name, parameters, result and function of each."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import msgspec

from kgraph.operations.table import OPERATIONS
from kgraph.views.briefing import view_briefing
from kgraph.views.compare import view_compare, view_pair
from kgraph.views.entity import view_entity
from kgraph.views.episode import view_episode
from kgraph.views.lists import (
    list_entities,
    list_episodes,
    list_file_tags,
    list_file_topics,
    list_shows,
    list_themes,
)
from kgraph.views.neighbourhood import view_neighbourhood
from kgraph.views.open_graph import OpenGraph
from kgraph.views.overview import find_risers, view_overview, view_stats
from kgraph.views.quote import view_quote
from kgraph.views.theme_and_show import view_show, view_theme


class ViewOperation(msgspec.Struct, frozen=True):
    """A view: its name in the API, structs of its parameters and result, and its function."""

    name: str
    parameters: type[msgspec.Struct]
    result: type[msgspec.Struct]
    function: Callable[[OpenGraph, Any], msgspec.Struct]

    @property
    def summary(self) -> str:
        """The first sentence of the function's docstring, which users read."""
        return " ".join((self.function.__doc__ or "").partition("\n\n")[0].split())

    def run(self, graph: OpenGraph, request: msgspec.Struct) -> msgspec.Struct:
        """Return what the function says of a graph, with unlikely mentions if the request asks."""
        counted = graph.with_unlikely if getattr(request, "unlikely", False) else graph
        return self.function(counted, request)


def _make_operation(
    name: str, function: Callable[[OpenGraph, Any], msgspec.Struct]
) -> ViewOperation:
    hints = inspect.get_annotations(function, eval_str=True)
    return ViewOperation(name, hints["request"], hints["return"], function)


#: Views by name in the API.
VIEW_OPERATIONS: dict[str, ViewOperation] = {
    name: _make_operation(name, function)
    for name, function in (
        ("front", view_overview),
        ("stats", view_stats),
        ("entities", list_entities),
        ("entity", view_entity),
        ("episodes", list_episodes),
        ("episode", view_episode),
        ("quote", view_quote),
        ("themes", list_themes),
        ("theme", view_theme),
        ("topics", list_file_topics),
        ("tags", list_file_tags),
        ("shows", list_shows),
        ("show", view_show),
        ("neighbourhood", view_neighbourhood),
        ("pair", view_pair),
        ("compare", view_compare),
        ("risers", find_risers),
        ("briefing", view_briefing),
    )
} | {name: _make_operation(name, operation.function) for name, operation in OPERATIONS.items()}
