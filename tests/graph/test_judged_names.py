"""Names of judgements that entities have beside their label."""

import pytest

from kgraph.graph import Entity
from kgraph.graph.judged_names import describe_names_apart, name_joined_entity
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgement import make_judgement


def make_lookup():
    entities = (
        Entity("company", "acmelabs", "Acme Labs", {"Acme": 5, "So Acme": 1, "Acme Labs": 2}, 6),
        Entity("company", "bolt", "Bolt", {"Bolt": 5}, 5, aliases=("Bolt Works",)),
        Entity("company", "gemini", "Gemini", {"Gemini": 2, "Gemini Trust": 1}, 3),
        Entity("product", "gemini", "Gemini", {"Gemini": 3}, 3),
        Entity("company", "carp", "Carp", {"Zed": 2, "Carp": 1}, 2),
        Entity("person", "zedd", "Zedd", {"Zed": 2}, 2),
    )
    return Lookup({entity.id: entity for entity in entities})


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        (("Acme", "Bolt"), "Acme Labs"),
        (("Acme Labs", "Bolt"), "Acme Labs"),
        (("ACME LABS", "Bolt"), "ACME LABS"),
        (("Bolt Works", "Acme"), "Bolt"),  # no row has it, and the lexicon does
        (("Gemini Trust", "Bolt"), "company/gemini"),  # its label is also of a product
        (("Zed", "Bolt"), "Zed"),  # may be two
        (("Nobody", "Bolt"), "Nobody"),
        (("company/acmelabs", "Bolt"), "company/acmelabs"),
        (("Acme", "Acme Labs"), "Acme"),  # renames it
    ],
)
def test_the_first_name_of_same_is_that_of_the_entity_that_it_means(names, joined):
    judgement = make_judgement("same", names, type="company", why="one group")
    named = name_joined_entity(judgement, make_lookup())
    assert named == make_judgement("same", [joined, names[1]], type="company", why="one group")


def test_another_verb_stays_as_it_is():
    judgement = make_judgement("rename", ["Acme", "Akme"])
    assert name_joined_entity(judgement, make_lookup()) is judgement


@pytest.mark.parametrize(
    ("verb", "names", "note"),
    [
        (
            "same",
            ("Acme", "Bolt"),
            "same Acme, Bolt: rows written Acme stay Acme Labs: to join that, name "
            "company/acmelabs in place of Acme",
        ),
        (
            "rename",
            ("Acme", "Bolt"),
            "rename Acme, Bolt: only rows written Acme are renamed, and not 2 other rows of Acme "
            "Labs: to rename all, name company/acmelabs in place of Acme",
        ),
        ("same", ("Acme Labs", "Bolt"), ""),
        ("same", ("Acme", "Acme Labs"), ""),
        ("same", ("Gemini", "Bolt"), ""),
        ("rename", ("Zed", "Bolt"), "rename Zed, Bolt: only rows written Zed are renamed, and not "
         "1 other row of Carp: to rename all, name company/carp in place of Zed"),
        ("reject", ("Acme",), ""),
    ],
)  # fmt: skip
def test_rows_that_a_judgement_leaves_apart_are_told(verb, names, note):
    notes = describe_names_apart([make_judgement(verb, names)], make_lookup())
    assert notes == ([note] if note else [])
