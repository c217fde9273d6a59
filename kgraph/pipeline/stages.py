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

from kgraph.graph import Shared
from kgraph.graph.enrich import enricher
from kgraph.graph.tally import Tally, shared_of
from kgraph.ingest import FoundFiles
from kgraph.pipeline.executor import ordered
from kgraph.pipeline.passes import SHARD, ResolveTask, Surveyed, survey_shard
from kgraph.resolve.corpus import Survey, Tables, conclude
from kgraph.resolve.judgements import Rulings
from kgraph.resolve.recordings import Recording

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how many of its items are done, and how many there are: 0 of 0 for
a stage without items."""

Item = TypeVar("Item")


def silent(stage: str, done: int, total: int) -> None:
    """The progress of who does not ask."""


def survey_files(
    found: FoundFiles, work: Path, pool: Executor | None, progress: Progress
) -> Surveyed:
    """First pass: read and survey every file."""
    total = Surveyed(Survey(), {}, {}, list(found.problems))
    shards = enumerate(_shards(found.files))
    tasks = [(shard, work / f"{number}.spill") for number, shard in shards]
    for part in ordered(pool, survey_shard, tasks):
        total.survey.add(part.survey)
        total.places.update(part.places)
        total.digests.update(part.digests)
        total.problems.extend(part.problems)
        progress("reading", len(total.places), len(found.files))
    total.problems.sort()
    return total


def conclude_survey(
    surveyed: Surveyed, work: Path, judged: Rulings
) -> tuple[Tables, list[Recording]]:
    """Between the passes: what the surveys say together, left where workers find it."""
    tables, recordings = conclude(surveyed.survey, judged)
    _tables_file(work).write_bytes(msgspec.msgpack.encode(tables))
    return tables, recordings


def resolve_tasks(
    recordings: Sequence[Recording], surveyed: Surveyed, work: Path, base: str
) -> list[ResolveTask]:
    """Tasks of the second pass, shard by shard."""
    places = surveyed.places
    placed = [(r.slug, [places[file] for file in r.files]) for r in recordings]
    return [(shard, _tables_file(work), base) for shard in _shards(placed)]


def digest_of(surveyed: Surveyed) -> str:
    """SHA-256 over the digests of all files, hexadecimal: which input made the graph."""
    digests = "".join(surveyed.digests[name] for name in sorted(surveyed.digests))
    return hashlib.sha256(digests.encode()).hexdigest()


def shared_by(tally: Tally, surveyed: Surveyed, tables: Tables) -> Shared:
    """After the passes: what the recordings share."""
    return shared_of(tally, digest_of(surveyed), enricher(tables.knowledge))


def _tables_file(work: Path) -> Path:
    return work / "tables"


def _shards(items: Sequence[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), SHARD):
        yield list(items[start : start + SHARD])
