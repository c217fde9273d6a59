"""Names communities by what they are about: kinds of their members, themes, leading members.

Takes the data of an atlas and the group of each node, returns a :class:`CommunityName` for each
group: communities, and regions of several communities.

Kinds or leading members name it (:mod:`kgraph.draw.group_names`). Its themes set the quotes that
name its members apart, by the same measure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from kgraph.atlas.model import NO_COMMUNITY, Array, AtlasData, AtlasNode
from kgraph.draw.group_names import NAMING_TYPES, NamedMember, make_names

NAMING_MEMBERS = 3  #: members in the name of a group without kinds, and leading ones
NAMING_THEMES = 3


class CommunityName(msgspec.Struct, frozen=True):
    """Name of a group, its leading members and its themes."""

    name: str
    leaders: tuple[int, ...]  #: numbers of its most important members
    themes: tuple[int, ...]  #: numbers of the themes that set its quotes apart


def name_communities(gathered: AtlasData, group: Array) -> list[CommunityName]:
    """Name the groups of the core.

    Args:
        group: number of the group of each node of the core; NO_COMMUNITY for none.
    """
    nodes = gathered.nodes[: gathered.ranges.core]
    members: dict[int, list[int]] = defaultdict(list)
    for node, number in enumerate(group[: len(nodes)].tolist()):
        members[number].append(node)
    members.pop(NO_COMMUNITY, None)
    groups = [members[number] for number in range(max(members, default=-1) + 1)]
    themes = _distinctive_themes(gathered, group)
    leaders = [lead_members(nodes, own) for own in groups]
    labels = [[nodes[n].label for n in own] for own in leaders]
    described = [NamedMember(node.type, node.detail, node.count) for node in nodes]
    names = make_names([[described[n] for n in own] for own in groups], labels)
    return [
        CommunityName(name, tuple(own), tuple(themes.get(number, ())))
        for number, (name, own) in enumerate(zip(names, leaders, strict=True))
    ]


def lead_members(nodes: Sequence[AtlasNode], members: Iterable[int]) -> list[int]:
    """Return the most important members, those of :data:`NAMING_TYPES` first."""
    ranked = sorted(members, key=lambda n: (nodes[n].type not in NAMING_TYPES, -nodes[n].weight, n))
    return ranked[:NAMING_MEMBERS]


def _distinctive_themes(gathered: AtlasData, group: Array) -> dict[int, list[int]]:
    """Return the themes that set the quotes that name a group's members apart, best first."""
    names, themes = gathered.edges["names"], gathered.edges["theme"]
    core = gathered.ranges.core
    is_core = names.target < core
    quotes, numbers = names.source[is_core], group[names.target[is_core]]
    quotes, numbers = quotes[numbers != NO_COMMUNITY], numbers[numbers != NO_COMMUNITY]
    if not len(quotes) or not len(themes):
        return {}
    pairs = np.unique(np.column_stack([quotes, numbers]), axis=0)
    start = np.searchsorted(themes.source, pairs[:, 0])
    count = np.searchsorted(themes.source, pairs[:, 0], "right") - start
    offsets = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    theme = themes.target[np.repeat(start, count) + offsets]
    observed = np.zeros((int(numbers.max()) + 1, core))
    np.add.at(observed, (np.repeat(pairs[:, 1], count), theme), 1)
    expected = np.outer(observed.sum(1), observed.sum(0)) / max(float(observed.sum()), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(observed > expected, observed * np.log(observed / expected), 0.0)
    for n, node in enumerate(gathered.nodes[:core]):
        if node.is_common:
            score[:, n] = 0
    return {
        number: [n for n in np.argsort(-row, kind="stable")[:NAMING_THEMES].tolist() if row[n] > 0]
        for number, row in enumerate(score)
    }
