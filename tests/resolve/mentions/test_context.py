from hypothesis import given
from hypothesis import strategies as st

from kgraph.base.model import EpisodeFile
from kgraph.resolve.mentions import context

WORDS = st.lists(st.sampled_from(["acme", "ac", "me", "rocket", "s&p"]), max_size=5).map(" ".join)


def about(text: str) -> context.EpisodeContext:
    return context.build_context(EpisodeFile("a.md", "", {"title": text}, {}, {}))


def test_a_phrase_is_found_as_whole_words():
    title = about("Acme's Rocket-engine: S&P")
    phrases = ("acme", "rocket engine", "s&p", "acm", "s&")
    assert [phrase for phrase in phrases if title.mentions_phrase(phrase)] == [*phrases[:3]]


@given(WORDS.filter(bool), WORDS.filter(bool))
def test_the_shortcut_agrees_with_a_search(text, phrase):
    assert about(text).mentions_phrase(phrase) == (f" {phrase} " in about(text).about_text)
