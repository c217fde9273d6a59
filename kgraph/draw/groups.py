"""Groups the entities of a small picture, and says in three sentences what it shows.

Groups are Louvain communities (Blondel et al. 2008, by networkx) of the associations among the
entities, without the focus, which stands beside all of them, and without those that have no pair
which is more than chance.

Invariant: the same entities and pairs give the same groups, names and sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from kgraph.base.text import pluralize
from kgraph.draw.group_names import NamedMember, make_names
from kgraph.draw.select import association_key
from kgraph.graph import Entity
from kgraph.graph.cooccurrence import CoMention

MIN_GROUP_SIZE = 3  #: smaller groups join the one that they have the strongest pair with
MAX_GROUPS = 8  #: as many as have a colour; the smallest join others
LEADERS = 3  #: members that name a group, and names beside the centre
TOLD_GROUPS, TOLD_LEADERS = 5, 2  #: groups in a sentence, and members of each

#: Colours of groups, the largest first: on a light background, on a dark one.
GROUP_COLOURS = (
    ("#2f6fb7", "#6aa9ee"),
    ("#c4622d", "#f0965f"),
    ("#2c8c6b", "#52c79f"),
    ("#9a5bb0", "#cf97e6"),
    ("#8f6f14", "#dcbc5a"),
    ("#b84a6b", "#ee8aa8"),
    ("#3c8fa3", "#69c6dc"),
    ("#6c7d2c", "#aebf62"),
)


class NameGroup(msgspec.Struct, frozen=True):
    """A group of entities that are mentioned together."""

    name: str
    members: tuple[str, ...]  #: ids, the most mentioned first


def find_groups(
    entities: Sequence[Entity], pairs: Collection[CoMention], focus: str | None
) -> list[NameGroup]:
    """Return the groups of the entities, the largest first.

    Args:
        entities: of the picture.
        pairs: all pairs among them.
        focus: id of the entity in the middle, if there is one.
    """
    by_id = {entity.id: entity for entity in entities if entity.id != focus}
    found = _louvain(by_id, pairs)
    members = [sorted(own, key=lambda id_: (-by_id[id_].episodes, id_)) for own in found]
    members.sort(key=lambda own: (-len(own), own))
    names = make_names(
        [[_describe_member(by_id[id_]) for id_ in own] for own in members],
        [[by_id[id_].label for id_ in own[:LEADERS]] for own in members],
    )
    return [NameGroup(name, tuple(own)) for name, own in zip(names, members, strict=True)]


def _describe_member(entity: Entity) -> NamedMember:
    return NamedMember(entity.type, entity.kind, entity.episodes)


def _louvain(ids: Collection[str], pairs: Collection[CoMention]) -> list[set[str]]:
    import networkx

    ties = [
        (pair.source, pair.target, pair.association)
        for pair in sorted(pairs, key=association_key)
        if pair.association > 0 and pair.source in ids and pair.target in ids
    ]
    tied = {end for tie in ties for end in tie[:2]}
    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_nodes_from(id_ for id_ in ids if id_ in tied)
    graph.add_weighted_edges_from(ties)
    groups: list[set[str]] = [
        set(own) for own in networkx.community.louvain_communities(graph, seed=0)
    ]
    while len(groups) > 1:
        smallest = min(groups, key=lambda own: (len(own), sorted(own)))
        if len(smallest) >= MIN_GROUP_SIZE and len(groups) <= MAX_GROUPS:
            break
        groups.remove(smallest)
        _nearest_group(smallest, groups, ties).update(smallest)
    return groups


def _nearest_group(
    own: set[str], others: list[set[str]], ties: Sequence[tuple[str, str, float]]
) -> set[str]:
    """Return the group that has the strongest pair with another; without one, the largest."""
    for source, target, _ in ties:
        if (source in own) != (target in own):
            end = target if source in own else source
            return next(group for group in others if end in group)
    return max(others, key=lambda group: (len(group), sorted(group)))


def number_groups(groups: Sequence[NameGroup]) -> dict[str, int]:
    """Return the number of the group of each entity."""
    return {id_: number for number, group in enumerate(groups) for id_ in group.members}


# -- sentences ---------------------------------------------------------------------


def tell_story(
    entities: Mapping[str, Entity],
    pairs: Collection[CoMention],
    groups: Sequence[NameGroup],
    focus: str | None,
    episodes: int,
) -> list[str]:
    """Return up to three sentences: the centre, the groups, the strongest ties.

    Args:
        entities: of the picture, by id.
        pairs: all pairs among them.
        groups: of :func:`find_groups`.
        focus: id of the entity in the middle, if there is one.
        episodes: number of episodes in the selection.
    """
    return [
        *_tell_centre(entities, pairs, focus, episodes),
        *_tell_groups(entities, groups),
        *_tell_ties(entities, pairs, number_groups(groups), focus),
    ]


def _tell_centre(
    entities: Mapping[str, Entity], pairs: Collection[CoMention], focus: str | None, episodes: int
) -> list[str]:
    middle = focus or max(entities, key=lambda id_: (entities[id_].episodes, id_), default=None)
    if middle is None:
        return []
    sure = (p for p in pairs if middle in (p.source, p.target) and p.association > 0)
    own = sorted(sure, key=association_key)
    near = [entities[p.target if p.source == middle else p.source].label for p in own[:LEADERS]]
    entity = entities[middle]
    verb = "is mentioned" if focus else "is mentioned most:"
    said = f"{entity.label} {verb} in {entity.episodes:,} of {pluralize(episodes, 'episode')}"
    return [f"{said}, most surely with {_join_words(near)}." if near else f"{said}."]


def _tell_groups(entities: Mapping[str, Entity], groups: Sequence[NameGroup]) -> list[str]:
    if len(groups) < 2:
        return []
    told = []
    for group in groups[:TOLD_GROUPS]:
        leaders = [entities[id_].label for id_ in group.members[:TOLD_LEADERS]]
        is_named_so = group.name.startswith(leaders[0])
        told.append(
            group.name if is_named_so else f"{group.name} (most mentioned: {_join_words(leaders)})"
        )
    more = len(groups) - TOLD_GROUPS
    told += [f"{more} more"] if more > 0 else []
    return [f"The names form {len(groups)} groups: {'; '.join(told)}."]


def _tell_ties(
    entities: Mapping[str, Entity],
    pairs: Collection[CoMention],
    number: Mapping[str, int],
    focus: str | None,
) -> list[str]:
    """Tell the strongest tie, and the strongest between two groups, which surprises most."""
    ties = sorted(
        (p for p in pairs if p.association > 0 and focus not in (p.source, p.target)),
        key=association_key,
    )
    if not ties:
        return []

    def words(pair: CoMention) -> str:
        names = f"{entities[pair.source].label} and {entities[pair.target].label}"
        return f"{names} ({pluralize(pair.episodes, 'episode')}, {pair.lift:.1f} times chance)"

    between = [p for p in ties[1:] if number.get(p.source) != number.get(p.target)]
    surprising = (
        f"; the most surprising, between two groups, that of {words(between[0])}" if between else ""
    )
    return [f"The strongest tie is that of {words(ties[0])}{surprising}."]


def _join_words(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
