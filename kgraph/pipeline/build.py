"""Build a store from episode files, redoing only what changed since its last build."""

from __future__ import annotations

from collections.abc import Callable, Set
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec
from msgspec.structs import replace

from kgraph.base.errors import StoreDamagedError, StoreReplacedError
from kgraph.base.files import remove_abandoned_folders
from kgraph.base.processes import without_gc
from kgraph.base.progress import Progress, ignore_progress
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest.exclude import Exclusion
from kgraph.ingest.files import SourcePaths
from kgraph.pipeline.input_changes import describe_input_changes, find_gone_files, list_new_files
from kgraph.pipeline.inputs import BuildInputs, read_inputs
from kgraph.pipeline.last_build import (
    KeptBuild,
    ReusableBuild,
    find_reusable_build,
    find_unchanged,
)
from kgraph.pipeline.report import Report
from kgraph.pipeline.workers import WorkerOptions
from kgraph.store import DEFAULT_STORE, layout
from kgraph.store.origin import LAST_GRAPH, LAST_JUDGEMENTS, ProjectInputs, read_origin
from kgraph.store.retention import remove_leftovers

if TYPE_CHECKING:
    from concurrent.futures import Executor


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
    unchanged: Set[str] = frozenset()
    if reusable.kept is not None:
        with report.time_stage("compare"):
            unchanged = find_unchanged(reusable.kept, inputs)
            report.gone = find_gone_files(reusable.kept, inputs)
            report.added = list_new_files(reusable.kept, inputs)
        is_plain = turtle is None and str(previous) == LAST_GRAPH
        with suppress(StoreDamagedError, StoreReplacedError):  # then it is written anew
            report.input_changes = tuple(describe_input_changes(reusable.kept, inputs))
            if is_plain and _is_same_input(reusable.kept, inputs, unchanged):
                return _repeat_report(reusable.folder, inputs, report)
    # Imported late: a build that finds nothing to do needs none of what this imports.
    from kgraph.pipeline.write_build import BuildOptions, write_build

    options = BuildOptions(previous, turtle, chosen_workers, progress)
    return write_build(inputs, reusable, unchanged, report, options)


def _is_same_input(kept: KeptBuild, inputs: BuildInputs, unchanged: Set[str]) -> bool:
    """Return whether nothing changed since the last build."""
    return (
        kept.files.keys() == unchanged
        and len(inputs.sources.files) == len(unchanged)
        and kept.judgements == inputs.judgements
        and kept.own == inputs.own
        and kept.source_problems == inputs.sources.problems
        and read_origin(inputs.store) == inputs.origin
    )


def _repeat_report(folder: Path, inputs: BuildInputs, report: Report) -> Report:
    """Return the report of a build in a folder, with the notes and times of this one."""
    remove_leftovers(inputs.store)
    last = msgspec.json.decode(layout.read_report(folder), type=Report)
    inputs.locate_judgement_problems(last)
    inputs.locate_problems(last)
    return replace(last, redone={}, is_unchanged=True, notes=report.notes, seconds=report.seconds)
