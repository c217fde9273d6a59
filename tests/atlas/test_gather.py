"""kgraph.atlas.gather and things: which nodes and edges there are, in which order."""

from collections import Counter

import msgspec
import pytest
from atlas.factories import EPISODES, episode, graph

from kgraph.atlas.gather import gather_atlas_data
from kgraph.atlas.model import EDGE_KINDS, Ranges
from kgraph.atlas.nodes import NodeStatistics, make_nodes
from kgraph.graph import Entity, Graph, MentionEdge, Selection, SharedData, TaxonomyTerm


@pytest.fixture(scope="module")
def gathered():
    return gather_atlas_data(graph())


def named(gathered, kind):
    """Edges of a kind by what stands at their ends; a quote by its key."""
    first = gathered.ranges.total - gathered.ranges.quotes
    ids = [thing.id for thing in gathered.nodes] + [key[:2] for key in gathered.quotes.key]
    assert len(ids) == first + gathered.ranges.quotes
    edges = gathered.edges[kind]
    return [
        (ids[source], ids[target], round(strength, 3))
        for source, target, strength in zip(
            edges.source.tolist(), edges.target.tolist(), edges.strength.tolist(), strict=True
        )
    ]


def test_a_theme_of_most_episodes_is_common():
    talks = [
        episode(f"e{n}", [], [(f"{n:02}" * 8, "Gas.", 0.4, ("gas",), (), False)]) for n in range(10)
    ]
    made = graph(tuple(talks))
    for episodes, is_common in ((6, False), (7, True)):
        themes = {"theme/gas": TaxonomyTerm("Gas", {}, episodes=episodes)}
        found = gather_atlas_data(Graph(made, msgspec.structs.replace(made.shared, themes=themes)))
        [node] = [node for node in found.nodes if node.type == "theme"]
        assert node.is_common is is_common


def test_a_leaf_is_as_sure_as_the_mention_outside_adverts_that_it_hangs_on():
    ann = MentionEdge("person", "ann", "Ann Example", 0.95, "known", (), advert=0.9)
    advertised = msgspec.structs.replace(EPISODES[1], mentions=(*EPISODES[1].mentions, ann))
    made = graph((EPISODES[0], advertised, *EPISODES[2:]))
    assert made.shared.entities["person/ann"].confidence == 0.95
    [leaf] = [thing for thing in gather_atlas_data(made).nodes if thing.id == "person/ann"]
    assert (leaf.count, leaf.confidence) == (1, 0.7)


def test_what_several_share_comes_first_then_episodes_then_what_one_mentions(gathered):
    assert [thing.id for thing in gathered.nodes] == [
        *("show/a-show", "crypto/比特幣", "company/acme", "theme/tax", "theme/gas"),
        *("tag/ai", "topic/chips"),
        *("episode/e1", "episode/e2", "episode/e3", "episode/e4"),
        *("person/ann", "company/evil", "place/rome"),
    ]
    assert gathered.ranges == Ranges(7, 4, 3, 4)


def test_a_day_that_every_episode_names_stands_behind_what_few_name():
    found = NodeStatistics(mentions=Counter({"other/monday": 9, "other/metaverse": 2}))
    monday = Entity("other", "monday", "Monday", {}, kind="day")
    other = Entity("other", "metaverse", "Metaverse", {}, kind="technology")
    shared = SharedData({entity.id: entity for entity in (monday, other)})
    things, *_ = make_nodes(shared, found)
    assert [thing.label for thing in things] == ["Metaverse", "Monday"]


def test_quotes_stand_by_episode_the_best_first_and_adverts_last(gathered):
    assert [key[:2] for key in gathered.quotes.key] == ["11", "00", "22", "33"]
    assert gathered.quotes.advert == [False, False, True, False]
    assert gathered.quotes.count == [1, 1, 1, 2]


def test_edges_are_what_the_records_say(gathered):
    assert named(gathered, "mentions") == [
        ("episode/e1", "crypto/比特幣", 0.8),
        ("episode/e1", "company/acme", 0.9),
        ("episode/e1", "person/ann", 0.7),
        ("episode/e1", "company/evil", 0.6),
        ("episode/e2", "crypto/比特幣", 1.0),
        ("episode/e2", "company/acme", 0.5),
        ("episode/e3", "place/rome", 0.55),
    ]
    assert named(gathered, "partOf")[0] == ("episode/e1", "show/a-show", 0.8)
    assert named(gathered, "states") == [("company/evil", "company/acme", 1.0)]
    assert named(gathered, "quoted")[3:] == [("episode/e1", "33", 0.5), ("episode/e2", "33", 0.3)]
    assert named(gathered, "theme")[-1] == ("33", "theme/tax", 1.0)
    assert ("episode/e1", "topic/chips", 0.5) in named(gathered, "about")
    assert ("episode/e1", "theme/gas", 0.5) in named(gathered, "about")
    assert named(gathered, "keyword")[0] == ("episode/e1", "tag/ai", 1.0)


def test_a_quote_names_what_its_episode_mentions_and_as_surely(gathered):
    assert named(gathered, "names") == [
        ("11", "crypto/比特幣", 0.8),
        ("11", "company/acme", 0.9),
        ("00", "company/acme", 0.9),
    ]


def test_a_selection_draws_its_part_only():
    narrow = gather_atlas_data(graph().select(Selection(min_confidence=0.85)))
    assert named(narrow, "mentions") == [
        ("episode/e1", "company/acme", 0.9),
        ("episode/e2", "crypto/比特幣", 1.0),
    ]
    assert named(narrow, "names") == [
        ("11", "company/acme", 0.9),
        ("00", "company/acme", 0.9),
    ]


def test_the_order_of_kinds_is_that_of_the_file(gathered):
    assert list(gathered.edges) == list(EDGE_KINDS)


def test_addresses_that_lead_nowhere_are_left_out(gathered):
    assert [card.url for card in gathered.episode_cards] == [
        *("https://example.org/", "https://example.org/", "", "https://example.org/")
    ]


def test_days_are_those_of_publication(gathered):
    days = {thing.id: (thing.first, thing.last) for thing in gathered.nodes if thing.is_dated}
    assert days["company/acme"] == (20_240, 20_301)
    assert "episode/e3" not in days
    assert len(EPISODES) == gathered.ranges.episodes
