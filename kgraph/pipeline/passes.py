"""The two passes over the files, which building a graph and checking one share.

The first reads files, writes their content to spill files in the folder ``work``, and gives
surveys; together these make the tables of the second. The second takes episodes from the spill
files and gives their part of the graph as text and records. Workers return only small values or
bytes: sending objects between processes costs more time than making them in parallel saves.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

from kgraph.base.lexicon import LexiconEntry
from kgraph.base.model import InputProblem
from kgraph.graph import SharedData
from kgraph.graph.assemble import assemble_episode
from kgraph.graph.judged_ids import apply_judged_ids
from kgraph.graph.tally import (
    Accounting,
    Tally,
    account_rows,
    build_shared_data,
    make_enricher,
    tally_episode,
)
from kgraph.ingest import FoundFiles, SourceFile, read_file
from kgraph.pipeline.executor import map_ordered
from kgraph.rdf import Turtle, count_statements, describe_episode
from kgraph.resolve.corpus import (
    CorpusSurvey,
    CorpusTables,
    EpisodeObservation,
    build_tables,
    observe_episode,
    survey_episode,
)
from kgraph.resolve.judgements import JudgementTable
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.resolve.recordings import Recording
from kgraph.resolve.shows.known_shows import load_show_registry
from kgraph.search.documents import EpisodeDocuments, collect_episode_documents

#: Files a shard: some 2 MB of input and 50,000 statements, so that workers share evenly
#: and little memory is in flight.
SHARD_FILES = 24

#: Called with the name of a stage, how many of its items are done, and how many there are:
#: 0 of 0 for a stage without items.
Progress = Callable[[str, int, int], None]

ItemT = TypeVar("ItemT")


_decode_observation = msgspec.msgpack.Decoder(EpisodeObservation).decode


class SpillRange(msgspec.Struct, frozen=True, array_like=True):
    """Location of a file's episode: spill file, offset and length in bytes."""

    spill: str
    offset: int
    length: int

    def read(self) -> EpisodeObservation:
        """Read the episode, with what was observed in it."""
        with open(self.spill, "rb") as file:
            file.seek(self.offset)
            return _decode_observation(file.read(self.length))


class ResolveTask(msgspec.Struct, frozen=True, array_like=True):
    """A shard of the second pass."""

    episodes: list[tuple[str, list[SpillRange]]]  #: slug, and location of each of its files
    tables: Path  #: file of the tables
    base: str  #: base of the instances' IRIs


class SurveyResult(msgspec.Struct, frozen=True, array_like=True):
    """The result of the first pass, of a shard or of all files."""

    survey: CorpusSurvey = msgspec.field(default_factory=CorpusSurvey)
    spill_ranges: dict[str, SpillRange] = {}  #: of each file that gave an episode, by name
    digests: dict[str, str] = {}
    problems: list[InputProblem] = []


class ResolveResult(msgspec.Struct, array_like=True):
    """The result of the second pass for a shard."""

    turtle: bytes = b""
    triples: int = 0
    slugs: list[str] = []
    records: list[bytes] = []
    documents: list[EpisodeDocuments] = []  #: to be searched
    tally: Tally = msgspec.field(default_factory=Tally)
    accounting: Accounting = msgspec.field(default_factory=Accounting)
    judged_keys: set[str] = set()


def ignore_progress(stage: str, done: int, total: int) -> None:
    """Ignore progress."""


# -- first pass ----------------------------------------------------------------


def survey_files(
    sources: FoundFiles,
    work: Path,
    pool: Executor | None,
    progress: Progress,
    own: OwnEntries = NO_OWN_ENTRIES,
) -> SurveyResult:
    """Read and survey every file, with the user's own entries: the first pass."""
    total = SurveyResult(problems=list(sources.problems))
    shards = enumerate(split_shards(sources.files))
    tasks = [(shard, work / f"{number}.spill", own.shows) for number, shard in shards]
    for result in map_ordered(pool, survey_shard, tasks):
        total.survey.add(result.survey)
        total.spill_ranges.update(result.spill_ranges)
        total.digests.update(result.digests)
        total.problems.extend(result.problems)
        progress("reading", len(total.spill_ranges), len(sources.files))
    total.problems.sort()
    return total


def survey_shard(task: tuple[list[SourceFile], Path, tuple[LexiconEntry, ...]]) -> SurveyResult:
    """Read the files of a shard, write their content to a spill file, and survey it.

    Args:
        task: the files, the spill file, and the user's own shows.
    """
    files, spill, own_shows = task
    shows = load_show_registry(own_shows)
    result = SurveyResult()
    with spill.open("wb") as out:
        for file in files:
            reading = read_file(file)
            result.problems.extend(reading.problems)
            if reading.episode is not None:
                observation = observe_episode(reading.episode, shows)
                data = msgspec.msgpack.encode(observation)
                result.spill_ranges[file.name] = SpillRange(str(spill), out.tell(), len(data))
                result.digests[file.name] = reading.episode.sha256
                out.write(data)
                result.survey.add(survey_episode(observation))
    result.survey.merge_statistics()
    return result


def compute_digest(surveyed: SurveyResult) -> str:
    """Return the digest of the input: SHA-256 over the digests of all files, hexadecimal."""
    digests = "".join(surveyed.digests[name] for name in sorted(surveyed.digests))
    return hashlib.sha256(digests.encode()).hexdigest()


# -- between the passes --------------------------------------------------------


def write_tables(
    surveyed: SurveyResult,
    work: Path,
    judged: JudgementTable,
    progress: Progress,
    own: OwnEntries = NO_OWN_ENTRIES,
) -> tuple[CorpusTables, list[Recording]]:
    """Build tables from all surveys, and write them where workers find them."""
    progress("comparing names", 0, 0)
    tables, episodes = build_tables(surveyed.survey, judged, own)
    _tables_path(work).write_bytes(msgspec.msgpack.encode(tables))
    return tables, episodes


def _tables_path(work: Path) -> Path:
    return work / "tables"


@lru_cache(maxsize=1)
def load_tables(path: Path) -> CorpusTables:
    """Read the tables of this build, once in each process."""
    tables = msgspec.msgpack.decode(path.read_bytes(), type=CorpusTables)
    # They live as long as the process: the collector need not walk them again and again.
    gc.freeze()
    return tables


# -- second pass ---------------------------------------------------------------


def make_resolve_tasks(
    episodes: Sequence[Recording], surveyed: SurveyResult, work: Path, base: str
) -> list[ResolveTask]:
    """Return the tasks of the second pass, shard by shard."""
    located = [(e.slug, [surveyed.spill_ranges[file] for file in e.files]) for e in episodes]
    return [ResolveTask(shard, _tables_path(work), base) for shard in split_shards(located)]


def resolve_shard(task: ResolveTask) -> ResolveResult:
    """Resolve the episodes of a shard, and write their part of the graph."""
    tables = load_tables(task.tables)
    turtle = Turtle(task.base)
    texts: list[str] = []
    result = ResolveResult()
    for slug, ranges in task.episodes:
        observations = [location.read() for location in ranges]
        episode = assemble_episode(slug, observations, tables, result.judged_keys)
        blocks = list(describe_episode(episode))
        result.triples += count_statements(blocks)
        texts.append(turtle.serialize(blocks))
        result.slugs.append(slug)
        result.records.append(msgspec.msgpack.encode(episode))
        result.documents.append(collect_episode_documents(episode))
        result.tally.add(tally_episode(episode))
        result.accounting.add(account_rows(episode))
    result.turtle = "".join(texts).encode()
    return result


def build_shared(tally: Tally, surveyed: SurveyResult, tables: CorpusTables) -> SharedData:
    """Return what episodes share, after the passes."""
    enrich = make_enricher(tables.knowledge)
    shared = build_shared_data(tally, compute_digest(surveyed), enrich)
    apply_judged_ids(shared.entities, tables.knowledge.judgements)
    return shared


def split_shards(items: Sequence[ItemT]) -> Iterator[list[ItemT]]:
    """Yield lists of at most :data:`SHARD_FILES` items, in order."""
    for start in range(0, len(items), SHARD_FILES):
        yield list(items[start : start + SHARD_FILES])
