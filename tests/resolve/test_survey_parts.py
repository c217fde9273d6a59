"""The tables of a survey equal those that its definition gives, for any survey and any parts."""

from array import array

import plain_repetition
from hypothesis import given
from hypothesis import strategies as st

from kgraph.resolve.quotes.fingerprints import QuoteFingerprints
from kgraph.resolve.quotes.passages import ContextFingerprints
from kgraph.resolve.quotes.repetition import CorpusHashes
from kgraph.resolve.quotes.sponsors import SponsorCounts
from kgraph.resolve.recordings import Recording
from kgraph.resolve.survey_parts import MemoryParts

SPONSORS = {"acme": SponsorCounts(7, 8), "bolt": SponsorCounts(1, 9)}

# Few hashes, from both ends of their range, so that quotes repeat and contain each other.
HASHES = st.lists(st.sampled_from([*range(6), *range(2**32 - 6, 2**32)]), max_size=6)
QUOTES = st.lists(
    st.tuples(
        st.sampled_from([bytes([255 * (n % 2), *[0] * 6, n]) for n in range(9)]),
        HASHES,  # shingles
        HASHES,  # runs
        st.integers(0, 60),  # tenths of log-odds of its wording
        st.integers(0, 255),  # words
        st.sampled_from(["", "acme", "bolt", "other"]),  # sponsor that it names
    ),
    max_size=5,
)


def pack(hashes):
    return array("I", hashes).tobytes()


def make_fingerprints(file, rows):
    keys, shingles, runs, wording, words, sponsors = zip(*rows, strict=True) if rows else ((),) * 6
    return QuoteFingerprints(
        file,
        b"".join(keys),
        bytes(map(len, shingles)),
        b"".join(map(pack, shingles)),
        bytes(wording),
        bytes(len(rows)),
        bytes(words),
        bytes(map(len, runs)),
        b"".join(map(pack, runs)),
        tuple((index, name) for index, name in enumerate(sponsors) if name),
    )


@st.composite
def corpora(draw):
    """Return quotes, passages and recordings of some files; a recording has several of them."""
    files = draw(st.lists(st.tuples(QUOTES, HASHES, HASHES), min_size=1, max_size=9))
    names = [f"{n}.md" for n in range(len(files))]
    quotes = [
        make_fingerprints(name, rows) for name, (rows, _, _) in zip(names, files, strict=True)
    ]
    passages = [
        ContextFingerprints(name, pack(contexts), pack(runs))
        for name, (_, contexts, runs) in zip(names, files, strict=True)
    ]
    homes = draw(st.lists(st.integers(0, 8), min_size=len(files), max_size=len(files)))
    recordings = [
        Recording(
            f"slug{home}", "", tuple(n for n, own in zip(names, homes, strict=True) if own == home)
        )
        for home in sorted(set(homes))
    ]
    return quotes, passages, recordings


@given(corpora(), st.sampled_from([1, 2, 34]), st.sampled_from([1, 2, 200]))
def test_texts_repeat_as_defined(corpus, runs, postings):
    quotes, passages, recordings = corpus
    hashes = CorpusHashes(quotes, MemoryParts(quotes, passages), recordings)
    with plain_repetition.limits(runs, postings):
        table = hashes.build_quote_table(SPONSORS)
        assert table == plain_repetition.build_quote_table(quotes, passages, recordings, SPONSORS)
    packed = {file.file: file.packed_hashes for file in passages}
    assert hashes.count_contexts() == plain_repetition.count_repeats(packed, recordings, 3)
