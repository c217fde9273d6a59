import pytest

from kgraph.base.errors import DataError
from kgraph.base.model import REJECTED, EntityType
from kgraph.resolve.quotes import schemes
from kgraph.resolve.quotes.schemes import (
    UNSORTED_KEY,
    Concept,
    build_scheme,
    find_concepts,
    load_scheme,
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


def test_concepts_know_what_is_broader():
    concepts = build_scheme(TREE).concepts
    assert concepts["trading"] == Concept("trading", "Trading", ("day trading",), "markets")
    assert concepts["work"].broader == concepts["markets"].broader == ""


def test_a_name_stands_for_one_concept():
    with pytest.raises(ValueError, match="'Trend' stands for market-trends and for careers"):
        build_scheme({**TREE, "Work": {"Careers": ("Trend",)}})


def test_endings_and_accents_do_not_count():
    assert (
        normalize_phrase("Stratégies") == normalize_phrase("strategy")
        and normalize_phrase("AI-Analysis") == "ai analysis"
    )


def test_a_file_of_another_shape_says_so(monkeypatch, tmp_path):
    path = tmp_path / "themes.yaml"
    path.write_text("Markets: [Trading]\n")
    monkeypatch.setattr(schemes, "data_path", lambda *parts: path)
    with pytest.raises(DataError, match=r"themes\.yaml: Expected `object`.*see the header"):
        schemes.load_scheme.__wrapped__("themes")


@pytest.mark.parametrize("name", ["themes", "categories"])
def test_every_concept_has_a_broader_one_that_exists(name):
    concepts = load_scheme(name).concepts
    assert {c.broader for c in concepts.values()} - {""} <= set(concepts)


def test_hints_are_entity_types():
    types = {c.type for c in load_scheme("categories").concepts.values()} - {""}
    assert types <= set(EntityType.__args__) - {REJECTED}
