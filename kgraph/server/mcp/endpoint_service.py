"""Runs the queries of agents on an endpoint elsewhere that holds an export of a graph.

It answers saved queries and SPARQL, and finds what has a name. The endpoint cannot be told to stop:
a query that passes its time limit is only waited for no longer.
"""

from __future__ import annotations

from collections.abc import Mapping

from kgraph.analysis import ANALYSES
from kgraph.analysis.questions import answer_remote_query
from kgraph.base.errors import InputError
from kgraph.base.text import format_day
from kgraph.query import load_saved_queries
from kgraph.query.remote import RemoteGraph
from kgraph.query.remote_names import NameFinder
from kgraph.server.mcp.render import (
    MAX_NAME_CHARS,
    MAX_NAMES,
    MAX_TITLE_CHARS,
    JsonObject,
    clean_text,
    drop_empty,
)
from kgraph.server.mcp.service import (
    LIST_HINT,
    AgentLimits,
    PlainTable,
    QueryService,
    answer_to_table,
)


class EndpointService(QueryService):
    """Runs queries on the graph of an endpoint.

    Args:
        graph: waits for an answer as long as ``limits`` allow.
        limits: of a query; an endpoint has a limit of memory of its own.
    """

    def __init__(self, graph: RemoteGraph, limits: AgentLimits) -> None:
        super().__init__(limits, load_saved_queries())
        self.graph = graph

    def run_question(self, name: str, parameters: Mapping[str, object]) -> PlainTable:
        """Run a saved query and return all rows.

        Raises:
            InputError: there is no such query, it is an analysis, or a parameter is wrong.
            QueryError: the endpoint failed, or it exceeded a limit.
        """
        if name in ANALYSES:
            raise InputError(
                f"{name}: a program answers this from the records of a store, and this server asks "
                f"an endpoint: {LIST_HINT} questions that it can answer"
            )
        return super().run_question(name, parameters)

    def _answer(self, query: str, parameters: dict[str, str], limit: int | None) -> PlainTable:
        answer = answer_remote_query(self.graph, query, parameters, limit=limit)
        return answer_to_table(answer, self.graph.base)

    def look_up(self, name: str) -> JsonObject:
        """Return id, names and counts of what has a name: an entity, theme, episode, topic or tag.

        Raises:
            UnknownNameError: nothing there can have the name.
            AmbiguousNameError: it is a ticker of entities of several types.
            QueryError: the endpoint failed.
        """
        base = self.graph.base
        id_, shared = NameFinder(self.graph.select, base, self.graph.url).find_named(name)
        if entity := shared.entities.get(id_):
            return drop_empty(
                id=id_,
                iri=base + id_,
                name=clean_text(entity.label),
                type=entity.type,
                episodes=entity.episodes,
                written=[
                    clean_text(text, MAX_NAME_CHARS) for text in sorted(entity.surfaces)[:MAX_NAMES]
                ],
                tickers=list(entity.tickers),
            )
        if term := shared.terms.get(id_):
            return {
                "id": id_,
                "iri": base + id_,
                "name": clean_text(term.label),
                "type": id_.partition("/")[0],
            }
        episode = shared.summaries[id_.removeprefix("episode/")]
        return drop_empty(
            id=id_,
            iri=base + id_,
            type="episode",
            title=clean_text(episode.title, MAX_TITLE_CHARS),
            date=format_day(episode.date, episode.is_dated),
            show=clean_text(episode.show, MAX_NAME_CHARS),
        )
