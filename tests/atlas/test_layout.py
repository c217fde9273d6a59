"""kgraph.atlas.layout: a map that is the same each time, whose camps stand apart."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from kgraph.atlas import draw_atlas
from kgraph.atlas.gather import gather_atlas_data
from kgraph.atlas.layout import layout_nodes
from kgraph.base.errors import InputError
from kgraph.base.model import EpisodeFile, Row
from kgraph.graph import (
    Entity,
    EpisodeGraph,
    Graph,
    MentionEdge,
    RowDecision,
    Selection,
    SharedData,
)


def talk(number, keys, date="2025-06-01"):
    """An episode that mentions companies."""
    rows = tuple(Row("companies", n, {"name": key}) for n, key in enumerate(keys))
    mentions = tuple(
        MentionEdge("company", key, key, 0.9, "known", (RowDecision(0, n, key, 0.9, "known"),))
        for n, key in enumerate(keys)
    )
    file = EpisodeFile(f"t{number:03}.md", "", {"date": date}, {"companies": rows}, {})
    return EpisodeGraph(f"t{number:03}", (file,), mentions=mentions)


def two_camps(talks=60, more=()):
    """Talks on chips and talks on coins, a few on both."""
    random = np.random.default_rng(1)
    camps = [[f"{kind}{n:02}" for n in range(12)] for kind in ("chip", "coin")]
    made = [
        talk(n, sorted(random.choice(camps[n % 2], 5, replace=False).tolist()))
        for n in range(talks)
    ]
    made += [talk(talks, ["chip00", "coin00"]), *more]
    return graph_of(made)


def graph_of(talks):
    """The graph of some talks, with an entity for each company."""
    counts = Counter(mention.key for one in talks for mention in one.mentions)
    entities = {
        f"company/{key}": Entity("company", key, key, {key: n}, n, 0.9)
        for key, n in sorted(counts.items())
    }
    return Graph(talks, SharedData(entities))


@pytest.fixture(scope="module")
def mapped():
    gathered = gather_atlas_data(two_camps())
    return gathered, layout_nodes(gathered)


def points(gathered, places):
    return {
        thing.label: (x, y)
        for thing, x, y in zip(gathered.nodes, places.x.tolist(), places.y.tolist(), strict=False)
    }


def apart(one, other):
    return np.hypot(one[0] - other[0], one[1] - other[1])


def test_the_same_graph_gives_the_same_map(mapped):
    _, places = mapped
    again = layout_nodes(gather_atlas_data(two_camps()))
    assert again.x.tolist() == places.x.tolist()
    assert again.y.tolist() == places.y.tolist()
    assert again.community.tolist() == places.community.tolist()


def test_camps_are_found_and_named_by_their_strongest_members(mapped):
    gathered, places = mapped
    camps = {}
    for thing, number in zip(gathered.nodes, places.community.tolist(), strict=False):
        if thing.type == "company":
            camps.setdefault(number, []).append(thing.label)
    assert sorted(sorted(members) for members in camps.values()) == [
        [f"chip{n:02}" for n in range(12)],
        [f"coin{n:02}" for n in range(12)],
    ]
    for number, members in camps.items():
        assert places.communities[number].name == ", ".join(members[:3])
        assert places.communities[number].members == 12


def test_camps_stand_apart(mapped):
    where = points(*mapped)
    names = [f"{kind}{n:02}" for kind in ("chip", "coin") for n in range(12)]
    within, across = [], []
    for one, other in combinations(names, 2):
        (within if one[:4] == other[:4] else across).append(apart(where[one], where[other]))
    assert 2 * np.mean(within) < np.mean(across)


def test_all_stand_in_the_frame_and_fill_it(mapped):
    _, places = mapped
    stands = np.array([places.x, places.y])
    assert np.abs(stands).max() == pytest.approx(1)
    assert (np.abs(stands).max(0) > 0.999).sum() <= 2  # nothing is pinned to the frame


def test_no_two_stand_on_each_other(mapped):
    _, places = mapped
    stands = list(zip(places.x.tolist(), places.y.tolist(), strict=True))
    least = 0.5 / np.sqrt(len(stands))
    assert min(apart(*pair) for pair in combinations(stands, 2)) > least / 4


def test_an_episode_stands_in_the_camp_that_it_speaks_of(mapped):
    gathered, places = mapped
    community = dict(zip((t.id for t in gathered.nodes), places.community.tolist(), strict=False))
    assert community["episode/t000"] == community["company/chip00"]
    assert community["episode/t001"] == community["company/coin00"]


@pytest.mark.parametrize("keys", [[], ["a"], ["a", "b"]])
def test_next_to_nothing_is_drawn_too(keys):
    shared = SharedData({f"company/{k}": Entity("company", k, k, {k: 1}, 1, 0.9) for k in keys})
    assert draw_atlas(Graph([talk(0, keys)], shared)).nodes == 1 + len(keys)


def test_nothing_is_refused():
    with pytest.raises(InputError, match="nothing to draw: no episode within these bounds"):
        draw_atlas(two_camps(), selection=Selection(since="2030-01-01"))
