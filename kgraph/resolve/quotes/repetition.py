"""What the quotes of a whole corpus have in common.

Takes the :class:`~kgraph.resolve.quotes.fingerprints.QuoteFingerprints` of every file and the recordings;
gives a :class:`QuoteTable`: which shingles stand in several recordings, and which quotes
of different recordings are one text. Work and memory are linear in the quotes: only
quotes that share a shingle which few others have are compared.

Invariants:
    * a quote that another one stands for is not itself what a third one stands for;
    * the table does not depend on the order of files or recordings.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from kgraph.resolve.quotes.fingerprints import QuoteFingerprints
from kgraph.resolve.recordings import Recording

MIN_REPEAT_RECORDINGS = 3
"""Recordings that hold a shingle of an advert; two may be a rerun."""
_MAX_POSTINGS = 200
"""Quotes of one shingle that are compared; a text read out more often has shown itself."""
_MIN_SHARED_SHARE = 0.75
"""Part of the shorter quote's shingles that the longer one must have to stand for it."""


class QuoteTable(msgspec.Struct, frozen=True, array_like=True):
    """What quotes have in common.

    Attributes:
        repeats: shingle -> in how many recordings it stands, of those in several.
        same: key of a quote -> key of the one that stands for it.
        homes: key of a quote that several recordings hold, or that stands for others'
            -> slug of the first recording that holds the text itself.
        kept: keys that are not to be taken into others: all of the two fields above.
    """

    recordings_by_shingle: dict[int, int] = {}
    merged_into: dict[str, str] = {}
    first_recording: dict[str, str] = {}
    unmergeable: frozenset[str] = frozenset()


class _SharedQuote(msgspec.Struct, frozen=True):
    """A distinct text that shares a shingle with another."""

    key: str
    shingles: frozenset[int]
    word_count: int

    @property
    def rank(self) -> tuple[int, int, str]:
        """Longest first."""
        return -len(self.shingles), -self.word_count, self.key


def build_quote_table(
    summaries: Iterable[QuoteFingerprints], recordings: Sequence[Recording]
) -> QuoteTable:
    """The table of a corpus.

    Args:
        summaries: of every file, in any order.
        recordings: which files are one recording.
    """
    by_file = {summary.file: summary for summary in summaries}
    groups = [
        (recording.slug, [by_file[file] for file in recording.files if file in by_file])
        for recording in recordings
    ]
    spread = _count_recordings(summary_group for _, summary_group in groups)
    shared = {number for number, count in spread.items() if count > 1}
    same = _merge_quotes(_find_sharing_quotes(by_file.values(), shared))
    homes = _find_first_recordings(groups, set(same.values()))
    return QuoteTable(
        recordings_by_shingle=dict(
            sorted((n, c) for n, c in spread.items() if c >= MIN_REPEAT_RECORDINGS)
        ),
        merged_into=same,
        first_recording=homes,
        unmergeable=frozenset(homes) | set(same) | set(same.values()),
    )


def _count_recordings(groups: Iterable[Sequence[QuoteFingerprints]]) -> Counter[int]:
    """In how many recordings each shingle stands."""
    spread: Counter[int] = Counter()
    for group in groups:
        spread.update(
            {number for summary in group for number in array("I", summary.packed_shingles)}
        )
    return spread


def _find_sharing_quotes(
    summaries: Iterable[QuoteFingerprints], shared: set[int]
) -> dict[str, _SharedQuote]:
    """The distinct quotes that hold a shingle of several recordings."""
    found: dict[str, _SharedQuote] = {}
    for summary in summaries:
        if shared.isdisjoint(array("I", summary.packed_shingles)):
            continue
        columns = (summary.hex_keys(), summary.unpack_shingles(), summary.word_counts)
        for key, runs, words in zip(*columns, strict=True):
            if not shared.isdisjoint(runs):
                found[key] = _SharedQuote(key, frozenset(runs), words)
    return found


def _merge_quotes(quotes: Mapping[str, _SharedQuote]) -> dict[str, str]:
    """Quote -> the longer one that stands for it, which stands for itself."""
    postings: dict[int, list[_SharedQuote]] = defaultdict(list)
    same: dict[str, str] = {}
    for quote in sorted(quotes.values(), key=lambda q: q.rank):
        other = next(_find_containers(quote, postings), None)
        if other is not None:
            same[quote.key] = other.key
            continue
        for number in quote.shingles:
            if len(postings[number]) < _MAX_POSTINGS:
                postings[number].append(quote)
    return dict(sorted(same.items()))


def _find_containers(
    quote: _SharedQuote, postings: Mapping[int, list[_SharedQuote]]
) -> Iterator[_SharedQuote]:
    """The quotes that hold nearly all of this one, longest first."""
    counts = Counter(other for number in quote.shingles for other in postings.get(number, ()))
    for other, count in sorted(counts.items(), key=lambda item: item[0].rank):
        if count >= 2 and count >= _MIN_SHARED_SHARE * len(quote.shingles):
            yield other


def _find_first_recordings(
    groups: Iterable[tuple[str, Sequence[QuoteFingerprints]]], standing: set[str]
) -> dict[str, str]:
    """The first recording of each quote that several hold, or that stands for others'."""
    first: dict[bytes, str] = {}
    several = {bytes.fromhex(key) for key in standing}
    for slug, summaries in groups:
        for summary in summaries:
            for start in range(0, len(summary.keys), 8):
                key = summary.keys[start : start + 8]
                if first.setdefault(key, slug) != slug:
                    several.add(key)
    return {key.hex(): first[key] for key in sorted(several)}
