"""Build a store from episode files, redoing only what changed since its last build."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from shutil import rmtree
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

import msgspec

from kgraph.base.errors import StoreDamagedError, StoreReplacedError, name_full_disk
from kgraph.base.files import ScratchFolder, remove_abandoned_folders
from kgraph.base.processes import without_gc
from kgraph.base.progress import Progress, ignore_progress
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import SharedData
from kgraph.graph.tally import Tally
from kgraph.ingest.exclude import Exclusion
from kgraph.ingest.files import SourcePaths
from kgraph.pipeline.executor import TaskPool, map_ordered
from kgraph.pipeline.inputs import BuildInputs, read_inputs
from kgraph.pipeline.kept import KeptResults, ReusableBuild, find_reusable_build, find_unchanged
from kgraph.pipeline.kept_writer import write_kept
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
from kgraph.pipeline.update import describe_excess, plan_update, update_graph
from kgraph.pipeline.value_spool import ValueSpool
from kgraph.pipeline.workers import WorkerOptions, open_workers
from kgraph.rdf import describe_dataset, describe_shared
from kgraph.resolve.corpus import ConcludedCorpus, CorpusTables, SurfaceOutcome
from kgraph.search.documents import EpisodeDocuments
from kgraph.search.writer import IndexWriter
from kgraph.store import DEFAULT_STORE, BuildWriter, Store, layout
from kgraph.store.origin import LAST_JUDGEMENTS, ProjectInputs, read_origin
from kgraph.store.previous_build import LAST_GRAPH, choose_previous
from kgraph.store.retention import remove_leftovers


class BuildOptions(msgspec.Struct, frozen=True):
    """Arguments of :func:`build` besides its inputs."""

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


@without_gc()  # records hold no cycles; forked workers inherit it
def build(
    paths: SourcePaths,
    store: str | Path = DEFAULT_STORE,
    *,
    base: str = BASE_IRI,
    turtle: BinaryIO | None = None,
    judgements: str | Path | None = LAST_JUDGEMENTS,
    project: ProjectInputs | None = None,
    exclude: Exclusion | None = None,
    previous: str | Path | None = LAST_GRAPH,
    full: bool = False,
    executor: Executor | None = None,
    workers: int | None = None,
    dask: str = "",
    work: str = "",
    progress: Progress = ignore_progress,
    notify: Callable[[str], None] | None = None,
) -> Report:
    """Build the graph of the episodes at ``paths``, and make it the one that readers see.

    Only what changed since the store's last build is done again; the graph is the same as if
    everything were. If nothing changed, readers keep the last build.

    Args:
        paths: files, folders, glob patterns, or ``-`` for standard input; several, or one.
        store: folder of the store; made when absent.
        base: base of the instances' IRIs, ending in ``/`` or ``#``.
        turtle: output to write the graph to as Turtle; then everything is loaded again.
        judgements: file of judgements that people made; by default the one that the store's
            last build read, else ``data/judgements.yaml`` if there is one; None for none.
        project: whose judgements are the default, whose own lexicon and ids go over the shipped
            ones, and which the store remembers.
        exclude: what is left out of the paths; by default what the project leaves out.
        previous: store of an earlier graph, whose ids lead to what they are now
            (:mod:`kgraph.graph.forwarding`); by default the store's last build; None for none.
        full: do everything again.
        executor: shares the work, with access to the same files; by default processes on this
            machine.
        workers: number of processes, or of the executor's workers; by default one for each core.
        dask: address of the scheduler of a Dask cluster that shares the work, or ``local:N`` for
            one of N workers on this machine; it is asked only if many episodes changed.
        work: folder or URL that all workers of the cluster share; "" for none.
        progress: called after each step.
        notify: called once with the address of the cluster's dashboard, if it has one.

    Returns:
        The outcome of every file and row.

    Raises:
        InputError: a path or the file of judgements cannot be used, the named earlier graph has
            another base, or there is no episode at all.
        DataError: lexicon, ontology or judgements are wrong.
        StoreError: the store cannot be written, or another build is writing to it.
        ClusterError: the cluster cannot be reached, is lost, or has another version of kgraph.
    """
    chosen_workers = WorkerOptions(executor, workers, dask, work, notify)
    remove_abandoned_folders()
    inputs = read_inputs(paths, Path(store), base, judgements, project, exclude=exclude)
    report = inputs.start_report()
    reusable = (
        ReusableBuild(why="a full build was asked for") if full else find_reusable_build(inputs)
    )
    report.why_full = reusable.why
    options = BuildOptions(previous, turtle, chosen_workers, progress)
    unchanged: Mapping[str, FileSurvey] = {}
    try:
        if reusable.kept is not None:
            with report.time_stage("compare"):
                unchanged = find_unchanged(reusable.kept, inputs)
            is_plain = turtle is None and str(previous) == LAST_GRAPH
            if is_plain and _is_same_input(reusable.kept, inputs, unchanged):
                return _repeat_report(reusable.kept.folder.name, inputs, report)
            result = _update(reusable.kept, inputs, unchanged, report, options)
            if isinstance(result, Report):
                return result
            unchanged = result
        return _build_all(inputs, unchanged, report, options)
    except (StoreDamagedError, StoreReplacedError) as error:
        if not unchanged:
            raise
        report = inputs.start_report()
        report.why_full = str(error)
    return _build_all(inputs, {}, report, options)


def _update(
    kept: KeptResults,
    inputs: BuildInputs,
    unchanged: Mapping[str, FileSurvey],
    report: Report,
    options: BuildOptions,
) -> Report | Mapping[str, FileSurvey]:
    """Change the last graph, and return the report; else return the surveys that are known."""
    if options.turtle is not None:
        report.why_full = "Turtle is written of the whole graph"
        return unchanged
    total = len(inputs.sources.files)
    if excess := describe_excess(total - len(unchanged), total, "file", "differ"):
        report.why_full, names = excess, [file.name for file in inputs.sources.files]
        report.differing = {
            name: ("it changed" if name in kept.build.files else "it is new",)
            for name in names
            if name not in unchanged
        }
        return unchanged
    with ScratchFolder() as work, name_full_disk(work):
        update = plan_update(
            kept, inputs, unchanged, work=work, report=report, progress=options.progress
        )
        differing, total = len(update.differing), len(update.episodes)
        excess = describe_excess(differing, total, "episode", "depend on what changed")
        if not excess:
            workers = open_workers(options.workers) if update.needs_workers else nullcontext()
            with workers as pool:
                return update_graph(
                    update, inputs, report, options.previous, options.progress, work=work, pool=pool
                )
    report.why_full, report.differing = excess, update.differing
    return update.surveyed.files  # of all: none is surveyed twice


def _is_same_input(
    kept: KeptResults, inputs: BuildInputs, unchanged: Mapping[str, FileSurvey]
) -> bool:
    """Return whether nothing changed since the last build."""
    build = kept.build
    return (
        build.files.keys() == unchanged.keys()
        and len(inputs.sources.files) == len(unchanged)
        and build.judgements == inputs.judgements
        and build.own == inputs.own
        and build.source_problems == inputs.sources.problems
        and read_origin(inputs.store) == inputs.origin
    )


def _repeat_report(name: str, inputs: BuildInputs, report: Report) -> Report:
    """Return the report of a build by its name, with the notes and times of this one."""
    remove_leftovers(inputs.store)
    last = msgspec.json.decode(Store(inputs.store, name).report, type=Report)
    inputs.locate_judgement_problems(last)
    told = {"notes": report.notes, "seconds": report.seconds}
    return msgspec.structs.replace(last, redone={}, is_unchanged=True, **told)


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
        inputs.check_survey(surveyed)
    with report.time_stage("conclude"):
        progress("comparing names", 0, 0)
        corpus = conclude_survey(surveyed, inputs.judgement_table, inputs.own, work=work, pool=pool)
        tables_file = share_tables(corpus.tables, work, pool)
    inputs.report_survey(report, surveyed, corpus.recordings)
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
