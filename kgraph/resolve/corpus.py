"""What the whole corpus says: surveyed file by file, concluded once, used by every file.

Takes episodes, gives a :class:`Survey` that adds up (associative and commutative, so
shards merge in any order), and from the sum the :class:`Tables` by which each recording
is then resolved on its own.
"""

from __future__ import annotations

import msgspec

from kgraph.base.model import Episode
from kgraph.resolve import knowledge
from kgraph.resolve.judgements import Rulings
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.knowledge_cache import prepared
from kgraph.resolve.name_counts import Statistics, merge_all, observe
from kgraph.resolve.quotes import passages, repetition, sponsors
from kgraph.resolve.quotes.fingerprints import QuoteSummary, observe_quotes
from kgraph.resolve.quotes.passages import Passages, Repeated, observe_passages
from kgraph.resolve.quotes.repetition import QuoteTable
from kgraph.resolve.quotes.sponsors import Listing
from kgraph.resolve.recordings import Recording, RecordingSummary, group, summarise
from kgraph.resolve.shows.decide import ShowEvidence, ShowTable, observe_show, table_of

_UNMERGED = 32
"""Statistics that are merged together: one at a time would walk the sum each time."""


class Survey(msgspec.Struct):
    """What some files say, for the corpus to draw its conclusions from.

    Attributes:
        recordings: what grouping files into recordings needs.
        quotes: what one look at each quote found.
        shows: what speaks for the show of each file.
        statistics: what is said of names and words, in a few parts.
        passages: what stands on both sides of names.
    """

    recordings: list[RecordingSummary] = []
    quotes: list[QuoteSummary] = []
    shows: list[ShowEvidence] = []
    statistics: list[Statistics] = []
    passages: list[Passages] = []

    def add(self, other: Survey) -> None:
        """Add another's observations to these."""
        self.recordings += other.recordings
        self.quotes += other.quotes
        self.shows += other.shows
        self.statistics += other.statistics
        self.passages += other.passages
        if len(self.statistics) >= _UNMERGED:
            self.merge()

    def merge(self) -> None:
        """Make one part of the statistics, before they are kept or sent."""
        self.statistics = [merge_all(self.statistics)]


class Tables(msgspec.Struct):
    """What decides beside a recording's own files: of names, quotes, shows and adverts."""

    knowledge: Knowledge
    quotes: QuoteTable
    shows: ShowTable
    sides: dict[int, int] = {}
    sponsors: dict[str, Listing] = {}

    @property
    def repeated(self) -> Repeated:
        """What the corpus repeats, of quotes and around names."""
        return Repeated(self.quotes.repeats, self.sides)


class Observed(msgspec.Struct, frozen=True, array_like=True):
    """An episode, and what one look at its quotes and its show found: both passes use it."""

    episode: Episode
    quotes: QuoteSummary
    show: ShowEvidence


def look(episode: Episode) -> Observed:
    """Look once at a file's quotes and at what speaks for its show."""
    return Observed(episode, observe_quotes(episode), observe_show(episode))


def survey(observed: Observed) -> Survey:
    """What one file says."""
    episode, quotes = observed.episode, observed.quotes
    return Survey(
        [summarise(episode, quotes.key_texts())],
        [quotes],
        [observed.show],
        [observe(episode)],
        [observe_passages(episode)],
    )


def conclude(total: Survey, judged: Rulings) -> tuple[Tables, list[Recording]]:
    """The tables, and the recordings in canonical order: by their first file's name.

    Args:
        total: the survey of all files.
        judged: what people decided.

    Raises:
        DataError: the lexicon holds something wrong.
    """
    recordings = group(total.recordings)
    total.merge()
    shows = table_of(total.shows)
    known = knowledge.of_corpus(prepared(), total.statistics[0], judged, shows.own)
    tables = Tables(
        known,
        repetition.tabulate(total.quotes, recordings),
        shows,
        passages.tabulate(total.passages, recordings),
        sponsors.tabulate(total.statistics[0], known.vocabulary),
    )
    return tables, recordings
