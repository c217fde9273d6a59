import pytest

from kgraph.base.model import Row
from kgraph.resolve.quotes.themes import (
    find_categories,
    find_quote_themes,
    find_themes,
    load_themes,
    type_hint,
)


@pytest.mark.parametrize("topic", ["business/strategy", "Business/Strategy", "Business & Strategy"])
def test_spellings_of_one_topic_are_one(topic):
    assert find_themes(topic) == ("business", "strategy")


def test_size_of_the_scheme():
    scheme = load_themes()
    broader = {c.broader for c in scheme.concepts.values()} - {""}
    assert 15 <= len(broader) <= 25 and 150 <= len(scheme.concepts) <= 250


def test_both_extractors_topics_are_themes():
    language_model = Row("quotes", 0, {"topic": "Regulation/DeFi"})
    heuristic = Row("quotes", 1, {"topics": ["seed", "market", "seed"]})
    assert find_quote_themes(language_model) == ("regulation", "defi")
    assert find_quote_themes(heuristic) == ("fundraising", "market-analysis")
    assert find_quote_themes(Row("quotes", 2, {})) == ()


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
    assert find_categories(category)
