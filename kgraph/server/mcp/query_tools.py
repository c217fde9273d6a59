"""The tools of agents that any graph answers: named queries and SPARQL.

The protocol's library checks arguments by the annotations. Results are structured content
(:mod:`kgraph.server.mcp.output_schemas`), and the same JSON as text for clients that read none.
Errors become texts without paths or other details of this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from math import log
from typing import Annotated, Any, ParamSpec

import msgspec
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent
from pydantic import Field

from kgraph.analysis import NamedQuery
from kgraph.base.errors import KgraphError
from kgraph.base.text import word_forms
from kgraph.query.answer import describe_empty_months, describe_undated
from kgraph.search.tokenize import tokenize
from kgraph.server.http.problems import describe_error
from kgraph.server.mcp import render
from kgraph.server.mcp.service import QueryService, format_parameters

ToolArguments = ParamSpec("ToolArguments")

QueryText = Annotated[str, Field(max_length=500)]

Name = Annotated[str, Field(min_length=1, max_length=300)]

MAX_RANKED_QUESTIONS = 5  #: questions that are listed for words

MAX_SPARQL_ROWS = 200  #: rows of one answer


def as_tool_result(
    work: Callable[ToolArguments, dict[str, Any]],
) -> Callable[ToolArguments, CallToolResult]:
    """Return a method's result as the protocol's, and raise kgraph's errors as its errors."""

    @wraps(work)
    def run(*args: ToolArguments.args, **kwargs: ToolArguments.kwargs) -> CallToolResult:
        try:
            data = msgspec.json.encode(work(*args, **kwargs))
        except KgraphError as error:
            raise ToolError(describe_error(error).detail) from error
        content = TextContent(type="text", text=data.decode())
        return CallToolResult(content=[content], structured_content=msgspec.json.decode(data))

    return run


class QueryTools:
    """The tools that run queries."""

    def __init__(self, service: QueryService) -> None:
        self._service = service

    @as_tool_result
    def list_questions(
        self,
        about: Annotated[
            QueryText, Field(description="words: the questions that match best; empty for all")
        ] = "",
    ) -> dict[str, Any]:
        """List the questions that ask_question answers, with their typed parameters. A parameter
        without a default is required; of type entity, thing (entity, theme, topic or tag), show,
        theme or episode it is a name."""
        queries = _rank_questions(self._service.queries, about) or self._service.queries.values()
        return {
            "questions": [
                {
                    "name": query.name,
                    "answers": query.answers[0] if query.answers else query.summary,
                    "parameters": format_parameters(query),
                }
                for query in queries
            ]
        }

    @as_tool_result
    def ask_question(
        self,
        name: Annotated[Name, Field(description="as list_questions returns it")],
        parameters: Annotated[
            dict[str, str | int | float], Field(description="by name; others keep defaults")
        ] = {},  # noqa: B006 -- never changed
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
        offset: Annotated[int, Field(ge=0, description="rows to skip")] = 0,
    ) -> dict[str, Any]:
        """Ask a saved question: rankings, quotes on a subject, trends by month, what stands beside
        a name. Answers are tables."""
        table = self._service.run_question(name, parameters)
        answer = {"question": name, **render.page_table(table.columns, table.rows, limit, offset)}
        texts = {key: str(value) for key, value in parameters.items()}
        if substitutions := self._service.describe_substitutions(name, texts):
            answer["taken"] = substitutions
        if table.undated:
            answer["undated"] = describe_undated(table.undated)
        if note := describe_empty_months(table.empty_months):
            answer["empty_months"] = note
        if table.more:
            answer["note"] = (
                f"limited to {len(table.rows)} rows, and there are more; resource "
                f"kgraph://queries/{name} has its SPARQL, for run_sparql"
            )
        return answer

    @as_tool_result
    def run_sparql(
        self,
        query: Annotated[str, Field(min_length=1, max_length=20_000)],
        limit: Annotated[
            int, Field(ge=1, le=MAX_SPARQL_ROWS, description="maximum number of rows")
        ] = 50,
    ) -> dict[str, Any]:
        """Run a SPARQL 1.1 query, read-only. Prefixes kg, schema, skos, prov, rdf, rdfs and xsd are
        known; ids are IRIs relative to the base: <company/nvidia>. An episode
        (schema:PodcastEpisode: schema:name, kg:day, schema:partOfSeries, schema:url)
        schema:mentions entities (kg:Company, kg:CryptoAsset, kg:Person, ...: schema:name), and
        kg:advertises what only its adverts name. A kg:Mention has kg:episode, kg:entity,
        kg:confidence, kg:evidence, kg:status (kg:Unlikely: not stated). A kg:Occurrence has
        kg:quote (schema:text, kg:advert), kg:episode, kg:relevance, kg:theme.
        Resource kgraph://vocabulary lists every term."""
        table = self._service.run_sparql(query, limit)
        rows = render.fit_rows(table.rows)
        answer: dict[str, Any] = {"columns": list(table.columns), "rows": rows}
        if table.more or len(rows) < len(table.rows):
            answer["next"] = (
                f"there are more than {len(rows)} rows: count or aggregate, or page with ORDER BY "
                f"and OFFSET {len(rows)}"
            )
        if hints := self._service.describe_unknown_terms(query):
            answer["hint"] = "; ".join(hints)
        return answer


def _rank_questions(by_name: Mapping[str, NamedQuery], about: str) -> list[NamedQuery]:
    """Return the queries that have the words, singular or plural, best first; a word weighs the
    more, the fewer queries have it."""
    queries = list(by_name.values())
    texts = (" ".join((query.name, query.summary, *query.answers)) for query in queries)
    forms = [{form for word in tokenize(text) for form in word_forms(word)} for text in texts]
    scores = [0.0] * len(queries)
    for word in sorted(set(tokenize(about))):
        matches = [n for n, words in enumerate(forms) if not words.isdisjoint(word_forms(word))]
        for n in matches:
            scores[n] += log(1 + len(queries) / len(matches))
    order = sorted(range(len(queries)), key=lambda n: (-scores[n], queries[n].name))
    return [queries[n] for n in order[:MAX_RANKED_QUESTIONS] if scores[n]]
