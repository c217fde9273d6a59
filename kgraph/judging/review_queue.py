"""The review queue: names to judge, with what a person needs for that, as values and as a table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import msgspec

from kgraph.base import dataframes
from kgraph.base.model import Reason
from kgraph.base.text import pluralize
from kgraph.query.table import RowTable, TableCell
from kgraph.views.misheard import Misheard
from kgraph.views.values import format_fraction


class NameOutcome(msgspec.Struct, frozen=True):
    """Outcome of some rows of a name."""

    type: str  #: an entity type, or "noise" if they were rejected
    label: str  #: the entity's usual name; a surface if they were rejected
    rows: int
    confidence: float  #: mean probability that they are right


class ReviewExample(msgspec.Struct, frozen=True):
    """The least confident row of a name in one episode."""

    file: str
    pointer: str  #: into the front matter of the file (RFC 6901)
    title: str
    date: str
    surface: str
    context: str  #: the words around it
    confidence: float  #: probability that its decision is right
    reasons: tuple[Reason, ...]
    episode: str = ""  #: id


class Case(msgspec.Struct, frozen=True):
    """A name to judge."""

    name: str  #: as most of its rows have it; a judgement should use it
    #: expected gain: rows that a judgement corrects, at most, less those that it wrongly changes
    pays: float
    wrong: float  #: expected number of wrong rows
    rows: int
    episodes: int
    outcomes: tuple[NameOutcome, ...]  #: most rows first
    surfaces: tuple[tuple[str, int], ...]  #: (surface, rows), most rows first
    sightings: tuple[ReviewExample, ...]  #: least confident first, each of another episode
    misheard: Misheard | None = None  #: what the name probably is

    @property
    def main(self) -> NameOutcome:
        """The outcome of most rows."""
        return self.outcomes[0]

    @property
    def written(self) -> str:
        """The name as most rows have it, with the words around it; "" if these have none."""
        surface = self.surfaces[0][0]
        return surface if surface != self.name else ""

    def describe_doubt(self) -> str:
        """Return how likely the rows are wrong, and of several how many a judgement corrects.

        Evidence that the name is another one, misheard, stands apart from the doubts of the rows.
        """
        doubts = math.fsum(outcome.rows * (1 - outcome.confidence) for outcome in self.outcomes)
        expected, misheard = self.wrong, ""
        if self.misheard and self.misheard.evidence * self.rows > doubts:
            likely = format_fraction(self.misheard.evidence)
            misheard = f"{likely} likely to be {self.misheard.label}, misheard; apart from that, "
            expected = doubts
        words = f"{misheard}{format_fraction(expected / self.rows)} likely to be wrong"
        if self.rows == 1:
            return words
        corrected = f"at most {self.pays:.1f}" if self.pays >= 0.05 else "less than 0.1"
        return f"{words} on average; a judgement corrects {corrected} of them"


class UnworthyNames(msgspec.Struct, frozen=True):
    """Names that are left out of the queue because a card of them is not worth its time."""

    names: int = 0
    rows: int = 0
    wrong: float = 0.0  #: expected number of wrong rows
    pays: float = 0.0  #: expected gain of judging all of them

    def describe(self) -> str:
        """Return how sure they are and what a judgement of one gains; "" if there are none."""
        if not self.names:
            return ""
        sure = math.floor(100 * (1 - self.wrong / self.rows))
        return (
            f"what is left ({pluralize(self.names, 'name')}) is {sure} % sure on average, "
            f"and a judgement of it corrects at most {self.pays / self.names:.2f} rows"
        )


class ReviewQueue(msgspec.Struct, dataframes.TableMixin, frozen=True):
    """Names to judge, best first: iterating gives their cases.

    Attributes:
        is_cut: whether further names are worth a card, but the limit left them out.
        left: names that are not worth a card, if they were left out.
    """

    cases: tuple[Case, ...]
    is_cut: bool = False
    left: UnworthyNames = UnworthyNames()

    @property
    def end(self) -> str:
        """Why to stop after the last case; "" if more are worth a card, or none is left."""
        return "" if self.is_cut else self.left.describe()

    def __len__(self) -> int:
        return len(self.cases)

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    def __getitem__(self, number: int) -> Case:
        return self.cases[number]

    def __repr__(self) -> str:
        return f"<ReviewQueue: {pluralize(len(self.cases), 'name')}>"

    def _table(self) -> dataframes.TableData:
        return tabulate_cases(self.cases)


def tabulate_cases(cases: Iterable[Case]) -> RowTable:
    """Return cases as plain rows; ``detail`` is of the least confident row."""
    columns = (
        *("name", "pays", "wrong", "rows", "episodes", "type", "label", "confidence"),
        *("also", "surfaces", "detail", "file", "context", "misheard", "evidence", "suggestion"),
    )
    rows: list[tuple[TableCell, ...]] = []
    for case in cases:
        main, first = case.main, case.sightings[0]
        rows.append(
            (
                *(case.name, round(case.pays, 2), round(case.wrong, 2), case.rows, case.episodes),
                *(main.type, main.label, round(main.confidence, 4)),
                " | ".join(f"{also.type} {also.label} {also.rows}" for also in case.outcomes[1:]),
                " | ".join(f"{surface} {count}" for surface, count in case.surfaces),
                *("; ".join(map(str, first.reasons)), first.file, first.context),
                *_misheard_cells(case.misheard),
            )
        )
    return RowTable(columns, rows)


def _misheard_cells(guess: Misheard | None) -> tuple[TableCell, ...]:
    return (guess.id, round(guess.evidence, 2), guess.command) if guess else ("", "", "")
