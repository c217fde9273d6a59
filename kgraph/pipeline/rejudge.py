"""Decide the rows and shows of a built graph again, with other judgements than the build had.

Takes the last build of a store, gives the decision on each row and show that would change; nothing
is written. The corpus's statistics count names as written, whatever judgements say of them, so the
decisions are those that a build with these judgements makes.

Only what may differ is looked at: the episodes whose decisions looked up a judgement that changed.
In these, the decision on a row that no judgement was about is taken from its record, and any other
row is decided afresh. Shows depend on each other: those of all episodes are decided again if a
judgement is about one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from functools import cached_property
from operator import is_
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from kgraph.base.counts import add_counts
from kgraph.base.errors import StoreOutdatedError
from kgraph.base.model import Decision, EpisodeFile
from kgraph.base.text import name_key
from kgraph.graph.decoded_fields import EpisodeMentions
from kgraph.pipeline.kept import read_reusable_results
from kgraph.pipeline.stale import ShowChange, find_show_changes
from kgraph.resolve.corpus import number_judgement_changes, restore_shipped
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import JudgementTable, build_judgement_table
from kgraph.resolve.knowledge import Knowledge, choose_spelling, resolve_judgements
from kgraph.resolve.lookups import find_changed_keys
from kgraph.resolve.mentions.decide import FileRows, decide_row, judge_decisions
from kgraph.resolve.name_counts import NameStatistics, strip_surroundings
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.resolve.shows.decide import ShowTable, judge_show_table
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.surveys import EncodedSurveys
from kgraph.store import Store

_decode_files = msgspec.msgpack.Decoder(tuple[EpisodeFile, ...]).decode


class RowPlace(NamedTuple):
    """Where a row is."""

    slug: str  #: of the episode
    file: int  #: number of the recording's file, from 0
    row: int  #: index in ``companies`` as written, from 0


class BuiltRow(NamedTuple):
    """A row as a build decided it."""

    surface: str
    decisions: tuple[Decision, ...]  #: several where it names several things; sorted


class DecidedRow(NamedTuple):
    """A row as a build decided it, and as other judgements decide it.

    Attributes:
        decided: by each of the tables, as many decisions as the build made.
    """

    place: RowPlace
    built: BuiltRow
    decided: tuple[tuple[Decision, ...], ...]


class JudgedTables(NamedTuple):
    """Tables that depend on judgements."""

    judgements: JudgementTable  #: as rows look them up
    shows: ShowTable


class BuiltDecisions:
    """The decisions of a store's last build, and what they depended on.

    Args:
        store: an open store.
        own: the user's own entries that it was built with.

    Raises:
        StoreOutdatedError: another version of kgraph, or one with other own entries, built it.
    """

    def __init__(self, store: Store, own: OwnEntries = NO_OWN_ENTRIES) -> None:
        self.store = store
        self._own = own
        self._kept = read_reusable_results(store.build)
        if self._kept.build.own != own:
            raise StoreOutdatedError(
                f"{store.build}: it was built with other entries or ids of your own: build again"
            )

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """The judgements of the build."""
        return self._kept.build.judgements

    @property
    def tables(self) -> JudgedTables:
        """The tables of the build."""
        tables = self._kept.corpus.tables
        return JudgedTables(tables.knowledge.judgements, tables.shows)

    @cached_property
    def knowledge(self) -> Knowledge:
        """All that decisions depended on."""
        return restore_shipped(self._kept.corpus.tables.knowledge, self._own)

    def resolve(self, judgements: Sequence[Judgement], file: str) -> JudgedTables:
        """Return the tables that a build makes of judgements.

        Raises:
            DataError: two contradict each other; the message names the file and both lines.
        """
        built = self.tables
        if tuple(judgements) == self.judgements:
            return built
        table = build_judgement_table(judgements, file)
        own_registry = built.shows.own_registry
        shows = judge_show_table(self._surveys.shows, table, own_registry, built.shows)
        if table.labels or table.accepted_ids or table.types:  # else there is nothing to look up
            table = resolve_judgements(
                table,
                self.knowledge.lexicon,
                lambda key: self._spell(key) or shows.judgements.find_label(key),
            )
        return JudgedTables(table, shows)

    def _spell(self, key: str) -> str:
        spellings: dict[str, int] = {}
        for statistics in self._statistics:
            if counts := statistics.names.get(key):
                add_counts(spellings, counts.spellings)
        return choose_spelling(spellings) if spellings else ""

    @cached_property
    def _surveys(self) -> EncodedSurveys:
        surveys = filter(None, (self._kept.get_survey(f).survey for f in self._kept.build.files))
        return EncodedSurveys([*surveys])

    @cached_property
    def _statistics(self) -> list[NameStatistics]:
        return list(self._surveys.statistics)

    def find_show_changes(self, tables: JudgedTables) -> dict[str, ShowChange]:
        """Return the episodes whose show, or what was judged of it, changes, by slug."""
        surveyed = (name for name, file in self._kept.build.files.items() if file.segment)
        evidence: dict[str, ShowEvidence] = {}

        def find_evidence(file: str) -> ShowEvidence:
            if not evidence:
                evidence.update(zip(surveyed, self._surveys.shows, strict=True))
            return evidence[file]

        recordings = self._kept.corpus.recordings
        changes = find_show_changes(self._kept, recordings, tables.shows, find_evidence)
        return {change.slug: change for change in changes}

    def find_stale_episodes(self, tables: JudgedTables) -> list[str]:
        """Return the slugs of the episodes whose rows looked up a judgement that changes.

        Also of those that looked up a show of the corpus which judgements make another.
        """
        kept = self._kept.corpus.tables.knowledge
        new = replace(kept, judgements=tables.judgements, shows=tables.shows.corpus_shows)
        changes = number_judgement_changes(kept, new)
        return [slug for slug, _ in self._kept.find_lookups(changes)] if changes else []

    def decide(
        self, tables: Sequence[JudgedTables], slugs: Sequence[str]
    ) -> Iterator[tuple[str, list[DecidedRow]]]:
        """Yield the rows of each episode with the decisions that each of several tables makes.

        Args:
            slugs: of :meth:`BuiltDecisions.find_stale_episodes` of any of the tables.
        """
        ambiguous = [self._find_ambiguous(each) for each in tables]
        for episode in self.store.read_mentions(slugs):
            judges = [
                _EpisodeJudge(episode, self, each, keys)
                for each, keys in zip(tables, ambiguous, strict=True)
            ]
            yield (
                episode.slug,
                [
                    DecidedRow(place, row, tuple(judge.decide(place, row) for judge in judges))
                    for place, row in list_rows(episode)
                ],
            )

    def _find_ambiguous(self, tables: JudgedTables) -> frozenset[str]:
        """Return the keys of the names that may mean more or less than in the build."""
        built = self.tables
        pairs = (
            (built.judgements.different, tables.judgements.different),
            (built.shows.corpus_shows, tables.shows.corpus_shows),
        )
        return frozenset(key for pair in pairs for key in find_changed_keys(*pair))


def is_same(decisions: Sequence[Decision], others: Sequence[Decision]) -> bool:
    """Return whether decisions are the same, but for how names are spelled.

    Records have one spelling for all rows of an episode that name an entity.
    """
    if decisions is others:
        return True
    return [replace(d, label="") for d in decisions] == [replace(d, label="") for d in others]


def list_rows(episode: EpisodeMentions) -> Iterator[tuple[RowPlace, BuiltRow]]:
    """Yield the rows of an episode as the build decided them, by file and index."""
    decided: dict[RowPlace, list[Decision]] = defaultdict(list)
    surfaces = {}
    for edge in episode.mentions:
        for row in edge.rows:
            outcome = (edge.type, edge.key, edge.label, row.confidence, row.rule, row.reasons)
            place = RowPlace(episode.slug, row.file, row.index)
            decided[place].append(Decision(*outcome))
            surfaces[place] = row.surface
    for place in sorted(decided):
        yield place, BuiltRow(surfaces[place], tuple(sorted(decided[place], key=_rank_decision)))


class _EpisodeJudge:
    """Decides rows of one episode with other judgements than its build had.

    Args:
        ambiguous: core keys of the names that may mean more or less than before.
    """

    def __init__(
        self,
        episode: EpisodeMentions,
        built: BuiltDecisions,
        tables: JudgedTables,
        ambiguous: Set[str],
    ) -> None:
        self._episode = episode
        self._built = built
        self._table, shows = tables
        self._shows = shows.corpus_shows
        self._ambiguous = ambiguous
        self._rows: dict[int, FileRows] = {}

    def decide(self, place: RowPlace, row: BuiltRow) -> tuple[Decision, ...]:
        decisions = row.decisions
        if any(map(_is_judged, decisions)) or self._is_ambiguous(row.surface):
            decisions = self._decide_afresh(place)
        after = judge_decisions(row.surface, decisions, self._table)
        if all(map(is_, after, row.decisions)):
            return row.decisions
        unmarked = (replace(decision, judgement_keys=()) for decision in after)
        return tuple(sorted(unmarked, key=_rank_decision))

    def _is_ambiguous(self, surface: str) -> bool:
        return bool(self._ambiguous) and name_key(strip_surroundings(surface)) in self._ambiguous

    def _decide_afresh(self, place: RowPlace) -> tuple[Decision, ...]:
        knowledge = self._built.knowledge
        if place.file not in self._rows:
            file = _decode_files(self._episode.files)[place.file]
            self._rows[place.file] = FileRows(file, knowledge)
        row = self._rows[place.file].build(place.row)
        knowledge = replace(knowledge, judgements=self._table, shows=self._shows)
        return decide_row(replace(row, knowledge=knowledge))


def _is_judged(decision: Decision) -> bool:
    return any(reason.part == "judgement" for reason in decision.reasons)


def _rank_decision(decision: Decision) -> tuple[bool, str, str]:
    return not decision.is_accepted, decision.type, decision.key
