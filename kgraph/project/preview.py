"""Show what a build would read of some files: shows, dates, fields, and problems.

Every file is read as a build reads it. Shows are those that a build would decide on, without a
user's own entries. Nothing is written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from kgraph.base.model import EpisodeFile, InputProblem
from kgraph.base.progress import Progress, ignore_progress
from kgraph.base.vocabulary import load_field_table
from kgraph.graph.accounting import count_rows
from kgraph.ingest import FoundFiles, SourceFile, read_file
from kgraph.ingest.field_advice import is_unfilled
from kgraph.ingest.problems import describe_renamed_fields, locate_problem, problem_sort_key
from kgraph.pipeline.executor import map_ordered, open_process_pool
from kgraph.pipeline.passes import split_shards
from kgraph.project.file_kinds import FileKind, classify_file
from kgraph.resolve.shows.decide import build_show_table, decide_show
from kgraph.resolve.shows.evidence import ShowEvidence, observe_show


class PreviewedFile(msgspec.Struct, frozen=True, array_like=True):
    """A file as a build would read it."""

    name: str
    path: str
    kind: FileKind = "unread"  #: whether it looks like notes of an episode
    day: str = ""  #: ISO 8601 date; "" for none
    is_processing_day: bool = False  #: the day is only that of processing
    fields: tuple[str, ...] = ()  #: known fields that it has
    rows: dict[str, int] = {}  #: list, or "people" -> its entries
    unknown: tuple[str, ...] = ()  #: fields that kgraph does not know
    evidence: ShowEvidence | None = None  #: of its show
    problems: tuple[InputProblem, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether a build makes an episode of it."""
        return self.evidence is not None


class ProblemCount(msgspec.Struct, frozen=True):
    """How many problems of a code there are, with the first."""

    code: str
    count: int
    example: str


class SourcePreview(msgspec.Struct, frozen=True):
    """Numbers and examples of what a build would read; problems name files by paths to open.

    Attributes:
        files: number of files.
        read: how many of them give an episode.
        shows: shows with their numbers of episodes, most first.
        without_show: episodes whose show is unknown.
        first_day, last_day: of the days of publication, ISO 8601; "" for none.
        dated: episodes with a day of publication.
        processed: episodes with no day but that of processing.
        fields: known fields with the numbers of files that have them, most first.
        renamed_fields: what is read under another name of a field, in words.
        rows: lists with their numbers of entries, most first; guests, hosts and the like as people.
        unknown_fields: fields that are kept, but not read, most first.
        left_out: problems of files that give no episode, and of folders.
        problems: other problems by code, most first.
    """

    files: int = 0
    read: int = 0
    shows: dict[str, int] = {}
    without_show: int = 0
    first_day: str = ""
    last_day: str = ""
    dated: int = 0
    processed: int = 0
    fields: dict[str, int] = {}
    renamed_fields: tuple[str, ...] = ()
    rows: dict[str, int] = {}
    unknown_fields: dict[str, int] = {}
    left_out: tuple[InputProblem, ...] = ()
    problems: tuple[ProblemCount, ...] = ()


def preview_files(
    found: FoundFiles, *, workers: int | None = None, progress: Progress = ignore_progress
) -> list[PreviewedFile]:
    """Read files as a build would.

    Args:
        found: the files.
        workers: number of processes; by default one for each core.
        progress: called after each step.
    """
    files: list[PreviewedFile] = []
    shards = list(split_shards(found.files))
    with open_process_pool(workers, len(shards)) as pool:
        for shard in map_ordered(pool, _preview_shard, shards):
            files += shard
            progress("reading", len(files), len(found.files))
    return files


def _preview_shard(files: list[SourceFile]) -> list[PreviewedFile]:
    return [_preview_file(file) for file in files]


def _preview_file(file: SourceFile) -> PreviewedFile:
    reading = read_file(file)
    episode = reading.episode
    if episode is None:
        return PreviewedFile(file.name, file.path, problems=reading.problems)
    rows = {name: count for name, count in count_rows(episode).items() if count}
    is_template = any(problem.code == "placeholder" for problem in reading.problems)
    return PreviewedFile(
        name=file.name,
        path=file.path,
        kind=classify_file(
            file.name,
            _list_keys(episode, reading.problems),
            is_template,
            _find_type(episode),
            episode.text("layout"),
        ),
        day=episode.date[:10],
        is_processing_day=episode.date_is_fallback,
        fields=(*episode.values, *rows),
        rows=rows,
        unknown=tuple(
            key for key, value in episode.extra.items() if not is_unfilled(key, json.loads(value))
        ),
        evidence=observe_show(episode),
        problems=reading.problems,
    )


def _list_keys(episode: EpisodeFile, problems: Iterable[InputProblem]) -> set[str]:
    """Return the keys of a file, as far as the reading tells them, and roles of its people."""
    keys = {*episode.values, *episode.rows, *episode.extra}
    for problem in problems:
        if problem.code == "field-renamed":
            keys.discard(problem.value)
        if problem.field and problem.code != "field-missing":
            keys.add(problem.field.split("/")[1])
    roles = {row.text("category") for row in episode.rows.get("companies", ())}
    if roles and roles.issubset(load_field_table().people.values()):
        keys = {*keys - {"companies"}, *roles}
    return keys


def _find_type(episode: EpisodeFile) -> str:
    stated = (json.loads(v) for key, v in episode.extra.items() if key.lower() == "type")
    return next((text for text in stated if isinstance(text, str)), "")


def summarize_files(
    files: Sequence[PreviewedFile],
    problems: Iterable[InputProblem] = (),
) -> SourcePreview:
    """Sum up what a build would read.

    Args:
        files: the files.
        problems: of files and folders that were not found.
    """
    read = [file for file in files if file.is_read]
    days = sorted(file.day for file in read if file.day and not file.is_processing_day)
    shows = Counter(_decide_shows([file.evidence for file in read if file.evidence]))
    without_show = shows.pop("", 0)
    rows = Counter[str]()
    for file in read:
        rows.update(file.rows)
    paths = {file.name: file.path for file in files}
    left_out = [*problems, *(p for f in files if not f.is_read for p in f.problems)]
    return SourcePreview(
        files=len(files),
        read=len(read),
        shows=_rank(shows),
        without_show=without_show,
        first_day=days[0] if days else "",
        last_day=days[-1] if days else "",
        dated=len(days),
        processed=sum(file.is_processing_day for file in read),
        fields=_rank(Counter(name for file in read for name in file.fields), _list_known_fields()),
        renamed_fields=tuple(
            describe_renamed_fields(problem for file in read for problem in file.problems)
        ),
        rows=_rank(rows),
        unknown_fields=_rank(Counter(name for file in read for name in file.unknown)),
        left_out=tuple(locate_problem(problem, paths) for problem in left_out),
        problems=tuple(
            _count_problems(
                locate_problem(p, paths) for file in read for p in file.problems if not p.is_remark
            )
        ),
    )


def _rank(counts: Counter[str], order: Sequence[str] = ()) -> dict[str, int]:
    """Return counts, most first; equal ones in a given order, else by name."""
    places = {name: place for place, name in enumerate(order)}
    ranked = sorted(counts, key=lambda name: (-counts[name], places.get(name, 0), name))
    return {name: counts[name] for name in ranked}


def _list_known_fields() -> Sequence[str]:
    table = load_field_table()
    return [*table.episode, *table.rows, "people"]


def _decide_shows(evidence: Sequence[ShowEvidence]) -> Iterator[str]:
    """Yield the name of each episode's show; "" where it is undecided."""
    table = build_show_table(evidence)
    for item in evidence:
        yield decide_show(item, table).label


def _count_problems(problems: Iterable[InputProblem]) -> Iterator[ProblemCount]:
    by_code: dict[str, list[InputProblem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    for code, group in sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0])):
        yield ProblemCount(code, len(group), str(min(group, key=problem_sort_key)))
