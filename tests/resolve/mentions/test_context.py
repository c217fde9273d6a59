import re

from hypothesis import given
from hypothesis import strategies as st

from kgraph.base.model import EpisodeFile, Row
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


@given(st.text(max_size=30) | st.text("aZ9_$&+'-. \n\x1cé", max_size=30))
def test_words_are_split_alike_with_and_without_other_letters_than_ascii(text):
    assert context.split_words(text) == re.findall(r"[\w$&+]+", text.lower())


def test_names_of_a_title_are_runs_of_capitalised_words():
    title = "iAcme Rocket and Big-Blue Bolt's Example; W X Y Z W, Acme\nWorks"
    assert about(title).trusted_names == ("Big-Blue Bolt's Example", "W X Y Z")


def test_others_are_compared_with_the_first_trusted_names():
    rows = tuple(Row("companies", n, {"name": f"Acme {n}"}) for n in range(300))
    episode = EpisodeFile("a.md", "", {"title": "Ann Example"}, {"companies": rows}, {})
    trusted = context.build_context(episode).trusted_names
    assert len(trusted) == context.MAX_TRUSTED_NAMES
    assert trusted[:2] == ("Ann Example", "Acme 0")
