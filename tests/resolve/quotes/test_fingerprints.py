from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.quotes.fingerprints import (
    fingerprint_quotes,
    hash_shingles,
    quote_key,
    tokenize_quote,
)


def test_writing_does_not_count_but_words_do():
    same = ["Don't panic — it's fine.", "“Don’t panic, it’s fine”", "dont panic its fine"]
    assert len({quote_key(text) for text in same}) == 1
    assert quote_key("do panic it's fine") != quote_key(same[0])


def test_texts_of_other_scripts_and_without_letters_keep_their_own_keys():
    texts = ["比特幣是錢", "比特幣不是錢", "…", "!!!", "", "\ud800"]
    assert len({quote_key(text) for text in texts}) == len(texts)
    assert tokenize_quote("Ｅｔｈｅｒ is ﬁne") == ["ether", "is", "fine"]


def test_a_small_change_leaves_most_shingles():
    said = "the infrastructure underneath will be commoditised before anybody has understood it"
    heard = "And the infrastructure underneath will be commoditised before anyone understood it"
    a, b = set(hash_shingles(tokenize_quote(said))), set(hash_shingles(tokenize_quote(heard)))
    assert len(a & b) >= 1 and a != b


def test_few_words_have_no_shingles():
    assert hash_shingles(tokenize_quote("So it goes on")) == ()
    assert len(hash_shingles(tokenize_quote("so it goes on and on and on and on"))) == 2


def test_a_summary_runs_in_the_rows_order():
    rows = (
        Row("quotes", 0, {"text": "Decentralised networks are slow but they never sleep."}),
        Row("quotes", 2, {"text": "So it goes."}),
    )
    summary = fingerprint_quotes(EpisodeFile("a.md", "", {}, {"quotes": rows}, {"quotes": 3}))
    assert summary.hex_keys() == [quote_key(row.text("text")) for row in rows]
    assert list(map(len, summary.unpack_shingles())) == [1, 0]
    assert len(summary.wording) == len(summary.relevance) == 2


def test_an_episode_without_quotes_has_an_empty_summary():
    summary = fingerprint_quotes(EpisodeFile("a.md", "", {}, {}, {}))
    assert (summary.hex_keys(), summary.unpack_shingles()) == ([], [])
