"""What a build says when it ends."""

from __future__ import annotations

from pathlib import PurePath

import msgspec
from msgspec.structs import replace

from kgraph.base.model import InputProblem
from kgraph.graph.accounting import Accounting
from kgraph.resolve.unapplied import PARTLY_APPLIED


class Report(msgspec.Struct):
    """The closing report of a build.

    Attributes:
        files: how many files were found.
        read: how many of them gave an episode.
        recordings: how many episodes the graph holds, files of one recording joined.
        judgements: how many judgements that people made were applied.
        unapplied: those of them that could not be applied, or not to all of their names.
        notes: what a person should know of the file of judgements (not stored: it holds paths).
        joined: names of the files that were joined, recording by recording.
        rows: what became of every row, by list.
        entities: how many entities the graph holds, by type.
        triples: how many statements it holds.
        digest: SHA-256 over the digests of all files: same input, same digest.
        problems: every problem met.
        seconds: time by stage, in seconds (not stored: it differs from run to run).
    """

    files: int = 0
    read: int = 0
    recordings: int = 0
    judgements: int = 0
    unapplied: list[InputProblem] = []
    notes: tuple[str, ...] = ()
    joined: list[tuple[str, ...]] = []
    rows: Accounting = msgspec.field(default_factory=Accounting)
    entities: dict[str, int] = {}
    triples: int = 0
    digest: str = ""
    problems: list[InputProblem] = []
    seconds: dict[str, float] = {}

    def stored(self) -> bytes:
        """The report as JSON, without what differs from run to run, or from place to place."""
        unapplied = [replace(one, file=PurePath(one.file).name) for one in self.unapplied]
        return msgspec.json.encode(replace(self, seconds={}, notes=(), unapplied=unapplied))

    def tell_unapplied(self, unapplied: list[InputProblem]) -> None:
        """Keep what could not be applied, and count as applied the judgements that were."""
        self.unapplied = unapplied
        self.judgements -= sum(problem.action != PARTLY_APPLIED for problem in unapplied)

    def problems_by_code(self) -> dict[str, int]:
        """How many problems of each code, most first."""
        counts: dict[str, int] = {}
        for problem in self.problems:
            counts[problem.code] = counts.get(problem.code, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
