"""The stages that building a graph and checking one share.

Takes the files that were found, gives what their surveys say together, and the tasks of
the second pass. Spill files and tables stand in the folder ``work``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeVar

import msgspec

from kgraph.graph import SharedData
from kgraph.graph.tally import Tally, build_shared_data, make_enricher
from kgraph.ingest import FoundFiles
from kgraph.pipeline.executor import map_ordered
from kgraph.pipeline.passes import SHARD_FILES, ResolveTask, SurveyResult, survey_shard
from kgraph.resolve.corpus import CorpusSurvey, CorpusTables, build_tables
from kgraph.resolve.judgements import JudgementTable
from kgraph.resolve.recordings import Recording

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how many of its items are done, and how many there are: 0 of 0 for
a stage without items."""

ItemT = TypeVar("ItemT")


def ignore_progress(stage: str, done: int, total: int) -> None:
    """The progress of who does not ask."""


def survey_files(
    found: FoundFiles, work: Path, pool: Executor | None, progress: Progress
) -> SurveyResult:
    """First pass: read and survey every file."""
    total = SurveyResult(CorpusSurvey(), {}, {}, list(found.problems))
    shards = enumerate(_split_shards(found.files))
    tasks = [(shard, work / f"{number}.spill") for number, shard in shards]
    for part in map_ordered(pool, survey_shard, tasks):
        total.survey.add(part.survey)
        total.spills.update(part.spills)
        total.digests.update(part.digests)
        total.problems.extend(part.problems)
        progress("reading", len(total.spills), len(found.files))
    total.problems.sort()
    return total


def write_tables(
    surveyed: SurveyResult, work: Path, judged: JudgementTable
) -> tuple[CorpusTables, list[Recording]]:
    """Between the passes: what the surveys say together, left where workers find it."""
    tables, recordings = build_tables(surveyed.survey, judged)
    _tables_path(work).write_bytes(msgspec.msgpack.encode(tables))
    return tables, recordings


def make_resolve_tasks(
    recordings: Sequence[Recording], surveyed: SurveyResult, work: Path, base: str
) -> list[ResolveTask]:
    """Tasks of the second pass, shard by shard."""
    places = surveyed.spills
    placed = [(r.slug, [places[file] for file in r.files]) for r in recordings]
    return [(shard, _tables_path(work), base) for shard in _split_shards(placed)]


def compute_digest(surveyed: SurveyResult) -> str:
    """SHA-256 over the digests of all files, hexadecimal: which input made the graph."""
    digests = "".join(surveyed.digests[name] for name in sorted(surveyed.digests))
    return hashlib.sha256(digests.encode()).hexdigest()


def build_shared(tally: Tally, surveyed: SurveyResult, tables: CorpusTables) -> SharedData:
    """After the passes: what the recordings share."""
    return build_shared_data(tally, compute_digest(surveyed), make_enricher(tables.knowledge))


def _tables_path(work: Path) -> Path:
    return work / "tables"


def _split_shards(items: Sequence[ItemT]) -> Iterator[list[ItemT]]:
    for start in range(0, len(items), SHARD_FILES):
        yield list(items[start : start + SHARD_FILES])
