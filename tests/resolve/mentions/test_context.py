from hypothesis import given
from hypothesis import strategies as st

from kgraph.base.model import Episode
from kgraph.resolve.mentions import context

WORDS = st.lists(st.sampled_from(["acme", "ac", "me", "rocket", "s&p"]), max_size=5).map(" ".join)


def about(text: str) -> context.EpisodeContext:
    return context.build_context(Episode("a.md", "", {"title": text}, {}, {}))


def test_a_phrase_is_found_as_whole_words_whatever_stands_between():
    found = about("Acme's Rocket-engine: S&P")
    assert [found.mentions_phrase(one) for one in ("acme", "rocket engine", "s&p", "acm", "s&")] == [
        True, True, True, False, False,
    ]  # fmt: skip


@given(WORDS.filter(bool), WORDS.filter(bool))
def test_the_shortcut_finds_what_a_search_finds(text, phrase):
    assert about(text).mentions_phrase(phrase) == (f" {phrase} " in about(text).about_text)
