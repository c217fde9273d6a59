"""Decide rows of a build again, to tell what the graph does not keep of a decision.

The graph keeps of each decision its heaviest reasons. Everything else (all weights, the candidates
that lost) is computed again by the code that decides, from the row and from the tables that the
build kept. :meth:`FileReplay.find_row` compares the result with the graph: after a new version of
kgraph or another lexicon it may differ, and then it explains nothing.
"""

from __future__ import annotations

import os
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from kgraph.base.checksums import unreadable_error
from kgraph.base.errors import StoreError
from kgraph.base.lexicon import LexiconMeaning
from kgraph.base.model import Decision, EpisodeFile, Reason
from kgraph.base.text import name_key
from kgraph.graph import Entity, EpisodeGraph, MentionEdge, RowDecision
from kgraph.graph.lookup import Lookup
from kgraph.pipeline.kept import read_decision_tables
from kgraph.resolve.corpus import restore_shipped
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.knowledge import (
    Knowledge,
    load_shipped_knowledge,
    load_shipped_meanings,
)
from kgraph.resolve.mentions.breakdown import break_down_confidence
from kgraph.resolve.mentions.decide import (
    FileRows,
    conclude_decision,
    decide_by_rule,
    decide_row,
    judge_decisions,
)
from kgraph.resolve.mentions.row import MentionRow
from kgraph.resolve.mentions.weigh import WeighedRow, weigh_row
from kgraph.resolve.own_entries import NO_OWN_ENTRIES
from kgraph.resolve.shows.decide import ShowTable
from kgraph.resolve.shows.known_shows import load_show_registry
from kgraph.resolve.shows.match_names import ShowNames
from kgraph.store import Store, layout

MAX_REPLAYS = 2  #: kept by a process: of the current build, and of the one before

#: Difference of two confidences of one decision: machines add up in different orders.
CONFIDENCE_TOLERANCE = 1e-6


class ReplayedRow(msgspec.Struct, frozen=True):
    """A row that was decided again.

    Attributes:
        row: as resolution takes it.
        decisions: as judged, one for each thing that it names.
        weighing: None where a rule decided without weighing.
    """

    row: MentionRow
    decisions: tuple[Decision, ...]
    weighing: WeighedRow | None

    @property
    def steps(self) -> tuple[Reason, ...]:
        """The steps of the confidence in log-odds; () where a rule or a judgement decided."""
        if self.weighing is None or self.decisions[0].rule == "judgement":
            return ()
        return break_down_confidence(self.weighing, conclude_decision(self.weighing))


class Replay:
    """Decides the rows of a build again.

    Args:
        knowledge: of the build.
        judgements: that the build read.
        shows: names of shows of the build, and what decides them.
    """

    def __init__(
        self, knowledge: Knowledge, judgements: tuple[Judgement, ...], shows: ShowTable
    ) -> None:
        self.knowledge = knowledge
        self.judgements = judgements
        self.shows = shows

    @classmethod
    def cached_for(cls, store: Store) -> Replay:
        """Return the replay of a store's build; the latest ones are kept.

        Raises:
            StoreError: the build kept no tables, or they are damaged.
        """
        try:
            status = os.stat(store.build / layout.KEPT_FILE)
        except OSError as error:
            raise unreadable_error(store.build, layout.KEPT_FILE, error) from error
        # A folder that was removed and built again may have a build of the same number.
        return _load_replay(store.build, (status.st_ino, status.st_mtime_ns))

    def replay_file(self, episode: EpisodeGraph, file: int) -> FileReplay:
        """Return the replay of the rows of a file, by its number in the episode."""
        return FileReplay(self.knowledge, episode.files[file])


class FileReplay:
    """Decides the rows of ``companies:`` of one file again."""

    def __init__(self, knowledge: Knowledge, file: EpisodeFile) -> None:
        self._knowledge = knowledge
        self._file = file

    @cached_property
    def _rows(self) -> FileRows:
        return FileRows(self._file, self._knowledge)

    def decide(self, index: int) -> ReplayedRow:
        """Decide a row by its index in the list as written; KeyError if it is not readable."""
        row = self._rows.build(index)
        is_weighed = not row.joined_decisions and decide_by_rule(row) is None
        decisions = judge_decisions(
            row.mention.surface, decide_row(row), self._knowledge.judgements
        )
        return ReplayedRow(row, decisions, weigh_row(row) if is_weighed else None)

    def find_row(self, mention: MentionEdge, decision: RowDecision) -> ReplayedRow | None:
        """Decide a row of a mention again; None if the outcome is not that of the graph."""
        replayed = self.decide(decision.index)
        for again in replayed.decisions:
            distance = abs(again.confidence - decision.confidence)
            is_same = (again.type, again.key, again.rule) == (
                *(mention.type, mention.key),
                decision.rule,
            )
            if is_same and distance <= CONFIDENCE_TOLERANCE:
                return replayed
        return None


class BuildKnowledge(NamedTuple):
    """The knowledge of a build, and its replay.

    Attributes:
        knowledge: with the corpus and the judgements; only the shipped one where ``replay`` is
            None.
        judgements: that the build read.
        show_names: names of shows; only the shipped ones where ``replay`` is None.
        replay: decides its rows again; None where that is impossible.
        note: why it is impossible; "" if it is not.
    """

    knowledge: Knowledge
    judgements: tuple[Judgement, ...]
    show_names: ShowNames
    replay: Replay | None
    note: str


def load_build_knowledge(store: Store) -> BuildKnowledge:
    """Load what the build of a store knew, or the shipped knowledge with a note why not."""
    try:
        replay = Replay.cached_for(store)
    except StoreError as error:
        note = f"what the build knew besides the shipped lexicon is unknown: {error}"
        shipped = ShowNames({}, load_show_registry())
        return BuildKnowledge(load_shipped_knowledge(), (), shipped, None, note)
    return BuildKnowledge(replay.knowledge, replay.judgements, replay.shows.names, replay, "")


class JudgedMeaning(NamedTuple):
    """Meaning of a name for a build that has no row of it.

    Attributes:
        meaning: in the lexicon; None if it is not there.
        is_rejected: whether judgements reject rows of the name that were taken for that.
    """

    meaning: LexiconMeaning | None
    is_rejected: bool


def judge_meaning(store: Store, name: str) -> JudgedMeaning:
    """Return what a name or id means in the lexicon of a build, and whether a judgement rejects it.

    Where the own entries and judgements of the build are unknown, the shipped lexicon counts alone.
    """
    try:
        tables = read_decision_tables(store.build)
        own, judgements = tables.own, tables.judgements
    except StoreError:
        own, judgements = NO_OWN_ENTRIES, ()
    meanings = load_shipped_meanings(own)
    meaning = meanings.get(name_key(name)) or meanings.get(name)
    id_ = meaning.entity_id if meaning else f"other/{name_key(name)}"
    type_, _, key = id_.partition("/")
    row = Decision(type_, key, meaning.name if meaning else name, 1.0, "known")
    [judged] = judge_decisions(name, (row,), build_judgement_table(judgements))
    return JudgedMeaning(meaning, not judged.is_accepted)


def find_lexicon_entity(store: Store, name: str) -> Entity | None:
    """Return the entity that a name means in the lexicon of a build, also one by which it is only
    misheard; None if the graph has none, or if judgements reject rows of the name.
    """
    meaning, is_rejected = judge_meaning(store, name)
    if meaning is None or is_rejected:
        return None
    return next(iter(Lookup.cached_for(store.shared).find_by_id(meaning.entity_id)), None)


@lru_cache(maxsize=MAX_REPLAYS)
def _load_replay(build: Path, version: tuple[int, int]) -> Replay:
    kept = read_decision_tables(build)
    tables = kept.corpus.tables
    knowledge = restore_shipped(tables.knowledge, kept.own)
    return Replay(knowledge, kept.judgements, tables.shows)
