"""The closing report of a build: the outcome of every file and row."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

import msgspec
from msgspec.structs import replace

from kgraph.base.model import InputProblem
from kgraph.graph.accounting import Accounting
from kgraph.ingest.problems import count_lists_set_aside


class Report(msgspec.Struct):
    """The closing report of a build."""

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
    seconds: dict[str, float] = {}  #: by stage (not stored: they differ from run to run)
    #: Slugs of the episodes that were redone, with the reasons; None for a full build (not stored:
    #: an incremental build gives what a full one does).
    redone: dict[str, tuple[str, ...]] | None = None
    is_unchanged: bool = False  #: nothing changed, and no build was written (not stored)
    why_full: str = ""  #: why what the last build kept was of no use (not stored)
    #: What differs, if a build was full because much does: slugs of the episodes, or names of the
    #: files if these are too many, with the reasons (not stored).
    differing: dict[str, tuple[str, ...]] = {}
    judged_keys: set[str] = set()  #: of the judgements that applied (not stored)

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
        )
        return msgspec.json.encode(report)

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
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
