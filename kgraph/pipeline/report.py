"""The closing report of a build."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

import msgspec
from msgspec.structs import replace

from kgraph.base.model import InputProblem
from kgraph.graph.accounting import Accounting
from kgraph.resolve.unapplied import PARTLY_APPLIED


class Report(msgspec.Struct):
    """The closing report of a build."""

    files: int = 0  #: files found
    read: int = 0  #: files that gave an episode
    recordings: int = 0  #: episodes of the graph, files of one recording joined
    judgements: int = 0  #: judgements of people that were applied
    unapplied: list[InputProblem] = []  #: those that were not, or not to all of their names
    notes: tuple[str, ...] = ()  #: on the file of judgements (not stored: they contain paths)
    joined: list[tuple[str, ...]] = []  #: names of the files that were joined, by episode
    rows: Accounting = msgspec.field(default_factory=Accounting)  #: outcome of every row, by list
    entities: dict[str, int] = {}  #: entities of the graph, by type
    triples: int = 0  #: statements of the graph
    digest: str = ""  #: SHA-256 over the digests of all files: same input, same digest
    problems: list[InputProblem] = []
    seconds: dict[str, float] = {}  #: by stage (not stored: they differ from run to run)

    def stored(self) -> bytes:
        """Return the report as JSON, without what differs by run or by place."""
        unapplied = [replace(p, file=PurePath(p.file).name) for p in self.unapplied]
        return msgspec.json.encode(replace(self, seconds={}, notes=(), unapplied=unapplied))

    def tell_unapplied(self, unapplied: list[InputProblem]) -> None:
        """Add the judgements that could not be applied, and count the others as applied."""
        self.unapplied = unapplied
        self.judgements -= sum(problem.action != PARTLY_APPLIED for problem in unapplied)

    def problems_by_code(self) -> dict[str, int]:
        """Return the number of problems of each code, most first."""
        counts = Counter(problem.code for problem in self.problems)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
