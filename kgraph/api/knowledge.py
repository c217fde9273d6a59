"""The library's main class: build, open, check and serve a graph.

Mixins add the methods that query, correct and export it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from kgraph.api.briefing import BriefingMixin
from kgraph.api.correction import CorrectionMixin
from kgraph.api.export import ExportMixin
from kgraph.api.query import QueryMixin
from kgraph.api.statements import StatementsMixin
from kgraph.base.arguments import DEFAULT_INTERVAL_S, check_workers
from kgraph.base.vocabulary import BASE_IRI
from kgraph.store import DEFAULT_STORE, Store
from kgraph.store.origin import LAST_GRAPH, LAST_JUDGEMENTS

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from threading import Event

    from kgraph.base.progress import Progress
    from kgraph.graph.diff import Changes
    from kgraph.identify.identify import InputFormat
    from kgraph.identify.match_rows import IdentityReport
    from kgraph.ingest.files import SourcePaths
    from kgraph.pipeline import Report
    from kgraph.pipeline.check import CheckFinding
    from kgraph.project import ProjectSettings
    from kgraph.server.mcp import AgentLimits
    from kgraph.server.workers.pool import QueryLimits


class KnowledgeGraph(QueryMixin, BriefingMixin, ExportMixin, StatementsMixin, CorrectionMixin):
    """The last whole graph of a store, as it is when it is opened.

    Newer builds do not change it. The store keeps the build before the last one: once two newer
    builds are there, or once the build is removed, any method may raise StoreReplacedError, until
    reload() is called.

    Args:
        store: an open store.
        report: the build's report, if build() made the graph.
        project: whose file of judgements is the default, if it was opened as one's graph.
    """

    def __init__(
        self,
        store: Store,
        report: Report | None = None,
        project: ProjectSettings | None = None,
    ) -> None:
        self.store = store
        self.report = report
        self.project = project

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: build {self.store.build.name} of {self.store.path}>"

    @classmethod
    def build(
        cls,
        paths: SourcePaths,
        store: str | Path = DEFAULT_STORE,
        *,
        base: str = BASE_IRI,
        turtle: str | Path | BinaryIO | None = None,
        judgements: str | Path | None = LAST_JUDGEMENTS,
        project: ProjectSettings | None = None,
        exclude: Sequence[str] | None = None,
        previous: str | Path | None = LAST_GRAPH,
        full: bool = False,
        executor: Executor | None = None,
        workers: int | None = None,
        dask: str = "",
        work: str = "",
        progress: Progress | None = None,
        notify: Callable[[str], None] | None = None,
    ) -> KnowledgeGraph:
        """Build the graph of the episodes at some paths, and open it.

        Only what changed since the store's last build is done again; the graph is the same as if
        everything were.

        Args:
            paths: files, folders, glob patterns, or "-" for standard input; several, or one.
            store: folder of the store; created when absent.
            base: base of the instances' IRIs, ending in / or #.
            turtle: also write the graph as Turtle to this output.
            judgements: file of judgements; by default that of the project, else that of the
                store's last build, else data/judgements.yaml if it exists; None for none.
            previous: store of an earlier graph, whose IRIs lead to what they are now; by default
                the store's last build; None for none.
            project: whose own lexicon and ids are used, and which the store remembers;
                kgraph.open_project() passes it, and all that the project file sets.
            exclude: patterns of .gitignore for files and folders that are left out of the paths,
                relative to the current folder; by default those of the project.
            full: do everything again.
            executor: runs the work, with access to the same files; by default processes on this
                machine.
            workers: number of processes, or of the executor's workers; by default, and of 0, one a
                core. A script that has several builds under `if __name__ == "__main__":`.
            dask: shares the work with a Dask cluster: the address of its scheduler, or local:N for
                N workers of this machine.
            work: folder or URL that all workers of the cluster share, so that each file is read
                once; "" for none.
            progress: called with the name of a stage, the number of items done, and the total;
                by default a line in a notebook, and nothing elsewhere.
            notify: called once with the address of the cluster's dashboard, if it has one.

        Raises:
            InputError: a path, the file of judgements or the cluster cannot be used, the named
                earlier graph has another base, or there is no episode.
            DataError: lexicon, ontology or judgements are wrong.
            StoreError: the store cannot be written, the named earlier graph cannot be read, or
                another build runs.
            ClusterError: the cluster does not answer, is lost, or has another version of kgraph.
        """
        from kgraph.base.files import open_output_file
        from kgraph.base.progress import default_progress
        from kgraph.ingest.exclude import parse_named_exclusion
        from kgraph.pipeline import build

        check_workers(workers)
        with nullcontext() if turtle is None else open_output_file(turtle) as out:
            report = build(
                paths,
                store,
                base=base,
                turtle=out,
                judgements=judgements,
                project=project.load_inputs() if project else None,
                exclude=parse_named_exclusion(exclude),
                previous=previous,
                full=full,
                executor=executor,
                workers=workers,
                dask=dask,
                work=work,
                progress=progress or default_progress(),
                notify=notify,
            )
        return cls(Store(store), report, project)

    @classmethod
    def watch(
        cls,
        paths: SourcePaths,
        store: str | Path = DEFAULT_STORE,
        *,
        base: str = BASE_IRI,
        judgements: str | Path | None = LAST_JUDGEMENTS,
        project: ProjectSettings | None = None,
        exclude: Sequence[str] | None = None,
        sources_only: bool = False,
        workers: int | None = None,
        interval_s: float = DEFAULT_INTERVAL_S,
        on_error: Callable[[Exception], None] | None = None,
        stop: Event | None = None,
    ) -> Iterator[KnowledgeGraph]:
        """Build the graph of the episodes at some paths, and again whenever they change.

        Yields the graph after each build, the first as the files are now. A build begins when these
        have settled. The watch ends with the loop: by break, by closing the iterator, or by Ctrl-C.
        A script has the loop under `if __name__ == "__main__":`.

        Args:
            paths, store, base, judgements, exclude, workers: as in build().
            project: as in build(); its file is read again when it changes, and so is what it names.
            sources_only: whether changes of the judgements alone start no build.
            interval_s: seconds between two looks at the files, from 0.1 to 86,400.
            on_error: called when a build is not possible, once for each state of the files; the
                last whole graph stays, and the watch goes on. By default the error is raised.
            stop: ends the watch when another thread sets it.

        Raises:
            InputError: at once, an argument cannot be used.
            InputError, DataError, StoreError: in the loop, as of build(), without on_error.
        """
        from kgraph.ingest.exclude import parse_named_exclusion
        from kgraph.ingest.files import list_paths
        from kgraph.project.watch import WatchedInputs, watch

        inputs = WatchedInputs(
            tuple(list_paths(paths)), base, judgements, project, parse_named_exclusion(exclude)
        )
        builds = watch(
            inputs,
            store,
            interval_s=interval_s,
            sources_only=sources_only,
            workers=workers,
            on_error=on_error,
            stop=stop,
        )
        return (cls(Store(store), report, settings) for report, settings in builds)

    @classmethod
    def open(cls, store: str | Path = DEFAULT_STORE) -> KnowledgeGraph:
        """Open a graph that was built earlier.

        Args:
            store: folder of the store.

        Raises:
            StoreError: there is no graph, or it cannot be read.
        """
        return cls(Store(store))

    def reload(self) -> None:
        """Open the store again: this graph is the last build from then on, and has no report.

        Raises:
            StoreError: there is no graph, or it cannot be read.
        """
        self._open_build(None)

    def diff(self, against: str | Path | None = None) -> Changes:
        """List the changes since the previous build, or since the graph in another store.

        Raises:
            InputError: ``against`` is no folder of a store, or its IRIs have another base.
        """
        return self.store.changes if against is None else self.store.compare_with(against)

    @staticmethod
    def check(
        paths: SourcePaths,
        *,
        judgements: str | Path | None = LAST_JUDGEMENTS,
        project: ProjectSettings | None = None,
        exclude: Sequence[str] | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
        notify: Callable[[str], None] | None = None,
        with_paths: bool = False,
    ) -> list[CheckFinding]:
        """Find every problem of the episodes at some paths, without a store.

        Args:
            paths, project, exclude, workers: as in build().
            judgements: file of judgements; by default that of the project, else
                data/judgements.yaml if it exists; None for none.
            progress: as in build(); by default nothing.
            notify: called with each remark on what is left out.
            with_paths: name files by paths to open from the current folder, not relative to
                ``paths``.

        Returns:
            Problems by file and line, then violations of the graph's shape; str() of each is one
            line. Those with is_remark only tell how something was read. Empty if there is neither.

        Raises:
            InputError: a path or the file of judgements cannot be used.
            DataError: lexicon, ontology or judgements are wrong.
        """
        from kgraph.base.progress import ignore_progress
        from kgraph.ingest.exclude import parse_named_exclusion
        from kgraph.pipeline.check import check

        check_workers(workers)
        return check(
            paths,
            judgements=judgements,
            project=project.load_inputs() if project else None,
            exclude=parse_named_exclusion(exclude),
            workers=workers,
            progress=progress or ignore_progress,
            notify=notify,
            with_paths=with_paths,
        )

    def identify(
        self,
        table: str | Path,
        *,
        input_format: InputFormat = "auto",
        name_column: str = "",
        id_columns: Sequence[str] = (),
        type_column: str = "",
        dry_run: bool = False,
        why: str = "",
        by: str = "",
        judgements: str | Path = LAST_JUDGEMENTS,
        build: bool = False,
        progress: Progress | None = None,
    ) -> IdentityReport:
        """Judge entities to be the same as ids of a table; the next build applies it.

        Args:
            table: CSV or TSV with names and ids, results of the Wikidata Query Service, or SSSOM;
                "-" for standard input.
            input_format: auto, table or sssom.
            name_column, type_column: headings, where they are not the usual ones.
            id_columns: headings of ids, each perhaps with its register: qid=wikidata.
            dry_run: write and build nothing, and return what would be written.
            why: the reason, for later readers; by default the name of the table.
            by: name of the judge; by default the user's name.
            judgements: file to write to.
            build: build at once, as rebuild() does, also if there is nothing to write.
            progress: of that build.

        Returns:
            What became of each id of the table, and the judgements.

        Raises:
            InputError: the table cannot be read, or does not have the columns.
            DataError: judgements in the file contradict each other, or it cannot be written.
            InputError, DataError, StoreError: the build is not possible; the judgements are
                written.
        """
        from kgraph.identify.identify import ColumnChoice, identify
        from kgraph.judging.signature import sign_judgement
        from kgraph.resolve.judgements_file import load_judgements

        file = self._choose_judgements(judgements).output
        report = identify(
            table,
            self.store.shared.entities,
            load_judgements(file),
            input_format=input_format,
            columns=ColumnChoice(name_column, tuple(id_columns), type_column),
            why=why,
            base=self.store.meta.base,
        )
        signed = tuple(sign_judgement(judgement, by) for judgement in report.judgements)
        if signed and not dry_run:
            self._write_judgements(signed, file=judgements, build=build, progress=progress)
        elif build and not dry_run:
            self.rebuild(judgements=judgements, progress=progress)
        return msgspec.structs.replace(report, judgements=signed)

    def serve(
        self,
        host: str = "127.0.0.1",
        port: int = 8000,
        *,
        limits: QueryLimits | None = None,
        hosts: Iterable[str] = (),
        origin: str = "*",
        proxies: str = "",
        judge: bool = False,
        by: str = "",
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
            judge: whether names may be judged on the pages, from this machine only, in a browser
                that has opened the address that is printed.
            by: name of the judge; by default the user's name.

        Raises:
            InputError: the server cannot listen at that address, or names cannot be judged there.
        """
        from kgraph.judging.signature import get_user_name
        from kgraph.server.serve import serve
        from kgraph.server.settings import JudgeSettings, Settings
        from kgraph.server.workers.pool import limits_for

        settings = Settings(
            self.store.path,
            limits or limits_for(),
            (host, *hosts),
            origin,
            proxies=proxies,
            judge=JudgeSettings(by or get_user_name()) if judge else None,
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
