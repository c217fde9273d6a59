"""The tools of the agents' server; method names and docstrings are what agents choose by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import msgspec
from pydantic import Field

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError
from kgraph.base.text import local_id
from kgraph.search import SearchRequest, search_page
from kgraph.search.search import SearchMode
from kgraph.server.mcp import render
from kgraph.server.mcp.query_tools import Name, QueryText, QueryTools, as_tool_result
from kgraph.server.mcp.render_briefing import render_briefing
from kgraph.server.mcp.render_compare import render_compare, render_pair
from kgraph.server.mcp.service import AgentService
from kgraph.views.briefing import BriefingRequest, view_briefing
from kgraph.views.compare import CompareRequest, PairRequest, view_compare, view_pair
from kgraph.views.how import HowRequest, explain_entity
from kgraph.views.reasons import Explanation
from kgraph.views.theme_and_show import ThemeFacts
from kgraph.views.thing import EntityPage, look_up
from kgraph.views.why import WhyRequest, explain_edges
from kgraph.views.why_not import WhyNotRequest, explain_why_not

Limit = Annotated[int, Field(ge=1, le=50, description="maximum number")]

Day = Annotated[
    str,
    Field(pattern=r"^(\d{4}(-\d{2}){0,2})?$", description="YYYY-MM-DD or YYYY-MM, or empty"),
]

Unlikely = Annotated[bool, Field(description="count mentions of confidence below 0.5, too")]

Kind = Literal["", "quote", "episode", "entity", "insight", "theme", "show", "topic", "tag"]

if TYPE_CHECKING:
    Type: TypeAlias = str
else:
    Type = Literal[("", *TYPE_NAMES)]

_UNSUPPORTED_PREFIXES = ("quote/", "insight/")
_UNSUPPORTED_HINT = "search returns the whole of a quote or an insight"


def _render(explanation: Explanation) -> dict[str, Any]:
    rendered: dict[str, Any] = render.render_explanation(msgspec.to_builtins(explanation))
    return rendered


class Tools(QueryTools):
    """The tools of a server with a store."""

    _service: AgentService

    def __init__(self, service: AgentService) -> None:
        super().__init__(service)

    @as_tool_result
    def search(
        self,
        text: Annotated[
            QueryText,
            Field(description='words, a "phrase", prefix*, OR, -word; misspelt names are found'),
        ],
        *,
        kind: Kind = "quote",
        type: Annotated[Type, Field(description="of entities, with kind entity")] = "",
        about: Annotated[
            str, Field(description="only hits in episodes that mention this name")
        ] = "",
        theme: Annotated[str, Field(description="only quotes on this theme")] = "",
        show: Annotated[str, Field(description="only episodes of this show")] = "",
        since: Day = "",
        until: Day = "",
        min_relevance: Annotated[float, Field(ge=0, le=1)] = 0.0,
        adverts: Annotated[bool, Field(description="include probable adverts")] = False,
        unlikely: Unlikely = False,
        mode: Annotated[
            SearchMode, Field(description="similar: text is the id of what hits are like")
        ] = "words",
        per_episode: Annotated[
            int, Field(ge=0, description="maximum of one episode; 0: any number")
        ] = 2,
        limit: Limit = 10,
    ) -> dict[str, Any]:
        """Full-text search over quotes, episodes, entities, insights, themes, shows, topics, tags;
        best first, without adverts. Quotes come with episode, date and link. kind "" searches
        all."""
        request = SearchRequest(
            q=text,
            kind=kind,
            type=type,
            company=about,
            theme=theme,
            show=show,
            since=since,
            until=until,
            min_relevance=min_relevance,
            adverts=adverts,
            unlikely=unlikely,
            mode=mode,
            limit=limit,
            per_episode=per_episode,
        )
        result, has_more = search_page(self._service.get_graph().index, request)
        answer: dict[str, Any] = {"hits": [render.render_hit(hit) for hit in result.hits]}
        if has_more:
            answer["next"] = f"more than {limit}: raise limit, or narrow with kind, about, since"
        if result.instead:
            answer["searched_for"] = result.instead
        if result.partial:
            answer["note"] = result.explain_partial()
        if result.left_out:
            answer["left_out"] = result.explain_left_out()
        if result.suggestion:
            answer["did_you_mean"] = result.suggestion
        return answer

    @as_tool_result
    def look_up(
        self,
        name: Annotated[
            Name,
            Field(description="name or id of an entity, theme, episode, topic or tag"),
        ],
        limit: Annotated[
            int, Field(ge=1, le=30, description="neighbours of each type, quotes and episodes")
        ] = 5,
        unlikely: Unlikely = False,
    ) -> dict[str, Any]:
        """Describe one entity (names, type, confidence, entities of each type mentioned together
        with it and what is said of both, best quotes, newest episodes), a theme, an episode
        (summary, mentions, topics, tags, quotes, link), or a topic or tag of episodes."""
        graph = self._service.get_graph()
        if local_id(name).startswith(_UNSUPPORTED_PREFIXES):
            raise InputError(
                f"{name}: look_up accepts entities, themes, episodes, topics and tags; "
                f"{_UNSUPPORTED_HINT}"
            )
        page = look_up(graph.with_unlikely if unlikely else graph, name, limit)
        if isinstance(page, EntityPage):
            return render.render_entity(page, graph.base)
        if isinstance(page, ThemeFacts):
            return render.render_theme(page, graph.base)
        return render.render_episode(page, graph.base)

    @as_tool_result
    def pair(
        self,
        one: Annotated[Name, Field(description="name or id of an entity")],
        other: Annotated[Name, Field(description="name or id of another one")],
        limit: Annotated[
            int, Field(ge=1, le=30, description="quotes, episodes and neighbours each")
        ] = 5,
        unlikely: Unlikely = False,
    ) -> dict[str, Any]:
        """Two entities together: how many episodes mention each and both, how surely that is more
        than chance, shares by month, quotes that name both with their recordings, the episodes
        that speak most of both, what stands beside both."""
        graph = self._service.get_graph()
        request = PairRequest(one, other, limit)
        return render_pair(view_pair(graph.with_unlikely if unlikely else graph, request))

    @as_tool_result
    def compare(
        self,
        names: Annotated[
            list[Name], Field(description="one to six names or ids of entities or themes")
        ],
        unlikely: Unlikely = False,
    ) -> dict[str, Any]:
        """Compare up to six entities or themes over time: shares of each month's episodes, as if
        every month held the same shows, with 95 % intervals, and where they rose or fell."""
        graph = self._service.get_graph()
        request = CompareRequest(tuple(names))
        return render_compare(view_compare(graph.with_unlikely if unlikely else graph, request))

    @as_tool_result
    def report(
        self,
        since: Day = "",
        until: Day = "",
        limit: Annotated[int, Field(ge=1, le=20, description="rows of a section")] = 3,
    ) -> dict[str, Any]:
        """Brief on a window of days, by default the last whole month: what rose and fell in the
        same shows, what is new, who came together, groups that do not meet, best quotes,
        corrections; with figures, evidence and a command that repeats each section."""
        return render_briefing(
            view_briefing(self._service.get_graph(), BriefingRequest(since, until, limit))
        )

    @as_tool_result
    def explain(
        self,
        episode: Annotated[Name, Field(description="id, title or file name")],
        name: Annotated[
            Name, Field(description="of an entity, theme, topic or tag, or as written in the file")
        ],
    ) -> dict[str, Any]:
        """Why an episode is linked to an entity, theme, topic or tag, or why a name in it was
        rejected: file, row, extractor, words around it, rule, confidence and its breakdown."""
        graph = self._service.get_graph()
        return _render(explain_edges(graph, WhyRequest(episode.removeprefix(graph.base), name)))

    @as_tool_result
    def how(
        self,
        name: Annotated[Name, Field(description="name or id of an entity")],
        limit: Annotated[int, Field(ge=1, le=50, description="groups of rows in each list")] = 10,
    ) -> dict[str, Any]:
        """How an entity came together: which names joined by which rule, in how many rows and how
        surely; where its label, type and ids come from; judgements; rows of its name that were
        rejected or taken for something else."""
        graph = self._service.get_graph()
        return _render(explain_entity(graph, HowRequest(name, limit)))

    @as_tool_result
    def why_not(
        self,
        name: Annotated[Name, Field(description="name or id of an entity")],
        other: Annotated[
            Name, Field(description="another one; or an episode: id, title or file name")
        ],
    ) -> dict[str, Any]:
        """Why two names are not one thing, or why an episode does not mention a name or is not
        about a theme: lexicon, types, judgements, what kept the nearest candidate back, rejected
        rows, places of the text."""
        graph = self._service.get_graph()
        request = WhyNotRequest(*(text.removeprefix(graph.base) for text in (name, other)))
        return _render(explain_why_not(graph, request))
