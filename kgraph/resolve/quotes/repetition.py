"""Quotes that a corpus repeats.

Takes the :class:`~kgraph.resolve.quotes.fingerprints.QuoteFingerprints` of every file and the
recordings, in any order; gives a :class:`QuoteTable`. Work and memory are linear in the
quotes: only quotes that share a shingle which few others have are compared.

Invariant: merging is one step deep: no quote is merged into one that is merged itself.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence, Set
from itertools import combinations

import msgspec

from kgraph.resolve.lookups import round_count
from kgraph.resolve.quotes.advert_rules import (
    MIN_REPEAT_RECORDINGS,
    PRIOR_PROBABILITY,
    advert_probability,
)
from kgraph.resolve.quotes.fingerprints import KEY_BYTES, QuoteFingerprints
from kgraph.resolve.quotes.sponsors import SponsorCounts, sponsor_weight
from kgraph.resolve.recordings import Recording, group_connected

_MAX_POSTINGS = 200  #: quotes of a shingle that are compared: a text of more is repeated anyway
_MAX_CONVERSATION_RECORDINGS = 4  #: that share a run, of those that may be one conversation
#: Runs that two recordings of one conversation share. Of pairs in a thousand episodes those with
#: 34 or more are replays, excerpts and clips, and nearly all with fewer share adverts.
_MIN_CONVERSATION_RUNS = 34
_MIN_SHARED_SHARE = 0.75  #: of a quote's shingles, that a longer quote must share to replace it


class QuoteTable(msgspec.Struct, frozen=True, array_like=True):
    """The texts that quotes of several recordings share."""

    recordings_by_shingle: Mapping[int, int] = {}  #: at least :data:`MIN_REPEAT_RECORDINGS`
    merged_into: Mapping[str, str] = {}  #: key of a quote -> key of the longer one that replaces it
    #: key of a quote of several recordings, or one that replaces others -> slug of its first
    first_recording: Mapping[str, str] = {}
    unmergeable: Set[str] = frozenset()  #: all keys of the two fields above
    #: key of a quote of several recordings -> highest probability that one of its texts is an
    #: advert, so that it is one in all of them or in none
    adverts: Mapping[str, float] = {}
    #: of quotes and of passages around names, at least two
    recordings_by_run: Mapping[int, int] = {}


class _SharedQuote(msgspec.Struct, frozen=True):
    """A distinct text that shares a shingle or a run with another recording."""

    key: str
    shingles: frozenset[int]  #: and runs
    word_count: int

    @property
    def rank(self) -> tuple[int, int, str]:
        """Sorting key, longest first."""
        return -len(self.shingles), -self.word_count, self.key


def build_quote_table(
    fingerprints: Iterable[QuoteFingerprints],
    recordings: Sequence[Recording],
    sponsors: Mapping[str, SponsorCounts] | None = None,
    passage_runs: Mapping[str, bytes] | None = None,
) -> QuoteTable:
    """Build the table of a corpus from the fingerprints of all its files.

    Args:
        sponsors: of the corpus, by :func:`~kgraph.base.text.name_key`.
        passage_runs: packed runs of the passages around names, by file.
    """
    by_file = {file.file: file for file in fingerprints}
    shingles_by_file = {name: array("I", file.packed_shingles) for name, file in by_file.items()}
    runs_by_file = {name: array("I", file.packed_runs) for name, file in by_file.items()}
    shared = count_repeats(shingles_by_file, recordings, min_recordings=2)
    shared_runs = count_repeats(runs_by_file, recordings, min_recordings=2)
    sharing: dict[str, _SharedQuote] = {}
    for name, file in by_file.items():
        has_shingle = not shared.keys().isdisjoint(shingles_by_file[name])
        if not (has_shingle or not shared_runs.keys().isdisjoint(runs_by_file[name])):
            continue
        columns = (file.hex_keys(), file.unpack_shingles(), file.unpack_runs(), file.word_counts)
        for key, shingles, runs, words in zip(*columns, strict=True):
            if not (shared.keys().isdisjoint(shingles) and shared_runs.keys().isdisjoint(runs)):
                sharing[key] = _SharedQuote(key, frozenset((*shingles, *runs)), words)
    merged = _merge_quotes(sharing)
    replacing = set(merged.values())
    first = _find_first_recordings(by_file, recordings, replacing)
    repeats = {number: count for number, count in shared.items() if count >= MIN_REPEAT_RECORDINGS}
    unmergeable = frozenset(first) | set(merged) | replacing
    for name, packed in (passage_runs or {}).items():
        runs_by_file[name].frombytes(packed)
    conversations = _group_conversations(shared_runs, runs_by_file, recordings)
    repeated_runs = count_repeats(runs_by_file, conversations, min_recordings=2)
    adverts = _score_adverts(by_file.values(), first, repeats, repeated_runs, sponsors or {})
    return QuoteTable(repeats, merged, first, unmergeable, adverts, repeated_runs)


def count_repeats(
    numbers_by_file: Mapping[str, Iterable[int]],
    recordings: Sequence[Recording],
    min_recordings: int = MIN_REPEAT_RECORDINGS,
) -> dict[int, int]:
    """Count the recordings of each number that several recordings share, sorted by number.

    Counts are rounded by :func:`~kgraph.resolve.lookups.round_count`.
    """
    counts: Counter[int] = Counter()
    for recording in recordings:
        counts.update({n for file in recording.files for n in numbers_by_file.get(file, ())})
    repeats = ((n, round_count(count)) for n, count in counts.items() if count >= min_recordings)
    return dict(sorted(repeats))


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


def _group_conversations(
    shared_runs: Mapping[int, int],
    runs_by_file: Mapping[str, Iterable[int]],
    recordings: Sequence[Recording],
) -> list[Recording]:
    """Return the recordings with those joined that play the same conversation.

    Two adverts have few runs in common, a replay or its excerpt many. Only runs that few
    recordings share count, so the work is linear in them.
    """
    holders: dict[int, list[int]] = defaultdict(list)
    for number, recording in enumerate(recordings):
        own = {n for file in recording.files for n in runs_by_file.get(file, ())}
        for run in own & shared_runs.keys():
            holders[run].append(number)
    pairs = Counter(
        pair
        for numbers in holders.values()
        if len(numbers) <= _MAX_CONVERSATION_RECORDINGS
        for pair in combinations(numbers, 2)
    )
    replays = (pair for pair, runs in pairs.items() if runs >= _MIN_CONVERSATION_RUNS)
    return [
        Recording(
            recordings[numbers[0]].slug,
            "",
            tuple(file for number in numbers for file in recordings[number].files),
        )
        for numbers in group_connected(len(recordings), replays)
    ]


def _score_adverts(
    files: Iterable[QuoteFingerprints],
    keys: Container[str],
    repeats: Mapping[int, int],
    repeated_runs: Mapping[int, int],
    sponsors: Mapping[str, SponsorCounts],
) -> dict[str, float]:
    """Return the highest probability of each of some quotes, where there is evidence."""
    adverts: dict[str, float] = {}
    for file in files:
        sponsor_weights: dict[int, float] = defaultdict(float)
        for index, name in file.sponsors:
            if name in sponsors:
                weight = max(sponsor_weights[index], sponsor_weight(sponsors[name]))
                sponsor_weights[index] = weight
        rows = zip(file.hex_keys(), file.unpack_shingles(), file.unpack_runs(), strict=True)
        for index, (key, shingles, runs) in enumerate(rows):
            if key in keys:
                log_odds = file.wording[index] / 10 + sponsor_weights.get(index, 0.0)
                probability, _ = advert_probability(
                    shingles, repeats, log_odds, runs, repeated_runs
                )
                if probability > PRIOR_PROBABILITY:
                    adverts[key] = max(adverts.get(key, 0.0), probability)
    return dict(sorted(adverts.items()))


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
