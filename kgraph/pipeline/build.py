"""Build a store from episode files, and report the outcome of every file and row."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path, PurePath
from shutil import rmtree
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from kgraph.base.errors import InputError, StoreDamagedError
from kgraph.base.files import remove_abandoned_folders
from kgraph.base.model import InputProblem
from kgraph.base.processes import without_gc
from kgraph.base.text import pluralize
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import SharedData
from kgraph.graph.forwarding import add_former, find_former
from kgraph.graph.judged_ids import report_unapplied_ids
from kgraph.graph.tally import Accounting, Tally, count_names
from kgraph.ingest import find_files
from kgraph.pipeline.executor import map_ordered, open_process_pool
from kgraph.pipeline.passes import (
    Progress,
    ResolveTask,
    SurveyResult,
    build_shared,
    compute_digest,
    ignore_progress,
    make_resolve_tasks,
    resolve_shard,
    survey_files,
    write_tables,
)
from kgraph.rdf import SubjectBlock, Turtle, count_statements, describe_dataset, describe_shared
from kgraph.resolve import judgements_file
from kgraph.resolve.corpus import CorpusTables
from kgraph.resolve.judgement import PARTLY_APPLIED, report_unapplied
from kgraph.resolve.judgements import build_judgement_table
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.search.writer import IndexWriter
from kgraph.store import DEFAULT_STORE, BuildWriter, Store, layout
from kgraph.store.origin import (
    LAST_JUDGEMENTS,
    ProjectInputs,
    choose_judgements,
    make_origin,
    write_origin,
)
from kgraph.store.previous_build import LAST_BUILD, choose_previous, describe_failure

LOAD_CHUNK_BYTES = 9_000_000
"""Turtle that is loaded at a time: some 100,000 statements, beyond which the loader takes more
memory but no less time."""

MAX_QUEUED_CHUNKS = 2  #: chunks that may wait: this bounds the memory of a build of any size


class Report(msgspec.Struct):
    """The closing report of a build."""

    files: int = 0  #: files found
    read: int = 0  #: files that gave an episode
    recordings: int = 0  #: episodes of the graph, files of one recording joined
    judgements: int = 0  #: judgements of people that were applied
    unapplied: list[InputProblem] = []  #: judgements that were not applied in full
    notes: tuple[str, ...] = ()  #: on judgements and own entries (not stored: they contain paths)
    joined: list[tuple[str, ...]] = []  #: names of the files that were joined, by episode
    #: Outcomes of rows, by the front-matter list that they are in.
    rows: Accounting = msgspec.field(default_factory=Accounting)
    entities: dict[str, int] = {}  #: entities of the graph, by type
    unlikely: dict[str, int] = {}  #: further entities, which only unlikely mentions name, by type
    forwarded: int = 0  #: ids of earlier builds that lead to something in the graph
    withdrawn: int = 0  #: ids of earlier builds that lead to nothing
    unlikely_mentions: int = 0  #: mentions that are more likely wrong than right
    triples: int = 0  #: statements of the graph
    digest: str = ""  #: SHA-256 over the digests of all files: same input, same digest
    problems: list[InputProblem] = []
    seconds: dict[str, float] = {}  #: by stage (not stored: they differ from run to run)

    def stored(self) -> bytes:
        """Return the report as JSON, without what differs by run or by place."""
        unapplied = [replace(p, file=PurePath(p.file).name) for p in self.unapplied]
        return msgspec.json.encode(replace(self, seconds={}, notes=(), unapplied=unapplied))

    def problems_by_code(self) -> dict[str, int]:
        """Return the number of problems of each code, most first."""
        counts = Counter(problem.code for problem in self.problems)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@without_gc()  # records hold no cycles; forked workers inherit it
def build(
    paths: Sequence[str | Path],
    store: str | Path = DEFAULT_STORE,
    *,
    base: str = BASE_IRI,
    turtle: BinaryIO | None = None,
    judgements: str | Path | None = LAST_JUDGEMENTS,
    project: ProjectInputs | None = None,
    previous: str | Path | None = LAST_BUILD,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress = ignore_progress,
) -> Report:
    """Build the graph of the episodes at ``paths``, and make it the one that readers see.

    Args:
        paths: files, folders, glob patterns, or ``-`` for standard input.
        store: folder of the store; made when absent.
        base: base of the instances' IRIs, ending in ``/`` or ``#``.
        turtle: output to write the graph to as Turtle.
        judgements: file of judgements that people made; by default the one that the store's
            last build read, else ``data/judgements.yaml`` if there is one; None for none.
        project: whose judgements are the default, whose own lexicon and ids go over the shipped
            ones, and which the store remembers.
        previous: store of an earlier graph, whose ids lead to what they are now
            (:mod:`kgraph.graph.forwarding`); by default the store's last build; None for none.
        executor: shares the work; by default processes on this machine.
        workers: number of processes; by default one for each core.
        progress: called after each step.

    Returns:
        The outcome of every file and row.

    Raises:
        InputError: a path or the file of judgements cannot be used, the named earlier graph has
            another base, or there is no episode at all.
        DataError: lexicon, ontology or judgements are wrong.
        StoreError: the store cannot be written, or another build is writing to it.
    """
    choice = choose_judgements(store, judgements, project=project)
    judgement_list = judgements_file.load_optional_judgements(  # errors before work
        choice.path, choice.may_be_absent
    )
    own = project.own if project else NO_OWN_ENTRIES
    judgement_table = build_judgement_table(judgement_list, str(choice.path or ""))
    report = Report(judgements=len(judgement_list), notes=(*choice.notes, *own.notes))
    remove_abandoned_folders()
    with (
        nullcontext(executor) if executor else open_process_pool(workers) as pool,
        BuildWriter(Path(store), base) as writer,
    ):
        earlier, note = choose_previous(previous, writer)
        report.notes += note
        work = writer.folder / layout.WORK_FOLDER  # what the passes hand each other
        work.mkdir()
        try:
            with _time_stage(report, "read"):
                surveyed = _survey(paths, work, pool, progress, report=report, own=own)
            with _time_stage(report, "conclude"):
                tables, episodes = write_tables(surveyed, work, judgement_table, progress, own)
                report.recordings = len(episodes)
                report.joined = [e.files for e in episodes if len(e.files) > 1]
            with _time_stage(report, "resolve, write and load"):
                tasks = make_resolve_tasks(episodes, surveyed, work, base)
                shared, judged_keys = _load(
                    pool,
                    tasks,
                    surveyed,
                    tables,
                    writer=writer,
                    previous=earlier,
                    turtle=turtle,
                    progress=progress,
                    report=report,
                )
        finally:
            rmtree(work, ignore_errors=True)
        path = str(choice.path or "")
        report.unapplied = sorted(
            (
                *report_unapplied(judgement_list, judged_keys, path),
                *report_unapplied_ids(judgement_list, shared.entities, path),
            ),
            key=lambda problem: problem.line,
        )
        report.judgements -= sum(p.action != PARTLY_APPLIED for p in report.unapplied)
        write_origin(writer.folder, make_origin(paths, choice.path, project))
        with _time_stage(report, "publish"):
            totals = count_names(shared)
            report.entities, report.unlikely = totals.stated, totals.unlikely
            report.unlikely_mentions = sum(len(s.unlikely) for s in shared.summaries.values())
            writer.publish(shared, report.triples, report.stored())
    return report


def _survey(
    paths: Sequence[str | Path],
    work: Path,
    pool: Executor | None,
    progress: Progress,
    *,
    report: Report,
    own: OwnEntries,
) -> SurveyResult:
    sources = find_files(paths)
    surveyed = survey_files(sources, work, pool, progress, own)
    if not surveyed.spill_ranges:
        why = f" ({surveyed.problems[0]})" if surveyed.problems else ""
        raise InputError(
            f"no episode in {pluralize(len(sources.files), 'file')}{why}: "
            "name a folder of Markdown files with YAML front matter"
        )
    report.files = len(sources.files)
    report.read = len(surveyed.spill_ranges)
    report.problems = surveyed.problems
    report.digest = compute_digest(surveyed)
    return surveyed


def _load(
    pool: Executor | None,
    tasks: list[ResolveTask],
    surveyed: SurveyResult,
    tables: CorpusTables,
    *,
    writer: BuildWriter,
    previous: Store | None,
    turtle: BinaryIO | None,
    progress: Progress,
    report: Report,
) -> tuple[SharedData, set[str]]:
    """Run the second pass, and load its results into the build.

    Return what the episodes share, and the keys of the judgements that applied.
    """
    tally, judged_keys, done = Tally(), set[str](), 0
    with (
        TurtleLoader(writer, turtle) as loader,
        IndexWriter(writer.folder / layout.SEARCH_FILE) as index,
    ):
        report.triples += loader.add_blocks(describe_dataset(report.digest, report.recordings))
        for result in map_ordered(pool, resolve_shard, tasks):
            loader.add(result.turtle)
            writer.add_records(result.slugs, result.records)
            index.add(result.documents)
            tally.add(result.tally)
            judged_keys |= result.judged_keys
            report.rows.add(result.accounting)
            report.triples += result.triples
            done += len(result.slugs)
            progress("building", done, report.recordings)
        progress("loading", 0, 0)
        shared = build_shared(tally, surveyed, tables)
        _forward_ids(shared, writer, previous, report)
        report.triples += loader.add_blocks(describe_shared(shared))
        loader.finish()
        index.finish(shared)
    return shared, judged_keys


def _forward_ids(
    shared: SharedData, writer: BuildWriter, previous: Store | None, report: Report
) -> None:
    if previous is None:
        return
    try:
        former = find_former(previous.shared, previous.read_episodes, shared, writer.read_episodes)
    except StoreDamagedError as error:
        report.notes += (describe_failure(error),)
        return
    add_former(shared, former)
    report.forwarded = sum(bool(thing.successor) for thing in former.values())
    report.withdrawn = len(former) - report.forwarded


@contextmanager
def _time_stage(report: Report, stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    report.seconds[stage] = time.perf_counter() - start


class TurtleLoader(AbstractContextManager["TurtleLoader"]):
    """Loads Turtle into a build while more is made, in one thread: the database frees the GIL.

    Args:
        turtle: output that the document is written to, if any.
    """

    def __init__(self, writer: BuildWriter, turtle: BinaryIO | None) -> None:
        self._writer = writer
        self._turtle = turtle
        self._syntax = Turtle(writer.base)
        self._header = self._syntax.header().encode()
        self._thread = ThreadPoolExecutor(1)
        self._pending_loads: deque[Future[None]] = deque()
        self._chunk: list[bytes] = []
        self._chunk_bytes = 0
        if turtle is not None:
            turtle.write(self._header)

    def __exit__(self, *exception: object) -> None:
        try:
            while self._pending_loads and exception[0] is None:
                self._pending_loads.popleft().result()
        finally:
            self._thread.shutdown(wait=True, cancel_futures=True)

    def add(self, paragraphs: bytes) -> None:
        """Add more of the document; waits when the loader is behind."""
        if self._turtle is not None:
            self._turtle.write(paragraphs)
        self._chunk.append(paragraphs)
        self._chunk_bytes += len(paragraphs)
        if self._chunk_bytes >= LOAD_CHUNK_BYTES:
            self._flush()

    def add_blocks(self, blocks: Iterable[SubjectBlock]) -> int:
        """Add blocks to the document; return the number of their statements."""
        blocks = list(blocks)
        self.add(self._syntax.serialize(blocks).encode())
        return count_statements(blocks)

    def finish(self) -> None:
        """Load the last chunk, and optimize the database while other files are written."""
        self._flush()
        self._pending_loads.append(self._thread.submit(self._writer.optimize))

    def _flush(self) -> None:
        while len(self._pending_loads) >= MAX_QUEUED_CHUNKS:
            self._pending_loads.popleft().result()
        document = b"".join((self._header, *self._chunk))
        self._chunk, self._chunk_bytes = [], 0
        self._pending_loads.append(self._thread.submit(self._writer.load, document))
