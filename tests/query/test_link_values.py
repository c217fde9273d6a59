"""From words of an answer to the things that they name."""

from kgraph.graph import Entity, Outline, Shared, Term
from kgraph.query.link_values import KINDS, Links
from kgraph.query.saved import SECTIONS, saved_queries

SHARED = Shared(
    {
        "company/gemini": Entity("company", "gemini", "Gemini", {"Gemini": 1}, 1),
        "product/gemini": Entity("product", "gemini", "Gemini", {"Gemini": 1}, 1),
        "company/acme": Entity("company", "acme", "Acme", {"Acme": 1}, 1),
    },
    themes={"theme/defi": Term("DeFi", {"defi": 1})},
    outlines={
        "one": Outline(("a.md",), "One"),
        "two": Outline(("b.md",), "Two"),
        "more": Outline(("c.md",), "Two"),
    },
)


def test_what_is_one_thing_is_found():
    links = Links(SHARED)
    assert links.id_of("company", "Gemini") == "company/gemini"
    assert links.id_of("entity", "Acme") == "company/acme"
    assert links.id_of("episode", "One") == "episode/one"
    assert links.id_of("theme", "DeFi") == "theme/defi"


def test_what_is_several_things_or_none_leads_nowhere():
    links = Links(SHARED)
    asked = [("entity", "Gemini"), ("episode", "Two"), ("company", "acme"), ("quote", "")]
    assert [links.id_of(*one) for one in asked] == ["", "", "", ""]


def test_a_quote_is_found_by_its_words(sample):
    links = Links(sample.shared)
    quotes = [quote for episode in sample.graph for quote in episode.quotes]
    assert quotes
    assert all(links.id_of("quote", quote.text) == quote.id for quote in quotes)


def test_every_saved_query_says_what_it_is_about_of_its_own_columns(sample):
    for query in saved_queries().values():
        select = query.text[query.text.index("SELECT") : query.text.index("WHERE")]
        drawn = (query.chart.values, query.chart.labels) if query.chart else ()
        assert query.section in SECTIONS
        assert set(query.links.values()) <= set(KINDS)
        assert all(f"?{column}" in select for column in (*query.links, *drawn)), query.name
        assert "# section: " in query.text
