"""What takes Python to answer: the tasks of :mod:`kgraph.server.workers.task_worker`, one function each.

Takes a :class:`Desk` (a build, opened) and a task, gives a :class:`Result`: bytes, and what
they are. A task is a plain value, so that it goes through a pipe and names its answer in
memory. A new one is a struct, a function and a row; what it needs is imported late, since the
server reads this file too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kgraph.base.errors import InputError, RequestError, StoreError
from kgraph.query.formats import FORMATS, Kind
from kgraph.search import Filters, Found, Index, search
from kgraph.search.facets import Facets, facets
from kgraph.search.suggest import suggest
from kgraph.server.workers.messages import ReplyKind
from kgraph.store import Store, layout
from kgraph.views.decisions import Decisions, Seek, decisions

if TYPE_CHECKING:
    from kgraph.query.link_values import Links
    from kgraph.views.open_graph import Shelf

JSON = "application/json"


class Result(msgspec.Struct, frozen=True):
    """An answer: what kind it is, what it is written in, and its bytes."""

    kind: ReplyKind
    media_type: str
    data: bytes


class Desk:
    """A build, with what was opened of it.

    Args:
        store: folder of the store.
        build: name of the build.
    """

    def __init__(self, store: str, build: str) -> None:
        self.store = Store(Path(store), build)

    @cached_property
    def index(self) -> Index:
        """The full-text index."""
        return Index(self.store)

    @cached_property
    def shelf(self) -> Shelf:
        """What facts are looked up in."""
        from kgraph.views.open_graph import Shelf

        return Shelf(self.store)

    @cached_property
    def links(self) -> Links:
        """What words of answers name."""
        from kgraph.query.link_values import Links

        return Links(self.store.shared)


class Show(msgspec.Struct, frozen=True, tag="show"):
    """Answer a question with a name, for a page: :func:`kgraph.analysis.presentation.shown`."""

    name: str
    parameters: dict[str, str]


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """Answer a question with a name, in a format: :func:`kgraph.analysis.questions.answer`."""

    name: str
    parameters: dict[str, str]
    format: str


class Sparql(msgspec.Struct, frozen=True, tag="sparql"):
    """The SPARQL of a saved query, with its parameters: :func:`kgraph.query.evaluate.sparql`."""

    name: str
    parameters: dict[str, str]


class Search(msgspec.Struct, frozen=True, tag="search"):
    """Search, and count what fits: :func:`kgraph.search.search`, with its words."""

    text: str
    filters: Filters
    offset: int = 0
    limit: int = 20
    per_episode: int = 0


class Searched(msgspec.Struct, frozen=True):
    """What a search gave, and what fits it, counted."""

    found: Found
    facets: Facets


class Suggest(msgspec.Struct, frozen=True, tag="suggest"):
    """Names as one types them: :func:`kgraph.search.suggest.suggest`."""

    start: str
    kinds: tuple[str, ...] = ()


class Decide(msgspec.Struct, frozen=True, tag="decide"):
    """A part of the decisions: :func:`kgraph.views.decisions.decisions`."""

    what: str
    seek: Seek
    offset: int = 0
    limit: int = 50


class Account(msgspec.Struct, frozen=True, tag="account"):
    """What became of every row: the audit ``rows``, as rows of list, outcome and number."""


class Write(msgspec.Struct, frozen=True, tag="write"):
    """Write the graph into a file: :func:`kgraph.export.export`.

    Attributes:
        format: name of a format.
        profile: ``full`` or ``edges``.
        path: of the file.
        limit: bytes that it may have.
    """

    format: str
    profile: str
    path: str
    limit: int


class Hold(msgspec.Struct, frozen=True, tag="hold"):
    """Write the graph's columns, if there are none: :func:`kgraph.columns.making.hold`.

    Attributes:
        draft: name of a folder beside them, where they are written until they are whole.
    """

    draft: str


class Match(msgspec.Struct, frozen=True, tag="match"):
    """Answer SPARQL that may call ``kg:matches``: :func:`kgraph.query.evaluate.evaluated`.

    Attributes:
        text: a query that was checked to be read-only.
        formats: kind of answer -> name of the format that it is wanted in.
    """

    text: str
    formats: dict[Kind, str]


class Know(msgspec.Struct, frozen=True, tag="know"):
    """Answer a question of :data:`kgraph.views.registry.FACTS`, by name.

    Attributes:
        name: of the question.
        asked: its parameters.
    """

    name: str
    asked: dict[str, Any]


Task = Show | Answer | Sparql | Search | Suggest | Decide | Account | Write | Hold | Match | Know


def do(desk: Desk, task: Task) -> Result:
    """Do a task.

    Raises:
        KgraphError: whatever its function raises.
    """
    return _TASKS[type(task)](desk, task)


def _value(value: object) -> Result:
    return Result("value", JSON, msgspec.json.encode(value))


def _show(desk: Desk, task: Show) -> Result:
    from kgraph.analysis.presentation import shown

    return _value(shown(desk.store, task.name, task.parameters, desk.links))


def _answer(desk: Desk, task: Answer) -> Result:
    from kgraph.analysis.questions import answer

    found = answer(desk.store, task.name, task.parameters, format=task.format)
    return Result(found.kind, FORMATS[found.format].media_type, found.data)


def _sparql(desk: Desk, task: Sparql) -> Result:
    from kgraph.query.evaluate import sparql

    return _value(sparql(desk.store, task.name, task.parameters))


def _search(desk: Desk, task: Search) -> Result:
    found = search(
        desk.index,
        task.text,
        task.filters,
        limit=task.limit,
        per_episode=task.per_episode,
        offset=task.offset,
    )
    counts = facets(
        desk.index, found.instead or task.text, task.filters, partial=bool(found.partial)
    )
    return _value(Searched(found, counts))


def _suggest(desk: Desk, task: Suggest) -> Result:
    return _value(suggest(desk.index, task.start, task.kinds))


def _decide(desk: Desk, task: Decide) -> Result:
    found: Decisions = decisions(desk.store.graph, task.what, task.seek, task.offset, task.limit)
    return _value(found)


def _account(desk: Desk, _: Account) -> Result:
    from kgraph.views.audit_tables import rows

    return _value(list(rows(desk.store.graph).rows))


def _write(desk: Desk, task: Write) -> Result:
    from kgraph.server.workers.write_export import write

    size = write(desk.store, task.format, task.profile, Path(task.path), task.limit)
    return _value(size)


def _hold(desk: Desk, task: Hold) -> Result:
    from kgraph.columns.making import hold

    build = desk.store.build
    desk.store.refuse_damage()
    try:
        hold(str(build / layout.DATABASE), build / layout.COLUMNS, build / task.draft)
    except OSError as error:
        raise StoreError(f"{build / layout.COLUMNS}: {error.strerror or error}") from error
    return _value(None)


def _match(desk: Desk, task: Match) -> Result:
    from kgraph.query.evaluate import evaluated

    try:
        found = evaluated(desk.store, task.text, task.formats)
    except InputError as error:
        if error.parameter != "format":
            raise
        raise RequestError(406, f"{error}: accept another media type") from error
    return Result(found.kind, FORMATS[found.format].media_type, found.data)


def _know(desk: Desk, task: Know) -> Result:
    from kgraph.views.registry import FACTS

    fact = FACTS[task.name]
    return _value(fact.run(desk.shelf, msgspec.convert(task.asked, fact.asked)))


_TASKS: dict[type[Any], Callable[[Desk, Any], Result]] = {
    Show: _show,
    Answer: _answer,
    Sparql: _sparql,
    Search: _search,
    Suggest: _suggest,
    Decide: _decide,
    Account: _account,
    Write: _write,
    Hold: _hold,
    Match: _match,
    Know: _know,
}
"""Task -> what does it."""
