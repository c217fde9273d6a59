"""Every question of this room: one row each, by the name under which the API answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from kgraph.views.entity import EntityFacts, NameRequest, view_entity
from kgraph.views.episode import EpisodeFacts, view_episode
from kgraph.views.evidence import WhyFacts, WhyRequest, view_evidence
from kgraph.views.lists import (
    EntitiesRequest,
    EntityList,
    EpisodeList,
    EpisodesRequest,
    ShowList,
    ShowsRequest,
    ThemeList,
    ThemesRequest,
    list_entities,
    list_episodes,
    list_shows,
    list_themes,
)
from kgraph.views.neighbourhood import Neighbourhood, NeighbourhoodRequest, view_neighbourhood
from kgraph.views.open_graph import OpenGraph
from kgraph.views.overview import (
    FrontFacts,
    OverviewRequest,
    RiserList,
    RisersRequest,
    StatsRequest,
    find_risers,
    view_overview,
    view_stats,
)
from kgraph.views.show_page import ShowFacts, view_show
from kgraph.views.stats import Stats
from kgraph.views.theme import ThemeFacts, view_theme


class ViewOperation(msgspec.Struct, frozen=True):
    """A question.

    Attributes:
        name: as the API has it.
        asked: struct of its parameters.
        gives: struct of its answer.
        run: answers it; the first sentence of its docstring is what users are told.
    """

    name: str
    parameters: type[msgspec.Struct]
    result: type[msgspec.Struct]
    run: Callable[[OpenGraph, Any], msgspec.Struct]

    @property
    def summary(self) -> str:
        """What it answers, in a sentence."""
        return " ".join((self.run.__doc__ or "").partition("\n\n")[0].split())


VIEW_OPERATIONS: dict[str, ViewOperation] = {
    fact.name: fact
    for fact in (
        ViewOperation("front", OverviewRequest, FrontFacts, view_overview),
        ViewOperation("stats", StatsRequest, Stats, view_stats),
        ViewOperation("entities", EntitiesRequest, EntityList, list_entities),
        ViewOperation("entity", NameRequest, EntityFacts, view_entity),
        ViewOperation("episodes", EpisodesRequest, EpisodeList, list_episodes),
        ViewOperation("episode", NameRequest, EpisodeFacts, view_episode),
        ViewOperation("themes", ThemesRequest, ThemeList, list_themes),
        ViewOperation("theme", NameRequest, ThemeFacts, view_theme),
        ViewOperation("shows", ShowsRequest, ShowList, list_shows),
        ViewOperation("show", NameRequest, ShowFacts, view_show),
        ViewOperation("neighbourhood", NeighbourhoodRequest, Neighbourhood, view_neighbourhood),
        ViewOperation("risers", RisersRequest, RiserList, find_risers),
        ViewOperation("why", WhyRequest, WhyFacts, view_evidence),
    )
}
"""By name."""
