"""What the quotes of a whole corpus have in common.

Takes the :class:`~kgraph.resolve.quotes.fingerprints.QuoteSummary` of every file and the recordings;
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

from kgraph.resolve.quotes.fingerprints import QuoteSummary
from kgraph.resolve.recordings import Recording

OFTEN = 3
"""Recordings that hold a shingle of an advert; two may be a rerun."""
_CROWDED = 200
"""Quotes of one shingle that are compared; a text read out more often has shown itself."""
_SHARED = 0.75
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

    repeats: dict[int, int] = {}
    same: dict[str, str] = {}
    homes: dict[str, str] = {}
    kept: frozenset[str] = frozenset()


class _Quote(msgspec.Struct, frozen=True):
    """A distinct text that shares a shingle with another."""

    key: str
    runs: frozenset[int]
    words: int

    @property
    def rank(self) -> tuple[int, int, str]:
        """Longest first."""
        return -len(self.runs), -self.words, self.key


def tabulate(summaries: Iterable[QuoteSummary], recordings: Sequence[Recording]) -> QuoteTable:
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
    spread = _spread(summary_group for _, summary_group in groups)
    shared = {number for number, count in spread.items() if count > 1}
    same = _same(_sharing(by_file.values(), shared))
    homes = _homes(groups, set(same.values()))
    return QuoteTable(
        repeats=dict(sorted((n, c) for n, c in spread.items() if c >= OFTEN)),
        same=same,
        homes=homes,
        kept=frozenset(homes) | set(same) | set(same.values()),
    )


def _spread(groups: Iterable[Sequence[QuoteSummary]]) -> Counter[int]:
    """In how many recordings each shingle stands."""
    spread: Counter[int] = Counter()
    for group in groups:
        spread.update({number for summary in group for number in array("I", summary.runs)})
    return spread


def _sharing(summaries: Iterable[QuoteSummary], shared: set[int]) -> dict[str, _Quote]:
    """The distinct quotes that hold a shingle of several recordings."""
    found: dict[str, _Quote] = {}
    for summary in summaries:
        if shared.isdisjoint(array("I", summary.runs)):
            continue
        columns = (summary.key_texts(), summary.shingles(), summary.counts)
        for key, runs, words in zip(*columns, strict=True):
            if not shared.isdisjoint(runs):
                found[key] = _Quote(key, frozenset(runs), words)
    return found


def _same(quotes: Mapping[str, _Quote]) -> dict[str, str]:
    """Quote -> the longer one that stands for it, which stands for itself."""
    postings: dict[int, list[_Quote]] = defaultdict(list)
    same: dict[str, str] = {}
    for quote in sorted(quotes.values(), key=lambda q: q.rank):
        other = next(_standing_for(quote, postings), None)
        if other is not None:
            same[quote.key] = other.key
            continue
        for number in quote.runs:
            if len(postings[number]) < _CROWDED:
                postings[number].append(quote)
    return dict(sorted(same.items()))


def _standing_for(quote: _Quote, postings: Mapping[int, list[_Quote]]) -> Iterator[_Quote]:
    """The quotes that hold nearly all of this one, longest first."""
    counts = Counter(other for number in quote.runs for other in postings.get(number, ()))
    for other, count in sorted(counts.items(), key=lambda item: item[0].rank):
        if count >= 2 and count >= _SHARED * len(quote.runs):
            yield other


def _homes(
    groups: Iterable[tuple[str, Sequence[QuoteSummary]]], standing: set[str]
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
