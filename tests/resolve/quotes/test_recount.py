"""What is counted again after a change equals what a count of all gives."""

from unittest.mock import patch

import plain_repetition
from hypothesis import given, settings
from hypothesis import strategies as st
from random_surveys import make_fingerprints

from kgraph.resolve.quotes import corpus_texts, recount
from kgraph.resolve.quotes.corpus_texts import MAX_STEPS, Texts
from kgraph.resolve.quotes.fingerprints import pack_hashes
from kgraph.resolve.quotes.passages import ContextFingerprints
from kgraph.resolve.quotes.recount import CountedTexts, recount_texts
from kgraph.resolve.quotes.repetition import CorpusHashes
from kgraph.resolve.quotes.sponsors import SponsorCounts
from kgraph.resolve.recordings import Recording
from kgraph.resolve.survey_partitions import MemoryPartitions

NAMES = [f"{n}.md" for n in range(12)]


def list_near(place, first=0):
    """Hashes near a place: texts of near places may share some, and few link all texts."""
    start = first + 2 * place
    return st.lists(st.sampled_from(range(start, start + 4)), max_size=4)


def list_runs_near(place):
    """Runs, which are no shingles."""
    return list_near(place, 1 << 60)


PLACES = st.integers(0, 9)
QUOTES = st.lists(
    PLACES.flatmap(
        lambda place: st.tuples(
            st.sampled_from([bytes([*[0] * 6, version, place]) for version in range(3)]),  # key
            list_near(place),  # shingles
            list_runs_near(place),
            st.integers(0, 60),  # tenths of log-odds of its wording
            st.integers(0, 255),  # words
            st.sampled_from(["", "acme", "bolt", "other"]),  # sponsor that it names
        )
    ),
    max_size=3,
)
TEXTS = st.tuples(QUOTES, PLACES.flatmap(list_near), PLACES.flatmap(list_runs_near))
"""Of a file: quotes, contexts, and runs of passages."""
FILES = st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=12)
EDITS = st.dictionaries(st.sampled_from(NAMES), st.none() | TEXTS, min_size=1, max_size=3)
HOMES = st.lists(st.integers(0, 11), min_size=12, max_size=12)
MOVES = st.dictionaries(st.integers(0, 11), st.integers(0, 11), max_size=2)
SPONSORS = st.dictionaries(
    st.sampled_from(["acme", "bolt"]),
    st.builds(SponsorCounts, st.integers(1, 7), st.just(8)),
)


def list_recordings(files, homes):
    by_home = {}
    for name in sorted(files):
        by_home.setdefault(homes[int(name.removesuffix(".md"))], []).append(name)
    ordered = sorted(by_home.items(), key=lambda item: item[1])
    return [Recording(f"slug{home}", "", tuple(names)) for home, names in ordered]


def list_texts(files):
    names = sorted(files)
    return Texts(
        [make_fingerprints(name, files[name][0]) for name in names],
        [
            ContextFingerprints(name, pack_hashes(files[name][1]), pack_hashes(files[name][2]))
            for name in names
        ],
    )


def count_all(files, homes, sponsors):
    texts, recordings = list_texts(files), list_recordings(files, homes)
    hashes = CorpusHashes(texts.quotes, MemoryPartitions(*texts), recordings)
    return CountedTexts(
        hashes.build_quote_table(sponsors), hashes.count_contexts(), recordings, sponsors
    )


def count_again(last, before, after, homes, sponsors):
    went, came = (
        {name: texts for name, texts in files.items() if others.get(name) != texts}
        for files, others in ((before, after), (after, before))
    )
    return recount_texts(
        last,
        *map(list_texts, (went, came, after)),
        recordings=list_recordings(after, homes),
        sponsors=sponsors,
    )


@settings(max_examples=400)
@given(
    FILES,
    EDITS,
    st.tuples(HOMES, MOVES),
    st.tuples(SPONSORS, SPONSORS),
    st.sampled_from([1, 2, 34]),
    st.sampled_from([1, 2, 3, 200]),
)
def test_what_a_change_concerns_is_counted_again(files, edits, homes, sponsors, runs, postings):
    edited = {name: texts for name, texts in (files | edits).items() if texts is not None}
    old_homes, moves = homes
    new_homes = [moves.get(number, home) for number, home in enumerate(old_homes)]
    with (
        plain_repetition.limits(runs, postings),
        patch.object(corpus_texts, "MAX_LINKED_SHARE", float("inf")),
    ):
        last = count_all(files, old_homes, sponsors[0])
        expected = count_all(edited, new_homes, sponsors[1])
        assert count_again(last, files, edited, new_homes, sponsors[1]) == expected


def test_all_is_counted_where_many_quotes_are_linked_to_a_change():
    quote = (bytes(8), [1, 2], [], 0, 9, "")
    files = {name: ([quote], [], []) for name in NAMES[:4]}
    edited = files | {NAMES[4]: ([quote], [], [])}
    homes = list(range(12))
    last = count_all(files, homes, {})
    assert count_again(last, files, edited, homes, {}) is None
    alone = files | {NAMES[4]: ([(bytes([*[0] * 7, 1]), [3], [], 0, 9, "")], [], [])}
    assert count_again(last, files, alone, homes, {}) == count_all(alone, homes, {})
    with patch.object(recount, "MAX_FILES", 4):
        assert count_again(last, files, alone, homes, {}) is None


def test_all_is_counted_where_quotes_are_linked_in_long_chains():
    homes = list(range(12))

    def make_files(first, count):
        chain = [(pack_hashes([n]), [n, n + 1], [], 0, 9, "") for n in range(first, count)]
        others = [(pack_hashes([n]), [n], [], 0, 9, "") for n in range(1000, 1500)]
        return {"0.md": (chain, [], []), "1.md": (others, [], []), "2.md": (others, [], [])}

    for length, is_counted_again in ((MAX_STEPS - 2, True), (MAX_STEPS + 9, False)):
        files = make_files(0, length) | {
            "3.md": ([(pack_hashes([0]), [0, 1], [], 0, 9, "")], [], [])
        }
        edited = make_files(0, length)
        last = count_all(files, homes, {})
        again = count_again(last, files, edited, homes, {})
        assert again == (count_all(edited, homes, {}) if is_counted_again else None)
