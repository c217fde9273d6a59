"""Every question of this room: one row each, by the name under which the API answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from kgraph.views.entity import EntityFacts, Named, entity
from kgraph.views.episode import EpisodeFacts, episode
from kgraph.views.evidence import Why, WhyFacts, reasons
from kgraph.views.lists import (
    Entities,
    EntityList,
    EpisodeList,
    Episodes,
    ShowList,
    Shows,
    ThemeList,
    Themes,
    entities,
    episodes,
    shows,
    themes,
)
from kgraph.views.neighbourhood import Around, Neighbourhood, around
from kgraph.views.open_graph import Shelf
from kgraph.views.overview import (
    Front,
    FrontFacts,
    RiserList,
    Risers,
    Statistics,
    front,
    risers,
    statistics,
)
from kgraph.views.show_page import ShowFacts, show
from kgraph.views.stats import Stats
from kgraph.views.theme import ThemeFacts, theme


class Fact(msgspec.Struct, frozen=True):
    """A question.

    Attributes:
        name: as the API has it.
        asked: struct of its parameters.
        gives: struct of its answer.
        run: answers it; the first sentence of its docstring is what users are told.
    """

    name: str
    asked: type[msgspec.Struct]
    gives: type[msgspec.Struct]
    run: Callable[[Shelf, Any], msgspec.Struct]

    @property
    def summary(self) -> str:
        """What it answers, in a sentence."""
        return " ".join((self.run.__doc__ or "").partition("\n\n")[0].split())


FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("front", Front, FrontFacts, front),
        Fact("stats", Statistics, Stats, statistics),
        Fact("entities", Entities, EntityList, entities),
        Fact("entity", Named, EntityFacts, entity),
        Fact("episodes", Episodes, EpisodeList, episodes),
        Fact("episode", Named, EpisodeFacts, episode),
        Fact("themes", Themes, ThemeList, themes),
        Fact("theme", Named, ThemeFacts, theme),
        Fact("shows", Shows, ShowList, shows),
        Fact("show", Named, ShowFacts, show),
        Fact("neighbourhood", Around, Neighbourhood, around),
        Fact("risers", Risers, RiserList, risers),
        Fact("why", Why, WhyFacts, reasons),
    )
}
"""By name."""
