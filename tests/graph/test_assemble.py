"""Assembly of one recording: adverts of sponsors, and the entities that a quote names."""

import pytest

from kgraph.base.model import EpisodeFile, Row
from kgraph.graph import MentionEdge, RowDecision
from kgraph.graph.assemble import QuoteNameMatcher, assemble_episode, split_name_words
from kgraph.resolve.corpus import build_tables, observe_episode, survey_episode
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.surveys import EncodedSurveys, encode_survey

SPONSOR, MAKER = "Sponsor of the podcast, a maker of widgets.", "A maker of widgets."


def episode(number, text):
    name = {"name": "Widgetron", "context": text, "source": "llm_enhanced"}
    quote = Row("quotes", 0, {"text": "What I do on a Monday I do with Widgetron."})
    quotes = () if number else (quote,)
    rows = {"companies": (Row("companies", 0, name),), "quotes": quotes}
    title = f"Show {number}: the widget of day {number}"
    return EpisodeFile(f"{number}.md", "", {"title": title}, rows, {})


def adverts(*texts):
    """Return the probability that the first episode's quote is an advert."""
    observed = [observe_episode(episode(number, text)) for number, text in enumerate(texts)]
    surveys = [encode_survey(survey_episode(observation)) for observation in observed]
    corpus = build_tables(EncodedSurveys(surveys), JudgementTable())
    assert len(corpus.recordings) == len(texts)
    slug = corpus.recordings[0].slug
    [occurrence] = assemble_episode(slug, observed[:1], corpus.tables).quotes
    return occurrence.advert


def test_the_corpus_says_whether_a_quote_that_names_a_sponsor_is_an_advert():
    assert adverts(SPONSOR) > 0.6
    assert adverts(SPONSOR, SPONSOR, SPONSOR) > adverts(SPONSOR)
    assert adverts(SPONSOR, *[MAKER] * 9) < 0.2
    assert adverts(MAKER, SPONSOR, SPONSOR) < 0.02


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
        mention("X", type="product", key="x"),
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
        ("X is where I read it, and then on X again", {"product/x": 0.9}),
        ("When X happens, it is worth X, or an X amount, or 5 X", {}),
        ("", {}),
    ],
)
def test_names_are_found_as_whole_words_in_their_capitals(text, expected):
    assert dict(NAMES.find_in(text)) == expected


def test_each_name_is_found_with_its_entity():
    words = split_name_words("Open AI and Google DeepMind")
    assert list(NAMES.iter_matches(words)) == [
        (("Open", "AI"), ("company/openai", 0.9)),
        (("Google", "DeepMind"), ("company/googledeepmind", 0.9)),
    ]
