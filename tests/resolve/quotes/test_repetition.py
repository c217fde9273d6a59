import random
from zlib import crc32

from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.quotes.fingerprints import (
    fingerprint_quotes,
    hash_runs,
    hash_shingles,
    pack_hashes,
    quote_key,
    tokenize_quote,
)
from kgraph.resolve.quotes.passages import ContextFingerprints
from kgraph.resolve.quotes.quote_table import QuoteTable, SharedQuote
from kgraph.resolve.quotes.repetition import CorpusHashes
from kgraph.resolve.recordings import Recording
from kgraph.resolve.survey_partitions import MemoryPartitions

ADVERT = "Widgets are revolutionising the manufacturing of every household."
SOLD = "Ledgers of the Widget Company keep accounts safe for ninety thousand households."
LONG = "We believe that decentralised infrastructure will eventually outperform centralised rivals"
CUT = "decentralised infrastructure will eventually outperform centralised rivals"


def summary(file, *texts):
    rows = tuple(Row("quotes", i, {"text": text}) for i, text in enumerate(texts))
    return fingerprint_quotes(EpisodeFile(file, "", {}, {"quotes": rows}, {"quotes": len(rows)}))


def build_quote_table(files, recordings, passages=()):
    return CorpusHashes(files, MemoryPartitions(files, passages), recordings).build_quote_table({})


def as_recordings(*summaries):
    return [Recording(s.file.removesuffix(".md"), "", (s.file,)) for s in summaries]


def test_shingles_of_several_recordings_are_repeats():
    files = [summary(f"{n}.md", ADVERT, f"Only recording {n} says this.") for n in "abc"]
    table = build_quote_table(files, as_recordings(*files))
    assert table.recordings_by_shingle == dict.fromkeys(
        sorted(hash_shingles(tokenize_quote(ADVERT))), 3
    )


def test_files_of_one_recording_count_once():
    files = [summary(f"{n}.md", ADVERT) for n in "abc"]
    assert build_quote_table(files, [Recording("x", "", ("a.md", "b.md", "c.md"))]) == QuoteTable()


def test_a_text_at_home_is_that_of_its_first_recording():
    files = [summary(f"{n}.md", "So it goes.") for n in "bca"]
    table = build_quote_table(files, as_recordings(*sorted(files, key=lambda s: s.file)))
    assert table.shared == {quote_key("So it goes."): SharedQuote(first_recording="a")}


def test_a_text_within_another_recordings_is_one_with_it():
    files = [summary("a.md", CUT), summary("b.md", LONG)]
    table = build_quote_table(files, as_recordings(*files))
    assert table.shared == {
        quote_key(CUT): SharedQuote(merged_into=quote_key(LONG)),
        quote_key(LONG): SharedQuote(first_recording="b"),
    }


def test_no_merged_quote_replaces_others():
    words = LONG.split()
    files = [summary(f"{n}.md", " ".join(words[n:])) for n in range(6)]
    table = build_quote_table(files, as_recordings(*files))
    replacing = {quote.merged_into for quote in table.shared.values()} - {""}
    assert replacing and not any(table.shared[key].merged_into for key in replacing)


def test_the_table_does_not_depend_on_order():
    files = [summary(f"{n:02}.md", ADVERT, LONG if n % 2 else CUT) for n in range(12)]
    expected = build_quote_table(files, as_recordings(*files))
    shuffled = random.Random(1).sample(files, len(files))
    assert build_quote_table(shuffled, as_recordings(*files)) == expected


def test_the_words_around_names_count_as_said():
    files = [
        summary(f"{n}.md", SOLD if n == "a" else f"Only recording {n} says this.") for n in "abc"
    ]
    runs = hash_runs(tokenize_quote(SOLD))
    runs_by_file = dict.fromkeys("bc", pack_hashes(runs))
    passages = [ContextFingerprints(f"{n}.md", b"", runs_by_file.get(n, b"")) for n in "abc"]
    table = build_quote_table(files, as_recordings(*files), passages)
    assert table.recordings_by_run == dict.fromkeys(sorted(runs), 3)
    assert build_quote_table(files, as_recordings(*files)).recordings_by_run == {}


def test_texts_that_share_32_bits_of_a_hash_are_two():
    texts = (
        "teachers discover distant bridges before breakfast thursday together",
        "dancers measure yellow gardens during winter evening gladly",
    )
    assert crc32(texts[0].encode()) == crc32(texts[1].encode())
    files = [summary(f"{n}.md", text) for n, text in zip("ab", texts, strict=True)]
    assert build_quote_table(files, as_recordings(*files)) == QuoteTable()


def test_replays_of_one_conversation_do_not_make_it_an_advert():
    talk = [
        f"Everybody remembers widget {n} of exhibition {n}, {n} kilometres from {n} villages."
        for n in range(60)
    ]
    files = [summary(f"{n}.md", *talk) for n in "abc"]
    assert build_quote_table(files, as_recordings(*files)).recordings_by_run == {}
    # a and c share nothing, but both share a part with b: all three play one conversation.
    parts = [summary("a.md", *talk[:40]), summary("b.md", *talk), summary("c.md", *talk[40:])]
    excerpts = [*parts, summary("d.md", *talk[:5], *talk[40:45])]
    counts = build_quote_table(excerpts, as_recordings(*excerpts)).recordings_by_run
    assert set(counts.values()) == {2}, "that conversation, and d"
    sold = [summary(f"{n}.md", *talk[:5]) for n in "abc"]
    assert set(build_quote_table(sold, as_recordings(*sold)).recordings_by_run.values()) == {3}
