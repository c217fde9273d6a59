"""The two passes over the files, which building a graph and checking one share.

The first reads files, writes their content to spill files in the folder ``work``, and gives
surveys; together these make the tables of the second. The second takes episodes from the spill
files and gives their part of the graph as text and records. Workers return only small values or
bytes: sending objects between processes costs more time than making them in parallel saves.

What the passes found of a file and of an episode is kept with the build
(:mod:`kgraph.pipeline.kept`), so that the next build need not find it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from kgraph.base.lexicon import LexiconEntry
from kgraph.base.model import InputProblem
from kgraph.base.progress import Progress
from kgraph.graph import SharedData
from kgraph.graph.accounting import Accounting, account_rows
from kgraph.graph.assemble import assemble_episode
from kgraph.graph.judged_ids import apply_judged_ids
from kgraph.graph.records import JudgedShow, ShowEdge
from kgraph.graph.tally import (
    Tally,
    build_shared_data,
    make_enricher,
    tally_episode,
)
from kgraph.ingest import FoundFiles, SourceFile, load_bytes, read_file
from kgraph.ingest.problems import problem_sort_key
from kgraph.pipeline import survey_split
from kgraph.pipeline.executor import TaskPool, map_ordered
from kgraph.pipeline.locations import (
    Location,
    SpillRange,
    UnreadSource,
    name_spill_file,
    write_binary,
)
from kgraph.pipeline.survey_spool import SurveySpool
from kgraph.pipeline.tables import TablesFile, load_tables
from kgraph.rdf import Turtle, describe_episode
from kgraph.resolve.corpus import (
    SURFACE_TABLE,
    ConcludedCorpus,
    CorpusTables,
    LastCorpus,
    SurfaceOutcome,
    build_tables,
    observe_episode,
    summarize_form,
    survey_episode,
)
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.lookups import log_tables_of, number_key, take_lookups
from kgraph.resolve.mentions.decide import surface_forms
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.resolve.recordings import Recording
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.shows.known_shows import SURVEYED_TABLES, load_show_registry
from kgraph.resolve.survey_partitions import MapTasks, map_here
from kgraph.resolve.surveys import EncodedSurveys, SurveyLists, encode_survey
from kgraph.search.documents import collect_episode_documents

#: Files a shard: some 2 MB of input and 50,000 statements, so that workers share evenly
#: and little memory is in flight.
SHARD_FILES = 24

ItemT = TypeVar("ItemT")


class FileSurvey(msgspec.Struct, frozen=True, array_like=True):
    """The result of the first pass for a file."""

    sha256: str  #: of its bytes; "" if they could not be read
    survey: SurveyLists | None  #: None if the file gave no episode
    problems: tuple[InputProblem, ...] = ()
    #: Keys of the known shows that were looked up for it
    #: (:func:`~kgraph.resolve.lookups.take_lookups`).
    shows: bytes = b""


class SurveyResult(msgspec.Struct, frozen=True):
    """The result of the first pass, of a shard or of all files."""

    files: dict[str, FileSurvey] = {}  #: by name
    locations: dict[str, Location] = {}  #: of each file that gave an episode
    problems: list[InputProblem] = []  #: of all files, sorted

    def find_show_evidence(self, file: str) -> ShowEvidence:
        """Return the evidence of a file that gave an episode about its show."""
        survey = self.files[file].survey
        assert survey is not None
        return next(iter(EncodedSurveys([survey]).shows))

    @property
    def digest(self) -> str:
        """The digest of the input: SHA-256 over the digests of all episodes' files."""
        digests = "".join(self.files[name].sha256 for name in sorted(self.locations))
        return hashlib.sha256(digests.encode()).hexdigest()


#: Slug of an episode, and location of each of its files.
LocatedEpisode = tuple[str, list[Location]]


class SurveyTask(msgspec.Struct, frozen=True, array_like=True):
    """A shard of the first pass."""

    files: list[SourceFile]
    folder: str  #: for its spill file; "" for none
    own_shows: tuple[LexiconEntry, ...]  #: the user's

    def list_files(self) -> list[str]:
        """Return the names of the files."""
        return [file.name for file in self.files]


class ResolveTask(msgspec.Struct, frozen=True, array_like=True):
    """A shard of the second pass."""

    episodes: list[LocatedEpisode]
    tables: TablesFile
    base: str  #: base of the instances' IRIs

    def list_files(self) -> list[str]:
        """Return the names of the files of the episodes."""
        return [location.name for _, locations in self.episodes for location in locations]


class EpisodeOutcome(msgspec.Struct, frozen=True, array_like=True):
    """The result of the second pass for an episode, besides its record."""

    files: tuple[tuple[str, str], ...]  #: (name, SHA-256) of each
    show: ShowEdge | None
    #: Its surfaces, and the keys of the corpus's tables that its decisions looked up
    #: (:func:`~kgraph.resolve.lookups.take_lookups`).
    lookups: bytes
    tally: bytes  #: :class:`~kgraph.graph.tally.Tally`, encoded
    themes: tuple[str, ...]  #: ids of the themes in the tally
    accounting: Accounting
    triples: int
    judged_keys: tuple[str, ...]  #: of the judgements that applied
    judged_show: JudgedShow | None = None

    @property
    def show_confidence(self) -> float:
        """The confidence of the show; 0 without one."""
        return self.show.confidence if self.show else 0.0


class ResolveResult(msgspec.Struct, array_like=True):
    """The result of the second pass for a shard; each list has an item for each episode."""

    turtle: bytes = b""
    slugs: list[str] = []
    records: list[bytes] = []
    documents: list[bytes] = []  #: :class:`~kgraph.search.documents.EpisodeDocuments`, encoded
    outcomes: list[bytes] = []  #: :class:`EpisodeOutcome`, encoded
    surfaces: dict[str, SurfaceOutcome] = {}  #: all of the episodes
    triples: int = 0
    tally: Tally = msgspec.field(default_factory=Tally)
    accounting: Accounting = msgspec.field(default_factory=Accounting)
    judged_keys: set[str] = set()


# -- first pass ----------------------------------------------------------------


def survey_files(
    sources: FoundFiles,
    work: Path,
    pool: TaskPool | None,
    progress: Progress,
    own: OwnEntries = NO_OWN_ENTRIES,
    *,
    kept: Mapping[str, FileSurvey] = MappingProxyType({}),
    spool: SurveySpool | None = None,
) -> SurveyResult:
    """Read and survey every file: the first pass.

    Args:
        own: the user's own entries.
        kept: surveys of files whose bytes did not change; these are not read.
        spool: takes the other surveys, which otherwise stay in memory: 6 KB a file.
    """
    total = SurveyResult()
    unread = [file for file in sources.files if file.name not in kept]
    folder = str(work) if pool is None else pool.choose_spill_folder(work)
    results: dict[str, FileSurvey] = {}
    tasks = _make_survey_tasks(unread, folder, own.shows, pool, results)
    for result in map_ordered(pool, survey_shard, tasks):
        results.update(result.files if spool is None else _spool_surveys(result.files, spool))
        total.locations.update(result.locations)
        progress("reading", len(results), len(unread))
    own_shows = own.shows
    for file in sources.files:
        known = results.get(file.name) or kept[file.name]
        total.files[file.name] = known
        if known.survey is not None and file.name not in total.locations:
            total.locations[file.name] = UnreadSource(file, known.sha256, own_shows)
    total.problems.extend(sources.problems)
    total.problems.extend(p for survey in total.files.values() for p in survey.problems)
    total.problems.sort(key=problem_sort_key)
    return total


def _spool_surveys(
    files: Mapping[str, FileSurvey], spool: SurveySpool
) -> Iterator[tuple[str, FileSurvey]]:
    for name, file in files.items():
        survey = file.survey and spool.add(file.survey)
        yield name, msgspec.structs.replace(file, survey=survey)


def _make_survey_tasks(
    files: Sequence[SourceFile],
    folder: str,
    own_shows: tuple[LexiconEntry, ...],
    pool: TaskPool | None,
    results: dict[str, FileSurvey],
) -> Iterator[SurveyTask]:
    """Yield the tasks of the first pass; each file is read when its task is.

    Args:
        results: takes the results of files that only this machine sees, and cannot read.
    """
    for shard in split_shards(files):
        if pool is not None and not pool.sees_files:
            loaded = [replace(file, data=load_bytes(file)) for file in shard]
            unreadable = [file for file in loaded if file.data is None]
            if unreadable:
                results.update(survey_shard(SurveyTask(unreadable, "", own_shows)).files)
            shard = [file for file in loaded if file.data is not None]  # noqa: PLW2901
        yield SurveyTask(shard, folder, own_shows)


def survey_shard(task: SurveyTask) -> SurveyResult:
    """Read the files of a shard, survey them, and write their content to a spill file."""
    shows, logs = log_tables_of(load_show_registry(task.own_shows), SURVEYED_TABLES)
    result = SurveyResult()
    spill = name_spill_file(task.folder) if task.folder else ""
    out = BytesIO()
    for file in task.files:
        reading = read_file(file)
        survey = None
        if reading.episode is not None:
            observation = observe_episode(reading.episode, shows)
            if spill:
                data = msgspec.msgpack.encode(observation)
                location = SpillRange(file.name, spill, out.tell(), len(data))
                result.locations[file.name] = location
                out.write(data)
            survey = encode_survey(survey_episode(observation))
        lookups = take_lookups(logs)
        result.files[file.name] = FileSurvey(reading.sha256, survey, reading.problems, lookups)
    if spill:
        write_binary(spill, out.getvalue())
    return result


# -- between the passes --------------------------------------------------------


def conclude_survey(
    surveyed: SurveyResult,
    judgement_table: JudgementTable,
    own: OwnEntries = NO_OWN_ENTRIES,
    *,
    work: Path,
    pool: TaskPool | None = None,
    last: LastCorpus | None = None,
) -> ConcludedCorpus:
    """Build the tables of the second pass, and group the files into recordings.

    A corpus of several partitions (:func:`~kgraph.pipeline.survey_split.count_partitions`) is
    counted by the workers if they see its files.

    Args:
        own: the user's own entries.
        work: folder for files of the partitions.
    """
    surveys = [f.survey for f in surveyed.files.values() if f.survey is not None]
    encoded = EncodedSurveys(surveys)
    map_tasks: MapTasks = map_here
    if survey_split.count_partitions(surveys) > 1:
        map_tasks = partial(map_ordered, pool if pool is None or pool.sees_files else None)
        encoded = EncodedSurveys(
            surveys, lambda: survey_split.split_surveys(surveys, work, map_tasks)
        )
    return build_tables(encoded, judgement_table, own, last=last, map_tasks=map_tasks)


# -- second pass ---------------------------------------------------------------


def locate_episodes(episodes: Iterable[Recording], surveyed: SurveyResult) -> list[LocatedEpisode]:
    return [(e.slug, [surveyed.locations[file] for file in e.files]) for e in episodes]


def make_resolve_tasks(
    episodes: Sequence[LocatedEpisode],
    tables: TablesFile,
    base: str,
    pool: TaskPool | None = None,
    shard_files: int = SHARD_FILES,
) -> Iterator[ResolveTask]:
    """Yield the tasks of the second pass, shard by shard.

    For workers that do not see the files, the files of each shard are read when its task is.

    Args:
        shard_files: episodes a shard.

    Raises:
        InputError: a file cannot be read any more.
    """
    for shard in split_shards(episodes, shard_files):
        if pool is not None and not pool.sees_files:
            shard = [(slug, [each.load() for each in locations]) for slug, locations in shard]  # noqa: PLW2901
        yield ResolveTask(shard, tables, base)


def resolve_shard(task: ResolveTask) -> ResolveResult:
    """Resolve the episodes of a shard, and write their part of the graph."""
    tables, logs = load_tables(task.tables)
    turtle = Turtle(task.base)
    forms = surface_forms(tables.knowledge)
    texts: list[str] = []
    result = ResolveResult()
    for slug, locations in task.episodes:
        observations = [location.read() for location in locations]
        judged_keys: set[str] = set()
        episode = assemble_episode(slug, observations, tables, judged_keys)
        text, statements = turtle.serialize_counted(describe_episode(episode))
        rows = (row for file in episode.files for row in file.rows.get("companies", ()))
        surfaces = {row.text("name") for row in rows}
        result.surfaces.update(
            (surface, summarize_form(forms(surface)))
            for surface in sorted(surfaces - result.surfaces.keys())
        )
        tally = tally_episode(episode)
        outcome = EpisodeOutcome(
            tuple((file.file, file.sha256) for file in episode.files),
            episode.show,
            take_lookups(logs, [number_key(SURFACE_TABLE, s) for s in surfaces]),
            msgspec.msgpack.encode(tally),
            tuple(sorted(id_ for id_ in tally.terms if id_.startswith("theme/"))),
            account_rows(episode),
            statements,
            tuple(sorted(judged_keys)),
            episode.judged_show,
        )
        texts.append(text)
        result.slugs.append(slug)
        result.records.append(msgspec.msgpack.encode(episode))
        result.documents.append(msgspec.msgpack.encode(collect_episode_documents(episode)))
        result.outcomes.append(msgspec.msgpack.encode(outcome))
        result.triples += outcome.triples
        result.tally.add(tally)
        result.accounting.add(outcome.accounting)
        result.judged_keys |= judged_keys
    result.turtle = "".join(texts).encode()
    return result


def build_shared(tally: Tally, digest: str, tables: CorpusTables) -> SharedData:
    """Return what episodes share, after the passes; ``digest`` is that of the input."""
    shared = build_shared_data(tally, digest, make_enricher(tables.knowledge))
    apply_judged_ids(shared.entities, tables.knowledge.judgements)
    return shared


def count_shards(items: int) -> int:
    """Return the number of lists into which :func:`split_shards` splits so many items."""
    return ceil(items / SHARD_FILES)


def split_shards(items: Sequence[ItemT], size: int = SHARD_FILES) -> Iterator[list[ItemT]]:
    """Yield lists of at most so many items, in order."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
