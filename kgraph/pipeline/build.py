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
from kgraph.base.text import counted
from kgraph.base.vocabulary import BASE
from kgraph.graph import Shared
from kgraph.graph.tally import Tally
from kgraph.ingest import FoundFiles, find
from kgraph.pipeline.executor import ordered, processes
from kgraph.pipeline.passes import Surveyed, resolve_shard
from kgraph.pipeline.report import Report
from kgraph.pipeline.stages import (
    Progress,
    conclude_survey,
    digest_of,
    resolve_tasks,
    shared_by,
    silent,
    survey_files,
)
from kgraph.rdf import Turtle, groups_of_shared, size
from kgraph.resolve import judgements_file
from kgraph.resolve.corpus import Tables
from kgraph.resolve.judgements import Rulings, rulings
from kgraph.resolve.recordings import Recording
from kgraph.resolve.unapplied import unapplied_problems
from kgraph.search.writer import Writer
from kgraph.store import DEFAULT_STORE, Draft, layout
from kgraph.store.loader import Loader
from kgraph.store.origin import REMEMBERED, choose_judgements, origin_of, write_origin
from kgraph.store.scratch import remove_abandoned_folders


def build(
    paths: Sequence[str | Path],
    store: str | Path = DEFAULT_STORE,
    *,
    base: str = BASE,
    turtle: BinaryIO | None = None,
    judgements: str | Path | None = REMEMBERED,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress = silent,
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
    made = judgements_file.given(chosen.path)  # said before the work when something is wrong
    judged = rulings(made, str(chosen.path or ""))
    report = Report(judgements=len(made), notes=chosen.notes)
    remove_abandoned_folders()
    with (
        nullcontext(executor) if executor else processes(workers) as pool,
        Draft(Path(store), base) as draft,
    ):
        with _workshop(draft.folder) as work:
            trip = _Trip(report, draft, work, pool, progress)
            surveyed = trip.read(paths)
            tables, recordings = trip.conclude(surveyed, judged)
            shared = trip.resolve(recordings, surveyed, tables, turtle)
        report.tell_unapplied(unapplied_problems(made, trip.judged, str(chosen.path or "")))
        write_origin(draft.folder, origin_of(paths, chosen.path))
        trip.publish(shared)
    return report


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A folder for what the passes hand each other, gone when the trip ends."""
    work = folder / layout.WORK
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


class _Trip:
    """The stages of one build; each fills its part of the report, and its time."""

    def __init__(
        self, report: Report, draft: Draft, work: Path, pool: Executor | None, progress: Progress
    ) -> None:
        self.report = report
        self.draft = draft
        self.work = work
        self.pool = pool
        self.progress = progress
        self.judged: set[str] = set()

    def read(self, paths: Sequence[str | Path]) -> Surveyed:
        """First pass: read and survey every file."""
        with self._timed("read"):
            found = find(paths)
            surveyed = survey_files(found, self.work, self.pool, self.progress)
            if not surveyed.places:
                raise InputError(_no_episode(found, surveyed))
            self.report.files = len(found.files)
            self.report.read = len(surveyed.places)
            self.report.problems = surveyed.problems
            self.report.digest = digest_of(surveyed)
            return surveyed

    def conclude(self, surveyed: Surveyed, judged: Rulings) -> tuple[Tables, list[Recording]]:
        """Between the passes: what the surveys say together."""
        with self._timed("conclude"):
            self.progress("comparing names", 0, 0)
            tables, recordings = conclude_survey(surveyed, self.work, judged)
            self.report.recordings = len(recordings)
            self.report.joined = [r.files for r in recordings if len(r.files) > 1]
            return tables, recordings

    def resolve(
        self,
        recordings: list[Recording],
        surveyed: Surveyed,
        tables: Tables,
        turtle: BinaryIO | None,
    ) -> Shared:
        """Second pass: resolve every recording, write it, load it."""
        tasks = resolve_tasks(recordings, surveyed, self.work, self.draft.base)
        tally = Tally()
        with (
            self._timed("resolve, write and load"),
            Loader(self.draft, turtle) as loader,
            Writer(self.draft.folder / layout.SEARCH) as index,
        ):
            done = 0
            for part in ordered(self.pool, resolve_shard, tasks):
                loader.add(part.turtle)
                self.draft.add_records(part.slugs, part.records)
                index.add(part.contents)
                tally.add(part.tally)
                self.judged |= part.judged
                self.report.rows.add(part.accounting)
                self.report.triples += part.triples
                done += len(part.slugs)
                self.progress("building", done, len(recordings))
            self.progress("loading", 0, 0)
            shared = shared_by(tally, surveyed, tables)
            groups = list(groups_of_shared(shared))
            self.report.triples += size(groups)
            loader.add(Turtle(self.draft.base).paragraphs(groups).encode())
            loader.finish()
            index.finish(shared)
            return shared

    def publish(self, shared: Shared) -> None:
        """Make the graph the one that readers see."""
        with self._timed("publish"):
            for entity in shared.entities.values():
                self.report.entities[entity.type] = self.report.entities.get(entity.type, 0) + 1
            self.draft.publish(shared, self.report.triples, self.report.stored())

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.report.seconds[stage] = time.perf_counter() - start


def _no_episode(found: FoundFiles, surveyed: Surveyed) -> str:
    why = f" ({surveyed.problems[0]})" if surveyed.problems else ""
    return (
        f"no episode in {counted(len(found.files), 'file')}{why}: "
        "name a folder of Markdown files with YAML front matter"
    )
