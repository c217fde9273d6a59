"""From words of an answer to the things that they name."""

from kgraph.graph import Entity, EpisodeSummary, SharedData, TaxonomyTerm
from kgraph.query.named import LINK_KINDS, QUESTION_SECTIONS, LinkResolver
from kgraph.query.saved import load_saved_queries

SHARED = SharedData(
    {
        "company/gemini": Entity("company", "gemini", "Gemini", {"Gemini": 1}, 1),
        "product/gemini": Entity("product", "gemini", "Gemini", {"Gemini": 1}, 1),
        "company/acme": Entity("company", "acme", "Acme", {"Acme": 1}, 1),
    },
    themes={"theme/defi": TaxonomyTerm("DeFi", {"defi": 1})},
    summaries={
        "one": EpisodeSummary(("a.md",), "One"),
        "two": EpisodeSummary(("b.md",), "Two"),
        "more": EpisodeSummary(("c.md",), "Two"),
    },
)


def test_what_is_one_thing_is_found():
    links = LinkResolver(SHARED)
    assert links.find_id("company", "Gemini") == "company/gemini"
    assert links.find_id("entity", "Acme") == "company/acme"
    assert links.find_id("episode", "One") == "episode/one"
    assert links.find_id("theme", "DeFi") == "theme/defi"


def test_what_is_several_things_or_none_leads_nowhere():
    links = LinkResolver(SHARED)
    asked = [("entity", "Gemini"), ("episode", "Two"), ("company", "acme"), ("quote", "")]
    assert [links.find_id(*one) for one in asked] == ["", "", "", ""]


def test_a_quote_is_found_by_its_words(sample):
    links = LinkResolver(sample.shared)
    quotes = [quote for episode in sample.graph for quote in episode.quotes]
    assert quotes
    assert all(links.find_id("quote", quote.text) == quote.id for quote in quotes)


def test_every_saved_query_says_what_it_is_about_of_its_own_columns(sample):
    for query in load_saved_queries().values():
        select = query.source.text[
            query.source.text.index("SELECT") : query.source.text.index("WHERE")
        ]
        drawn = (query.chart.values, query.chart.labels) if query.chart else ()
        assert query.section in QUESTION_SECTIONS
        assert set(query.links.values()) <= set(LINK_KINDS)
        added = query.source.computed.columns if query.source.computed else ()
        named = {*query.links, *drawn} - {*added}
        assert all(f"?{column}" in select for column in named), query.name
        assert "# section: " in query.source.text
