"""Operations of the API as a table: path, parameters, result and task.

Views come from :data:`kgraph.views.registry.VIEW_OPERATIONS`; search and names are rows here. The
OpenAPI document and its page are generated from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any

import msgspec

from kgraph.search import Filters
from kgraph.search.documents import HIT_KINDS
from kgraph.search.filters import FILTER_TYPES
from kgraph.search.suggest import Suggestion
from kgraph.server.pages.parameters import make_view_task
from kgraph.server.workers.tasks import RunSearch, Searched, SuggestNames, Task
from kgraph.views.registry import VIEW_OPERATIONS, ViewOperation
from kgraph.views.values import Fraction, Offset, ViewLimit

ShortText = Annotated[str, msgspec.Meta(max_length=1000)]
# Letters and digits as both ECMA-262 and Python match them: \w differs between the two.
_HAS_WORD = {"pattern": r"[0-9A-Za-z]|[^\x00-\x7F]"}
SearchText = Annotated[str, msgspec.Meta(max_length=1000, extra_json_schema=_HAS_WORD)]


def _list_pattern(values: Iterable[str]) -> dict[str, str]:
    # For the description only: the search itself refuses unknown values, and suggests others.
    value = "|".join(values)
    return {"pattern": f"^(({value})(,({value}))*)?$"}


KindList = Annotated[ShortText, msgspec.Meta(extra_json_schema=_list_pattern(HIT_KINDS))]
TypeList = Annotated[ShortText, msgspec.Meta(extra_json_schema=_list_pattern(FILTER_TYPES))]
DateText = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}(-\d{2}){0,2})?$", examples=["2025-06-01"])]


class SearchParams(msgspec.Struct, frozen=True):
    """Parameters of a search.

    Attributes:
        q: words, "phrases", prefix*, OR, NOT.
        kind: quote, episode, entity, insight, theme or show; several separated by commas.
        type: entity type, such as company; several separated by commas.
        company: only hits of episodes that mention it.
        theme: only quotes and episodes with this theme.
        show: only hits of its episodes.
        since: first day of the episode, such as 2025-06-01, or a month, such as 2025-06.
        until: last day of the episode, or a month.
        min_relevance: lowest relevance of a quote.
        adverts: whether to include quotes that are probably adverts.
        offset: number of hits to skip.
        limit: largest number of hits.
        per_episode: largest number of hits of one episode; 0 for no limit.
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
    """Parameters of a completion of names.

    Attributes:
        q: start of the name.
        kind: entity, show, theme or episode; several separated by commas; all by default.
    """

    q: ShortText
    kind: KindList = ""


class Operation(msgspec.Struct, frozen=True):
    """An operation of the API."""

    path: str  #: below ``/api/``
    summary: str
    parameters: type[msgspec.Struct]
    result: Any  #: type of the answer
    make_task: Callable[[Any], Task]
    example: str = ""  #: query string to try


def _make_search_task(params: SearchParams) -> Task:
    filters = Filters(
        frozenset(_split_list(params.kind)),
        frozenset(_split_list(params.type)),
        params.company,
        params.theme,
        params.show,
        params.since,
        params.until,
        params.min_relevance,
        params.adverts,
    )
    return RunSearch(params.q, filters, params.offset, params.limit, params.per_episode)


def _split_list(text: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in text.split(",") if value.strip())


def _view_operation(view: ViewOperation) -> Operation:
    return Operation(
        view.name,
        view.summary,
        view.parameters,
        view.result,
        lambda params: make_view_task(view.name, params),
        _EXAMPLES.get(view.name, ""),
    )


#: Name of a view that needs parameters -> query string to try.
_EXAMPLES = {
    "entity": "name=NVIDIA",
    "entities": "type=crypto&limit=10",
    "episodes": "mentions=NVIDIA&beside=OpenAI",
    "theme": "name=regulation",
    "neighbourhood": "name=OpenAI&limit=12",
    "shows": "limit=10",
}

#: By path. The named questions are below ``questions``, each with its own parameters.
OPERATIONS: dict[str, Operation] = {
    operation.path: operation
    for operation in (
        Operation(
            "search",
            f"Search for words: hits, best first, and their facets: {', '.join(HIT_KINDS)}.",
            SearchParams,
            Searched,
            _make_search_task,
            "q=stablecoin+yield&kind=quote",
        ),
        Operation(
            "names",
            "Complete a name: things whose name, or a word of it, starts with a text.",
            SuggestParams,
            list[Suggestion],
            lambda params: SuggestNames(params.q, _split_list(params.kind)),
            "q=nvi",
        ),
        *map(_view_operation, VIEW_OPERATIONS.values()),
    )
}
