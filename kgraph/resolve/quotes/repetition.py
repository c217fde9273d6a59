"""Quotes that a corpus repeats.

Takes the :class:`~kgraph.resolve.quotes.fingerprints.QuoteFingerprints` of every file and the
recordings, in any order; gives a :class:`QuoteTable`. Work and memory are linear in the
quotes: only quotes that share a shingle which few others have are compared.

Invariant: merging is one step deep: no quote is merged into one that is merged itself.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from kgraph.resolve.quotes.fingerprints import KEY_BYTES, QuoteFingerprints
from kgraph.resolve.recordings import Recording

MIN_REPEAT_RECORDINGS = 3  #: of a repeated text; two may be a rerun
_MAX_POSTINGS = 200  #: quotes of a shingle that are compared: a text of more is repeated anyway
_MIN_SHARED_SHARE = 0.75  #: of a quote's shingles, that a longer quote must share to replace it


class QuoteTable(msgspec.Struct, frozen=True, array_like=True):
    """The texts that quotes of several recordings share."""

    recordings_by_shingle: dict[int, int] = {}  #: at least :data:`MIN_REPEAT_RECORDINGS`
    merged_into: dict[str, str] = {}  #: key of a quote -> key of the longer one that replaces it
    #: key of a quote of several recordings, or one that replaces others -> slug of its first
    first_recording: dict[str, str] = {}
    unmergeable: frozenset[str] = frozenset()  #: all keys of the two fields above


class _SharedQuote(msgspec.Struct, frozen=True):
    """A distinct text that shares a shingle with another recording."""

    key: str
    shingles: frozenset[int]
    word_count: int

    @property
    def rank(self) -> tuple[int, int, str]:
        """Sorting key, longest first."""
        return -len(self.shingles), -self.word_count, self.key


def build_quote_table(
    fingerprints: Iterable[QuoteFingerprints], recordings: Sequence[Recording]
) -> QuoteTable:
    """Build the table of a corpus from the fingerprints of all its files."""
    by_file = {file.file: file for file in fingerprints}
    shingles_by_file = {name: array("I", file.packed_shingles) for name, file in by_file.items()}
    shared = count_repeats(shingles_by_file, recordings, min_recordings=2)
    sharing: dict[str, _SharedQuote] = {}
    for name, file in by_file.items():
        if shared.keys().isdisjoint(shingles_by_file[name]):
            continue
        columns = (file.hex_keys(), file.unpack_shingles(), file.word_counts)
        for key, shingles, words in zip(*columns, strict=True):
            if not shared.keys().isdisjoint(shingles):
                sharing[key] = _SharedQuote(key, frozenset(shingles), words)
    merged = _merge_quotes(sharing)
    replacing = set(merged.values())
    first = _find_first_recordings(by_file, recordings, replacing)
    return QuoteTable(
        {number: count for number, count in shared.items() if count >= MIN_REPEAT_RECORDINGS},
        merged,
        first,
        frozenset(first) | set(merged) | replacing,
    )


def count_repeats(
    numbers_by_file: Mapping[str, Iterable[int]],
    recordings: Sequence[Recording],
    min_recordings: int = MIN_REPEAT_RECORDINGS,
) -> dict[int, int]:
    """Count the recordings of each number that several recordings share, sorted by number."""
    counts: Counter[int] = Counter()
    for recording in recordings:
        counts.update({n for file in recording.files for n in numbers_by_file.get(file, ())})
    return dict(sorted((n, count) for n, count in counts.items() if count >= min_recordings))


def _merge_quotes(quotes: Mapping[str, _SharedQuote]) -> dict[str, str]:
    postings: dict[int, list[_SharedQuote]] = defaultdict(list)
    merged: dict[str, str] = {}
    for quote in sorted(quotes.values(), key=lambda q: q.rank):
        counts = Counter(longer for n in quote.shingles for longer in postings.get(n, ()))
        needed = max(2, _MIN_SHARED_SHARE * len(quote.shingles))
        containing = [longer for longer, count in counts.items() if count >= needed]
        if containing:
            merged[quote.key] = min(containing, key=lambda q: q.rank).key
            continue
        for number in quote.shingles:
            if len(postings[number]) < _MAX_POSTINGS:
                postings[number].append(quote)
    return dict(sorted(merged.items()))


def _find_first_recordings(
    by_file: Mapping[str, QuoteFingerprints], recordings: Sequence[Recording], replacing: set[str]
) -> dict[str, str]:
    """Return the first recording of each quote that several share, or that replaces others."""
    first: dict[bytes, str] = {}  # in bytes, since it has every quote of the corpus
    repeated = {bytes.fromhex(key) for key in replacing}
    for recording in recordings:
        for file in recording.files:
            keys = by_file[file].keys if file in by_file else b""
            for start in range(0, len(keys), KEY_BYTES):
                key = keys[start : start + KEY_BYTES]
                if first.setdefault(key, recording.slug) != recording.slug:
                    repeated.add(key)
    return {key.hex(): first[key] for key in sorted(repeated)}
