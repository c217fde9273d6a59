"""What the whole corpus says: surveyed file by file, concluded once, used by every file.

Takes episodes, gives a :class:`CorpusSurvey` that adds up (associative and commutative, so
shards merge in any order), and from the sum the :class:`CorpusTables` by which each recording
is then resolved on its own.
"""

from __future__ import annotations

import msgspec

from kgraph.base.model import Episode
from kgraph.resolve import knowledge
from kgraph.resolve.judgements import JudgementTable
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.knowledge_cache import load_shipped_knowledge
from kgraph.resolve.name_counts import NameStatistics, count_names, merge_statistics
from kgraph.resolve.quotes import passages, repetition, sponsors
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, fingerprint_quotes
from kgraph.resolve.quotes.passages import (
    ContextFingerprints,
    RepetitionCounts,
    fingerprint_contexts,
)
from kgraph.resolve.quotes.repetition import QuoteTable
from kgraph.resolve.quotes.sponsors import SponsorCounts
from kgraph.resolve.recordings import Recording, RecordingSummary, group_recordings, summarise_file
from kgraph.resolve.shows.decide import ShowTable, build_show_table
from kgraph.resolve.shows.evidence import ShowEvidence, observe_show

_MAX_UNMERGED = 32
"""Statistics that are merged together: one at a time would walk the sum each time."""


class CorpusSurvey(msgspec.Struct):
    """What some files say, for the corpus to draw its conclusions from.

    Attributes:
        recordings: what grouping files into recordings needs.
        quotes: what one look at each quote found.
        shows: what speaks for the show of each file.
        statistics: what is said of names and words, in a few parts.
        passages: what stands on both sides of names.
    """

    recordings: list[RecordingSummary] = []
    quotes: list[QuoteFingerprints] = []
    shows: list[ShowEvidence] = []
    statistics: list[NameStatistics] = []
    passages: list[ContextFingerprints] = []

    def add(self, other: CorpusSurvey) -> None:
        """Add another's observations to these."""
        self.recordings += other.recordings
        self.quotes += other.quotes
        self.shows += other.shows
        self.statistics += other.statistics
        self.passages += other.passages
        if len(self.statistics) >= _MAX_UNMERGED:
            self.merge_statistics()

    def merge_statistics(self) -> None:
        """Make one part of the statistics, before they are kept or sent."""
        self.statistics = [merge_statistics(self.statistics)]


class CorpusTables(msgspec.Struct):
    """What decides beside a recording's own files: of names, quotes, shows and adverts."""

    knowledge: Knowledge
    quotes: QuoteTable
    shows: ShowTable
    context_counts: dict[int, int] = {}
    sponsors: dict[str, SponsorCounts] = {}

    @property
    def repetitions(self) -> RepetitionCounts:
        """What the corpus repeats, of quotes and around names."""
        return RepetitionCounts(self.quotes.recordings_by_shingle, self.context_counts)


class EpisodeObservation(msgspec.Struct, frozen=True, array_like=True):
    """An episode, and what one look at its quotes and its show found: both passes use it."""

    episode: Episode
    quotes: QuoteFingerprints
    show: ShowEvidence


def observe_episode(episode: Episode) -> EpisodeObservation:
    """Look once at a file's quotes and at what speaks for its show."""
    return EpisodeObservation(episode, fingerprint_quotes(episode), observe_show(episode))


def survey_episode(observed: EpisodeObservation) -> CorpusSurvey:
    """What one file says."""
    episode, quotes = observed.episode, observed.quotes
    return CorpusSurvey(
        [summarise_file(episode, quotes.hex_keys())],
        [quotes],
        [observed.show],
        [count_names(episode)],
        [fingerprint_contexts(episode)],
    )


def build_tables(
    total: CorpusSurvey, judged: JudgementTable
) -> tuple[CorpusTables, list[Recording]]:
    """The tables, and the recordings in canonical order: by their first file's name.

    Args:
        total: the survey of all files.
        judged: what people decided.

    Raises:
        DataError: the lexicon holds something wrong.
    """
    recordings = group_recordings(total.recordings)
    total.merge_statistics()
    shows = build_show_table(total.shows)
    known = knowledge.add_corpus(
        load_shipped_knowledge(), total.statistics[0], judged, shows.corpus_shows
    )
    tables = CorpusTables(
        known,
        repetition.build_quote_table(total.quotes, recordings),
        shows,
        passages.count_repeated_contexts(total.passages, recordings),
        sponsors.count_sponsors(total.statistics[0], known.vocabulary),
    )
    return tables, recordings
