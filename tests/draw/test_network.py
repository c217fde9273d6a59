"""kgraph.draw.network: what pyvis is given."""

from draw.factories import graph

from kgraph.draw.network import CHANCE_DASHES, build_vis_network, label_width, measure_bounds
from kgraph.graph import Entity
from kgraph.graph.cooccurrence import CoMention

ENTITIES = list(graph().shared.entities.values())
PAIR = CoMention("company/acme", "company/beta", 2, 1.2, 1.5, 0.5, 0.36)


def test_nodes_say_type_and_size_and_carry_no_markup_to_parse():
    network = build_vis_network(ENTITIES, [PAIR], "company/acme")
    by_id = {node["id"]: node for node in network.nodes}
    assert list(by_id) == [entity.id for entity in ENTITIES]
    assert not any("title" in thing for thing in (*network.nodes, *network.edges))
    assert by_id["person/ann"]["shape"] == "star"
    assert by_id["company/acme"]["size"] > by_id["company/alone"]["size"]
    assert all(len(node["label"]) <= 24 for node in network.nodes)


def test_edges_say_association_and_doubt():
    (edge,) = build_vis_network(ENTITIES, [PAIR]).edges
    assert edge == {
        "id": "e0",
        "from": "company/acme",
        "to": "company/beta",
        "width": 2.8,
        "dashes": True,
    }
    chance = CoMention("company/acme", "company/beta", 2, 1.2, 1.5, 0.0, 0.36)
    (edge,) = build_vis_network(ENTITIES, [chance]).edges
    assert edge["dashes"] == CHANCE_DASHES


def test_the_frame_holds_every_mark():
    network = build_vis_network(ENTITIES, [PAIR])
    left, top, right, bottom = measure_bounds(network.nodes)
    assert all(left < node["x"] < right and top < node["y"] < bottom for node in network.nodes)


def test_nothing_is_drawn_without_a_label():
    assert (
        build_vis_network([Entity("company", "x", "\u200b", {})], []).nodes[0]["label"] == "\u200b"
    )


def test_wide_letters_are_wide():
    assert label_width("比特幣") > label_width("btc")
