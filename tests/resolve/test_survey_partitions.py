"""The tables of a survey equal those that its definition gives."""

import plain_repetition
from hypothesis import given
from hypothesis import strategies as st
from random_surveys import corpora

from kgraph.resolve.quotes.repetition import CorpusHashes
from kgraph.resolve.quotes.sponsors import SponsorCounts
from kgraph.resolve.survey_partitions import MemoryPartitions

SPONSORS = {"acme": SponsorCounts(7, 8), "bolt": SponsorCounts(1, 9)}


@given(corpora(), st.sampled_from([1, 2, 34]), st.sampled_from([1, 2, 3, 200]))
def test_texts_repeat_as_defined(corpus, runs, postings):
    quotes, passages, recordings = corpus
    hashes = CorpusHashes(quotes, MemoryPartitions(quotes, passages), recordings)
    with plain_repetition.limits(runs, postings):
        table = hashes.build_quote_table(SPONSORS)
        assert table == plain_repetition.build_quote_table(quotes, passages, recordings, SPONSORS)
    packed = {file.file: file.packed_hashes for file in passages}
    assert hashes.count_contexts() == plain_repetition.count_repeats(packed, recordings, 3)
