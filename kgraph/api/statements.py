"""Methods that write all statements as shards for bulk loaders, of a store or without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.api.export import RdfProfile
from kgraph.api.store_backed import StoreBacked
from kgraph.base.arguments import check_workers
from kgraph.base.vocabulary import BASE_IRI
from kgraph.store import DEFAULT_STORE
from kgraph.store.origin import LAST_JUDGEMENTS

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from kgraph.base.progress import Progress
    from kgraph.export.rdf import RdfContent
    from kgraph.export.shards import Manifest
    from kgraph.ingest.files import SourcePaths
    from kgraph.pipeline import Report
    from kgraph.project import ProjectSettings


class StatementsMixin(StoreBacked):
    def export_statements(
        self,
        to: str | Path,
        *,
        profile: RdfProfile = "kb",
        graph: str = "",
        licence: str = "",
        parquet: bool = False,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> Manifest:
        """Write all statements as shards for bulk loaders, with a manifest.

        Args:
            to: folder, replaced as a whole at the end; or a URL of fsspec, such as s3://bucket/kg,
                where the manifest is written last.
            profile: as in export().
            graph: IRI of the named graph of N-Quads; by default N-Triples are written.
            licence: as in export().
            parquet: write entities, episodes, mentions and quotes as Parquet, too.
            workers, progress: as in build().

        Returns:
            The manifest, with files, numbers of statements and digests.

        Raises:
            InputError: profile, graph, licence or address is wrong, or an extra is not installed.
            ExportError: something else is there, or it cannot be written.
        """
        from kgraph.base.progress import default_progress
        from kgraph.export.statement_output import write_store_statements

        check_workers(workers)
        return write_store_statements(
            self.store,
            to,
            _make_content(profile, graph, licence),
            tables=parquet,
            workers=workers,
            progress=progress or default_progress(),
        )

    @staticmethod
    def build_statements(
        paths: SourcePaths,
        to: str | Path,
        *,
        profile: RdfProfile = "kb",
        graph: str = "",
        licence: str = "",
        parquet: bool = False,
        base: str = BASE_IRI,
        judgements: str | Path | None = LAST_JUDGEMENTS,
        project: ProjectSettings | None = None,
        exclude: Sequence[str] | None = None,
        executor: Executor | None = None,
        workers: int | None = None,
        dask: str = "",
        work: str = "",
        progress: Progress | None = None,
        notify: Callable[[str], None] | None = None,
    ) -> Report:
        """Write the statements of the graph of some episodes as shards, without a store.

        Everything is done each time. IRIs of earlier builds lead nowhere, since nothing is kept:
        for these, build() and then export_statements().

        Args:
            paths, base, judgements, project, exclude: as in build().
            executor, workers, dask, work, progress, notify: as in build(); all workers of a cluster
                reach the folder or URL.
            to, profile, graph, licence, parquet: as in export_statements().

        Returns:
            The outcome of every file and row.

        Raises:
            InputError: as in build() and in export_statements().
            DataError: lexicon, ontology or judgements are wrong.
            ExportError: something else is there, or it cannot be written.
            ClusterError: as in build().
        """
        from kgraph.base.progress import default_progress
        from kgraph.export.statement_output import build_statements
        from kgraph.ingest.exclude import parse_named_exclusion
        from kgraph.pipeline.workers import WorkerOptions

        check_workers(workers)
        return build_statements(
            paths,
            to,
            _make_content(profile, graph, licence),
            tables=parquet,
            store=project.store if project else DEFAULT_STORE,
            base=base,
            judgements=judgements,
            project=project.load_inputs() if project else None,
            exclude=parse_named_exclusion(exclude),
            workers=WorkerOptions(executor, workers, dask, work, notify),
            progress=progress or default_progress(),
        )


def check_statements(
    to: str | Path, base: str, *, profile: RdfProfile, graph: str, licence: str, parquet: bool
) -> None:
    """Raise what export_statements() would raise, as far as it can be seen before a build."""
    from kgraph.export.statement_output import check_statement_output

    content = _make_content(profile, graph, licence)
    check_statement_output(to, content, base, tables=parquet)


def _make_content(profile: str, graph: str, licence: str) -> RdfContent:
    from kgraph.export.export import parse_licence
    from kgraph.export.rdf import RdfContent

    return RdfContent(profile, licence=parse_licence(licence) if licence else "", graph=graph)
