"""Methods that query the graph: questions, search, single entities, explanations, audits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from kgraph.api.store_backed import (
    ParameterValue,
    StoreBacked,
    check_limits,
    check_names,
    format_value,
)
from kgraph.base.arguments import check_count, check_texts
from kgraph.graph.selection import DateBound, NamesArgument, collect_names

if TYPE_CHECKING:
    from kgraph.analysis import Findings, NamedQuery
    from kgraph.graph.matcher import NameMatches
    from kgraph.query.answer import Answer
    from kgraph.query.schema import SchemaTerm
    from kgraph.search import Hits, Index
    from kgraph.views.audit import Audit, AuditName
    from kgraph.views.compare import CompareFacts, PairFacts
    from kgraph.views.overview import Stats
    from kgraph.views.reasons import Explanation
    from kgraph.views.theme_and_show import ThemeFacts
    from kgraph.views.thing import EntityPage, EpisodePage


class QueryMixin(StoreBacked):
    def query(
        self,
        question: str,
        *,
        timeout: float | None = None,
        memory: int | None = None,
        limit: int | None = None,
        **parameters: ParameterValue,
    ) -> Answer:
        """Run SPARQL, or a named question.

        Args:
            question: SPARQL 1.1, or a name that queries() lists.
            timeout: seconds; None for no limit.
            memory: bytes; 0 for no limit, None for the default limit
                (kgraph.query.timeout.default_memory_limit).
            limit: rows or statements at most. It replaces the default limit of a named question,
                and applies in addition to a LIMIT in SPARQL. The answer's ``more`` tells whether
                it left something out.
            parameters: values of the parameters of a named question.

        Returns:
            An answer that iterates over its rows, each a dictionary by column. bool() gives the
            result of ASK; to_pandas() and to_polars() give data frames.

        Raises:
            QueryError: the query is wrong, or exceeded a limit.
            InputError: the question is unknown, or an argument or parameter is wrong.
        """
        from kgraph.analysis import answer_query

        check_texts(question=question)
        return answer_query(
            self.store,
            question,
            _format_values(parameters),
            timeout=timeout,
            memory=check_limits(timeout, memory),
            limit=limit,
        )

    @staticmethod
    def queries() -> list[NamedQuery]:
        """List the named questions: what they answer, and their parameters."""
        from kgraph.analysis import load_named_queries

        return list(load_named_queries().values())

    def schema(self) -> list[SchemaTerm]:
        """List the classes and properties that the graph uses, with counts and examples."""
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
        """Run an analysis: a question that a program answers instead of a query.

        Args:
            name: name of an analysis, such as path, bridges, clusters.
            timeout, memory: as in query().
            limit: rows at most, in place of the analysis's own limit.
            parameters: values of its parameters.

        Raises:
            InputError: the analysis is unknown, or an argument or parameter is wrong.
            QueryError: it exceeded a limit.
        """
        from kgraph.analysis import run_analysis

        check_texts(name=name)
        return run_analysis(
            self.store,
            name,
            _format_values(parameters),
            timeout=timeout,
            memory=check_limits(timeout, memory),
            limit=limit,
        )

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
        unlikely: bool = False,
        mode: Literal["words", "similar"] = "words",
        limit: int = 20,
        per_episode: int = 2,
    ) -> Hits:
        """Find quotes, episodes, entities, insights, themes, shows, topics and tags by their words.

        Args:
            text: words, "phrases", prefix*, OR, NOT.
            kind: quote, episode, entity, insight, theme, show, topic, tag or a type of entities, or
                several; "" for all.
            types: types of entities, such as company; with one, only entities are found.
            company: name or id of an entity that the episode mentions.
            theme: name or id of a theme of the quote, or of a quote of the episode.
            show: name or id of the show of the episode.
            since, until: first and last day of the episode.
            min_relevance: lowest relevance of a quote, from 0 to 1.
            adverts: include quotes that are probably adverts.
            unlikely: count mentions that are more likely wrong than right.
            mode: words, or similar for what is like the thing whose id or IRI ``text`` is: a
                quote, an insight or an episode.
            limit: how many hits at most.
            per_episode: how many hits of one episode at most, near-equal quotes once; 0 for all.

        Returns:
            Hits, best first. If a misspelt name matches nothing, the hits are those of the
            corrected text in ``instead``. If a text matches little, ``suggestion`` is a corrected
            text.

        Raises:
            InputError: the text has no word, or a filter has no such value.
        """
        from kgraph.search import Filters, Hits, search

        check_texts(company=company, theme=theme, show=show)
        filters = Filters(
            kinds=collect_names("kind", kind),
            types=collect_names("types", types),
            company=company,
            theme=theme,
            show=show,
            since=format_value(since),
            until=format_value(until),
            min_relevance=min_relevance,
            adverts=adverts,
            unlikely=unlikely,
        )
        return Hits(
            search(self.index, text, filters, mode=mode, limit=limit, per_episode=per_episode)
        )

    def match(
        self,
        names: str | Iterable[str],
        *,
        types: NamesArgument = (),
        limit: int = 5,
        min_score: float | None = 0.0,
    ) -> list[NameMatches]:
        """Match names, such as those of a table, to the graph and to the lexicon.

        The names stand alone: nothing around them tells which of several things is meant.

        Args:
            names: one name or several; an id, IRI or ticker symbol is a name, too.
            types: of the things, such as company; empty for all.
            limit: candidates of a name at most.
            min_score: least score of a candidate, from 0 to 100; None for candidates that clearly
                match, of which a name has at most one.

        Returns:
            What each name may mean, in the order of the names. Candidates come best first, each
            with its score and why; ``best`` is the one that clearly matches, or None.

        Raises:
            InputError: a type is unknown, or a limit is wrong.
        """
        from kgraph.views.matching import match_names
        from kgraph.views.open_graph import OpenGraph

        given = [names] if isinstance(names, str) else list(names)
        chosen = collect_names("types", types)
        return match_names(OpenGraph(self.store), given, chosen, limit, min_score)

    @cached_property
    def index(self) -> Index:
        """The open full-text index, for kgraph.search.search."""
        from kgraph.search import Index

        return Index(self.store)

    def stats(self, *, unlikely: bool = False) -> Stats:
        """Count what the graph holds.

        Args:
            unlikely: count mentions that are more likely wrong than right.
        """
        from kgraph.views.overview import count_graph

        return count_graph(self.store.with_unlikely.graph if unlikely else self.graph)

    def show(
        self, name: str, limit: int = 10, *, unlikely: bool = False
    ) -> EntityPage | EpisodePage | ThemeFacts:
        """Look up one entity, theme, episode, topic or tag.

        Args:
            name: name of an entity, theme, topic or tag, or file name, title or id of an episode.
            limit: how many neighbours, quotes and episodes at most, each, from 1 on.
            unlikely: count mentions that are more likely wrong than right.

        Raises:
            UnknownNameError: the name is unknown; similar names are suggested.
            AmbiguousNameError: it is a ticker of entities of several types, or a title of episodes.
            InputError: the name is not a text, or the limit is below 1.
        """
        from kgraph.views.open_graph import OpenGraph
        from kgraph.views.thing import look_up

        check_texts(name=name)
        check_count("limit", limit)
        store = self.store.with_unlikely if unlikely else self.store
        return look_up(OpenGraph(store), name, limit)

    def pair(self, one: str, other: str, limit: int = 12, *, unlikely: bool = False) -> PairFacts:
        """Describe two entities together.

        Args:
            one, other: names or ids.
            limit: how many quotes, episodes and neighbours of both at most, from 1 to 50.
            unlikely: count mentions that are more likely wrong than right.

        Returns:
            Shares of both and of the episodes with both by month, quotes that name both with their
            recordings, the episodes that speak most of both, and what stands beside both.

        Raises:
            UnknownNameError: a name is unknown; similar names are suggested.
            AmbiguousNameError: it is a ticker of entities of several types.
            InputError: both are the same, no episode mentions one, or the limit is out of range.
        """
        from kgraph.views.compare import MAX_PAIR_ROWS, PairRequest, view_pair
        from kgraph.views.open_graph import OpenGraph

        check_texts(one=one, other=other)
        check_count("limit", limit, maximum=MAX_PAIR_ROWS)
        store = self.store.with_unlikely if unlikely else self.store
        return view_pair(OpenGraph(store), PairRequest(one, other, limit))

    def compare(self, *names: str, unlikely: bool = False) -> CompareFacts:
        """Compare the shares of up to six entities or themes by month.

        Args:
            names: names or ids, one to six.
            unlikely: count mentions that are more likely wrong than right.

        Returns:
            For each, its episodes, and by month the share as if every month held the same shows,
            with its 95 % interval.

        Raises:
            UnknownNameError: a name is unknown; similar names are suggested.
            AmbiguousNameError: it is a ticker of entities of several types.
            InputError: there are none, too many, the same thing twice, or one without episodes; or
                one is not a text.
        """
        from kgraph.views.compare import CompareRequest, view_compare
        from kgraph.views.open_graph import OpenGraph

        check_names(names)
        store = self.store.with_unlikely if unlikely else self.store
        return view_compare(OpenGraph(store), CompareRequest(names))

    def why(self, episode: str, name: str, *, steps: bool = False) -> Explanation:
        """Explain why an episode is linked to a name, or why the name was rejected.

        Args:
            episode: file name, title or id.
            name: of an entity, theme, topic or tag, or as in a row. A theme has no confidence.
            steps: break each row's confidence down into log-odds that add up to it.

        Returns:
            The answer in one sentence, and ``trees``: a claim for each edge, because of its rows.

        Raises:
            UnknownNameError: the episode is unknown, or has no such name.
            AmbiguousNameError: several episodes have the title, and not one alone has the name.
        """
        check_texts(episode=episode, name=name)
        answer: Explanation = self._ask("why", episode=episode, name=name, steps=steps)
        return answer

    def how(self, name: str, limit: int = 20) -> Explanation:
        """Tell how an entity came together, and what was taken away.

        Args:
            name: name or id of an entity.
            limit: how many groups of rows at most, in each tree, from 1 to 500.

        Returns:
            What it is, with its sources and judgements; and trees of the rows that joined or have
            its name.

        Raises:
            UnknownNameError: the name is unknown; similar names are suggested.
            AmbiguousNameError: it is a ticker of entities of several types.
            InputError: the limit is out of its range.
        """
        check_texts(name=name)
        answer: Explanation = self._ask("how", name=name, limit=limit)
        return answer

    def why_not(self, name: str, other: str) -> Explanation:
        """Tell why two names are not one thing, or why an episode does not mention a name.

        Args:
            name: name or id of an entity.
            other: another one; or an episode, by file name, title or id.

        Returns:
            The answer in one sentence, trees of claims, and the judgements that would change it.

        Raises:
            UnknownNameError: a name is unknown; similar ones are suggested.
            AmbiguousNameError: it is a ticker of entities of several types.
        """
        check_texts(name=name, other=other)
        answer: Explanation = self._ask("why-not", name=name, other=other)
        return answer

    def audit(self, what: AuditName) -> Audit:
        """List every decision of one kind with its confidence and reasons.

        Args:
            what: mentions, shows, quotes, themes or rows.

        Returns:
            Rows that iterate as dictionaries by column; to_pandas() and to_polars() give data
            frames.

        Raises:
            InputError: the audit is unknown.
        """
        from kgraph.views.audit import MAX_AUDIT_ROWS

        answer: Audit = self._ask("audit", what=what, limit=MAX_AUDIT_ROWS)
        return answer

    def _ask(self, operation: str, /, **values: object) -> Any:
        """Return the answer of an operation."""
        from kgraph.operations.table import OPERATIONS
        from kgraph.views.open_graph import OpenGraph

        asked = OPERATIONS[operation]
        return asked.run(OpenGraph(self.store), asked.parse(values))


def _format_values(parameters: Mapping[str, ParameterValue]) -> dict[str, str]:
    return {name: str(format_value(value)) for name, value in parameters.items()}
