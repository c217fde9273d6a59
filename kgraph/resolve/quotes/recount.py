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
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from kgraph.resolve.hash_counts import HashCounts
from kgraph.resolve.lookups import find_changed_keys, replace_items
from kgraph.resolve.quotes.corpus_texts import (
    NO_HASHES,
    NO_TEXTS,
    CorpusTexts,
    Texts,
    TextsOfFile,
    join_columns,
)
from kgraph.resolve.quotes.fingerprints import unpack_hashes
from kgraph.resolve.quotes.hash_columns import Array, join_hashes
from kgraph.resolve.quotes.quote_table import QuoteTable, Replay
from kgraph.resolve.quotes.repetition import MAX_CONVERSATION_RECORDINGS, to_hex
from kgraph.resolve.quotes.sponsors import SponsorCounts
from kgraph.resolve.recordings import Recording, group_connected

#: Files of a corpus above which all are counted, in partitions: so many take 500 MB here.
MAX_FILES = 32_768


class CountedTexts(NamedTuple):
    """The counts of the texts of a corpus, with all else that they depend on."""

    quotes: QuoteTable
    context_counts: HashCounts  #: as of ``CorpusHashes.count_contexts``
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
        None if so much may differ that all should be counted, or if there are more files than
        :data:`MAX_FILES`.
    """
    if sum(len(recording.files) for recording in recordings) > MAX_FILES:
        return None
    corpus = CorpusTexts(texts, recordings)
    regrouped = _list_groups(last.recordings) ^ _list_groups(recordings)
    changes = _collect_changes(went, came, corpus, {file for _, own in regrouped for file in own})
    replays = _find_replays(last.quotes, corpus, changes, {slug for slug, _ in regrouped})
    conversations = _list_conversations(last.quotes.replays) ^ _list_conversations(replays)
    changes.hashes.append(corpus.collect_runs(frozenset(chain.from_iterable(conversations))))
    other_sponsors = frozenset(find_changed_keys(last.sponsors, sponsors))
    changes.keys.append(corpus.collect_keys_that_name(other_sponsors))
    linked = corpus.find_linked(join_columns(changes.keys), join_columns(changes.hashes))
    if linked is None:
        return None
    quotes, contexts = last.quotes, last.context_counts
    keys, hashes = linked
    changed_contexts = join_columns(changes.contexts)
    selected = corpus.select(keys, hashes, changed_contexts)
    if len(keys) or len(hashes):
        counted = selected.build_quote_table(sponsors, replays)
        numbers = hashes.tolist()
        quotes = QuoteTable(
            quotes.recordings_by_shingle.replace(counted.recordings_by_shingle, numbers),
            replace_items(quotes.shared, counted.shared, to_hex(keys)),
            quotes.recordings_by_run.replace(counted.recordings_by_run, numbers),
            counted.replays,
        )
    if len(changed_contexts):
        contexts = contexts.replace(selected.count_contexts(), changed_contexts.tolist())
    return CountedTexts(quotes, contexts, recordings, sponsors)


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

    def add(self, name: str, before: TextsOfFile, after: TextsOfFile) -> None:
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
    return np.setxor1d(join_hashes((before,)), join_hashes((after,)))


def _collect_changes(
    went: Texts, came: Texts, corpus: CorpusTexts, regrouped: Collection[str]
) -> _Changes:
    """Collect what may be counted otherwise.

    Args:
        regrouped: names of the files that are in other recordings.
    """
    changes = _Changes()
    before, after = went.list_by_file(), came.list_by_file()
    for name in (before.keys() | after.keys()).difference(regrouped):
        changes.add(name, before.get(name, NO_TEXTS), after.get(name, NO_TEXTS))
    unchanged = corpus.read_files(frozenset(regrouped).difference(before, after))
    for files in (before, after, unchanged):
        for name in files.keys() & regrouped:
            changes.add(name, files[name], NO_TEXTS)
    return changes


def _find_replays(
    last: QuoteTable, corpus: CorpusTexts, changes: _Changes, regrouped: Collection[str]
) -> list[Replay]:
    """Find the replays of a corpus.

    They are those of :meth:`~kgraph.resolve.quotes.repetition.CorpusHashes.find_replays`.

    Args:
        last: of its earlier state.
        regrouped: slugs of the recordings that only one of both states has so.
    """
    changed = {*regrouped, *(corpus.slugs[file] for file in changes.files if file in corpus.slugs)}
    if not changed:
        return list(last.replays)
    # A run counts for two recordings if few others have it: so also for two that did not change.
    affected = set(changed)
    for slugs in _group_by_run(corpus, join_columns(changes.runs)):
        if 1 < len(slugs - changed) <= MAX_CONVERSATION_RECORDINGS:
            affected |= slugs
    replays = corpus.select(NO_HASHES, corpus.collect_runs(affected)).find_replays()
    replays = [pair for pair in replays if not affected.isdisjoint(pair)]
    replays += (pair for pair in last.replays if affected.isdisjoint(pair))
    order = {slug: number for number, slug in enumerate(corpus.recordings)}
    return sorted(replays, key=lambda pair: (order[pair[0]], order[pair[1]]))


def _group_by_run(corpus: CorpusTexts, runs: Array) -> Iterable[set[str]]:
    """Return the slugs of the recordings that have each of some sorted runs."""
    wanted, slugs_by_run = frozenset(runs.tolist()), defaultdict[int, set[str]](set)
    for file in map(TextsOfFile, *corpus.select_texts(NO_HASHES, runs)):
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
