"""The library's main class: build, open, check and serve a graph; mixins add the other methods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kgraph.api.export import ExportMixin
from kgraph.api.judge import JudgeMixin
from kgraph.api.query import QueryMixin
from kgraph.base.vocabulary import BASE_IRI
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.store import DEFAULT_STORE, Store
from kgraph.store.origin import LAST_JUDGEMENTS

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from kgraph.pipeline import Report
    from kgraph.pipeline.check import CheckFinding
    from kgraph.pipeline.passes import Progress
    from kgraph.server.mcp import AgentLimits
    from kgraph.server.workers.pool import QueryLimits


class KnowledgeGraph(QueryMixin, JudgeMixin, ExportMixin):
    """The last whole graph of a store.

    Args:
        store: an open store.
        report: the build's report, if build() made the graph.
    """

    def __init__(self, store: Store, report: Report | None = None) -> None:
        self.store = store
        self.report = report

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: build {self.store.build.name} of {self.store.path}>"

    @classmethod
    def build(
        cls,
        paths: Sequence[str | Path],
        store: str | Path = DEFAULT_STORE,
        *,
        base: str = BASE_IRI,
        turtle: str | Path | BinaryIO | None = None,
        judgements: str | Path | None = LAST_JUDGEMENTS,
        executor: Executor | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> KnowledgeGraph:
        """Build the graph of the episodes at some paths, and open it.

        Args:
            paths: files, folders, glob patterns, or "-" for standard input.
            store: folder of the store; created when absent.
            base: base of the instances' IRIs, ending in / or #.
            turtle: also write the graph as Turtle to this output.
            judgements: file of judgements; by default that of the store's last build, else
                data/judgements.yaml if it exists; None for none.
            executor: runs the work; by default processes on this machine.
            workers: number of processes; by default one a core.
            progress: called with the name of a stage, the number of items done, and the total;
                by default a line in a notebook, and nothing elsewhere.

        Raises:
            InputError: a path or the file of judgements cannot be used, or there is no episode.
            DataError: lexicon, ontology or judgements are wrong.
            StoreError: the store cannot be written, or another build runs.
        """
        from kgraph.base.files import open_output_file
        from kgraph.base.progress import default_progress
        from kgraph.pipeline import build

        with nullcontext() if turtle is None else open_output_file(turtle) as out:
            report = build(
                paths,
                store,
                base=base,
                turtle=out,
                judgements=judgements,
                executor=executor,
                workers=workers,
                progress=progress or default_progress(),
            )
        return cls(Store(store), report)

    @classmethod
    def open(cls, store: str | Path = DEFAULT_STORE) -> KnowledgeGraph:
        """Open a graph that was built earlier.

        Args:
            store: folder of the store.

        Raises:
            StoreError: there is no graph, or it cannot be read.
        """
        return cls(Store(store))

    @staticmethod
    def check(
        paths: Sequence[str | Path],
        *,
        judgements: str | Path | None = JUDGEMENTS_FILE,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> list[CheckFinding]:
        """Find every problem of the episodes at some paths, without a store.

        Args:
            paths, workers: as in build().
            judgements: file of judgements; by default data/judgements.yaml if it exists; None for
                none.
            progress: as in build(); by default nothing.

        Returns:
            Problems by file and line, then violations of the graph's shape; str() of each is one
            line. Empty if there is no problem.

        Raises:
            InputError: a path or the file of judgements cannot be used.
            DataError: lexicon, ontology or judgements are wrong.
        """
        from kgraph.pipeline.check import check
        from kgraph.pipeline.passes import ignore_progress

        return check(
            paths, judgements=judgements, workers=workers, progress=progress or ignore_progress
        )

    def serve(
        self,
        host: str = "127.0.0.1",
        port: int = 8000,
        *,
        limits: QueryLimits | None = None,
        hosts: Iterable[str] = (),
        origin: str = "*",
        proxies: str = "",
    ) -> None:
        """Serve the graph over HTTP until interrupted.

        Args:
            host: address or name to listen at.
            port: 0 for any free port.
            limits: limits of queries; by default those of `kgraph serve`.
            hosts: further host names of the server; "*" for any.
            origin: which other sites may read the data: "*" for all, "" for none.
            proxies: addresses, separated by commas, whose X-Forwarded-For and -Proto are
                trusted; "*" for any, "" for none.

        Raises:
            InputError: the server cannot listen at that address.
        """
        from kgraph.server.http.server import serve
        from kgraph.server.service import Settings
        from kgraph.server.workers.pool import limits_for

        settings = Settings(
            self.store.path, limits or limits_for(), (host, *hosts), origin, proxies=proxies
        )
        serve(settings, host, port)

    def mcp(
        self, http: str = "", *, limits: AgentLimits | None = None, hosts: Iterable[str] = ()
    ) -> None:
        """Serve agents over standard input and output, or HTTP.

        Args:
            http: HOST:PORT to listen at; "" for standard input and output.
            limits: limits of a question; by default those of `kgraph mcp`.
            hosts: further host names of the server; "*" for any.

        Raises:
            InputError: the package mcp is not installed, or the server cannot listen at that
                address.
        """
        from kgraph.server.mcp import serve_agents

        serve_agents(self.store.path, limits, http, hosts)
