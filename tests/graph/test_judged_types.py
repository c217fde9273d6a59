"""Types of the names that a judgement joins."""

import pytest
from msgspec.structs import replace

from kgraph.graph import Entity
from kgraph.graph.judged_types import describe_kinds_joined, describe_types_apart
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgement import make_judgement


def make_lookup():
    entities = (
        Entity("company", "acmelabs", "Acme Labs", {"Acme": 5, "Acme Labs": 2}, 6),
        Entity("company", "bolt", "Bolt", {"Bolt": 5}, 5),
        Entity("company", "gemini", "Gemini", {"Gemini": 2, "Gemini Trust": 1}, 3),
        Entity("product", "gemini", "Gemini", {"Gemini": 3}, 3),
        Entity("company", "carp", "Carp", {"Zed": 2, "Carp": 1}, 2),
        Entity("person", "zedd", "Zedd", {"Zed": 2}, 2),
    )
    return Lookup({entity.id: entity for entity in entities})


@pytest.mark.parametrize(
    ("judged", "is_apart"),
    [
        ((("same", "Bolt", "Carp", ""), ("type", "Carp", "person")), True),
        ((("type", "Carp", "person"), ("same", "Bolt", "Carp", "")), True),
        ((("same", "Bolt", "Carp", ""), ("accept", "Carp", "person")), True),
        ((("same", "Bolt", "Carp", ""), ("type", "Carp", "company")), False),
        ((("same", "Bolt", "Carp", ""), ("accept", "Carp", "")), False),
        ((("same", "Bolt", "Carp", ""), ("type", "Bolt", "person")), False),
        ((("type", "Carp", "person"), ("same", "Bolt", "Carp", "person")), False),
        ((("same", "Gemini", "Carp", ""), ("type", "Carp", "product")), False),  # is both
        ((("same", "Nobody", "Carp", ""), ("type", "Carp", "person")), False),
        ((("rename", "Carp", "Bolt", ""), ("type", "Carp", "person")), False),
    ],
)
def test_what_a_type_leaves_apart_of_what_is_joined_is_told(judged, is_apart):
    first, second = known = [
        replace(make_judgement(verb, names, type=type_), line=line)
        for line, (verb, *names, type_) in enumerate(judged, 1)
    ]
    note = (
        f"{second}: by line 1 of f.yaml ({first}), rows written Carp are person/bolt, apart from "
        "company/bolt: to join them, kgraph judge type --type person Bolt; to undo that line, "
        "kgraph judge --undo 1 --judgements f.yaml"
    )
    for judgements in ([second], known):
        notes = describe_types_apart(judgements, known, make_lookup(), "f.yaml")
        assert notes == ([note] if is_apart else [])
    assert describe_types_apart([], known, make_lookup(), "f.yaml") == []


def test_what_a_type_leaves_apart_is_told_without_a_line_before_both_are_written():
    known = [
        make_judgement("same", ["Bolt", "Carp"]),
        make_judgement("type", ["Carp"], type="person"),
    ]
    [note] = describe_types_apart(known, known, make_lookup(), "f.yaml")
    assert note == (
        f"{known[1]}: by {known[0]}, rows written Carp are person/bolt, apart from company/bolt: "
        "to join them, kgraph judge type --type person Bolt"
    )


def test_a_type_that_is_judged_is_not_advised_against():
    known = [
        make_judgement("type", ["Acme Labs"], type="show"),
        make_judgement("same", ["Acme Labs", "Carp"]),
        make_judgement("type", ["Carp"], type="person"),
    ]
    [note] = describe_types_apart(known, known, make_lookup(), "f.yaml")
    assert note.endswith("rows written Carp are person/acmelabs, apart from show/acmelabs")
    [note] = describe_types_apart(known[1:], known[1:], make_lookup(), "f.yaml")
    assert note.endswith(
        "company/acmelabs: to join them, kgraph judge type --type person 'Acme Labs'"
    )


@pytest.mark.parametrize(
    ("names", "type_", "earlier", "kinds"),
    [
        (("Bolt", "Zedd"), "", [], "Zedd (person) with Bolt (company)"),
        (("Zedd", "Bolt"), "", [], "Bolt (company) with Zedd (person)"),
        (("company/bolt", "Zedd"), "", [], "Zedd (person) with company/bolt (company)"),
        (("Bolt", "person/zedd"), "", [], "person/zedd (person) with Bolt (company)"),
        (("Bolt", "Acme"), "", [], ""),  # of one type
        (("Bolt", "Zedd"), "company", [], ""),  # which the user has given
        (("Bolt", "Gemini"), "", [], ""),  # is both
        (("Bolt", "Nobody"), "", [], ""),
        (("Nobody", "Zedd"), "", [], ""),
        (("Bolt", "Zedd"), "", [("type", "Zedd", "company")], ""),
        (("Bolt", "Zedd"), "", [("type", "Bolt", "person")], ""),
        (("Bolt", "Acme"), "", [("type", "Bolt", "person")], "Acme (company) with Bolt (person)"),
    ],
)
def test_things_of_two_types_that_are_joined_are_told_with_what_keeps_them_apart(
    names, type_, earlier, kinds
):
    judged = [make_judgement(verb, [name], type=given) for verb, name, given in earlier]
    for line, advice in (
        (0, "keep them apart with `kgraph judge different"),
        (3, "undo it with `kgraph judge --undo 3 --judgements f.yaml`"),
    ):
        same = replace(make_judgement("same", names, type=type_), line=line)
        notes = list(describe_kinds_joined([same], [*judged, same], make_lookup(), "f.yaml"))
        told = f"{same}: joins {kinds}: if these are two things, {advice}"
        assert [note[: len(told)] for note in notes] == ([told] if kinds else [])
