"""kgraph.atlas.encode: the page's own script reads what was gathered, edge by edge."""

import numpy as np
import pytest
from atlas.factories import HARM, NODE, decoded, graph

from kgraph.atlas import draw_atlas
from kgraph.atlas.gather import MIN_TIE_STRENGTH, gather_atlas_data
from kgraph.atlas.layout import layout_nodes
from kgraph.atlas.model import EDGE_KINDS, NO_COMMUNITY, NODE_TYPES, without_quotes
from kgraph.views.highlights import find_associations
from kgraph.views.open_graph import OpenGraph

pytestmark = pytest.mark.skipif(not NODE, reason="no node on this machine")


@pytest.fixture(scope="module", params=["made by hand", "sample"])
def drawn(request, tmp_path_factory):
    """A graph, and what its atlas says."""
    found = graph() if request.param != "sample" else request.getfixturevalue("sample").graph
    path = tmp_path_factory.mktemp("atlas") / "atlas.html"
    draw_atlas(found, path, title=HARM)
    return gather_atlas_data(found), decoded(path)


def edges_of(gathered):
    return [
        (kind, source, target, strength)
        for kind in EDGE_KINDS
        for source, target, strength in zip(
            *(
                getattr(gathered.edges[kind], end).tolist()
                for end in ("source", "target", "strength")
            ),
            strict=True,
        )
    ]


def test_every_edge_is_read_with_its_strength(drawn):
    gathered, said = drawn
    wanted = edges_of(gathered)
    ends = list(
        zip((EDGE_KINDS[k] for k in said["kind"]), said["source"], said["target"], strict=True)
    )
    assert ends == [edge[:3] for edge in wanted]
    assert said["strength"] == pytest.approx([edge[3] for edge in wanted], abs=0.5 / 250 + 1e-6)


def test_every_node_is_read(drawn):
    gathered, said = drawn
    things, ranges = gathered.nodes, gathered.ranges
    held = len(things)
    assert [NODE_TYPES[n] for n in said["type"]] == [t.type for t in things] + [
        "quote"
    ] * ranges.quotes
    assert said["labels"] == [thing.label for thing in things]
    assert said["ids"] == [thing.id for thing in things]
    assert said["details"] == [thing.detail for thing in things]
    assert said["aliases"] == [[list(spelling) for spelling in t.spellings] for t in things]
    assert said["first"][:held] == [thing.first for thing in things]
    assert said["last"][:held] == [thing.last for thing in things]
    assert said["count"] == [thing.count for thing in things] + gathered.quotes.count
    sure = [thing.confidence for thing in things] + [1.0] * ranges.quotes
    assert said["confidence"] == pytest.approx(sure, abs=0.5 / 255 + 1e-6)
    parents = [-1] * ranges.placed + gathered.leaf_parents + gathered.quotes.parent
    assert said["parent"] == parents
    shows = [-1] * ranges.core + gathered.episode_shows
    assert said["show"] == shows + [shows[parent] for parent in parents[ranges.placed :]]


def test_what_has_an_episode_is_as_old_and_in_its_camp_and_beside_it(drawn):
    gathered, said = drawn
    for node in range(gathered.ranges.placed, gathered.ranges.total):
        parent = said["parent"][node]
        assert said["first"][node] == said["last"][node] == said["first"][parent]
        assert said["community"][node] == said["community"][parent]
        reach = np.hypot(said["x"][node] - said["x"][parent], said["y"][node] - said["y"][parent])
        assert 0 < reach <= said["meta"]["spacing"] * np.sqrt(gathered.ranges.total + 2)


def test_places_and_camps_are_those_of_the_layout(drawn):
    gathered, said = drawn
    places, placed = layout_nodes(gathered), gathered.ranges.placed
    assert said["x"][:placed] == pytest.approx(places.x.tolist(), abs=1e-3)
    assert said["y"][:placed] == pytest.approx(places.y.tolist(), abs=1e-3)
    assert said["community"][:placed] == places.community.tolist()
    named = {number for number in said["community"] if number != NO_COMMUNITY}
    assert named <= set(range(len(said["meta"]["communities"])))


def test_quotes_are_read_with_their_texts(drawn):
    gathered, said = drawn
    quotes, first = gathered.quotes, gathered.ranges.total - gathered.ranges.quotes
    texts = zip(quotes.text, quotes.key, strict=True)
    assert said["quotes"] == [[n, text, key] for n, (text, key) in enumerate(texts, first)]
    assert said["relevance"][first:] == pytest.approx(quotes.relevance, abs=0.5 / 250 + 1e-6)
    assert said["advert"][first:] == list(map(int, quotes.advert))


def test_evidence_is_read(drawn):
    gathered, said = drawn
    table, mentions = gathered.rows, gathered.edges["mentions"]
    rows = iter(range(len(table.surface)))
    for edge, (target, behind) in enumerate(
        zip(mentions.target.tolist(), table.rows_per_mention, strict=True)
    ):
        for witness in said["mentions"][edge]:
            row = next(rows)
            spelling, _ = gathered.nodes[target].spellings[table.surface[row]]
            told = {"row": row, "surface": spelling, "rule": table.rules[table.rule[row]]}
            assert told.items() <= witness.items()
            assert witness["confidence"] == pytest.approx(table.confidence[row], abs=0.003)
        assert len(said["mentions"][edge]) == behind
    assert [text for _, text, _ in said["contexts"]] == table.context


def test_associations_follow_from_the_mentions(drawn):
    gathered, said = drawn
    found = [max(one["association"], MIN_TIE_STRENGTH) for one in said["associations"]]
    assert found == pytest.approx(gathered.edges["associated"].strength.tolist(), abs=0.01)


def test_what_stands_beside_a_thing_is_what_pages_say(sample, tmp_path):
    draw_atlas(sample.graph, tmp_path / "a.html")
    said, graph = decoded(tmp_path / "a.html"), OpenGraph(sample)
    listed = 0
    for node, rows in zip(said["ids"], said["beside"], strict=False):
        if node in graph.shared.entities:
            ties = find_associations(graph, node)
            assert {said["ids"][row["node"]]: row["episodes"] for row in rows} == {
                tie.thing.id: tie.episodes for tie in ties
            }
            scores = {tie.thing.id: tie.association for tie in ties}
            for row in rows:
                measured = scores[said["ids"][row["node"]]]
                assert row["association"] == pytest.approx(measured, abs=0.01)
            listed += len(rows)
    assert listed > 100


def test_what_an_atlas_made_by_hand_says(tmp_path):
    draw_atlas(graph(), tmp_path / "a.html", title="T")
    said = decoded(tmp_path / "a.html")
    assert said["episodes"][2] == {
        "file": "e3.md",
        "url": "",
        "summary": f"About e3 {HARM}",
        "date": "",
        "dated": False,
    }
    assert said["mentions"][1][1] == {
        "row": 2,
        "surface": "ACME",
        "rule": "known",
        "extractor": "llm",
        "stated": "high",
        "confidence": pytest.approx(0.7, abs=0.002),
    }
    assert said["associations"] == [], "two episodes are no tie"
    assert said["together"]["shared"] == [[1, 0], [5, 4]]
    assert said["meta"]["dates"] == [20240, 20301]


def test_without_quotes_no_text_is_left(tmp_path):
    draw_atlas(graph(), tmp_path / "bare.html", quotes=False)
    said = decoded(tmp_path / "bare.html")
    left = without_quotes(gather_atlas_data(graph()))
    assert (said["quotes"], said["contexts"]) == ([], [])
    assert len(said["type"]) == left.ranges.total
    assert len(said["kind"]) == sum(map(len, left.edges.values()))
    assert said["episodes"][0]["file"] == ""
