"""The methods that ask the graph: questions, searches, what is known of a name, and why."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from kgraph.api.opened import ParameterValue, StoreBacked, format_value
from kgraph.graph.diff import Changes
from kgraph.graph.graph import DateBound, NamesArgument, collect_names
from kgraph.query.evaluate import Answer
from kgraph.query.timeout import default_memory_limit

if TYPE_CHECKING:
    from kgraph.analysis import Findings, NamedQuery
    from kgraph.query.schema import SchemaTerm
    from kgraph.search import Hits, Index
    from kgraph.views.audit_tables import Audit, AuditName
    from kgraph.views.stats import Stats
    from kgraph.views.thing import EntityPage, EpisodePage
    from kgraph.views.why import Explanation


class QueryMixin(StoreBacked):
    """What is asked of a graph."""

    def query(
        self,
        question: str,
        *,
        timeout: float | None = None,
        memory: int | None = None,
        limit: int | None = None,
        **parameters: ParameterValue,
    ) -> Answer:
        """Ask SPARQL, or a question by its name.

        Args:
            question: SPARQL 1.1, or one of the names that queries() lists.
            timeout: seconds after which it is stopped; None for no limit.
            memory: bytes that it may take; 0 for any number, None for the usual limit
                (kgraph.query.timeout.default_memory).
            limit: rows or statements at the most. It replaces the limit that a question with a
                name has itself, and holds beside a LIMIT in SPARQL; the answer's ``more`` says
                whether it left something out.
            parameters: values of the parameters of a question with a name.

        Returns:
            An answer that iterates over its rows, each a dictionary by column; bool() of a yes
            or no; to_pandas() and to_polars() for frames.

        Raises:
            QueryError: the query is wrong, or passed its limit.
            InputError: there is no such question, or a parameter is wrong.
        """
        from kgraph.analysis import answer_query

        memory = default_memory_limit() if memory is None else memory
        return answer_query(
            self.store,
            question,
            _format_values(parameters),
            timeout=timeout,
            memory=memory,
            limit=limit,
        )

    @staticmethod
    def queries() -> list[NamedQuery]:
        """The questions that have a name: what they answer, and their parameters."""
        from kgraph.analysis import load_named_queries

        return list(load_named_queries().values())

    def schema(self) -> list[SchemaTerm]:
        """The classes and properties that the graph uses, with counts and an example of each."""
        from kgraph.query.schema import describe_schema

        return describe_schema(self.store)

    def analyse(
        self,
        name: str,
        *,
        timeout: float | None = None,
        memory: int | None = None,
        limit: int | None = None,
        **parameters: ParameterValue,
    ) -> Findings:
        """Ask a question that a program answers, and no query.

        Args:
            name: of an analysis, such as path, bridges, clusters.
            timeout: seconds after which it is stopped; None for no limit.
            memory: bytes that it may take, as for query.
            limit: rows at the most, in place of the analysis's own limit.
            parameters: values of its parameters, by name.

        Raises:
            InputError: there is no such analysis, or a parameter is wrong.
            QueryError: it passed its limit.
        """
        from kgraph.analysis import run_analysis

        memory = default_memory_limit() if memory is None else memory
        return run_analysis(
            self.store,
            name,
            _format_values(parameters),
            timeout=timeout,
            memory=memory,
            limit=limit,
        )

    def diff(self) -> Changes:
        """What changed against the build that readers saw before."""
        return self.store.changes

    def search(
        self,
        text: str,
        *,
        kind: NamesArgument = "",
        types: NamesArgument = (),
        company: str = "",
        theme: str = "",
        show: str = "",
        since: DateBound = "",
        until: DateBound = "",
        min_relevance: float = 0.0,
        adverts: bool = False,
        limit: int = 20,
        per_episode: int = 0,
    ) -> Hits:
        """Find quotes, episodes, entities, insights, themes and shows by their words.

        Args:
            text: words, "phrases", prefix*, OR, NOT.
            kind: quote, episode, entity, insight, theme or show, or several; "" for all.
            types: types of entities, such as company; with one, only entities are found.
            company: name or id of something that the episode mentions.
            theme: name or id of a theme that a quote, or one of an episode's, is filed under.
            show: name or id of the show that the episode belongs to.
            since, until: first and last day of the episode.
            min_relevance: lowest relevance of a quote, from 0 to 1.
            adverts: find quotes that are probably adverts, too.
            limit: how many hits at the most.
            per_episode: how many of one episode at the most; 0 for any number.

        Returns:
            Hits, best first. Where nothing fits a text with a misspelt name, hits of the name
            that was meant, which their ``instead`` tells; ``suggestion`` is what may have been
            meant by a text that little fits.

        Raises:
            InputError: the text has no word, or a filter has no such value.
        """
        from kgraph.search import Filters, Hits, search

        wanted = Filters(
            kinds=collect_names("kind", kind),
            types=collect_names("types", types),
            company=company,
            theme=theme,
            show=show,
            since=format_value(since),
            until=format_value(until),
            min_relevance=min_relevance,
            adverts=adverts,
        )
        return Hits(search(self.index, text, wanted, limit=limit, per_episode=per_episode))

    @cached_property
    def index(self) -> Index:
        """The full-text index, opened; kgraph.search.search asks it for more."""
        from kgraph.search import Index

        return Index(self.store)

    def stats(self) -> Stats:
        """What the graph holds, in numbers."""
        from kgraph.views.stats import count_graph

        return count_graph(self.graph)

    def show(self, name: str, limit: int = 10) -> EntityPage | EpisodePage:
        """Look at one entity or episode.

        Args:
            name: of an entity, or file name, title or id of an episode.
            limit: how many neighbours, quotes and episodes at the most.

        Raises:
            UnknownNameError: nothing goes by it; near names are suggested.
        """
        from kgraph.views.open_graph import OpenGraph
        from kgraph.views.thing import look_up

        return look_up(OpenGraph(self.store), name, limit)

    def why(self, episode: str, name: str) -> list[Explanation]:
        """Explain why an edge is there, or was rejected.

        Args:
            episode: file name, title or id.
            name: of a thing, as the graph or a row of the episode has it.

        Raises:
            UnknownNameError: there is no such episode, or nothing of that name in it.
        """
        from kgraph.views.why import explain_by_name

        return explain_by_name(self.store, episode, name)

    def audit(self, what: AuditName) -> Audit:
        """List every decision of one kind with its confidence and reasons.

        Args:
            what: mentions, shows, quotes, themes or rows.

        Returns:
            Rows that iterate as dictionaries by column; to_pandas() and to_polars() for frames.

        Raises:
            InputError: there is no such audit.
        """
        from kgraph.views.audit_tables import run_audit

        return run_audit(self.graph, what)


def _format_values(parameters: Mapping[str, ParameterValue]) -> dict[str, str]:
    """Write values as questions read them."""
    return {name: str(format_value(value)) for name, value in parameters.items()}
