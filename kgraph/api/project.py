"""A project as the library sees it: its file's settings as the defaults of every call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kgraph.api.knowledge import KnowledgeGraph
from kgraph.base.arguments import DEFAULT_INTERVAL_S
from kgraph.base.errors import InputError
from kgraph.project import PROJECT_FILE, ProjectSettings, find_project_file, load_project
from kgraph.store import Store
from kgraph.store.origin import LAST_GRAPH, LAST_JUDGEMENTS

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from threading import Event

    from kgraph.base.progress import Progress
    from kgraph.pipeline.check import CheckFinding


class Project:
    """A project: its sources, its store, and what its file says of builds and exports.

    Args:
        settings: the content of its file.
    """

    def __init__(self, settings: ProjectSettings) -> None:
        self.settings = settings

    def __repr__(self) -> str:
        return f"<Project: {self.settings.file}>"

    def build(
        self,
        *,
        turtle: str | Path | BinaryIO | None = None,
        judgements: str | Path | None = LAST_JUDGEMENTS,
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
        """Build the graph of the project, and open it.

        The arguments are those of KnowledgeGraph.build() that the project file does not set.

        Raises:
            DataError: a source is not there, or an own entry is wrong.
            InputError, DataError, StoreError, ClusterError: as in KnowledgeGraph.build().
        """
        self.settings.check_sources()
        return KnowledgeGraph.build(
            self.settings.sources,
            self.settings.store,
            base=self.settings.base,
            turtle=turtle,
            judgements=judgements,
            project=self.settings,
            exclude=exclude,
            previous=previous,
            full=full,
            executor=executor,
            workers=workers,
            dask=dask,
            work=work,
            progress=progress,
            notify=notify,
        )

    def watch(
        self,
        *,
        judgements: str | Path | None = LAST_JUDGEMENTS,
        exclude: Sequence[str] | None = None,
        sources_only: bool = False,
        workers: int | None = None,
        interval_s: float = DEFAULT_INTERVAL_S,
        on_error: Callable[[Exception], None] | None = None,
        stop: Event | None = None,
    ) -> Iterator[KnowledgeGraph]:
        """Build the graph of the project, and again whenever its files change, its own file too.

        Yields the graph after each build; arguments and errors are those of KnowledgeGraph.watch().
        """
        return KnowledgeGraph.watch(
            self.settings.sources,
            self.settings.store,
            base=self.settings.base,
            judgements=judgements,
            project=self.settings,
            exclude=exclude,
            sources_only=sources_only,
            workers=workers,
            interval_s=interval_s,
            on_error=on_error,
            stop=stop,
        )

    def open(self) -> KnowledgeGraph:
        """Open the graph that was built last.

        Raises:
            StoreError: there is no graph, or it cannot be read.
        """
        return KnowledgeGraph(Store(self.settings.store), project=self.settings)

    def check(
        self,
        *,
        judgements: str | Path | None = LAST_JUDGEMENTS,
        exclude: Sequence[str] | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
        notify: Callable[[str], None] | None = None,
        with_paths: bool = False,
    ) -> list[CheckFinding]:
        """Find every problem of the project's episodes.

        The arguments are those of KnowledgeGraph.check() that the project file does not set.

        Returns:
            The findings, as KnowledgeGraph.check() does.

        Raises:
            DataError: a source is not there, or an own entry is wrong.
            InputError, DataError: as in KnowledgeGraph.check().
        """
        self.settings.check_sources()
        return KnowledgeGraph.check(
            self.settings.sources,
            judgements=judgements,
            project=self.settings,
            exclude=exclude,
            workers=workers,
            progress=progress,
            notify=notify,
            with_paths=with_paths,
        )

    def export(self, format: str, output: str | Path | BinaryIO, **options: Any) -> None:
        """Export the graph with the project's options where none is given.

        Args:
            format, output, options: as in KnowledgeGraph.export().
        """
        defaults = self.settings.select_export_options(format, options)
        self.open().export(format, output, **defaults, **options)


def open_project(path: str | Path = ".") -> Project:
    """Open a project.

    Args:
        path: a project file, or a folder in it.

    Raises:
        InputError: the path does not exist, or there is no project file in the folder or above it.
        DataError: the project file is wrong; the message names file and line.
    """
    if not Path(path).exists():
        raise InputError(
            f"{path}: no such file or folder: name a {PROJECT_FILE}, or a folder of the project"
        )
    file = Path(path) if Path(path).is_file() else find_project_file(path)
    if file is None:
        raise InputError(
            f"{path}: no {PROJECT_FILE} here or above: write one with `kgraph init`, or use "
            "KnowledgeGraph.build()"
        )
    return Project(load_project(file))
