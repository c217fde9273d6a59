"""Texts that a corpus repeats: quotes, and the words around names.

Takes the :class:`~kgraph.resolve.quotes.fingerprints.QuoteFingerprints` of every file, the hashes
of quotes and passages in partitions, and the recordings; gives counts of recordings, and a
:class:`~kgraph.resolve.quotes.quote_table.QuoteTable`. Work is linear in the quotes. Hashes are
counted partition by partition and quotes read batch by batch, so that only those which repeat are
in memory at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from kgraph.resolve.hash_counts import HashCounts
from kgraph.resolve.quotes.advert_rules import (
    MIN_REPEAT_RECORDINGS,
    PRIOR_PROBABILITY,
    advert_probability,
)
from kgraph.resolve.quotes.batches import QuoteBatch, split_batches
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints
from kgraph.resolve.quotes.hash_columns import (
    NO_OWNER,
    Array,
    FirstOwners,
    HashColumns,
    PairCounts,
    RepeatCounts,
    add_pair_counts,
    contains,
    count_owners,
    count_pairs,
    drop_repeats,
    find_first_owners,
)
from kgraph.resolve.quotes.merging import collect_sharing_quotes, merge_quotes
from kgraph.resolve.quotes.quote_table import QuoteTable, Replay, SharedQuote
from kgraph.resolve.quotes.sponsors import SponsorCounts, sponsor_weight
from kgraph.resolve.recordings import Recording, find_leaders
from kgraph.resolve.survey_partitions import MapTasks, SurveyPartitions, map_here

MAX_CONVERSATION_RECORDINGS = 4  #: that share a run, of those that may be one conversation
#: Runs that two recordings of one conversation share. Of pairs in a thousand episodes those with
#: 34 or more are replays, excerpts and clips, and nearly all with fewer share adverts.
MIN_CONVERSATION_RUNS = 34


class _HashTask(NamedTuple):
    """A partition of the hashes of some kinds."""

    partitions: SurveyPartitions
    kinds: tuple[str, ...]
    partition: int
    owners: Array  #: number of the recording of each file
    min_owners: int = 2
    among: Array | None = None  #: sorted hashes, the only ones that count in pairs

    def read(self) -> HashColumns:
        return self.partitions.read_columns(self.kinds, self.partition)


def _count_partition(task: _HashTask) -> RepeatCounts:
    return count_owners(task.read(), task.owners, task.min_owners)


def _find_first_of_partition(task: _HashTask) -> FirstOwners:
    """Find the first owners of the hashes of several owners, and of those that are wanted."""
    first = find_first_owners(task.read(), task.owners)
    is_kept = first.are_repeated
    if task.among is not None:
        is_kept = is_kept | contains(task.among, first.hashes)
    return FirstOwners(*(column[is_kept] for column in first))


def _count_pairs_of_partition(task: _HashTask) -> PairCounts:
    assert task.among is not None
    return count_pairs(task.read(), task.owners, task.among, MAX_CONVERSATION_RECORDINGS)


class CorpusHashes:
    """The hashes of a corpus, and the recordings that they are counted by.

    Args:
        quotes: of every file, in the order in which ``partitions`` number them; read several times.
        map_tasks: runs a function on the partitions, here or in other processes.
    """

    def __init__(
        self,
        quotes: Iterable[QuoteFingerprints],
        partitions: SurveyPartitions,
        recordings: Sequence[Recording],
        map_tasks: MapTasks = map_here,
    ) -> None:
        numbers = {file: n for n, recording in enumerate(recordings) for file in recording.files}
        owners = (numbers.get(quotes_of_file.file, NO_OWNER) for quotes_of_file in quotes)
        self._owners = np.fromiter(owners, np.uint32)
        self._quotes = quotes
        self._partitions = partitions
        self._recordings = recordings
        self._map = map_tasks

    def count_contexts(self) -> HashCounts:
        """Count the recordings of each context of a name that several recordings share.

        Counts are rounded by :func:`~kgraph.resolve.lookups.round_count`.
        """
        return self._count(("contexts",), self._owners, MIN_REPEAT_RECORDINGS).pack()

    def build_quote_table(
        self, sponsors: Mapping[str, SponsorCounts], replays: Sequence[Replay] | None = None
    ) -> QuoteTable:
        """Build the table of the quotes.

        Args:
            sponsors: of the corpus, by :func:`~kgraph.base.text.name_key`.
            replays: of :meth:`CorpusHashes.find_replays`, if they are known.
        """
        shingles = self._count(("shingles",), self._owners)
        runs = self._count(("runs",), self._owners)
        batches = map(QuoteBatch, split_batches(self._quotes))
        merged = merge_quotes(collect_sharing_quotes(batches, shingles.hashes, runs.hashes))
        merged_into = dict(zip(to_hex(merged.keys), to_hex(merged.replacing), strict=True))
        first = self._find_first_recordings(drop_repeats(merged.replacing.copy()))
        is_repeat = shingles.counts >= MIN_REPEAT_RECORDINGS
        repeats = RepeatCounts(shingles.hashes[is_repeat], shingles.counts[is_repeat])
        if replays is None:
            replays = self._find_replays(runs.hashes)
        conversations = self._group_conversations(replays)
        repeated_runs = self._count(("runs", "passage_runs"), conversations)
        adverts = _score_adverts(
            self._quotes, first, repeats.to_dict(), repeated_runs.to_dict(), sponsors
        )
        shared = {
            key: SharedQuote(merged_into.get(key, ""), first.get(key, ""), adverts.get(key, 0.0))
            for key in sorted({*first, *merged_into})
        }
        return QuoteTable(repeats.pack(), shared, repeated_runs.pack(), tuple(replays))

    def find_replays(self) -> list[Replay]:
        """Return the pairs of recordings that play the same conversation, in order.

        Two adverts have few runs in common, a replay or its excerpt many. Only runs that few
        recordings share count, so the work is linear in them.
        """
        return self._find_replays(self._count(("runs",), self._owners).hashes)

    def _count(self, kinds: tuple[str, ...], owners: Array, min_owners: int = 2) -> RepeatCounts:
        tasks = (
            _HashTask(self._partitions, kinds, partition, owners, min_owners)
            for partition in range(self._partitions.count)
        )
        hashes, counts = zip(*self._map(_count_partition, tasks), strict=True)
        return RepeatCounts(np.concatenate(hashes), np.concatenate(counts))

    def _find_first_recordings(self, replacing: Array) -> dict[str, str]:
        """Return the first recording of each quote that several share, or that replaces others."""
        tasks = (
            _HashTask(self._partitions, ("keys",), partition, self._owners, among=replacing)
            for partition in range(self._partitions.count)
        )
        return {
            key: self._recordings[number].slug
            for first in self._map(_find_first_of_partition, tasks)
            for key, number in zip(to_hex(first.hashes), first.owners.tolist(), strict=True)
        }

    def _find_replays(self, shared_runs: Array) -> list[Replay]:
        """Find replays, given the runs of quotes that several recordings share, sorted."""
        tasks = (
            _HashTask(self._partitions, ("runs", "passage_runs"), number, self._owners, among=runs)
            for number, runs in enumerate(self._partitions.split_hashes(shared_runs))
        )
        pairs, counts = add_pair_counts(list(self._map(_count_pairs_of_partition, tasks)))
        replays = pairs[counts >= MIN_CONVERSATION_RUNS].tolist()
        slugs = [recording.slug for recording in self._recordings]
        return [(slugs[pair >> 32], slugs[pair & NO_OWNER]) for pair in replays]

    def _group_conversations(self, replays: Sequence[Replay]) -> Array:
        """Return owners of the files, one for all recordings that play the same conversation."""
        count = len(self._recordings)
        numbers = {recording.slug: n for n, recording in enumerate(self._recordings)}
        leaders = find_leaders(count, ((numbers[a], numbers[b]) for a, b in replays))
        # Files of no recording, whose number is the highest, keep it.
        by_owner = np.array([*leaders, NO_OWNER], np.uint32)
        return by_owner[np.minimum(self._owners, count)]


def to_hex(keys: Array) -> list[str]:
    """Return keys of quotes as hexadecimal digits."""
    return [f"{key:016x}" for key in keys.tolist()]


def _score_adverts(
    files: Iterable[QuoteFingerprints],
    first: Mapping[str, str],
    repeats: Mapping[int, int],
    repeated_runs: Mapping[int, int],
    sponsors: Mapping[str, SponsorCounts],
) -> dict[str, float]:
    """Return the highest probability of each of some quotes, where there is evidence."""
    keys = np.sort(np.array([int(key, 16) for key in first], np.uint64))
    adverts: dict[str, float] = {}
    for batch in map(QuoteBatch, split_batches(files)):
        quotes = np.flatnonzero(contains(keys, batch.keys))
        weights = _weigh_sponsors(batch, sponsors)
        for quote, key in zip(quotes.tolist(), to_hex(batch.keys[quotes]), strict=True):
            probability, _ = advert_probability(
                batch.shingles.list_hashes(quote),
                repeats,
                int(batch.wording[quote]) / 10 + weights.get(quote, 0.0),
                batch.runs.list_hashes(quote),
                repeated_runs,
            )
            if probability > PRIOR_PROBABILITY:
                adverts[key] = max(adverts.get(key, 0.0), probability)
    return adverts


def _weigh_sponsors(batch: QuoteBatch, sponsors: Mapping[str, SponsorCounts]) -> dict[int, float]:
    """Return the highest weight of the sponsors that each quote of a batch names."""
    weights: dict[int, float] = defaultdict(float)
    for file, start in zip(batch.fingerprints, batch.first_quotes.tolist(), strict=True):
        for index, name in file.sponsors:
            if name in sponsors:
                quote = start + index
                weights[quote] = max(weights[quote], sponsor_weight(sponsors[name]))
    return weights
