"""What the API answers, as a table: each row is a path, what it takes, what it gives.

Takes the parameters of a request as a struct, gives the task that answers them. Facts come
from :data:`kgraph.views.registry.VIEW_OPERATIONS`; search, names and questions are rows here. The
OpenAPI document and its page are made from this table, so they cannot say other things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any

import msgspec

from kgraph.analysis.presentation import RenderedAnswer
from kgraph.search import Filters
from kgraph.search.documents import HIT_KINDS
from kgraph.search.filters import FILTER_TYPES
from kgraph.search.suggest import Suggestion
from kgraph.server.pages.parameters import make_view_task
from kgraph.server.workers.tasks import RunSearch, Searched, SuggestNames, Task
from kgraph.views.registry import VIEW_OPERATIONS, ViewOperation
from kgraph.views.values import Fraction, Offset, ViewLimit

ShortText = Annotated[str, msgspec.Meta(max_length=1000)]
# What ECMA-262 and Python both take for a letter or a digit: \w means other things to them.
_HAS_WORD = {"pattern": r"[0-9A-Za-z]|[^\x00-\x7F]"}
SearchText = Annotated[str, msgspec.Meta(max_length=1000, extra_json_schema=_HAS_WORD)]
"""A search is refused in its own words where there is nothing to search for."""


def _list_pattern(values: Iterable[str]) -> dict[str, str]:
    """The pattern of values apart by commas, for the description: they are refused by the search,
    which has near ones to offer."""
    one = "|".join(values)
    return {"pattern": f"^(({one})(,({one}))*)?$"}


KindList = Annotated[ShortText, msgspec.Meta(extra_json_schema=_list_pattern(HIT_KINDS))]
TypeList = Annotated[ShortText, msgspec.Meta(extra_json_schema=_list_pattern(FILTER_TYPES))]
DateText = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}(-\d{2}){0,2})?$", examples=["2025-06-01"])]


class SearchParams(msgspec.Struct, frozen=True):
    """Ask for what fits words.

    Attributes:
        q: words, "phrases", prefix*, OR, NOT.
        kind: quote, episode, entity, insight, theme or show; several apart by commas.
        type: of entities, such as company; several apart by commas.
        company: only what stands in episodes that mention it.
        theme: only quotes and episodes that are filed under it.
        show: only what stands in its episodes.
        since: first day of the episode, such as 2025-06-01, or a month, such as 2025-06.
        until: last day of the episode, or a month.
        min_relevance: lowest relevance of a quote.
        adverts: whether quotes that are probably adverts are wanted, too.
        offset: hits that come before.
        limit: hits at the most.
        per_episode: hits of one episode at the most; 0 for any number.
    """

    q: SearchText
    kind: KindList = ""
    type: TypeList = ""
    company: ShortText = ""
    theme: ShortText = ""
    show: ShortText = ""
    since: DateText = ""
    until: DateText = ""
    min_relevance: Fraction = 0.0
    adverts: bool = False
    offset: Offset = 0
    limit: ViewLimit = 20
    per_episode: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0


class SuggestParams(msgspec.Struct, frozen=True):
    """Ask for names as one types them.

    Attributes:
        q: how the name begins.
        kind: entity, show, theme or episode; several apart by commas; all by default.
    """

    q: ShortText
    kind: KindList = ""


class Operation(msgspec.Struct, frozen=True):
    """A place of the API.

    Attributes:
        path: below ``/api/``.
        summary: one sentence.
        asked: struct of its parameters.
        gives: type of its answer.
        task: what answers it.
        example: parameters that are worth trying.
    """

    path: str
    summary: str
    parameters: type[msgspec.Struct]
    result: Any
    make_task: Callable[[Any], Task]
    example: str = ""


def _make_search_task(asked: SearchParams) -> Task:
    filters = Filters(
        frozenset(_split_list(asked.kind)),
        frozenset(_split_list(asked.type)),
        asked.company,
        asked.theme,
        asked.show,
        asked.since,
        asked.until,
        asked.min_relevance,
        asked.adverts,
    )
    return RunSearch(asked.q, filters, asked.offset, asked.limit, asked.per_episode)


def _make_suggest_task(asked: SuggestParams) -> Task:
    return SuggestNames(asked.q, _split_list(asked.kind))


def _split_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _fact_operation(fact: ViewOperation) -> Operation:
    return Operation(
        fact.name,
        fact.summary,
        fact.parameters,
        fact.result,
        lambda asked: make_view_task(fact.name, asked),
        _EXAMPLES.get(fact.name, ""),
    )


_EXAMPLES = {
    "entity": "name=NVIDIA",
    "entities": "type=crypto&limit=10",
    "episodes": "mentions=NVIDIA&beside=OpenAI",
    "theme": "name=regulation",
    "neighbourhood": "name=OpenAI&limit=12",
    "shows": "limit=10",
}
"""Name of a fact -> parameters that are worth trying, where it needs some."""

OPERATIONS: dict[str, Operation] = {
    operation.path: operation
    for operation in (
        Operation(
            "search",
            f"What fits words, best first, and what fits them counted: {', '.join(HIT_KINDS)}.",
            SearchParams,
            Searched,
            _make_search_task,
            "q=stablecoin+yield&kind=quote",
        ),
        Operation(
            "names",
            "Things whose names begin so, or hold a word that does: what to offer as one types.",
            SuggestParams,
            list[Suggestion],
            _make_suggest_task,
            "q=nvi",
        ),
        *map(_fact_operation, VIEW_OPERATIONS.values()),
    )
}
"""By path. The questions with a name stand below ``questions``, each with its own parameters."""

ANSWER_TYPE = RenderedAnswer
"""What a question with a name gives."""
