import pytest

from kgraph.base.errors import DataError
from kgraph.base.model import Row
from kgraph.resolve.quotes import themes
from kgraph.resolve.quotes.themes import (
    UNSORTED_KEY,
    Concept,
    build_scheme,
    find_concepts,
    find_quote_themes,
    find_themes,
    load_themes,
    normalize_phrase,
)

TREE = {
    "Markets": {"Market trends": ("trend",), "Trading": ("day trading",)},
    "Work": {"Work": ("labour",), "Careers": ()},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Market Trends", ("market-trends",)),
        ("market_trend", ("market-trends",)),
        ("Trading/Work", ("trading", "work")),
        ("Trading (day-trading)", ("trading",)),
        ("careers & trading", ("careers", "trading")),
        ("clever advice on day trading lessons", ("trading",)),
        ("Markets", ("markets",)),
        ("day & trading", ("trading",)),
        ("gardening", (UNSORTED_KEY,)),
        ("", (UNSORTED_KEY,)),
        ("/" * 5_000, (UNSORTED_KEY,)),
        ("trading " * 5_000, ("trading",)),
    ],
)
def test_strings_name_concepts(text, expected):
    assert find_concepts(text, build_scheme(TREE)) == expected


def test_concepts_have_their_broader_concept():
    concepts = build_scheme(TREE).concepts
    assert concepts["trading"] == Concept("trading", "Trading", ("day trading",), "markets")
    assert concepts["work"].broader == concepts["markets"].broader == ""


def test_a_name_means_one_concept():
    with pytest.raises(ValueError, match="'Trend' names two concepts: market-trends and careers"):
        build_scheme({**TREE, "Work": {"Careers": ("Trend",)}})


def test_endings_and_accents_do_not_count():
    assert (
        normalize_phrase("Stratégies") == normalize_phrase("strategy")
        and normalize_phrase("AI-Analysis") == "ai analysis"
    )


def test_a_file_of_another_shape_says_so(monkeypatch, tmp_path):
    path = tmp_path / "themes.yaml"
    path.write_text("Markets: [Trading]\n")
    monkeypatch.setattr(themes, "data_path", lambda *parts: path)
    with pytest.raises(DataError, match=r"themes\.yaml: Expected `object`.*see the header"):
        themes.load_themes.__wrapped__()


def test_every_concept_has_a_broader_one_that_exists():
    concepts = load_themes().concepts
    assert {c.broader for c in concepts.values()} - {""} <= set(concepts)


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
