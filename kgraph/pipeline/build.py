"""The trip as one sentence: :func:`build`."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import SharedData
from kgraph.graph.tally import Tally
from kgraph.ingest import FoundFiles, find_files
from kgraph.pipeline.executor import map_ordered, open_process_pool
from kgraph.pipeline.passes import SurveyResult, resolve_shard
from kgraph.pipeline.report import Report
from kgraph.pipeline.stages import (
    Progress,
    build_shared,
    compute_digest,
    ignore_progress,
    make_resolve_tasks,
    survey_files,
    write_tables,
)
from kgraph.rdf import Turtle, count_statements, describe_shared
from kgraph.resolve import judgements_file
from kgraph.resolve.corpus import CorpusTables
from kgraph.resolve.judgements import JudgementTable, build_judgement_table
from kgraph.resolve.recordings import Recording
from kgraph.resolve.unapplied import report_unapplied
from kgraph.search.writer import IndexWriter
from kgraph.store import DEFAULT_STORE, BuildWriter, layout
from kgraph.store.loader import TurtleLoader
from kgraph.store.origin import LAST_JUDGEMENTS, choose_judgements, make_origin, write_origin
from kgraph.store.scratch import remove_abandoned_folders


def build(
    paths: Sequence[str | Path],
    store: str | Path = DEFAULT_STORE,
    *,
    base: str = BASE_IRI,
    turtle: BinaryIO | None = None,
    judgements: str | Path | None = LAST_JUDGEMENTS,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress = ignore_progress,
) -> Report:
    """Build the graph of the episodes at ``paths``, and make it the one that readers see.

    Args:
        paths: files, folders, glob patterns, or ``-`` for standard input.
        store: folder of the store; made when absent.
        base: base of the instances' IRIs, ending in ``/`` or ``#``.
        turtle: where to write the graph as Turtle on the way.
        judgements: file of judgements that people made; by default the one that the store's
            last build read, else ``data/judgements.yaml`` if there is one; None for none.
        executor: shares the work; by default processes on this machine.
        workers: how many processes; by default one for each core.
        progress: told how far it is.

    Returns:
        What became of every file and row.

    Raises:
        InputError: a path or the file of judgements cannot be used, or there is no episode at
            all.
        DataError: lexicon, ontology or judgements hold something wrong.
        StoreError: the store cannot be written, or another build holds it.
    """
    chosen = choose_judgements(store, judgements)
    made = judgements_file.load_optional_judgements(
        chosen.path
    )  # said before the work when something is wrong
    judged = build_judgement_table(made, str(chosen.path or ""))
    report = Report(judgements=len(made), notes=chosen.notes)
    remove_abandoned_folders()
    with (
        nullcontext(executor) if executor else open_process_pool(workers) as pool,
        BuildWriter(Path(store), base) as draft,
    ):
        with _make_work_folder(draft.folder) as work:
            trip = _Build(report, draft, work, pool, progress)
            surveyed = trip.survey(paths)
            tables, recordings = trip.build_tables(surveyed, judged)
            shared = trip.resolve(recordings, surveyed, tables, turtle)
        report.tell_unapplied(report_unapplied(made, trip.judged_keys, str(chosen.path or "")))
        write_origin(draft.folder, make_origin(paths, chosen.path))
        trip.publish(shared)
    return report


@contextmanager
def _make_work_folder(folder: Path) -> Iterator[Path]:
    """A folder for what the passes hand each other, gone when the trip ends."""
    work = folder / layout.WORK_FOLDER
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


class _Build:
    """The stages of one build; each fills its part of the report, and its time."""

    def __init__(
        self,
        report: Report,
        draft: BuildWriter,
        work: Path,
        pool: Executor | None,
        progress: Progress,
    ) -> None:
        self.report = report
        self.writer = draft
        self.work = work
        self.pool = pool
        self.progress = progress
        self.judged_keys: set[str] = set()

    def survey(self, paths: Sequence[str | Path]) -> SurveyResult:
        """First pass: read and survey every file."""
        with self._time_stage("read"):
            found = find_files(paths)
            surveyed = survey_files(found, self.work, self.pool, self.progress)
            if not surveyed.spills:
                raise InputError(_explain_no_episode(found, surveyed))
            self.report.files = len(found.files)
            self.report.read = len(surveyed.spills)
            self.report.problems = surveyed.problems
            self.report.digest = compute_digest(surveyed)
            return surveyed

    def build_tables(
        self, surveyed: SurveyResult, judged: JudgementTable
    ) -> tuple[CorpusTables, list[Recording]]:
        """Between the passes: what the surveys say together."""
        with self._time_stage("conclude"):
            self.progress("comparing names", 0, 0)
            tables, recordings = write_tables(surveyed, self.work, judged)
            self.report.recordings = len(recordings)
            self.report.joined = [r.files for r in recordings if len(r.files) > 1]
            return tables, recordings

    def resolve(
        self,
        recordings: list[Recording],
        surveyed: SurveyResult,
        tables: CorpusTables,
        turtle: BinaryIO | None,
    ) -> SharedData:
        """Second pass: resolve every recording, write it, load it."""
        tasks = make_resolve_tasks(recordings, surveyed, self.work, self.writer.base)
        tally = Tally()
        with (
            self._time_stage("resolve, write and load"),
            TurtleLoader(self.writer, turtle) as loader,
            IndexWriter(self.writer.folder / layout.SEARCH_FILE) as index,
        ):
            done = 0
            for part in map_ordered(self.pool, resolve_shard, tasks):
                loader.add(part.turtle)
                self.writer.add_records(part.slugs, part.records)
                index.add(part.documents)
                tally.add(part.tally)
                self.judged_keys |= part.judged_keys
                self.report.rows.add(part.accounting)
                self.report.triples += part.triples
                done += len(part.slugs)
                self.progress("building", done, len(recordings))
            self.progress("loading", 0, 0)
            shared = build_shared(tally, surveyed, tables)
            groups = list(describe_shared(shared))
            self.report.triples += count_statements(groups)
            loader.add(Turtle(self.writer.base).serialize(groups).encode())
            loader.finish()
            index.finish(shared)
            return shared

    def publish(self, shared: SharedData) -> None:
        """Make the graph the one that readers see."""
        with self._time_stage("publish"):
            for entity in shared.entities.values():
                self.report.entities[entity.type] = self.report.entities.get(entity.type, 0) + 1
            self.writer.publish(shared, self.report.triples, self.report.stored())

    @contextmanager
    def _time_stage(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.report.seconds[stage] = time.perf_counter() - start


def _explain_no_episode(found: FoundFiles, surveyed: SurveyResult) -> str:
    why = f" ({surveyed.problems[0]})" if surveyed.problems else ""
    return (
        f"no episode in {pluralize(len(found.files), 'file')}{why}: "
        "name a folder of Markdown files with YAML front matter"
    )
