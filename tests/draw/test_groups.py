"""Groups of a small picture, the sentences about it, and what it can be expanded by."""

import math

import pytest

from kgraph.draw.expansion import MAX_EXPANSION, choose_expansions
from kgraph.draw.groups import MAX_GROUPS, MIN_GROUP_SIZE, find_groups, number_groups, tell_story
from kgraph.draw.network import position_nodes
from kgraph.graph import Entity
from kgraph.graph.cooccurrence import CoMention


def entity(id_, episodes=5, kind=""):
    type_, key = id_.split("/")
    return Entity(type_, key, key.title(), {}, episodes, 0.9, kind)


def pair(one, other, association=0.5, episodes=4):
    first, second = sorted((one, other))
    return CoMention(first, second, episodes, float(episodes), 3.0, association, 0.9, True)


def circle(ids, association=0.6):
    return [pair(a, b, association) for n, a in enumerate(ids) for b in ids[n + 1 :]]


BANKS = [f"company/bank{n}" for n in range(5)]
LABS = [f"company/lab{n}" for n in range(4)]
FOCUS = "person/ann"
ENTITIES = [
    entity(FOCUS, 40),
    *(entity(id_, 9, "bank") for id_ in BANKS),
    *(entity(id_, 7, "ai-lab") for id_ in LABS),
]
PAIRS = [
    *circle(BANKS),
    *circle(LABS),
    pair("company/bank0", "company/lab0", 0.2, 6),
    *(pair(FOCUS, id_, 0.4) for id_ in (*BANKS, *LABS)),
]


def test_what_is_mentioned_together_is_a_group_named_by_its_kind():
    groups = find_groups(ENTITIES, PAIRS, FOCUS)
    assert [(group.name, set(group.members)) for group in groups] == [
        ("Banks", set(BANKS)),
        ("AI labs", set(LABS)),
    ]
    assert FOCUS not in number_groups(groups)
    assert find_groups(ENTITIES, list(reversed(PAIRS)), FOCUS) == groups


def test_groups_stand_apart_around_the_focus():
    number = number_groups(find_groups(ENTITIES, PAIRS, FOCUS))
    points = position_nodes(ENTITIES, PAIRS, 40, number)
    where = dict(zip([one.id for one in ENTITIES], points, strict=True))
    within = max(math.dist(where[a], where[b]) for own in (BANKS, LABS) for a in own for b in own)
    across = [math.dist(where[a], where[b]) for a in BANKS for b in LABS]
    assert sum(across) / len(across) > within


@pytest.mark.parametrize("number", [0, 2, 3])
def test_few_names_are_one_group_or_none(number):
    found = find_groups(ENTITIES[1 : 1 + number], circle(BANKS[:number]), None)
    assert [len(group.members) for group in found] == ([number] if number else [])


def test_a_name_without_a_tie_is_in_no_group_and_none_that_the_focus_is_surely_with():
    entities = [*ENTITIES, entity("company/lone", 30)]
    pairs = [*PAIRS, pair("company/lone", BANKS[0], -0.1, 9), pair(FOCUS, "company/lone", 0.0, 9)]
    groups = find_groups(entities, pairs, FOCUS)
    assert groups == find_groups(ENTITIES, PAIRS, FOCUS)
    only_chance = [pair(FOCUS, BANKS[0], 0.0), pair(FOCUS, BANKS[1], 0.3)]
    by_id = {each.id: each for each in ENTITIES}
    story = tell_story(by_id, only_chance, [], FOCUS, 60)
    assert story == ["Ann is mentioned in 40 of 60 episodes, most surely with Bank1."]


def test_a_focus_with_one_group_stands_in_the_middle():
    entities = [entity(FOCUS, 9), *(entity(id_) for id_ in (*BANKS, *LABS))]
    pairs = [*(pair(FOCUS, each.id, 0.0) for each in entities[1:]), *circle([*BANKS, *LABS], 0.1)]
    groups = number_groups(find_groups(entities, pairs, FOCUS))
    (x, y), *others = position_nodes(entities, pairs, 9, groups)
    assert set(groups.values()) == {0}
    for middle, ends in ((x, [p[0] for p in others]), (y, [p[1] for p in others])):
        assert abs(middle - sum(ends) / len(ends)) < (max(ends) - min(ends)) / 5


def test_small_groups_join_others_and_there_are_colours_for_all():
    names = [[f"company/g{n}m{k}" for k in range(3)] for n in range(MAX_GROUPS + 3)]
    alone = ["company/alone"]
    entities = [entity(id_) for own in [*names, alone] for id_ in own]
    pairs = [p for own in names for p in circle(own)] + [pair("company/alone", names[0][0], 0.1)]
    groups = find_groups(entities, pairs, None)
    assert len(groups) <= MAX_GROUPS
    assert min(len(group.members) for group in groups) >= MIN_GROUP_SIZE
    assert sum(len(group.members) for group in groups) == len(entities)
    assert len({group.name for group in groups}) == len(groups)


def test_three_sentences_tell_the_centre_the_groups_and_the_ties():
    by_id = {one.id: one for one in ENTITIES}
    groups = find_groups(ENTITIES, PAIRS, FOCUS)
    centre, told, ties = tell_story(by_id, PAIRS, groups, FOCUS, 100)
    assert centre == (
        "Ann is mentioned in 40 of 100 episodes, most surely with Bank0, Bank1 and Bank2."
    )
    assert told == (
        "The names form 2 groups: Banks (most mentioned: Bank0 and Bank1); "
        "AI labs (most mentioned: Lab0 and Lab1)."
    )
    assert ties == (
        "The strongest tie is that of Bank0 and Bank1 (4 episodes, 3.0 times chance); the most "
        "surprising, between two groups, that of Bank0 and Lab0 (6 episodes, 3.0 times chance)."
    )


def test_what_is_not_there_is_not_told():
    assert tell_story({}, [], [], None, 0) == []
    alone = entity("company/x", 1)
    assert tell_story({alone.id: alone}, [], [], None, 3) == [
        "X is mentioned most: in 1 of 3 episodes."
    ]


def test_a_picture_is_expanded_by_the_nearest_names_that_are_not_drawn():
    others = [f"company/o{n}" for n in range(MAX_EXPANSION + 2)]
    entities = {one.id: one for one in [*ENTITIES, *map(entity, others)]}
    pairs = [*PAIRS, *(pair(BANKS[0], id_, 0.9 - n / 20) for n, id_ in enumerate(others))]
    more = choose_expansions(entities, pairs, [one.id for one in ENTITIES])
    assert [row[0] for row in more["links"][BANKS[0]]] == others[:MAX_EXPANSION]
    assert sorted(more["things"]) == sorted(others[:MAX_EXPANSION])
    assert list(more["links"]) == [BANKS[0]]
    assert more["things"][others[0]]["label"] == "O0"
    assert more["links"][BANKS[0]][1][1:4] == (4, 0.85, 0.9)  # episodes, association, confidence
