"""Operations of the API as a table: path, parameters, result and task.

Views come from :data:`kgraph.views.registry.VIEW_OPERATIONS`; search and names are rows here. The
OpenAPI document and its page are generated from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from kgraph.search import HIT_KINDS
from kgraph.search.request import KindList, SearchRequest, ShortText, split_list
from kgraph.search.suggest import Suggestion
from kgraph.server.pages.parameters import make_view_task
from kgraph.server.workers.tasks import RunSearch, Searched, SuggestNames, Task
from kgraph.views.registry import VIEW_OPERATIONS


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
            SearchRequest,
            Searched,
            RunSearch,
            "q=stablecoin+yield&kind=quote",
        ),
        Operation(
            "names",
            "Complete a name: things whose name, or a word of it, starts with a text.",
            SuggestParams,
            list[Suggestion],
            lambda params: SuggestNames(params.q, split_list(params.kind)),
            "q=nvi",
        ),
        *(
            Operation(
                view.name,
                view.summary,
                view.parameters,
                view.result,
                partial(make_view_task, view.name),
                _EXAMPLES.get(view.name, ""),
            )
            for view in VIEW_OPERATIONS.values()
        ),
    )
}
