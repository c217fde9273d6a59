"""Count again only the repeated texts that a change of a corpus concerns.

Takes what was counted of an earlier state, the files that went and came since, and all files; gives
what a count of all would give. What may differ is found first: the texts of the files that changed,
or that are in another recording now, and the quotes that are linked to these by a shared hash,
directly or through others. These are counted as a corpus of their own, by the same code
(:mod:`kgraph.resolve.quotes.repetition`), and their entries replaced. Quotes are linked to few
others, so all that is done with every file is to look for some hashes.

Invariant: of each key or hash that is counted again, all texts that have it are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from msgspec.structs import replace

from kgraph.resolve.lookups import find_changed_keys
from kgraph.resolve.quotes.batches import PassageBatch, QuoteBatch, split_batches
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, unpack_hashes
from kgraph.resolve.quotes.hash_columns import Array, contains, drop_repeats, join_hashes
from kgraph.resolve.quotes.passages import ContextFingerprints
from kgraph.resolve.quotes.quote_table import QuoteTable, Replay
from kgraph.resolve.quotes.repetition import MAX_CONVERSATION_RECORDINGS, CorpusHashes, to_hex
from kgraph.resolve.quotes.sponsors import SponsorCounts
from kgraph.resolve.recordings import Recording, group_connected
from kgraph.resolve.survey_partitions import MemoryPartitions

ItemT = TypeVar("ItemT")
KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")

MAX_LINKED_SHARE = 0.2  #: of all quotes: where more are linked to a change, all are counted
_MAX_FILES_IN_MEMORY = 16_384  #: with 200 MB of hashes; those of more files are read at each look
_NO_HASHES = np.empty(0, np.uint64)


class Texts(NamedTuple):
    """The fingerprints of files, in the same order; read several times."""

    quotes: Iterable[QuoteFingerprints]
    passages: Iterable[ContextFingerprints]


class CountedTexts(NamedTuple):
    """The counts of the texts of a corpus, with all else that they depend on."""

    quotes: QuoteTable
    contexts: Mapping[int, int]  #: of :meth:`CorpusHashes.count_contexts`
    recordings: Sequence[Recording]
    sponsors: Mapping[str, SponsorCounts]


def recount_texts(
    last: CountedTexts,
    went: Texts,
    came: Texts,
    texts: Texts,
    *,
    recordings: Sequence[Recording],
    sponsors: Mapping[str, SponsorCounts],
) -> CountedTexts | None:
    """Count the texts of a corpus, given what was counted of an earlier state of it.

    Args:
        went: of the files that only the earlier state has, or that were others there.
        came: of the files that it lacks, or that are others now.
        texts: of all files.
        recordings, sponsors: of the corpus.

    Returns:
        None if more than :data:`MAX_LINKED_SHARE` may differ.
    """
    corpus = _Corpus(texts, recordings)
    regrouped = _list_groups(last.recordings) ^ _list_groups(recordings)
    changes = _collect_changes(went, came, corpus, {file for _, own in regrouped for file in own})
    replays = _find_replays(last.quotes, corpus, changes, {slug for slug, _ in regrouped})
    conversations = _list_conversations(last.quotes.replays) ^ _list_conversations(replays)
    changes.hashes.append(corpus.collect_runs(frozenset(chain.from_iterable(conversations))))
    other_sponsors = frozenset(find_changed_keys(last.sponsors, sponsors))
    changes.keys.append(corpus.collect_keys_that_name(other_sponsors))
    linked = corpus.find_linked(_join(changes.keys), _join(changes.hashes))
    if linked is None:
        return None
    quotes, contexts = last.quotes, last.contexts
    keys, hashes = linked
    if len(keys) or len(hashes):
        counted = corpus.select(keys, hashes).build_quote_table(sponsors, replays)
        numbers = hashes.tolist()
        quotes = QuoteTable(
            _replace(quotes.recordings_by_shingle, counted.recordings_by_shingle, numbers),
            _replace(quotes.shared, counted.shared, to_hex(keys)),
            _replace(quotes.recordings_by_run, counted.recordings_by_run, numbers),
            counted.replays,
        )
    if len(changed_contexts := _join(changes.contexts)):
        counts = corpus.select(_NO_HASHES, _NO_HASHES, changed_contexts).count_contexts()
        contexts = _replace(contexts, counts, changed_contexts.tolist())
    return CountedTexts(quotes, contexts, recordings, sponsors)


class _TextsOfFile(NamedTuple):
    quotes: QuoteFingerprints
    passages: ContextFingerprints

    @property
    def packed_runs(self) -> bytes:
        return self.quotes.packed_runs + self.passages.packed_runs


_NO_TEXTS = _TextsOfFile(
    QuoteFingerprints("", b"", b"", b"", b"", b"", b""), ContextFingerprints("", b"")
)


class _Changes:
    """Keys and hashes whose counts may differ as files are others, or in other recordings.

    Attributes:
        keys: of quotes.
        hashes: shingles and runs.
        runs: those by which conversations are found.
        contexts: of names.
        files: those whose runs differ.
    """

    def __init__(self) -> None:
        self.keys: list[Array] = []
        self.hashes: list[Array] = []
        self.runs: list[Array] = []
        self.contexts: list[Array] = []
        self.files: list[str] = []

    def add(self, name: str, before: _TextsOfFile, after: _TextsOfFile) -> None:
        """Add the differences of a file."""
        (old, old_passages), (new, new_passages) = before, after
        self.contexts.append(_differ(old_passages.packed_hashes, new_passages.packed_hashes))
        quote_runs = _differ(old.packed_runs, new.packed_runs)
        passage_runs = _differ(old_passages.packed_runs, new_passages.packed_runs)
        if len(quote_runs) or len(passage_runs):
            self.files.append(name)
            self.runs += (quote_runs, passage_runs)
            self.hashes += (quote_runs, passage_runs)
        if old != new:
            self.keys.append(join_hashes((old.keys, new.keys)))
            # Those of quotes that are still there are found by their keys.
            self.hashes.append(join_hashes((old.packed_shingles, old.packed_runs)))


def _differ(before: bytes, after: bytes) -> Array:
    """Return the distinct hashes that only one of two lists has."""
    return np.setxor1d(join_hashes((before,)), join_hashes((after,)))


class _Corpus:
    """The files of a corpus, in which keys and hashes are looked for.

    Args:
        texts: of all files.
    """

    def __init__(self, texts: Texts, recordings: Sequence[Recording]) -> None:
        self.recordings = {recording.slug: recording for recording in recordings}
        self.slugs = {file: recording.slug for recording in recordings for file in recording.files}
        self._texts = texts

    @cached_property
    def _quotes(self) -> Iterable[QuoteBatch]:
        return self._keep(lambda: map(QuoteBatch, split_batches(self._texts.quotes)))

    @cached_property
    def _passages(self) -> Iterable[PassageBatch]:
        return self._keep(lambda: map(PassageBatch, split_batches(self._texts.passages)))

    def _keep(self, read: Callable[[], Iterator[ItemT]]) -> Iterable[ItemT]:
        is_small = len(self.slugs) <= _MAX_FILES_IN_MEMORY
        return list(read()) if is_small else _ReadEachTime(read)

    def read_files(self, names: Collection[str]) -> dict[str, _TextsOfFile]:
        """Return the texts of some files by name."""
        if not names:
            return {}
        quotes = chain.from_iterable(batch.fingerprints for batch in self._quotes)
        passages = chain.from_iterable(batch.fingerprints for batch in self._passages)
        files = map(_TextsOfFile, quotes, passages)
        return {file.quotes.file: file for file in files if file.quotes.file in names}

    def collect_runs(self, slugs: Collection[str]) -> Array:
        """Return the distinct runs of some recordings; of those that are gone, none."""
        slugs = self.recordings.keys() & slugs
        files = self.read_files({file for slug in slugs for file in self.recordings[slug].files})
        return drop_repeats(join_hashes(texts.packed_runs for texts in files.values()))

    def collect_keys_that_name(self, sponsors: Collection[str]) -> Array:
        """Return the keys of the quotes that name one of some sponsors."""
        keys = [_NO_HASHES]
        for batch in self._quotes if sponsors else ():
            for file, first in zip(batch.fingerprints, batch.first_quotes.tolist(), strict=True):
                own = [first + index for index, name in file.sponsors if name in sponsors]
                keys += [batch.keys[own]] if own else []
        return np.concatenate(keys)

    def find_linked(self, keys: Array, hashes: Array) -> tuple[Array, Array] | None:
        """Add the keys and hashes of all quotes that are linked to some, directly or not.

        Args:
            keys, hashes: sorted; the latter are shingles and runs.

        Returns:
            Keys and hashes, sorted; None if more than :data:`MAX_LINKED_SHARE` of quotes are.
        """
        new_keys, new_hashes = keys, hashes
        while len(new_keys) or len(new_hashes):
            found_keys, found_hashes, count, linked_count = list[Array](), list[Array](), 0, 0
            for batch in self._quotes:
                linked = batch.find(new_keys, new_hashes)
                found_keys.append(batch.keys[linked])
                found_hashes += (batch.shingles.take(linked), batch.runs.take(linked))
                count += len(batch.keys)
                linked_count += int(np.count_nonzero(contains(keys, batch.keys)))
            if linked_count > MAX_LINKED_SHARE * count:
                return None
            new_keys, new_hashes = _find_new(found_keys, keys), _find_new(found_hashes, hashes)
            keys, hashes = _join([keys, new_keys]), _join([hashes, new_hashes])
        return keys, hashes

    def select_texts(self, keys: Array, hashes: Array, contexts: Array = _NO_HASHES) -> Texts:
        """Return the quotes and passages that have some keys, hashes or contexts.

        Args:
            keys: of quotes, sorted.
            hashes: shingles and runs of quotes, and runs of passages, sorted.
            contexts: of names, sorted.
        """
        has_quotes = len(keys) or len(hashes)
        quotes = {
            file.file: file
            for batch in (self._quotes if has_quotes else ())
            for file in batch.select(batch.find(keys, hashes))
        }
        passages = {
            file.file: file
            for batch in (self._passages if len(hashes) or len(contexts) else ())
            for file in batch.select(contexts, hashes)
        }
        names = sorted(quotes.keys() | passages.keys())
        return Texts(
            [quotes.get(name, replace(_NO_TEXTS.quotes, file=name)) for name in names],
            [passages.get(name, replace(_NO_TEXTS.passages, file=name)) for name in names],
        )

    def select(self, keys: Array, hashes: Array, contexts: Array = _NO_HASHES) -> CorpusHashes:
        """Return the texts of :meth:`_Corpus.select_texts` as a corpus."""
        texts = self.select_texts(keys, hashes, contexts)
        partitions = MemoryPartitions(texts.quotes, texts.passages)
        return CorpusHashes(texts.quotes, partitions, list(self.recordings.values()))


class _ReadEachTime(Generic[ItemT]):
    """Items that are read again each time."""

    def __init__(self, read: Callable[[], Iterator[ItemT]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[ItemT]:
        return self._read()


def _collect_changes(
    went: Texts, came: Texts, corpus: _Corpus, regrouped: Collection[str]
) -> _Changes:
    """Collect what may be counted otherwise.

    Args:
        regrouped: names of the files that are in other recordings.
    """
    changes = _Changes()
    before, after = _list_by_file(went), _list_by_file(came)
    for name in (before.keys() | after.keys()).difference(regrouped):
        changes.add(name, before.get(name, _NO_TEXTS), after.get(name, _NO_TEXTS))
    unchanged = corpus.read_files(frozenset(regrouped).difference(before, after))
    for files in (before, after, unchanged):
        for name in files.keys() & regrouped:
            changes.add(name, files[name], _NO_TEXTS)
    return changes


def _find_replays(
    last: QuoteTable, corpus: _Corpus, changes: _Changes, regrouped: Collection[str]
) -> list[Replay]:
    """Find the replays of a corpus (:meth:`CorpusHashes.find_replays`).

    Args:
        last: of its earlier state.
        regrouped: slugs of the recordings that only one of both states has so.
    """
    changed = {*regrouped, *(corpus.slugs[file] for file in changes.files if file in corpus.slugs)}
    if not changed:
        return list(last.replays)
    # A run counts for two recordings if few others have it: so also for two that did not change.
    affected = set(changed)
    for slugs in _group_by_run(corpus, _join(changes.runs)):
        if 1 < len(slugs - changed) <= MAX_CONVERSATION_RECORDINGS:
            affected |= slugs
    replays = corpus.select(_NO_HASHES, corpus.collect_runs(affected)).find_replays()
    replays = [pair for pair in replays if not affected.isdisjoint(pair)]
    replays += (pair for pair in last.replays if affected.isdisjoint(pair))
    order = {slug: number for number, slug in enumerate(corpus.recordings)}
    return sorted(replays, key=lambda pair: (order[pair[0]], order[pair[1]]))


def _group_by_run(corpus: _Corpus, runs: Array) -> Iterable[set[str]]:
    """Return the slugs of the recordings that have each of some sorted runs."""
    wanted, slugs_by_run = frozenset(runs.tolist()), defaultdict[int, set[str]](set)
    for file in map(_TextsOfFile, *corpus.select_texts(_NO_HASHES, runs)):
        for run in wanted.intersection(unpack_hashes(file.packed_runs)):
            slugs_by_run[run].add(corpus.slugs[file.quotes.file])
    return slugs_by_run.values()


def _list_groups(recordings: Iterable[Recording]) -> set[tuple[str, tuple[str, ...]]]:
    return {(recording.slug, recording.files) for recording in recordings}


def _list_conversations(replays: Sequence[Replay]) -> set[frozenset[str]]:
    """Return the slugs of the recordings of each conversation that several play."""
    slugs = sorted({slug for pair in replays for slug in pair})
    numbers = {slug: number for number, slug in enumerate(slugs)}
    groups = group_connected(len(slugs), ((numbers[a], numbers[b]) for a, b in replays))
    return {frozenset(slugs[number] for number in group) for group in groups}


def _list_by_file(texts: Texts) -> dict[str, _TextsOfFile]:
    files = map(_TextsOfFile, texts.quotes, texts.passages)
    return {file.quotes.file: file for file in files}


def _join(columns: Iterable[Array]) -> Array:
    """Return the distinct hashes of several columns, sorted."""
    return drop_repeats(np.concatenate((_NO_HASHES, *columns)))


def _find_new(columns: Iterable[Array], old: Array) -> Array:
    """Return the distinct hashes of several columns, sorted, that are not among sorted old ones."""
    hashes = _join(columns)
    return hashes[~contains(old, hashes)]


def _replace(
    table: Mapping[KeyT, ValueT], new: Mapping[KeyT, ValueT], keys: Iterable[KeyT]
) -> Mapping[KeyT, ValueT]:
    """Return a table in which these keys have the values of a new one, or none."""
    changed = {key for key in keys if table.get(key) != new.get(key)}
    if not changed:
        return table
    replaced = {key: value for key, value in table.items() if key not in changed}
    replaced.update((key, value) for key, value in new.items() if key in changed)
    return replaced
