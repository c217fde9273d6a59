"""Merge quotes into longer ones that contain them.

Takes the quotes that share a hash with another recording, in columns; gives which of them a longer
one replaces. Only quotes that share a hash which few others have are compared. A quote takes some
170 bytes.

Invariant: merging is one step deep: no quote is merged into one that is merged itself.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from kgraph.resolve.quotes.batches import QuoteBatch
from kgraph.resolve.quotes.hash_columns import Array, contains, find_repeated

MAX_POSTINGS = 200  #: quotes of a hash that are compared: a text of more is repeated anyway
_MIN_SHARED_HASHES = 2
_MIN_SHARED_SHARE = 0.75  #: of a quote's hashes, that a longer quote must share to replace it


class SharingQuotes(NamedTuple):
    """Quotes that share a hash with another recording, in the order in which they were read."""

    keys: Array  #: uint64
    word_counts: Array  #: uint8
    sizes: Array  #: uint16: how many distinct hashes each has
    hashes: Array  #: uint64: those of each, one after another


class MergedQuotes(NamedTuple):
    """Keys of quotes, and of the longer one that replaces each."""

    keys: Array
    replacing: Array


def collect_sharing_quotes(
    batches: Iterable[QuoteBatch], shared_shingles: Array, shared_runs: Array
) -> SharingQuotes:
    """Collect the quotes that have one of some hashes.

    Args:
        shared_shingles, shared_runs: those of several recordings, sorted.
    """
    keys, word_counts, sizes, all_hashes = array("Q"), array("B"), array("H"), array("Q")
    for batch in batches:
        columns = [
            (batch.shingles.hashes, batch.shingles.list_quotes(), shared_shingles),
            (batch.runs.hashes, batch.runs.list_quotes(), shared_runs),
        ]
        is_sharing = np.zeros(len(batch.keys), bool)
        for hashes, quotes, shared in columns:
            is_sharing[quotes[contains(shared, hashes)]] = True
        links = [
            (quotes[is_kept], hashes[is_kept])
            for hashes, quotes, _ in columns
            for is_kept in (is_sharing[quotes],)
        ]
        quotes, hashes = _drop_repeated_links(*map(np.concatenate, zip(*links, strict=True)))
        counts = np.bincount(quotes, minlength=len(is_sharing))
        keys.frombytes(batch.keys[is_sharing].tobytes())
        word_counts.frombytes(batch.word_counts[is_sharing].tobytes())
        sizes.frombytes(counts[is_sharing].astype(np.uint16).tobytes())
        all_hashes.frombytes(hashes.tobytes())
    return SharingQuotes(
        np.frombuffer(keys, np.uint64),
        np.frombuffer(word_counts, np.uint8),
        np.frombuffer(sizes, np.uint16),
        np.frombuffer(all_hashes, np.uint64),
    )


def _drop_repeated_links(quotes: Array, hashes: Array) -> tuple[Array, Array]:
    """Return the distinct links of quotes and hashes, sorted."""
    order = np.lexsort((hashes, quotes))
    quotes, hashes = quotes[order], hashes[order]
    is_distinct = np.ones(len(order), bool)
    is_distinct[1:] = (quotes[1:] != quotes[:-1]) | (hashes[1:] != hashes[:-1])
    return quotes[is_distinct], hashes[is_distinct]


def merge_quotes(quotes: SharingQuotes) -> MergedQuotes:
    """Find the quotes that longer ones replace, the longest first."""
    keys, sizes, ranks, hashes = _rank_linked_quotes(quotes)
    ids = np.searchsorted(np.unique(hashes), hashes)
    first_links = array("q", np.searchsorted(ranks, np.arange(len(keys) + 1)).tobytes())
    ids_of_links = array("q", ids.astype(np.int64).tobytes())
    # The quotes of each hash, longest first: those before ``ends`` can replace others.
    capacity = np.minimum(np.bincount(ids), MAX_POSTINGS)
    limits = np.cumsum(capacity)
    starts, ends = (array("q", (limits - capacity).tobytes()) for _ in range(2))
    last = array("q", limits.tobytes())
    postings = array("I", bytes(4 * int(capacity.sum())))
    merged, replacing = array("I"), array("I")
    for rank in range(len(keys)):
        own = ids_of_links[first_links[rank] : first_links[rank + 1]]
        counts = Counter(longer for id_ in own for longer in postings[starts[id_] : ends[id_]])
        needed = max(_MIN_SHARED_HASHES, _MIN_SHARED_SHARE * sizes[rank])
        longest = min((q for q, count in counts.items() if count >= needed), default=None)
        if longest is not None:
            merged.append(rank)
            replacing.append(longest)
            continue
        for id_ in own:
            if ends[id_] < last[id_]:
                postings[ends[id_]] = rank
                ends[id_] += 1
    return MergedQuotes(keys[np.array(merged, np.int64)], keys[np.array(replacing, np.int64)])


def _rank_linked_quotes(quotes: SharingQuotes) -> tuple[Array, Array, Array, Array]:
    """Return keys and numbers of hashes of distinct quotes, longest first, and their links.

    A link is the rank of a quote and a hash that another quote has, too; links are sorted by rank.
    Of two wordings with one key, the later one stands for both. Quotes that can neither replace
    another nor be replaced are left out, most of which share one hash by accident.
    """
    count = len(quotes.keys)
    is_chosen = np.zeros(count, bool)
    is_chosen[count - 1 - np.unique(quotes.keys[::-1], return_index=True)[1]] = True
    is_linked = np.repeat(is_chosen, quotes.sizes)
    is_linked &= contains(find_repeated(quotes.hashes[is_linked], 1), quotes.hashes)
    numbers = np.repeat(np.arange(count, dtype=np.uint32), quotes.sizes)[is_linked]
    hashes = quotes.hashes[is_linked]
    is_useful = np.bincount(numbers, minlength=count) >= _MIN_SHARED_HASHES
    # Of a hash with many quotes each takes the place of another that could be compared.
    is_useful[numbers[contains(find_repeated(hashes.copy(), MAX_POSTINGS), hashes)]] = True
    useful = np.flatnonzero(is_useful)
    order = useful[
        np.lexsort(
            (
                quotes.keys[useful],
                -quotes.word_counts[useful].astype(np.int64),
                -quotes.sizes[useful].astype(np.int64),
            )
        )
    ]
    rank_by_number = np.full(count, -1, np.int32)
    rank_by_number[order] = np.arange(len(order))
    ranks = rank_by_number[numbers]
    by_rank = np.argsort(ranks, kind="stable")[np.count_nonzero(ranks < 0) :]
    return quotes.keys[order], quotes.sizes[order], ranks[by_rank], hashes[by_rank]
