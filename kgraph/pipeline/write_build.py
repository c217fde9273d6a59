"""Write the build of a store: change the last one where few episodes differ, else do all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from shutil import rmtree
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

import msgspec

from kgraph.base.errors import StoreDamagedError, StoreReplacedError, name_full_disk
from kgraph.base.files import ScratchFolder
from kgraph.base.progress import Progress
from kgraph.graph import SharedData
from kgraph.graph.tally import Tally
from kgraph.pipeline.executor import TaskPool, map_ordered
from kgraph.pipeline.input_report import check_survey, report_survey
from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.kept import KeptResults
from kgraph.pipeline.kept_writer import write_kept
from kgraph.pipeline.last_build import ReusableBuild
from kgraph.pipeline.loader import TurtleLoader, forward_ids, publish_build
from kgraph.pipeline.passes import (
    EpisodeOutcome,
    FileSurvey,
    ResolveResult,
    ResolveTask,
    SurveyResult,
    build_shared,
    conclude_survey,
    count_shards,
    locate_episodes,
    make_resolve_tasks,
    resolve_shard,
    survey_files,
)
from kgraph.pipeline.report import Report
from kgraph.pipeline.survey_spool import SurveySpool
from kgraph.pipeline.tables import share_tables
from kgraph.pipeline.update import (
    describe_excess,
    open_update_pool,
    plan_update,
    update_graph,
)
from kgraph.pipeline.value_spool import ValueSpool
from kgraph.pipeline.workers import WorkerOptions, open_workers
from kgraph.rdf import describe_dataset, describe_shared
from kgraph.resolve.corpus import ConcludedCorpus, CorpusTables, SurfaceOutcome
from kgraph.search.documents import EpisodeDocuments
from kgraph.search.writer import IndexWriter
from kgraph.store import BuildWriter, Store, layout
from kgraph.store.previous_build import choose_previous


class BuildOptions(msgspec.Struct, frozen=True):
    """Arguments of :func:`~kgraph.pipeline.build.build` besides its inputs."""

    previous: str | Path | None
    turtle: BinaryIO | None
    workers: WorkerOptions
    progress: Progress


class LoadTarget(NamedTuple):
    """The build that results are loaded into."""

    writer: BuildWriter
    loader: TurtleLoader
    forwarded_from: Store | None  #: the earlier graph whose ids lead on
    report: Report
    options: BuildOptions


def write_build(
    inputs: BuildInputs,
    reusable: ReusableBuild,
    unchanged: Set[str],
    report: Report,
    options: BuildOptions,
) -> Report:
    """Write the build, and make it the one that readers see; return the report, completed.

    Args:
        reusable: the last build, from which all is taken over that is the same.
        unchanged: names of the files that are as they were.
        report: was started, and says why the last build cannot be used.

    Raises:
        InputError, DataError, StoreError, ClusterError: as of :func:`~kgraph.pipeline.build.build`.
    """
    surveys: Mapping[str, FileSurvey] = {}
    try:
        if reusable.kept is not None:
            kept, files = KeptResults(reusable.folder, reusable.kept), inputs.sources.files
            surveys = {f.name: kept.get_survey(f.name) for f in files if f.name in unchanged}
            left = _update(kept, inputs, surveys, report, options)
            if left is None:
                return report
            surveys = left
        return _build_all(inputs, surveys, report, options)
    except (StoreDamagedError, StoreReplacedError) as error:
        if not surveys:
            raise
        report = inputs.start_report()
        report.why_full = str(error)
    return _build_all(inputs, {}, report, options)


def _update(
    kept: KeptResults,
    inputs: BuildInputs,
    surveys: Mapping[str, FileSurvey],
    report: Report,
    options: BuildOptions,
) -> Mapping[str, FileSurvey] | None:
    """Change the last graph.

    Args:
        surveys: of the unchanged files.

    Returns:
        None; where it was not changed, for which the report says why, the surveys that a full build
        can use: those, and of the others that were read in vain.
    """
    if options.turtle is not None:
        report.why_full = "Turtle is written of the whole graph"
        return surveys
    names = [file.name for file in inputs.sources.files]
    if excess := describe_excess(len(names) - len(surveys), len(names), "file", "differ"):
        report.why_full = excess
        report.differing = {
            name: ("it changed" if name in kept.build.files else "it is new",)
            for name in names
            if name not in surveys
        }
        return surveys
    with ScratchFolder() as work, name_full_disk(work):
        update = plan_update(
            kept, inputs, surveys, work=work, report=report, progress=options.progress
        )
        differing, total = len(update.differing), len(update.episodes) + len(update.gone)
        if excess := describe_excess(differing, total, "episode", "depend on what changed"):
            report.why_full, report.differing = excess, update.differing
            return {**surveys, **update.surveyed.files}
        with open_update_pool(update, options.workers, work) as (pool, tables_file):
            update_graph(
                update,
                inputs,
                report,
                options.previous,
                options.progress,
                pool=pool,
                tables_file=tables_file,
            )
    return None


def _build_all(
    inputs: BuildInputs,
    unchanged: Mapping[str, FileSurvey],
    report: Report,
    options: BuildOptions,
) -> Report:
    """Resolve and load every episode."""
    progress = options.progress
    with ExitStack() as workers:
        shards = count_shards(len(inputs.sources.files))
        pool = workers.enter_context(open_workers(options.workers, shards))
        with BuildWriter(inputs.store, inputs.base) as writer, name_full_disk(inputs.store):
            forwarded_from, note = choose_previous(options.previous, writer)
            report.notes += note
            work = writer.folder / layout.WORK_FOLDER  # what the passes hand each other
            work.mkdir()
            with ExitStack() as files:
                files.callback(rmtree, work, ignore_errors=True)
                spool = files.enter_context(SurveySpool(work / "surveys"))
                outcomes = files.enter_context(ValueSpool(work / "outcomes", EpisodeOutcome))
                documents = files.enter_context(ValueSpool(work / "documents", EpisodeDocuments))
                surveyed, corpus, tasks = survey_inputs(
                    inputs, work, pool, spool, report=report, progress=progress, kept=unchanged
                )
                loading = TurtleLoader(writer, options.turtle)
                with report.time_stage("resolve, write and load"), loading as loader:
                    results = _end_after(map_ordered(pool, resolve_shard, tasks), workers)
                    target = LoadTarget(writer, loader, forwarded_from, report, options)
                    shared, surfaces = _load(results, corpus.tables, outcomes, documents, target)
                    # Meanwhile the last statements are loaded, and the database is optimized.
                    _write_index(corpus, documents, shared, writer)
                    kept = write_kept(
                        writer.folder,
                        inputs,
                        surveyed,
                        corpus,
                        outcomes=outcomes,
                        surfaces=surfaces,
                    )
            publish_build(inputs, writer, report, shared=shared, kept=kept)
    return report


def _end_after(
    results: Iterable[ResolveResult], workers: AbstractContextManager[object]
) -> Iterator[ResolveResult]:
    """Yield the last results of workers, then end these: loading goes on without their memory."""
    with workers:
        yield from results


def survey_inputs(
    inputs: BuildInputs,
    work: Path,
    pool: TaskPool | None,
    spool: SurveySpool,
    *,
    report: Report,
    progress: Progress,
    kept: Mapping[str, FileSurvey] = MappingProxyType({}),
) -> tuple[SurveyResult, ConcludedCorpus, Iterator[ResolveTask]]:
    """Survey all files and conclude; return the results, and the tasks of the second pass.

    Args:
        work, pool, spool, kept: as of :func:`~kgraph.pipeline.passes.survey_files`.
        report: takes the times, and what the first pass found.

    Raises:
        InputError: no file gave an episode.
    """
    with report.time_stage("read"):
        surveyed = survey_files(
            inputs.sources, work, pool, progress, inputs.own, kept=kept, spool=spool
        )
        check_survey(inputs, surveyed)
    with report.time_stage("conclude"):
        progress("comparing names", 0, 0)
        corpus = conclude_survey(surveyed, inputs.judgement_table, inputs.own, work=work, pool=pool)
        tables_file = share_tables(corpus.tables, work, pool)
    report_survey(inputs, report, surveyed, corpus.recordings)
    located = locate_episodes(corpus.recordings, surveyed)
    return surveyed, corpus, make_resolve_tasks(located, tables_file, inputs.base, pool)


def _load(
    results: Iterable[ResolveResult],
    tables: CorpusTables,
    outcomes: ValueSpool[EpisodeOutcome],
    documents: ValueSpool[EpisodeDocuments],
    target: LoadTarget,
) -> tuple[SharedData, dict[str, SurfaceOutcome]]:
    """Load the results of the second pass into the build.

    Return what the episodes share, and what came of each surface.

    Args:
        outcomes: takes what came of each episode.
        documents: takes what is to be searched of each.
    """
    writer, loader, report, options = target.writer, target.loader, target.report, target.options
    tally = Tally()
    surfaces: dict[str, SurfaceOutcome] = {}
    report.triples += loader.add_blocks(describe_dataset(report.digest, report.recordings))
    for result in results:
        loader.add(result.turtle)
        writer.add_records(result.slugs, result.records)
        tally.add(result.tally)
        report.judged_keys |= result.judged_keys
        report.rows.add(result.accounting)
        report.triples += result.triples
        surfaces.update(result.surfaces)
        for slug, outcome, page in zip(
            result.slugs, result.outcomes, result.documents, strict=True
        ):
            outcomes.add_encoded(slug, outcome)
            documents.add_encoded(slug, page)
        options.progress("building", len(outcomes), report.recordings)
    options.progress("loading", 0, 0)
    shared = build_shared(tally, report.digest, tables)
    rejected = tables.knowledge.judgements.rejected
    forward_ids(shared, writer, target.forwarded_from, rejected, report)
    report.triples += loader.add_blocks(describe_shared(shared))
    loader.finish()
    return shared, surfaces


def _write_index(
    corpus: ConcludedCorpus,
    documents: ValueSpool[EpisodeDocuments],
    shared: SharedData,
    writer: BuildWriter,
) -> None:
    """Write the index of words."""
    with IndexWriter(writer.folder / layout.SEARCH_FILE) as index:
        index.add(documents[recording.slug] for recording in corpus.recordings)
        index.finish(shared)
