"""What episodes share, as blocks: of one graph, and of two without what both have."""

import pytest
from sample_graph import handmade

from kgraph.graph import SharedData
from kgraph.graph.records import Entity, EpisodeSummary
from kgraph.rdf import describe_shared, describe_shared_differences


def make_shared(*mentions, episodes=0):
    """Return the shared data of episodes that mention these companies, and of some that do none."""
    names = [*map(str.split, mentions), *([] for _ in range(episodes))]
    entities = {
        f"company/{name}": Entity("company", name, name, {name: 1}, episodes=1)
        for name in sorted({name for each in names for name in each})
    }
    summaries = {
        f"e{n}": EpisodeSummary(
            (), "", "2025-09-01", True, mentions={f"company/{name}": 1.0 for name in each}
        )
        for n, each in enumerate(names)
    }
    return SharedData(entities, summaries=summaries)


GRAPHS = {
    "the same": (make_shared("a b", "a b"), make_shared("a b", "a b")),
    "a thing more": (make_shared("a b", "a b", "a b"), make_shared("a b", "a b", "a b c")),
    "a pair less": (make_shared("a b", "a b c", "b c"), make_shared("a b", "a b c", "c")),
    "an episode more": (make_shared("a b", "a b"), make_shared("a b", "a b", episodes=1)),
    "all": (make_shared("a b", "a b", "a"), SharedData()),
}


@pytest.mark.parametrize("graphs", GRAPHS.values(), ids=GRAPHS)
def test_differences_are_the_blocks_that_only_one_graph_has(graphs):
    blocks = [{repr(block) for block in describe_shared(graph)} for graph in graphs]
    differences = [{repr(b) for b in side} for side in describe_shared_differences(*graphs)]
    both = differences[0] & differences[1]
    # Blocks of all entities or terms alike, such as that of a scheme, may be on both sides.
    assert not [block for block in both if "pair/" in block or "month/" in block]
    assert [side - both for side in differences] == [blocks[0] - blocks[1], blocks[1] - blocks[0]]


def test_a_graph_differs_from_itself_in_no_entity():
    shared = handmade().shared
    old, new = (list(blocks) for blocks in describe_shared_differences(shared, shared))
    assert old == new
    assert not [id_ for id_, _ in old if id_.startswith(("company/", "pair/", "month/"))]
