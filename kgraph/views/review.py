"""What a person should look at first: the names where one judgement puts most rows right.

Takes a graph and the keys that judgements have settled, gives :class:`Case` values. Each row
adds the probability that its decision is wrong, so the sum over a name's rows is the expected
number of wrong ones: the less sure and the more frequent a name, the more a look pays. But a
judgement of a name holds for all its rows, so the rows that are rightly something else than
most of them are what it costs: a true homograph is left to its contexts.

Invariants:
    * rows are gathered by name as judgements count it: by the key of what is left of a surface
      without the words around it ("So Acme" and "Acme" are one case);
    * no case is settled, nor rests on rows that a judgement decided or that name several
      things at once, since no judgement of the whole reaches its parts;
    * what pays most comes first, equals by key: same graph, same queue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from kgraph.base import text
from kgraph.base.model import Reason
from kgraph.graph import EpisodeGraph, Graph, MentionEdge, RowDecision
from kgraph.query.table import RowTable, TableCell
from kgraph.resolve import judgements, judgements_file
from kgraph.resolve.name_counts import strip_surroundings
from kgraph.views.audit_tables import join_reasons

MAX_EXAMPLES = 3
"""Episodes shown of a case: enough to see whether a name is one thing."""

_CountedKey = TypeVar("_CountedKey", str, tuple[str, str])

FINAL_RULES = frozenset({"judgement", "joined"})
"""Rules whose rows no judgement of their name would change."""


class NameOutcome(msgspec.Struct, frozen=True):
    """What some rows of a name were taken for.

    Attributes:
        type: an entity type, or "noise" when they were rejected.
        label: the entity's usual name; of what was rejected, a surface.
        rows: how many.
        confidence: the mean probability that they are right.
    """

    type: str
    label: str
    rows: int
    confidence: float


class ReviewExample(msgspec.Struct, frozen=True):
    """The least sure row of a name in one episode.

    Attributes:
        file, pointer: where it stands: name of the file, and place in it (RFC 6901).
        title, date: of the episode.
        surface, context: the name as written, and the words around it.
        confidence: probability that its decision is right, with its ``reasons``.
    """

    file: str
    pointer: str
    title: str
    date: str
    surface: str
    context: str
    confidence: float
    reasons: tuple[Reason, ...]


class Case(msgspec.Struct, frozen=True):
    """A name on which a person may decide.

    Attributes:
        name: as most of its rows have it; what a judgement should name.
        pays: expected number of rows that a judgement puts right, at the most, less those
            that it overrides: what the queue is ordered by.
        wrong: expected number of its rows that are wrong.
        rows, episodes: how many rows have it, in how many episodes.
        outcomes: what they were taken for, most rows first.
        surfaces: (surface, rows), most rows first.
        sightings: the least sure first, each of another episode.
    """

    name: str
    pays: float
    wrong: float
    rows: int
    episodes: int
    outcomes: tuple[NameOutcome, ...]
    surfaces: tuple[tuple[str, int], ...]
    sightings: tuple[ReviewExample, ...]

    @property
    def main(self) -> NameOutcome:
        """What most rows were taken for."""
        return self.outcomes[0]


def build_review_queue(
    graph: Graph,
    *,
    settled_keys: Collection[str] = (),
    types: Collection[str] = (),
    limit: int | None = None,
) -> list[Case]:
    """The names that most need a look.

    Args:
        graph: where.
        settled: keys of names that judgements have settled (:func:`decided_keys`).
        types: only names most of whose rows were taken for one of these types, if any;
            "noise" for what was rejected.
        limit: how many at the most.
    """
    tallies: dict[str, _CaseTally] = {}
    for key, episode, mention, row in _open_rows(graph, settled_keys):
        tallies.setdefault(key, _CaseTally()).add(episode.slug, mention, row)
    ranked = sorted(
        (-tally.expected_gain, key) for key, tally in tallies.items() if tally.expected_gain > 0
    )
    fitting = [key for _, key in ranked if not types or tallies[key].main.type in types]
    chosen = fitting[:limit]
    seen = _find_examples(graph, settled_keys, frozenset(chosen))
    return [tallies[key].build_case(seen[key]) for key in chosen]


def load_settled_keys(file: str | Path) -> frozenset[str]:
    """Keys of the names that the judgements of a file have settled; none where there is no file.

    Raises:
        DataError: it is no list of judgements, or two contradict each other.
    """
    return judgements.build_judgement_table(
        judgements_file.load_judgements(Path(file)), str(file)
    ).decided_keys


def tabulate_cases(cases: Iterable[Case]) -> RowTable:
    """The cases in rows of plain values; ``detail`` is of the least sure row."""
    columns = (
        *("name", "pays", "wrong", "rows", "episodes", "type", "label", "confidence"),
        *("also", "surfaces", "detail", "file", "context"),
    )
    return RowTable(columns, map(_case_cells, cases))


def _case_cells(case: Case) -> tuple[TableCell, ...]:
    main, first = case.main, case.sightings[0]
    return (
        *(case.name, round(case.pays, 2), round(case.wrong, 2), case.rows, case.episodes),
        *(main.type, main.label, round(main.confidence, 4)),
        " | ".join(f"{also.type} {also.label} {also.rows}" for also in case.outcomes[1:]),
        " | ".join(f"{surface} {count}" for surface, count in case.surfaces),
        *(join_reasons(first.reasons), first.file, first.context),
    )


def _open_rows(
    graph: Graph, settled: Collection[str]
) -> Iterator[tuple[str, EpisodeGraph, MentionEdge, RowDecision]]:
    """Every row that a judgement could change, with the key of its name."""
    for episode in graph:
        for mention in episode.mentions:
            for row in mention.rows:
                key = text.name_key(_core_name(row.surface))
                if row.rule not in FINAL_RULES and key not in settled:
                    yield key, episode, mention, row


def _core_name(surface: str) -> str:
    """What of a surface is the name; all of it where nothing would be left."""
    return strip_surroundings(surface) or surface


class _CaseTally:
    """A case in the making: running sums over the rows of one name."""

    def __init__(self) -> None:
        self.expected_wrong = 0.0
        self.names: Counter[str] = Counter()
        self.surfaces: Counter[str] = Counter()
        self.episodes: set[str] = set()
        self.rows_by_outcome: Counter[tuple[str, str]] = Counter()
        self.right_by_outcome: dict[tuple[str, str], float] = {}

    def add(self, episode: str, mention: MentionEdge, row: RowDecision) -> None:
        outcome = (mention.type, mention.label)
        self.expected_wrong += 1 - row.confidence
        self.names[_core_name(row.surface)] += 1
        self.surfaces[row.surface] += 1
        self.episodes.add(episode)
        self.rows_by_outcome[outcome] += 1
        self.right_by_outcome[outcome] = self.right_by_outcome.get(outcome, 0.0) + row.confidence

    @property
    def expected_gain(self) -> float:
        return (
            self.expected_wrong
            - sum(self.right_by_outcome.values())
            + self.right_by_outcome[self.main.type, self.main.label]
        )

    @property
    def outcomes(self) -> tuple[NameOutcome, ...]:
        return tuple(
            NameOutcome(*outcome, count, self.right_by_outcome[outcome] / count)
            for outcome, count in _rank_counts(self.rows_by_outcome)
        )

    @property
    def main(self) -> NameOutcome:
        return self.outcomes[0]

    def build_case(self, sightings: tuple[ReviewExample, ...]) -> Case:
        return Case(
            _rank_counts(self.names)[0][0],
            self.expected_gain,
            self.expected_wrong,
            self.rows_by_outcome.total(),
            len(self.episodes),
            self.outcomes,
            tuple(_rank_counts(self.surfaces)),
            sightings,
        )


def _rank_counts(counts: Counter[_CountedKey]) -> list[tuple[_CountedKey, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _find_examples(
    graph: Graph, settled: Collection[str], keys: Collection[str]
) -> dict[str, tuple[ReviewExample, ...]]:
    """The least sure row of each of the least sure episodes, by key of the name."""
    least: dict[tuple[str, str], ReviewExample] = {}
    for key, episode, _, row in _open_rows(graph, settled):
        place = (key, episode.slug)
        if key in keys and (place not in least or row.confidence < least[place].confidence):
            least[place] = _make_example(episode, row)
    found: dict[str, list[ReviewExample]] = {}
    for place in sorted(least, key=lambda place: (least[place].confidence, place)):
        found.setdefault(place[0], []).append(least[place])
    return {key: tuple(sightings[:MAX_EXAMPLES]) for key, sightings in found.items()}


def _make_example(episode: EpisodeGraph, decision: RowDecision) -> ReviewExample:
    row = episode.find_row("companies", decision.file, decision.index)
    return ReviewExample(
        episode.files[decision.file].file,
        row.pointer,
        episode.main_file.title,
        episode.date[:10],
        decision.surface,
        row.text("context"),
        decision.confidence,
        decision.reasons,
    )
