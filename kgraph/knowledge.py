"""The library's front door: a graph that can be built, asked, walked, exported and drawn.

Each method is one call into the room that does the work, and the twin of a command.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kgraph.graph import Graph, Selection
from kgraph.graph.changes import Changes
from kgraph.ontology import BASE
from kgraph.query.limit import default_memory
from kgraph.query.run import Answer
from kgraph.resolve.judgementfile import FILE
from kgraph.store import DEFAULT_STORE, Store

if TYPE_CHECKING:
    import networkx
    import rdflib

    from kgraph.analysis import Findings
    from kgraph.atlas import Drawn
    from kgraph.build import Report
    from kgraph.mcp import AgentLimits
    from kgraph.query.review import Case
    from kgraph.query.show import EntityPage, EpisodePage
    from kgraph.query.stats import Stats
    from kgraph.query.why import Explanation
    from kgraph.search import Hits, Index
    from kgraph.view import View
    from kgraph.view.sketch import Sketch
    from kgraph.web.lanes import Limits

Value = str | int | float | date
"""What a parameter of a question may be given as."""


class KnowledgeGraph:
    """The last whole graph of a store.

    Args:
        store: an open store.
        report: the report of the build that made it, when it was built here.
    """

    def __init__(self, store: Store, report: Report | None = None) -> None:
        self.store = store
        self.report = report

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: build {self.store.build.name} of {self.store.path}>"

    @classmethod
    def build(
        cls, paths: Sequence[str | Path], store: str | Path = DEFAULT_STORE, **options: Any
    ) -> KnowledgeGraph:
        """Build the graph of the episodes at ``paths`` (:func:`kgraph.build.build`).

        What people judged is held: ``data/judgements.yaml`` where there is one, or the file
        that ``judgements`` names; None for none. A notebook shows how far it is, unless
        ``progress`` says otherwise.
        """
        from kgraph.build import build
        from kgraph.progress import default_progress

        options.setdefault("progress", default_progress())
        report = build(paths, store, **options)
        return cls(Store(store), report)

    @classmethod
    def open(cls, store: str | Path = DEFAULT_STORE) -> KnowledgeGraph:
        """Open a graph that was built before.

        Raises:
            StoreError: there is none, or it cannot be read.
        """
        return cls(Store(store))

    @property
    def graph(self) -> Graph:
        """The records, recording by recording."""
        return self.store.graph

    def query(
        self,
        question: str,
        *,
        timeout: float | None = None,
        memory: int | None = None,
        **parameters: Value,
    ) -> Answer:
        """Ask SPARQL, or a question by its name (:func:`kgraph.analysis.answer`).

        Args:
            question: what is asked.
            timeout: seconds after which it is stopped; None for no limit.
            memory: bytes that it may take; 0 for any number, None for
                :func:`kgraph.query.limit.default_memory`.
            parameters: of a question with a name.
        """
        from kgraph.analysis import answer

        memory = default_memory() if memory is None else memory
        return answer(self.store, question, _written(parameters), timeout=timeout, memory=memory)

    def analyse(
        self,
        name: str,
        *,
        timeout: float | None = None,
        memory: int | None = None,
        **parameters: Value,
    ) -> Findings:
        """What an analysis finds (:func:`kgraph.analysis.analyse`); limits as of :meth:`query`."""
        from kgraph.analysis import analyse

        memory = default_memory() if memory is None else memory
        return analyse(self.store, name, _written(parameters), timeout=timeout, memory=memory)

    def diff(self) -> Changes:
        """What changed against the build that readers saw before."""
        return self.store.changes

    def search(
        self,
        text: str,
        *,
        kind: str | Collection[str] = "",
        limit: int = 20,
        per_episode: int = 0,
        **filters: Any,
    ) -> Hits:
        """Find quotes, episodes, entities, insights, themes and shows by their words.

        Args:
            text: words, ``"phrases"``, ``prefix*``, ``OR``, ``NOT``.
            kind: one of :data:`kgraph.search.KINDS`, or some; "" for all.
            limit: how many hits at the most.
            per_episode: how many of one episode at the most; 0 for any number.
            filters: the rest of :class:`kgraph.search.Filters`; days may be dates.

        Returns:
            Hits, best first. Where nothing fits a text with a misspelt name, hits of the name
            that was meant, which their ``instead`` tells; ``suggestion`` is what may have been
            meant by a text that little fits.

        Raises:
            InputError: the text has no word, or a filter has no such value.
        """
        from kgraph.search import Filters, Hits, search

        kinds = _several(kind or filters.pop("kinds", ()))
        types = _several(filters.pop("types", ()))
        given = {name: _plain(value) for name, value in filters.items()}
        wanted = Filters(kinds=kinds, types=types, **given)
        found = search(self.index, text, wanted, limit=limit, per_episode=per_episode)
        return Hits(found)

    @cached_property
    def index(self) -> Index:
        """The full-text index, opened (:func:`kgraph.search.search` asks it for more)."""
        from kgraph.search import Index

        return Index(self.store)

    def stats(self) -> Stats:
        """What the graph holds, in numbers."""
        from kgraph.query.stats import stats

        return stats(self.graph)

    def show(self, name: str, limit: int = 10) -> EntityPage | EpisodePage:
        """One entity or episode, by name (:func:`kgraph.query.show.show`)."""
        from kgraph.query.show import show

        return show(self.store, name, limit)

    def why(self, episode: str, name: str) -> list[Explanation]:
        """Why an edge is there, or was rejected (:func:`kgraph.query.why.why`)."""
        from kgraph.query.why import why

        return why(self.store, episode, name)

    def review_queue(
        self,
        *,
        judgements: str | Path = FILE,
        types: Collection[str] = (),
        limit: int | None = None,
    ) -> list[Case]:
        """The names where a judgement puts most rows right (:func:`kgraph.query.review.queue`).

        Args:
            judgements: file of judgements that people made; what they settled is left out.
            types: only what was taken for one of these types, if any.
            limit: how many at the most.
        """
        from kgraph.query.review import queue, settled

        return queue(self.graph, settled=settled(judgements), types=types, limit=limit)

    def export(
        self,
        format: str,
        output: str | Path | BinaryIO,
        *,
        selection: Selection | None = None,
        profile: str = "full",
    ) -> None:
        """Write the graph in another format (:func:`kgraph.export.export`)."""
        from kgraph.export import export

        base = self.store.meta.base
        export(self.graph, format, output, selection=selection, profile=profile, base=base)

    def view(self, output: str | Path | BinaryIO, **options: Any) -> View:
        """Write an interactive picture as one offline page (:func:`kgraph.view.view`)."""
        from kgraph.view import view

        return view(self.graph, output, **options)

    def atlas(self, output: str | Path | BinaryIO | None = None, **options: Any) -> Drawn:
        """Draw everything as one offline page (:func:`kgraph.atlas.atlas`).

        Without an output it is only drawn: in a notebook, the last value of a cell is shown.
        """
        from kgraph.atlas import atlas, draw

        options.setdefault("base", self.store.meta.base)
        if output is None:
            return draw(self.graph, **options)
        return atlas(self.graph, output, **options)

    def sketch(self, focus: str = "", **options: Any) -> Sketch:
        """A small picture for a notebook (:func:`kgraph.view.sketch.sketch`)."""
        from kgraph.view.sketch import sketch

        return sketch(self.graph, focus=focus or None, **options)

    def serve(
        self,
        host: str = "127.0.0.1",
        port: int = 8000,
        *,
        limits: Limits | None = None,
        hosts: Iterable[str] = (),
        origin: str = "*",
    ) -> None:
        """Answer over HTTP until interrupted (:func:`kgraph.web.server.serve`).

        Args:
            host: address or name to listen at.
            port: 0 for any that is free.
            limits: what queries may take; by default what ``kgraph serve`` lets them.
            hosts: further names under which the server may be spoken to; ``*`` for any.
            origin: which other sites may read the data: ``*`` for all, "" for none.

        Raises:
            InputError: that address cannot be listened at.
        """
        from kgraph.web.lanes import at_once
        from kgraph.web.server import serve
        from kgraph.web.service import Settings

        settings = Settings(self.store.path, limits or at_once(), (host, *hosts), origin)
        serve(settings, host, port)

    def mcp(
        self, http: str = "", *, limits: AgentLimits | None = None, hosts: Iterable[str] = ()
    ) -> None:
        """Serve agents over standard input and output, or HTTP (:func:`kgraph.mcp.serve`).

        Args:
            http: ``HOST:PORT`` to listen at; "" for standard input and output.
            limits: what a question may take; by default what ``kgraph mcp`` lets it.
            hosts: further names under which it may be spoken to over HTTP; ``*`` for any.

        Raises:
            InputError: its library is not installed, or that address cannot be listened at.
        """
        from kgraph.mcp import serve

        serve(self.store.path, limits, http, hosts)

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The graph as a directed multigraph (:meth:`kgraph.graph.Graph.to_networkx`)."""
        return self.graph.to_networkx()

    def to_rdflib(self, selection: Selection | None = None, profile: str = "full") -> rdflib.Graph:
        """The graph, or a part of it, in rdflib's memory.

        A whole corpus takes rdflib a minute and gigabytes: select, or use the ``edges``
        profile, or ask with :meth:`KnowledgeGraph.query`.

        Raises:
            InputError: there is no such profile.
        """
        from kgraph.triples.interchange import to_rdflib

        return to_rdflib(
            self.graph.select(selection or Selection()), self.store.meta.base or BASE, profile
        )


def _written(parameters: Mapping[str, Value]) -> dict[str, str]:
    """Values as questions read them."""
    return {name: str(_plain(value)) for name, value in parameters.items()}


def _plain(value: Any) -> Any:
    """A date, or the day of a time, in ISO 8601; "" for none; any other value as it is."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return "" if value is None else value


def _several(names: str | Collection[str]) -> frozenset[str]:
    return frozenset({names} - {""} if isinstance(names, str) else names)
