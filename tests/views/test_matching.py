"""Match queries weigh types and properties; properties and completions tell what is known."""

from datetime import date

import pytest

from kgraph.base.errors import InputError
from kgraph.base.identity import ID_KINDS
from kgraph.graph.matcher import Matcher
from kgraph.views.entity_properties import ENTITY_PROPERTIES, ID_NAMES
from kgraph.views.matching import (
    MatchQuery,
    PropertyCondition,
    match_name,
    preview_entity,
    suggest_named,
)
from kgraph.views.values import EntityRef


def conditions(**properties):
    return tuple(PropertyCondition(name, (value,)) for name, value in properties.items())


def candidates(graph, *args, **fields):
    """(id, match) of each candidate of a query."""
    result = match_name(graph, MatchQuery(*args, **fields))
    return [(candidate.thing.id, candidate.match) for candidate in result.candidates]


def test_preferred_types_come_first_and_others_stay(sample_graph):
    preferring = MatchQuery("Gemini", ("company",), prefers_types=True, limit=9)
    found = match_name(sample_graph, preferring).candidates
    types = [candidate.thing.type for candidate in found]
    assert (types[0], types[-1]) == ("company", "product")
    assert found[-1].why.endswith("; of another type")
    [strict] = {
        c.thing.type
        for c in match_name(sample_graph, MatchQuery("Gemini", ("company",))).candidates
    }
    assert strict == "company"


@pytest.mark.parametrize("value", ["NVDA", "NASDAQ:NVDA", "XNAS:NVDA", "nasdaq:nvda", "$NVDA"])
def test_an_id_finds_a_thing_without_its_name(sample_graph, value):
    found = candidates(sample_graph, conditions=conditions(ticker=value))
    assert found == [("company/nvidia", True)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("isin", "US67066G1040"),
        ("cik", "0001045810"),
        ("website", "http://www.nvidia.com"),
        ("enwiki", "Nvidia"),
        ("same_as", "http://dbpedia.org/resource/Nvidia"),
        ("iri", "https://w3id.org/kgraph/id/company/nvidia"),
    ],
)
def test_each_id_finds_a_thing(sample_graph, name, value):
    found = candidates(sample_graph, conditions=conditions(**{name: value}))
    assert found == [("company/nvidia", True)]


def test_an_id_that_agrees_decides(sample_graph):
    whole = conditions(isin="US67066G1040")
    [agreeing] = match_name(sample_graph, MatchQuery("Nvidea Corp", conditions=whole)).candidates[
        :1
    ]
    assert (agreeing.thing.id, agreeing.score, agreeing.match) == ("company/nvidia", 100.0, True)
    assert agreeing.why.endswith("; ISIN agrees")


@pytest.mark.parametrize(
    ("name", "value", "least", "most", "words"),
    [
        ("cik", "0000320193", 40, 50, "; another CIK (SEC)"),
        ("isin", "US0378331005", 70, 80, "; another ISIN"),  # it may be of another share
        ("website", "https://apple.com", 70, 80, "; another Website"),
    ],
)
def test_another_id_speaks_against_a_thing(sample_graph, name, value, least, most, words):
    query = MatchQuery("NVIDIA", conditions=conditions(**{name: value}))
    [other] = match_name(sample_graph, query).candidates
    assert (other.thing.id, other.match) == ("company/nvidia", False)
    assert least < other.score < most and other.why.endswith(words)


def test_a_number_without_its_leading_zeros_is_the_same(sample_graph):
    query = MatchQuery("NVIDIA", conditions=conditions(cik="1045810"))
    assert match_name(sample_graph, query).candidates[0].score == 100


def test_another_property_that_agrees_adds_a_little(sample_graph):
    plain, agreeing, not_agreeing = (
        match_name(sample_graph, MatchQuery("NVIDIA", conditions=chosen)).candidates[0].score
        for chosen in ((), conditions(kind="chip-maker"), conditions(kind="bank"))
    )
    assert plain == not_agreeing < agreeing <= 100


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"types": ("robot",)}, "type robot: no such type; choose one of company"),
        ({"conditions": conditions(P17="x")}, "property P17: no such property; choose among iri"),
    ],
)
def test_unknown_types_and_properties_are_told(sample_graph, fields, message):
    with pytest.raises(InputError, match=message):
        match_name(sample_graph, MatchQuery("NVIDIA", **fields))


def values(graph, id_, property_):
    thing = Matcher.cached_for(graph.shared).get_thing(id_)
    return list(ENTITY_PROPERTIES[property_].list_values(graph, thing))


def test_properties_tell_what_the_graph_knows(sample_graph):
    ask = {name: values(sample_graph, "company/nvidia", name) for name in ENTITY_PROPERTIES}
    assert ask["iri"] == [f"{sample_graph.base}company/nvidia"]
    assert (ask["type"], ask["symbol"], ask["isin"]) == (["company"], ["NVDA"], ["US67066G1040"])
    slugs = sample_graph.episodes_by_entity["company/nvidia"]
    days = sorted(
        sample_graph.summaries[slug].date[:10]
        for slug in slugs
        if sample_graph.summaries[slug].is_dated
    )
    assert ask["episodes"] == [len(slugs)]
    assert ask["first_day"] == [date.fromisoformat(days[0])]
    assert ask["last_day"] == [date.fromisoformat(days[-1])]
    shows = {sample_graph.summaries[slug].show for slug in slugs} - {""}
    assert {ref.id for ref in ask["shows"]} == shows
    assert ask["themes"] and all(ref.type == "theme" for ref in ask["themes"])
    assert EntityRef("company/openai", "OpenAI", "company") in ask["associated"]
    assert "http://dbpedia.org/resource/Nvidia" in ask["same_as"]


def test_a_thing_that_no_episode_mentions_has_ids_and_no_counts(sample_graph):
    assert values(sample_graph, "company/volkswagen", "wikidata") == ["Q246"]
    assert values(sample_graph, "company/volkswagen", "episodes") == [0]
    for name in ("first_day", "shows", "themes", "associated"):
        assert values(sample_graph, "company/volkswagen", name) == []


def test_relations_of_the_lexicon_are_properties(sample_graph):
    [maker] = values(sample_graph, "product/claude", "product_of")
    assert maker.id == "company/anthropic"


def test_every_kind_of_id_is_a_property():
    assert [name for name in ENTITY_PROPERTIES if name in ID_KINDS] == list(ID_KINDS)
    assert set(ID_NAMES) == set(ID_KINDS)


def test_completions_begin_with_what_episodes_mention(sample_graph):
    names = [thing.name for thing in suggest_named(sample_graph, "nvi", 0, 20)]
    assert names[0] == "Nvidia"
    unmentioned = suggest_named(sample_graph, "volkswag", 0, 20)
    assert unmentioned[0].name == "Volkswagen" and not unmentioned[0].in_graph
    assert [t.id for t in suggest_named(sample_graph, "company/nvidia", 0, 5)] == ["company/nvidia"]


def test_completions_can_be_paged_through(sample_graph):
    whole = [thing.id for thing in suggest_named(sample_graph, "co", 0, 20)]
    pages = [
        thing.id
        for offset in range(0, 20, 5)
        for thing in suggest_named(sample_graph, "co", offset, 5)
    ]
    assert len(whole) == 20 and pages == whole


def test_a_preview_is_of_a_known_id_alone(sample_graph):
    preview = preview_entity(sample_graph, "company/nvidia")
    assert (preview.thing.name, preview.first_day[:4], preview.shows > 1) == (
        "Nvidia",
        "2025",
        True,
    )
    unmentioned = preview_entity(sample_graph, "company/volkswagen")
    assert (unmentioned.first_day, unmentioned.shows) == ("", 0)
    assert preview_entity(sample_graph, "company/none") is None
