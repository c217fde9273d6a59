"""Names of communities: kinds of members that set them apart, or leading members; all differ."""

import numpy as np
import pytest
from atlas.factories import graph

from kgraph.atlas.community_names import name_communities
from kgraph.atlas.gather import gather_atlas_data
from kgraph.atlas.model import NO_COMMUNITY
from kgraph.draw.group_names import NamedMember, kind_words, make_names


def some(kind, number, count=10, type_="company"):
    return [NamedMember(type_, kind, count)] * number


BANKS = [*some("bank", 4), *some("stablecoin-issuer", 3), *some("", 9), *some("ai-lab", 1)]
LABS = [*some("ai-lab", 5), *some("chip-maker", 1, 20), *some("day", 9, 50, "other")]


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        ([BANKS, LABS], ["Banks and stablecoin issuers", "AI labs"]),
        ([some("", 3), LABS], ["a0, b0", "AI labs"]),
        ([some("bank", 3), some("bank", 4), LABS], ["Banks", "Banks around a1", "AI labs"]),
        ([some("bank", 3)], ["Banks"]),
        ([some("bank", 2), some("", 4)], ["a0, b0", "a1, b1"]),
        ([], []),
    ],
)
def test_kinds_that_set_a_group_apart_name_it(groups, names):
    leaders = [[f"a{n}", f"b{n}"] for n in range(len(groups))]
    assert make_names(groups, leaders) == names


def test_no_two_groups_have_one_name():
    groups = [some("bank", 3)] * 4 + [some("", 2)] * 3
    assert len(set(make_names(groups, [["Same"]] * 7))) == 7


@pytest.mark.parametrize(
    ("kind", "words"), [("us-state", "US states"), ("ai-startup", "AI startups"), ("sex", "sexes")]
)
def test_a_kind_without_words_of_its_own_has_a_plural(kind, words):
    assert kind_words(kind) == words


def test_a_group_has_leaders_and_the_themes_that_set_its_quotes_apart():
    gathered = gather_atlas_data(graph())
    ids = [node.id for node in gathered.nodes[: gathered.ranges.core]]
    group = np.array(
        [{"company/acme": 0, "crypto/比特幣": 1}.get(id_, NO_COMMUNITY) for id_ in ids]
    )
    acme, coin = name_communities(gathered, group)
    assert [ids[n] for n in acme.leaders] == ["company/acme"]
    assert [ids[n] for n in coin.themes] == ["theme/tax"]
    assert (acme.name, coin.name) == ("Acme", "比特幣\n🔥")
