"""What an agent may ask: one method each, with the words by which agents choose it.

Takes arguments that the protocol's library has checked against the annotations here, gives
JSON as text: without a schema of its own and not once more as structured content, since an
agent would keep both. What is wrong becomes an answer in words; nothing of the machine, such
as a path, is in them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import log
from typing import TYPE_CHECKING, Annotated, Any, Literal, ParamSpec, TypeAlias

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from kgraph.analysis import NamedQuery, describe_query_substitutions, load_named_queries
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError, KgraphError
from kgraph.base.text import local_id, word_forms
from kgraph.query.term_hints import describe_unknown_terms
from kgraph.search import SearchRequest, search_page
from kgraph.search.tokenize import tokenize
from kgraph.server.http.problems import describe_error
from kgraph.server.mcp import render
from kgraph.server.mcp.format import encode_json, fit_rows, page_table
from kgraph.server.mcp.service import AgentService, format_parameters
from kgraph.views.thing import EntityPage, look_up
from kgraph.views.why import explain_by_name

ToolArguments = ParamSpec("ToolArguments")

QueryText = Annotated[str, Field(max_length=500)]
"""Text that is looked for."""

Name = Annotated[str, Field(min_length=1, max_length=300)]

Limit = Annotated[int, Field(ge=1, le=50, description="how many at the most")]

Day = Annotated[
    str,
    Field(pattern=r"^(\d{4}(-\d{2}){0,2})?$", description="YYYY-MM-DD or YYYY-MM, or empty"),
]

Kind = Literal["", "quote", "episode", "entity", "insight", "theme", "show"]

if TYPE_CHECKING:
    Type: TypeAlias = str
else:
    Type = Literal[("", *TYPE_NAMES)]

_UNSUPPORTED_PREFIXES = ("theme/", "quote/", "insight/", "topic/", "tag/")
_UNSUPPORTED_HINT = (
    "of a theme ask best-quotes with about, or search with theme; a quote or an insight is told "
    "whole where search finds it"
)

MAX_FITTING_QUESTIONS = 5
"""Questions that are listed for words."""

MAX_SPARQL_ROWS = 200
"""Rows of SPARQL that an agent may ask for at once."""


def as_tool_result(work: Callable[ToolArguments, Any]) -> Callable[ToolArguments, str]:
    """A tool's method, with its result as JSON, and our errors as the protocol's."""

    @wraps(work)
    def answered(*args: ToolArguments.args, **kwargs: ToolArguments.kwargs) -> str:
        try:
            return encode_json(work(*args, **kwargs))
        except KgraphError as error:
            raise ToolError(describe_error(error).detail) from error

    return answered


class Tools:
    """The tools of one server.

    Args:
        asker: where they are asked.
    """

    def __init__(self, asker: AgentService) -> None:
        self._asker = asker

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
            str, Field(description="only what stands in episodes that mention this name")
        ] = "",
        theme: Annotated[str, Field(description="only quotes filed under this theme")] = "",
        show: Annotated[str, Field(description="only episodes of this show")] = "",
        since: Day = "",
        until: Day = "",
        min_relevance: Annotated[float, Field(ge=0, le=1)] = 0.0,
        adverts: Annotated[bool, Field(description="probable adverts, too")] = False,
        per_episode: Annotated[int, Field(ge=0, description="most of one episode; 0: any")] = 2,
        limit: Limit = 10,
    ) -> dict[str, Any]:
        """Full-text search over quotes, episodes, entities, insights, themes and shows; best
        first, adverts left out. Quotes come with episode, date and link. kind "" searches all."""
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
            limit=limit,
            per_episode=per_episode,
        )
        found, has_more = search_page(self._asker.index(), request)
        answer: dict[str, Any] = {"hits": [render.render_hit(hit) for hit in found.hits]}
        if has_more:
            answer["next"] = f"more than {limit}: raise limit, or narrow with kind, about, since"
        if found.instead:
            answer["searched_for"] = found.instead
        if found.partial:
            answer["note"] = found.explain_partial()
        if found.suggestion:
            answer["did_you_mean"] = found.suggestion
        return answer

    @as_tool_result
    def look_up(
        self,
        name: Annotated[
            Name,
            Field(description="label, alias or id of an entity; title, file or id of an episode"),
        ],
        limit: Annotated[
            int, Field(ge=1, le=30, description="neighbours, quotes and episodes each")
        ] = 5,
    ) -> dict[str, Any]:
        """What the graph knows of one entity (names, type, confidence, what stands beside it,
        best quotes, newest episodes) or of one episode (summary, mentions, quotes, link)."""
        snapshot = self._asker.snapshot()
        if local_id(name).startswith(_UNSUPPORTED_PREFIXES):
            raise InputError(f"{name}: look_up takes entities and episodes; {_UNSUPPORTED_HINT}")
        page = look_up(snapshot.store, name, limit)
        if isinstance(page, EntityPage):
            return render.render_entity(page, snapshot.base)
        return render.render_episode(page, snapshot.base)

    @as_tool_result
    def list_questions(
        self,
        about: Annotated[
            QueryText, Field(description="words: the few questions that fit best; empty for all")
        ] = "",
    ) -> dict[str, Any]:
        """The questions that ask_question answers, each with its typed parameters. A parameter
        without a default must be given; of type entity, show, theme or episode it is a name."""
        found = _rank_questions(about) or list(load_named_queries().values())
        return {"questions": [_describe_question(question) for question in found]}

    @as_tool_result
    def ask_question(
        self,
        name: Annotated[Name, Field(description="as list_questions gives it")],
        parameters: Annotated[
            dict[str, str | int | float], Field(description="by name; the rest keep defaults")
        ] = {},  # noqa: B006 -- never changed
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
        offset: Annotated[int, Field(ge=0, description="rows to leave out")] = 0,
    ) -> dict[str, Any]:
        """Ask a saved question: rankings, quotes on a subject, trends by month, paths with
        evidence, similar episodes. Answers are tables."""
        found = self._asker.run_question(name, parameters)
        answer = {"question": name, **page_table(found.columns, found.rows, limit, offset)}
        given = {key: str(value) for key, value in parameters.items()}
        if said := describe_query_substitutions(self._asker.snapshot().store, name, given):
            answer["taken"] = said
        if found.more:
            answer["note"] = (
                f"limited to {len(found.rows)} rows, and there are more; resource "
                f"kgraph://queries/{name} has its SPARQL, for run_sparql"
            )
        return answer

    @as_tool_result
    def run_sparql(
        self,
        query: Annotated[str, Field(min_length=1, max_length=20_000)],
        limit: Annotated[int, Field(ge=1, le=MAX_SPARQL_ROWS, description="rows at the most")] = 50,
    ) -> dict[str, Any]:
        """Run a SPARQL 1.1 query, read-only. Prefixes kg, schema, skos, prov, oa, rdf, rdfs and
        xsd are known; ids are IRIs relative to the base: <company/nvidia>. An episode
        (schema:PodcastEpisode: schema:name, schema:datePublished, schema:partOfSeries,
        schema:url) schema:mentions entities (kg:Company, kg:CryptoAsset, kg:Person, ...:
        schema:name), and kg:advertises what only its adverts name. A kg:Mention has kg:episode,
        kg:entity, kg:confidence, kg:evidence. A kg:Occurrence has kg:quote (schema:text,
        kg:advert), kg:episode, kg:relevance, kg:theme. kg:matches(?quote, "words") searches.
        Resource kgraph://vocabulary lists every term."""
        found = self._asker.run_sparql(query, limit)
        kept = fit_rows(found.rows)
        answer: dict[str, Any] = {"columns": list(found.columns), "rows": kept}
        if found.more or len(kept) < len(found.rows):
            answer["next"] = (
                f"there are more than {len(kept)} rows: count or aggregate, or page with ORDER BY "
                f"and OFFSET {len(kept)}"
            )
        if said := describe_unknown_terms(query, self._asker.snapshot().store):
            answer["hint"] = "; ".join(said)
        return answer

    @as_tool_result
    def explain(
        self,
        episode: Annotated[Name, Field(description="id, title or file name")],
        name: Annotated[Name, Field(description="of an entity, or as written in the file")],
    ) -> dict[str, Any]:
        """Why an episode is linked to an entity, or why a name in it was rejected: file, row,
        extractor, words around it, rule, confidence and its breakdown."""
        snapshot = self._asker.snapshot()
        edges = explain_by_name(snapshot.store, episode.removeprefix(snapshot.base), name)
        return {"edges": [render.render_explanation(edge) for edge in edges[:3]]}


def _rank_questions(about: str) -> list[NamedQuery]:
    """The questions that hold the words, in singular or plural, the best first: a word counts the
    more the fewer hold it."""
    known = list(load_named_queries().values())
    spoken = [
        {form for word in tokenize(_question_text(q)) for form in word_forms(word)} for q in known
    ]
    scores = [0.0] * len(known)
    for word in sorted(set(tokenize(about))):
        holding = [n for n, held in enumerate(spoken) if not held.isdisjoint(word_forms(word))]
        for n in holding:
            scores[n] += log(1 + len(known) / len(holding))
    order = sorted(range(len(known)), key=lambda n: (-scores[n], known[n].name))
    return [known[n] for n in order[:MAX_FITTING_QUESTIONS] if scores[n]]


def _question_text(question: NamedQuery) -> str:
    return " ".join((question.name, question.summary, *question.answers))


def _describe_question(question: NamedQuery) -> dict[str, Any]:
    answers = question.answers[0] if question.answers else question.summary
    return {
        "name": question.name,
        "answers": answers,
        "parameters": list(format_parameters(question)),
    }
