"""Write the statements of a graph as shards: of a store, or straight from episode files.

From files no store is made: workers read, resolve and write, and the parent adds up what episodes
share. So a graph may be larger than an embedded store of this machine. Nothing is kept either, so
everything is done each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from kgraph.base.files import ScratchFolder, remove_abandoned_folders
from kgraph.base.output_target import check_target, open_target
from kgraph.base.processes import without_gc
from kgraph.base.progress import Progress, ignore_progress
from kgraph.base.vocabulary import BASE_IRI
from kgraph.export.rdf import RdfContent
from kgraph.export.shards import (
    MANIFEST_FILE,
    Manifest,
    ShardFiles,
    ShardOutput,
    check_shard_content,
    is_own_file,
    publish_shards,
    write_shard,
    write_shared_shards,
)
from kgraph.graph import EpisodeSummary
from kgraph.graph.accounting import Accounting
from kgraph.graph.tally import Tally
from kgraph.ingest.exclude import Exclusion
from kgraph.ingest.files import SourcePaths
from kgraph.pipeline import Report
from kgraph.pipeline.executor import map_ordered, open_process_pool
from kgraph.pipeline.input_report import report_shared
from kgraph.pipeline.inputs import read_inputs
from kgraph.pipeline.passes import (
    SHARD_FILES,
    ResolveTask,
    build_shared,
    count_shards,
    resolve_shard,
)
from kgraph.pipeline.survey_spool import SurveySpool
from kgraph.pipeline.value_spool import ValueSpool
from kgraph.pipeline.workers import WorkerOptions, open_workers
from kgraph.pipeline.write_build import survey_inputs
from kgraph.store import DEFAULT_STORE, Store
from kgraph.store.origin import LAST_JUDGEMENTS, ProjectInputs

DEFAULT_CONTENT = RdfContent()
PROCESSES = WorkerOptions()


class _StoredShard(NamedTuple):
    """Records of a store, to be written as a shard."""

    output: ShardOutput
    number: int
    records: Sequence[bytes]


class _UnresolvedShard(NamedTuple):
    """Episodes to be resolved, and written as a shard."""

    output: ShardOutput
    number: int
    task: ResolveTask

    def list_files(self) -> list[str]:
        """Return the names of its files."""
        return self.task.list_files()


class _ResolvedShard(NamedTuple):
    """The result for a shard of episodes."""

    files: ShardFiles
    episodes: int
    tally: Tally
    accounting: Accounting
    judged_keys: set[str]


def check_statement_output(
    to: str | Path, content: RdfContent, base: str, *, tables: bool = False
) -> None:
    """Raise what writing statements would raise, as far as it can be seen before a build.

    Arguments and errors are those of :func:`write_store_statements`.
    """
    check_shard_content(content, base, tables=tables)
    check_target(str(to), is_own_file, MANIFEST_FILE)


def write_store_statements(
    store: Store,
    to: str | Path,
    content: RdfContent = DEFAULT_CONTENT,
    *,
    tables: bool = False,
    workers: int | None = None,
    progress: Progress = ignore_progress,
) -> Manifest:
    """Write the statements of a store as shards.

    Args:
        to: folder, which is replaced as a whole; or a URL of fsspec.
        content: profile, licence and named graph; "" for N-Triples.
        tables: write Parquet, too.
        workers: number of processes; by default one for each core.
        progress: called after each step.

    Raises:
        InputError: the content or the address is wrong, or an extra is not installed.
        ExportError: something else is there, or it cannot be written.
    """
    base, shared, total = store.meta.base, store.shared, len(store.slugs)
    check_shard_content(content, base, tables=tables)
    with (
        open_process_pool(workers, count_shards(total)) as pool,
        open_target(str(to), is_own_file, MANIFEST_FILE) as target,
    ):
        output, files = ShardOutput(target, base, content, tables), ShardFiles()
        records = store.read_records(store.slugs)
        batches = iter(lambda: list(islice(records, SHARD_FILES)), [])
        shards = (_StoredShard(output, number, batch) for number, batch in enumerate(batches, 1))
        for done, shard_files in enumerate(map_ordered(pool, _write_stored, shards), 1):
            files.add(shard_files)
            progress("writing statements", min(done * SHARD_FILES, total), total)
        files.add(write_shared_shards(output, shared))
        return publish_shards(output, files, shared)


def _write_stored(shard: _StoredShard) -> ShardFiles:
    return write_shard(*shard)


@without_gc()  # as in a build
def build_statements(
    paths: SourcePaths,
    to: str | Path,
    content: RdfContent = DEFAULT_CONTENT,
    *,
    tables: bool = False,
    store: str | Path = DEFAULT_STORE,
    base: str = BASE_IRI,
    judgements: str | Path | None = LAST_JUDGEMENTS,
    project: ProjectInputs | None = None,
    exclude: Exclusion | None = None,
    workers: WorkerOptions = PROCESSES,
    progress: Progress = ignore_progress,
) -> Report:
    """Write the statements of the graph of some episodes as shards, without a store.

    Args:
        paths: files, folders, glob patterns, or ``-`` for standard input; several, or one.
        to, content, tables, progress: as of :func:`write_store_statements`.
        workers: share the work; by default a process for each core.
        store: store whose last judgements are the default; it is not written.
        base, judgements, project, exclude: as of :func:`kgraph.pipeline.build`.

    Returns:
        The outcome of every file and row, as of a build.

    Raises:
        InputError: a path, the content or the address is wrong, an extra is not installed, or
            there is no episode.
        DataError: lexicon, ontology or judgements are wrong.
        ExportError: something else is there, or it cannot be written.
    """
    check_shard_content(content, base, tables=tables)
    remove_abandoned_folders()
    inputs = read_inputs(paths, Path(store), base, judgements, project, exclude=exclude)
    report = inputs.start_report()
    with (
        open_workers(workers, count_shards(len(inputs.sources.files))) as pool,
        ScratchFolder() as work,
        SurveySpool(work / "surveys") as spool,
        ValueSpool(work / "summaries", EpisodeSummary) as summaries,
        open_target(str(to), is_own_file, MANIFEST_FILE) as target,
    ):
        _, corpus, tasks = survey_inputs(
            inputs, work, pool, spool, report=report, progress=progress
        )
        with report.time_stage("resolve and write"):
            output = ShardOutput(target, base, content, tables)
            shards = (_UnresolvedShard(output, n, task) for n, task in enumerate(tasks, 1))
            results = map_ordered(pool, _resolve_and_write, shards)
            tally, files = _collect(results, summaries, report, progress)
        with report.time_stage("publish"):
            shared = build_shared(tally, report.digest, corpus.tables)
            report_shared(inputs, report, shared)
            files.add(write_shared_shards(output, shared))
            report.triples = publish_shards(output, files, shared).statements
    return report


def _resolve_and_write(shard: _UnresolvedShard) -> _ResolvedShard:
    output, number, task = shard
    result = resolve_shard(task)
    files = write_shard(output, number, result.records)
    return _ResolvedShard(
        files, len(result.slugs), result.tally, result.accounting, result.judged_keys
    )


def _collect(
    results: Iterable[_ResolvedShard],
    summaries: ValueSpool[EpisodeSummary],
    report: Report,
    progress: Progress,
) -> tuple[Tally, ShardFiles]:
    tally, files, done = Tally(summaries=summaries), ShardFiles(), 0
    for result in results:
        files.add(result.files)
        tally.add(result.tally)
        report.rows.add(result.accounting)
        report.judged_keys |= result.judged_keys
        done += result.episodes
        progress("building", done, report.recordings)
    return tally, files
