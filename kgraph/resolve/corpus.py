"""Corpus-wide knowledge: surveyed file by file, then turned into tables that every file uses.

Surveys add up in any order, so shards of a corpus can be surveyed anywhere. With the tables, each
recording is then resolved on its own.
"""

from __future__ import annotations

import msgspec

from kgraph.base.model import EpisodeFile
from kgraph.resolve.judgements import JudgementTable
from kgraph.resolve.knowledge import Knowledge, add_corpus, load_shipped_knowledge
from kgraph.resolve.name_counts import NameStatistics, count_names, merge_statistics
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.resolve.quotes import passages, repetition, sponsors
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, fingerprint_quotes
from kgraph.resolve.quotes.passages import ContextFingerprints, fingerprint_contexts
from kgraph.resolve.quotes.repetition import QuoteTable
from kgraph.resolve.quotes.sponsors import SponsorCounts
from kgraph.resolve.recordings import Recording, RecordingSummary, group_recordings, summarise_file
from kgraph.resolve.shows.decide import ShowTable, build_show_table
from kgraph.resolve.shows.evidence import ShowEvidence, observe_show
from kgraph.resolve.shows.known_shows import ShowRegistry, load_show_registry

#: Statistics merged together: one at a time would copy the sum each time.
_MAX_UNMERGED = 32


class CorpusSurvey(msgspec.Struct):
    """Observations of some files."""

    recordings: list[RecordingSummary] = []
    quotes: list[QuoteFingerprints] = []
    shows: list[ShowEvidence] = []
    statistics: list[NameStatistics] = []  #: in a few parts
    passages: list[ContextFingerprints] = []

    def add(self, survey: CorpusSurvey) -> None:
        """Add the observations of another survey."""
        self.recordings += survey.recordings
        self.quotes += survey.quotes
        self.shows += survey.shows
        self.statistics += survey.statistics
        self.passages += survey.passages
        if len(self.statistics) >= _MAX_UNMERGED:
            self.merge_statistics()

    def merge_statistics(self) -> None:
        """Merge the parts of the statistics, before they are stored or sent."""
        self.statistics = [merge_statistics(self.statistics)]


class CorpusTables(msgspec.Struct):
    """Tables that decisions need besides a recording's own files."""

    knowledge: Knowledge
    quotes: QuoteTable
    shows: ShowTable
    context_counts: dict[int, int] = {}
    sponsors: dict[str, SponsorCounts] = {}


class EpisodeObservation(msgspec.Struct, frozen=True, array_like=True):
    """An episode with the observations that both passes use."""

    episode: EpisodeFile
    quotes: QuoteFingerprints
    show: ShowEvidence


def observe_episode(episode: EpisodeFile, shows: ShowRegistry | None = None) -> EpisodeObservation:
    """Observe a file's quotes, and the evidence of its show.

    Args:
        shows: the known shows; by default the shipped ones.
    """
    return EpisodeObservation(episode, fingerprint_quotes(episode), observe_show(episode, shows))


def survey_episode(observed: EpisodeObservation) -> CorpusSurvey:
    """Survey one file."""
    episode, quotes = observed.episode, observed.quotes
    return CorpusSurvey(
        [summarise_file(episode, quotes.hex_keys())],
        [quotes],
        [observed.show],
        [count_names(episode)],
        [fingerprint_contexts(episode)],
    )


def build_tables(
    survey: CorpusSurvey, judgements: JudgementTable, own: OwnEntries = NO_OWN_ENTRIES
) -> tuple[CorpusTables, list[Recording]]:
    """Build the tables of a whole corpus, and its recordings in order of their first files.

    Args:
        own: the user's own entries.

    Raises:
        DataError: the lexicon is not valid.
    """
    recordings = group_recordings(survey.recordings)
    survey.merge_statistics()
    [statistics] = survey.statistics
    shows = build_show_table(survey.shows, load_show_registry(own.shows) if own.shows else None)
    corpus_knowledge = add_corpus(
        load_shipped_knowledge(own), statistics, judgements, shows.corpus_shows
    )
    sponsor_counts = sponsors.count_sponsors(statistics, corpus_knowledge.vocabulary)
    tables = CorpusTables(
        corpus_knowledge,
        repetition.build_quote_table(
            survey.quotes,
            recordings,
            sponsor_counts,
            {file.file: file.packed_runs for file in survey.passages},
        ),
        shows,
        passages.count_repeated_contexts(survey.passages, recordings),
        sponsor_counts,
    )
    return tables, recordings
