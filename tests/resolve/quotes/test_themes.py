import pytest

from kgraph.base.model import Row
from kgraph.resolve.quotes.themes import (
    categories_of,
    theme_scheme,
    themes_of,
    themes_of_quote,
    type_hint,
)


@pytest.mark.parametrize("topic", ["business/strategy", "Business/Strategy", "Business & Strategy"])
def test_spellings_of_one_topic_are_one(topic):
    assert themes_of(topic) == ("business", "strategy")


def test_size_of_the_scheme():
    scheme = theme_scheme()
    broader = {c.broader for c in scheme.concepts.values()} - {""}
    assert 15 <= len(broader) <= 25 and 150 <= len(scheme.concepts) <= 250


def test_both_extractors_topics_are_themes():
    language_model = Row("quotes", 0, {"topic": "Regulation/DeFi"})
    heuristic = Row("quotes", 1, {"topics": ["seed", "market", "seed"]})
    assert themes_of_quote(language_model) == ("regulation", "defi")
    assert themes_of_quote(heuristic) == ("fundraising", "market-analysis")
    assert themes_of_quote(Row("quotes", 2, {})) == ()


@pytest.mark.parametrize(
    ("category", "hint"),
    [
        ("big_tech", "company"),
        ("Layer 1 blockchain projects", "crypto"),
        ("Government Agency", "institution"),
        ("ai_model", "product"),
        ("Individual/Analyst", "person"),
        ("Crypto Media/Content Creator", ""),
        ("unknown", ""),
    ],
)
def test_categories_hint_at_types(category, hint):
    assert type_hint(category) == hint
    assert categories_of(category)
