"""Which entities a quote names."""

import pytest

from kgraph.graph import MentionEdge, RowDecision
from kgraph.graph.assemble import QuoteNameMatcher, split_name_words


def mention(label, surface=None, confidence=0.9, type="company", key=None):
    row = RowDecision(0, 0, surface or label, confidence, "lexicon")
    return MentionEdge(type, key or label.lower(), label, confidence, "lexicon", (row,))


NAMES = QuoteNameMatcher(
    [
        mention("Circle"),
        mention("OpenAI", surface="Open AI"),
        mention("Google"),
        mention("Google DeepMind", key="googledeepmind"),
        mention("Gemini (exchange)", key="geminiexchange", confidence=0.8),
        mention("Gemini", type="product", key="gemini", confidence=0.6),
        mention("nothing", type="noise"),
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Circle's coin", {"company/circle": 0.9}),
        ("They go round in a circle", {}),
        ("Open AI and OpenAI", {"company/openai": 0.9}),
        ("Google DeepMind", {"company/googledeepmind": 0.9}),
        ("DeepMind at Google, then", {"company/google": 0.9}),
        ("Gemini listed it", {"company/geminiexchange": 0.8}),
        ("nothing at all", {}),
        ("", {}),
    ],
)
def test_names_are_found_as_whole_words_in_their_capitals(text, expected):
    assert dict(NAMES.find_in(text)) == expected


def test_each_name_is_found_with_what_it_names():
    words = split_name_words("Open AI and Google DeepMind")
    assert list(NAMES.iter_matches(words)) == [
        (("Open", "AI"), ("company/openai", 0.9)),
        (("Google", "DeepMind"), ("company/googledeepmind", 0.9)),
    ]
