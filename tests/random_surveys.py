"""Random surveys for property tests: few names and hashes, so that texts repeat."""

from hypothesis import strategies as st

from kgraph.resolve.name_counts import NameCounts, NameStatistics
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, pack_hashes
from kgraph.resolve.quotes.passages import ContextFingerprints
from kgraph.resolve.recordings import Recording, RecordingSummary
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.surveys import CorpusSurvey, encode_survey

# Few hashes, from both ends of their range, so that quotes repeat and contain each other.
HASHES = st.lists(st.sampled_from([*range(6), *range(2**64 - 6, 2**64)]), max_size=6)
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


def make_fingerprints(file, rows):
    keys, shingles, runs, wording, words, sponsors = zip(*rows, strict=True) if rows else ((),) * 6
    return QuoteFingerprints(
        file,
        b"".join(keys),
        bytes(map(len, shingles)),
        b"".join(map(pack_hashes, shingles)),
        bytes(wording),
        bytes(len(rows)),
        bytes(words),
        bytes(map(len, runs)),
        b"".join(map(pack_hashes, runs)),
        tuple((index, name) for index, name in enumerate(sponsors) if name),
    )


@st.composite
def corpora(draw, folder=""):
    """Return quotes, passages and recordings of some files; a recording has several of them."""
    files = draw(st.lists(st.tuples(QUOTES, HASHES, HASHES), min_size=1, max_size=9))
    names = [f"{folder}{n}.md" for n in range(len(files))]
    quotes = [
        make_fingerprints(name, rows) for name, (rows, _, _) in zip(names, files, strict=True)
    ]
    passages = [
        ContextFingerprints(name, pack_hashes(contexts), pack_hashes(runs))
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


COUNTS = st.builds(
    lambda rows, llm_rows, sponsor_rows, word: NameCounts(
        rows, 1, min(rows, llm_rows), {word: rows}, {word: llm_rows}, sponsor_rows, sponsor_rows
    ),
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(0, 1),
    st.sampled_from(["Acme", "ACME", "bank", "Bolt"]),
)
NAMES = st.dictionaries(st.sampled_from(["acme", "bolt", "é", "widget", ""]), COUNTS, max_size=4)
TITLES = st.lists(st.sampled_from("abcdef"), max_size=6)
SUMMARIES = st.tuples(st.sampled_from(["", "", "x/1", "x/2"]), TITLES, st.integers(0, 40))
CLAIMS = st.lists(
    st.tuples(
        st.sampled_from(["source", "spoken"]),
        st.sampled_from(["Widget Hour", "the Widget Hour", "Bolt Talk", "Other Show"]),
        st.integers(1, 3),
    ),
    max_size=2,
)
SCOPES = st.lists(st.sampled_from(["feed:x/a", "feed:x/b", "place:x"]), max_size=2)


@st.composite
def surveys(draw, folder=""):
    """Return the encoded surveys of some files."""
    quotes, passages, _ = draw(corpora(folder))
    encoded = []
    for own_quotes, own_passages in zip(quotes, passages, strict=True):
        key, words, day = draw(SUMMARIES)
        keys = bytes.fromhex("".join(sorted(set(own_quotes.hex_keys()))))
        survey = CorpusSurvey(
            [RecordingSummary(own_quotes.file, key, tuple(sorted(set(words))), day, keys)],
            [own_quotes],
            [ShowEvidence(tuple(draw(SCOPES)), tuple(draw(CLAIMS)))],
            [NameStatistics(1, draw(NAMES))],
            [own_passages],
        )
        encoded.append(encode_survey(survey))
    return encoded
