"""The closing report of a build: the outcome of every file and row."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, zip_longest
from operator import attrgetter
from pathlib import PurePath
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from kgraph.base.counts import rank_counts
from kgraph.base.model import MENTION_FLOOR, InputProblem
from kgraph.base.text import make_printable, pluralize
from kgraph.graph.accounting import Accounting
from kgraph.ingest.problems import (
    count_lists_set_aside,
    describe_conversions,
    describe_renamed_fields,
    locate_problem,
)

#: Problems listed of each code; `kgraph check` and --json give all.
MAX_PROBLEMS_PER_CODE = 2

#: Judgements listed that could not be applied.
MAX_UNAPPLIED = 15

#: Episodes of several files that are listed.
MAX_JOINED = 15

_TABLE_HEAD = ("list", "rows", "accepted", "merged", "rejected", "unreadable", "rejected by")


class ReportHints(NamedTuple):
    """Where to find what the text of a report leaves out."""

    unlikely: str  #: mentions, counted with the others
    unapplied: str  #: judgements
    joined: str  #: files that were joined
    problems: str


_PYTHON_HINTS = ReportHints(
    "unlikely=True counts them", "`unapplied` has all", "`joined` has all", "`problems` has all"
)


class Report(msgspec.Struct):
    """The closing report of a build; ``str()`` is its text."""

    files: int = 0  #: files found
    read: int = 0  #: files that gave an episode
    recordings: int = 0  #: episodes of the graph, files of one recording joined
    judgements: int = 0  #: judgements of people that were applied
    unapplied: list[InputProblem] = []  #: judgements that were not applied in full
    notes: tuple[str, ...] = ()  #: on the file of judgements (not stored: they contain paths)
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
    paths: dict[str, str] = {}  #: absolute, of the files that have problems, by name (not stored)
    seconds: dict[str, float] = {}  #: by stage (not stored: they differ from run to run)
    #: Slugs of the episodes that were redone, with the reasons; None for a full build (not stored:
    #: an incremental build gives what a full one does).
    redone: dict[str, tuple[str, ...]] | None = None
    is_unchanged: bool = False  #: nothing changed, and no build was written (not stored)
    why_full: str = ""  #: why what the last build kept was of no use (not stored)
    #: What differs, if a build was full because much does: slugs of the episodes, or names of the
    #: files if these are too many, with the reasons (not stored).
    differing: dict[str, tuple[str, ...]] = {}
    #: Inputs besides the files that are others than in the last build, in phrases (not stored).
    input_changes: tuple[str, ...] = ()
    gone: dict[str, str] = {}  #: SHA-256 of each file that the last build alone had (not stored)
    added: list[str] = []  #: files that the last build lacked (not stored)
    #: Earlier names of each of these that only has another name (not stored).
    renamed: dict[str, list[str]] = {}
    judged_keys: set[str] = set()  #: of the judgements that applied (not stored)

    def __str__(self) -> str:
        """Return the report as text."""
        return "\n".join(map(make_printable, self.describe()))

    def describe(
        self,
        *,
        has_all_problems: bool = False,
        earlier: set[InputProblem] | None = None,
        hints: ReportHints = _PYTHON_HINTS,
    ) -> Iterator[str]:
        """Yield the lines of the report.

        Args:
            has_all_problems: list every problem and every episode of several files, not only the
                first.
            earlier: problems of the build before, without their positions
                (:func:`drop_position`); they are counted, unless all are listed.
            hints: where to find what is left out; for users of Python by default.
        """
        entities = pluralize(sum(self.entities.values()), "entity", "entities")
        yield (
            f"{pluralize(self.files, 'file')}, {self.read:,} read, "
            f"{pluralize(self.recordings, 'episode')}, {entities}, "
            f"{pluralize(self.triples, 'triple')}"
        )
        if self.unlikely_mentions:
            further = pluralize(sum(self.unlikely.values()), "entity", "entities")
            yield (
                f"kept, but not counted: {pluralize(self.unlikely_mentions, 'mention')} of "
                f"confidence below {MENTION_FLOOR:g}, and {further} that no other mention names; "
                f"{hints.unlikely}"
            )
        if former := self.forwarded + self.withdrawn:
            yield (
                f"{pluralize(former, 'id')} of earlier builds no longer used: "
                f"{self.forwarded:,} with a successor, {self.withdrawn:,} without"
            )
        if self.judgements:
            yield f"applied {pluralize(self.judgements, 'judgement')}"
        yield from self.notes
        if unapplied := self.unapplied:
            yield f"{pluralize(len(unapplied), 'judgement')} could not be applied in full:"
            yield from (f"  {problem}" for problem in unapplied[:MAX_UNAPPLIED])
            if (left := len(unapplied) - MAX_UNAPPLIED) > 0:
                yield f"  and {left:,} more: {hints.unapplied}"
        listed = self.joined if has_all_problems else self.joined[:MAX_JOINED]
        yield from (f"same recording: {' = '.join(files)}" for files in listed)
        if left := len(self.joined) - len(listed):
            yield f"and {pluralize(left, 'more recording')} of several files: {hints.joined}"
        yield from _tabulate_rows(self)
        hint = f" ({hints.problems})"
        if has_all_problems:
            yield from self._list_problems(self.problems, None, "")
        elif earlier is None:
            yield from self._list_problems(self.problems, MAX_PROBLEMS_PER_CODE, hint)
        else:
            yield from self._list_problems_since(earlier, hint)

    def stored(self) -> bytes:
        """Return the report as JSON, without what differs by run or by place."""
        unapplied = [replace(p, file=PurePath(p.file).name) for p in self.unapplied]
        report = replace(
            self,
            seconds={},
            notes=(),
            unapplied=unapplied,
            redone=None,
            is_unchanged=False,
            why_full="",
            differing={},
            judged_keys=set(),
            **dict.fromkeys(("paths", "input_changes", "gone", "added", "renamed"), msgspec.UNSET),
        )
        return msgspec.json.encode(report)

    def find_new_problems(self, earlier: set[InputProblem]) -> list[InputProblem]:
        """Return the problems that the build before did not have.

        Args:
            earlier: problems of that build, without their positions (:func:`drop_position`).
        """
        return [p for p in self.problems if self._list_earlier_forms(p).isdisjoint(earlier)]

    def find_solved_problems(self, earlier: set[InputProblem]) -> list[InputProblem]:
        """Return the problems that only the build before had: ``earlier`` as for new ones."""
        present = chain.from_iterable(map(self._list_earlier_forms, self.problems))
        return sorted(earlier.difference(present))

    def _list_problems_since(self, earlier: set[InputProblem], hint: str) -> Iterator[str]:
        """Yield the problems that an earlier build did not have, and how many it had as well."""
        new = self.find_new_problems(earlier)
        yield from self._list_problems(new, MAX_PROBLEMS_PER_CODE, hint, "new problem")
        if again := _count_problems(self.problems) - _count_problems(new):
            yield f"{pluralize(again, 'problem')} as in the last build{hint}"
        if solved := _count_problems(self.find_solved_problems(earlier)):
            yield f"{pluralize(solved, 'problem')} of the last build solved"

    def describe_problem(self, problem: InputProblem) -> str:
        """Return a problem as a line, with a path of its file to open from the current folder."""
        return str(locate_problem(problem, self.paths))

    def _list_problems(
        self, problems: list[InputProblem], limit: int | None, hint: str, noun: str = "problem"
    ) -> Iterator[str]:
        """Yield the number of problems of each code, and the first of each; then remarks."""
        by_code: dict[str, list[InputProblem]] = {}
        for problem in problems:
            if not problem.is_remark:
                by_code.setdefault(problem.code, []).append(problem)
        if by_code:
            yield f"{pluralize(sum(map(len, by_code.values())), noun)}{hint}:"
        for code, count in rank_counts({code: len(group) for code, group in by_code.items()}):
            yield f"{count:6,} {code}"
            yield from self._indent_problems(by_code[code][:limit])
        yield from describe_renamed_fields(problems, limit, hint)
        if limit is None:
            yield from self._indent_problems(filter(attrgetter("is_remark"), problems))
        else:
            describe = self.describe_problem
            yield from describe_conversions(problems, limit, hint, describe=describe)

    def _indent_problems(self, problems: Iterable[InputProblem]) -> Iterator[str]:
        yield from (f"         {self.describe_problem(problem)}" for problem in problems)

    def _list_earlier_forms(self, problem: InputProblem) -> set[InputProblem]:
        """Return a problem as the build before may have had it: its file may have another name."""
        form = drop_position(problem)
        former_names = self.renamed.get(problem.file, ())
        return {form, *(replace(form, file=name) for name in former_names)}

    @contextmanager
    def time_stage(self, stage: str) -> Iterator[None]:
        """Add the time that a block takes to a stage."""
        start = time.perf_counter()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start

    def count_lists_set_aside(self) -> int:
        """Return the number of lists that could not be read at all: ``rows`` leaves them out."""
        return sum(count_lists_set_aside(self.problems).values())

    def problems_by_code(self) -> dict[str, int]:
        """Return the number of problems of each code, most first."""
        counts = Counter(problem.code for problem in self.problems)
        return dict(rank_counts(counts))


def _tabulate_rows(report: Report) -> Iterator[str]:
    """Yield the outcomes of rows, list by list; one rule of rejection a line."""
    table: list[Sequence[str]] = [_TABLE_HEAD]
    for name, outcome in report.rows.lists.items():
        rejected = sum(outcome.rejected.values())
        counts = (outcome.rows, outcome.accepted, outcome.merged, rejected, outcome.unreadable)
        rules = [f"{rule} {count:,}" for rule, count in sorted(outcome.rejected.items())]
        cells = (name, *(f"{count:,}" for count in counts))
        blank = ("",) * len(cells)
        lines = zip_longest([cells], rules or [""], fillvalue=None)
        table += [(*(cells or blank), rule or "") for cells, rule in lines]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    yield "rows in = accepted + merged + rejected + unreadable"
    for name, *numbers, rule in table:
        columns = [name.ljust(widths[0])]
        columns += [text.rjust(width) for text, width in zip(numbers, widths[1:-1], strict=True)]
        yield " ".join((*columns, rule)).rstrip()
    if lists := report.count_lists_set_aside():
        yield f"not in these: {pluralize(lists, 'list')} that could not be read"


def drop_position(problem: InputProblem) -> InputProblem:
    """Return a problem that stays the same when lines are added before it."""
    return replace(problem, line=0, column=0)


def _count_problems(problems: Iterable[InputProblem]) -> int:
    return sum(not problem.is_remark for problem in problems)
