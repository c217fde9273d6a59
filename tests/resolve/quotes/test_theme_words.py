"""Themes are borne out by a quote's words."""

import pytest

from kgraph.base.lexicon import load_lexicon
from kgraph.base.text import name_key
from kgraph.resolve.quotes import theme_words
from kgraph.resolve.quotes.theme_words import (
    ThemeMatcher,
    WordLists,
    find_text_themes,
    load_theme_words,
    load_themes_of_things,
)
from kgraph.resolve.quotes.themes import build_scheme, load_themes

SCHEME = build_scheme({"Crypto": {"Crypto": (), "Stablecoins": ("payment",)}, "Society": {}})


def matcher(**lists):
    return ThemeMatcher({label: WordLists(*words) for label, words in lists.items()}, SCHEME)


def test_a_topic_string_that_the_text_says_nothing_of_is_dropped():
    assert find_text_themes("Genghis Khan had a broad face.", ("web3", "technology")) == ()
    assert find_text_themes("My wallet is my own.", ("web3", "technology")) == ("web3",)


def test_words_that_mean_a_theme_need_no_topic_string():
    assert find_text_themes("The stablecoins settle at night.", ()) == ("stablecoins",)
    assert find_text_themes("Regulators read the law.", ("law",)) == ("law", "regulation")


@pytest.mark.parametrize("text", ["Safety first.", "A safety net for the children."])
def test_safety_alone_is_not_ai_safety(text):
    themes = find_text_themes(text, ("safety",))
    assert "ai-safety" not in themes
    assert load_themes().names["safety"] == "safety"
    assert "ai-safety" in find_text_themes("Who works on AI safety?", ())


def test_phrases_and_stems():
    found = matcher(Stablecoins=(("genius act", "stable* coin", "mint*"), ("dollar",)))
    assert found.find("The GENIUS Acts, now.") == ({"stablecoins"}, {"crypto"})
    assert found.find("A stabler coin.") == ({"stablecoins"}, {"crypto"})
    assert found.find("Minting began") == ({"stablecoins"}, {"crypto"})
    assert found.find("A genius, acting") == (set(), set())
    assert found.find("genius") == found.find("") == (set(), set())


def test_words_that_are_looked_up_again_show_the_same(monkeypatch):
    monkeypatch.setattr(theme_words, "MAX_CACHED_WORDS", 0)
    found = matcher(Stablecoins=(("genius act", "mint*"), ("dollar",)))
    texts = ["The GENIUS Acts, now.", "Minting dollars.", "Nothing here.", "An act of genius"]
    assert [found.find(text) for text in texts * 2] == [
        ({"stablecoins"}, {"crypto"}),
        ({"stablecoins"}, {"crypto", "stablecoins"}),
        (set(), set()),
        (set(), set()),
    ] * 2


def test_names_of_a_theme_and_of_narrower_ones_support_it():
    found = matcher(Stablecoins=(("stablecoin",), ("dollar",)))
    assert found.find("Dollars, a payment.") == (set(), {"stablecoins"})
    assert found.find("A stablecoin.") == ({"stablecoins"}, {"crypto", "stablecoins"})


def test_a_text_without_words_or_of_any_length_is_read():
    assert load_theme_words().find("?! …") == (set(), set())
    assert load_theme_words().find("stablecoin " * 100_000)[0] == {"stablecoins"}


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ({"Nothing": (("a",),)}, "'Nothing' is no theme of data/themes.yaml"),
        ({"Crypto": (("ab*",),)}, "'ab*': write at least 3 letters before a star"),
        ({"Crypto": (("--",),)}, "'--': write a word"),
        ({"Crypto": ((), ("",))}, "'': write a word"),
    ],
)
def test_a_wrong_list_is_refused(lists, message):
    with pytest.raises(ValueError, match=message.replace("*", r"\*")):
        matcher(**lists)


def test_the_things_of_themes_are_in_the_lexicon():
    known = {f"{entry.type}/{name_key(entry.name)}" for entry in load_lexicon().entries}
    things = load_themes_of_things()
    assert {*things} <= known
    assert len({*things.values()}) == len(things)
    assert things["other/stablecoin"] == "stablecoins"
