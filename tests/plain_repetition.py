"""The tables of repeated texts by their definition, without columns, parts or batches."""

from collections import Counter, defaultdict
from contextlib import contextmanager
from itertools import combinations
from unittest.mock import patch

from kgraph.resolve.lookups import round_count
from kgraph.resolve.quotes import merging, repetition
from kgraph.resolve.quotes.advert_rules import PRIOR_PROBABILITY, advert_probability
from kgraph.resolve.quotes.fingerprints import unpack_hashes
from kgraph.resolve.quotes.quote_table import QuoteTable, SharedQuote
from kgraph.resolve.quotes.sponsors import sponsor_weight
from kgraph.resolve.recordings import Recording, group_connected


@contextmanager
def limits(runs, postings):
    """Let so many runs make a conversation, and so many quotes of a hash be compared."""
    with (
        patch.object(repetition, "MIN_CONVERSATION_RUNS", runs),
        patch.object(merging, "MAX_POSTINGS", postings),
    ):
        yield


def count_repeats(packed, recordings, least):
    """Count the recordings of each packed hash."""
    counts = Counter()
    for recording in recordings:
        counts.update({n for file in recording.files for n in unpack_hashes(packed[file])})
    return {n: round_count(count) for n, count in counts.items() if count >= least}


def build_quote_table(quotes, passages, recordings, sponsors):
    shingles = {file.file: file.packed_shingles for file in quotes}
    runs = {file.file: file.packed_runs for file in quotes}
    all_runs = {file.file: runs[file.file] + file.packed_runs for file in passages}
    shared, shared_runs = (count_repeats(packed, recordings, 2) for packed in (shingles, runs))
    sharing = {
        key: (frozenset((*own, *own_runs)), words)
        for file in quotes
        for key, own, own_runs, words in zip(
            file.hex_keys(),
            file.unpack_shingles(),
            file.unpack_runs(),
            file.word_counts,
            strict=True,
        )
        if shared.keys() & own or shared_runs.keys() & own_runs
    }
    merged = _merge(sharing)
    first = _find_first(quotes, recordings, set(merged.values()))
    repeats = count_repeats(shingles, recordings, 3)
    replays = _find_replays(shared_runs, all_runs, recordings)
    groups = [
        Recording("", "", tuple(file for n in numbers for file in recordings[n].files))
        for numbers in group_connected(len(recordings), replays)
    ]
    repeated_runs = count_repeats(all_runs, groups, 2)
    adverts = _score(quotes, first, repeats, repeated_runs, sponsors)
    shared = {
        key: SharedQuote(merged.get(key, ""), first.get(key, ""), adverts.get(key, 0.0))
        for key in {*first, *merged}
    }
    slugs = tuple((recordings[a].slug, recordings[b].slug) for a, b in sorted(replays))
    return QuoteTable(repeats, shared, repeated_runs, slugs)


def _merge(quotes):
    postings, merged = defaultdict(list), {}

    def rank(key):
        return -len(quotes[key][0]), -quotes[key][1], key

    for key in sorted(quotes, key=rank):
        hashes, _ = quotes[key]
        counts = Counter(longer for n in hashes for longer in postings[n])
        needed = max(2, 0.75 * len(hashes))
        if containing := [longer for longer, count in counts.items() if count >= needed]:
            merged[key] = min(containing, key=rank)
            continue
        for n in hashes:
            if len(postings[n]) < merging.MAX_POSTINGS:
                postings[n].append(key)
    return merged


def _find_first(quotes, recordings, replacing):
    keys = {file.file: set(file.hex_keys()) for file in quotes}
    slugs = defaultdict(list)
    for recording in recordings:
        for key in set().union(*(keys[file] for file in recording.files)):
            slugs[key].append(recording.slug)
    return {key: own[0] for key, own in slugs.items() if len(own) > 1 or key in replacing}


def _find_replays(shared_runs, runs, recordings):
    holders = defaultdict(list)
    for number, recording in enumerate(recordings):
        own = {n for file in recording.files for n in unpack_hashes(runs[file])}
        for run in own & shared_runs.keys():
            holders[run].append(number)
    pairs = Counter(
        pair for own in holders.values() if len(own) <= 4 for pair in combinations(own, 2)
    )
    return [p for p, count in pairs.items() if count >= repetition.MIN_CONVERSATION_RUNS]


def _score(quotes, keys, repeats, repeated_runs, sponsors):
    adverts = {}
    for file in quotes:
        rows = zip(
            file.hex_keys(), file.unpack_shingles(), file.unpack_runs(), file.wording, strict=True
        )
        for index, (key, shingles, runs, wording) in enumerate(rows):
            names = [name for place, name in file.sponsors if place == index and name in sponsors]
            weight = max((sponsor_weight(sponsors[name]) for name in names), default=0.0)
            log_odds = wording / 10 + weight
            p, _ = advert_probability(shingles, repeats, log_odds, runs, repeated_runs)
            if key in keys and p > PRIOR_PROBABILITY:
                adverts[key] = max(adverts.get(key, 0.0), p)
    return adverts
