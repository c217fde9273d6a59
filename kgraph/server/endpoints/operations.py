"""What the API answers, as a table: each row is a path, what it takes, what it gives.

Takes the parameters of a request as a struct, gives the task that answers them. Facts come
from :data:`kgraph.views.registry.VIEW_OPERATIONS`; search, names and questions are rows here. The
OpenAPI document and its page are made from this table, so they cannot say other things.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from kgraph.analysis.presentation import RenderedAnswer
from kgraph.search import HIT_KINDS
from kgraph.search.request import KindList, SearchRequest, ShortText, split_list
from kgraph.search.suggest import Suggestion
from kgraph.server.pages.parameters import make_view_task
from kgraph.server.workers.tasks import RunSearch, Searched, SuggestNames, Task
from kgraph.views.registry import VIEW_OPERATIONS, ViewOperation


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


def _make_suggest_task(asked: SuggestParams) -> Task:
    return SuggestNames(asked.q, split_list(asked.kind))


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
            SearchRequest,
            Searched,
            RunSearch,
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
