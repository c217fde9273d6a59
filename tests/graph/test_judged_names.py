"""Names of judgements that entities have beside their label."""

import pytest
from msgspec.structs import replace

from kgraph.base.errors import DataError, InputError
from kgraph.graph import Entity, judged_names
from kgraph.graph.judged_names import (
    check_different,
    check_meant_names,
    name_entity,
    name_joined_entity,
)
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


def join(judgement, lookup, find_type=lambda name: None):
    return name_joined_entity(judgement, lookup, find_type)


def check_names(judgement, earlier, lookup, file):
    check_meant_names(judgement, join(judgement, lookup), earlier, lookup, file)


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
    named = join(judgement, make_lookup())
    assert named == make_judgement("same", [joined, names[1]], type="company", why="one group")


def test_an_entity_is_named_so_that_a_judgement_means_it():
    bank = Entity("company", "jpmorganchase", "JPMorgan Chase", {"JPMorgan": 90}, 40)
    rare = Entity("product", "jpmorgan", "JPMorgan", {"JPMorgan Coin": 2}, 1)
    lookup = Lookup({entity.id: entity for entity in (*make_lookup().entities, bank, rare)})
    assert (name_entity(bank, lookup), name_entity(rare, lookup)) == (
        "JPMorgan Chase",
        "product/jpmorgan",
    )
    for entity in lookup.entities:
        judgement = make_judgement("same", [name_entity(entity, lookup), "Nobody"])
        assert join(judgement, lookup) == judgement


@pytest.mark.parametrize(
    ("names", "is_refused"),
    [
        (("Acme", "So Acme"), True),
        (("Acme", "Acme Labs"), False),
        (("Acme", "company/acmelabs"), False),
        (("Acme", "Bolt"), False),
        (("Acme", "Nobody"), False),
        (("Zed", "Gemini"), False),  # each may be two
    ],
)
def test_two_names_of_an_entity_are_told_apart_by_its_label(names, is_refused):
    judgement = make_judgement("different", names)
    if is_refused:
        with pytest.raises(InputError, match="`kgraph judge different 'Acme Labs' 'So Acme'`"):
            check_different(judgement, make_lookup())
    else:
        check_different(judgement, make_lookup())
    check_different(make_judgement("same", names), make_lookup())


BOLT_IS_NOT_ACME = ("different", "Bolt", "Acme")
NOTE = "Acme is Acme Labs here"


@pytest.mark.parametrize(
    ("earlier", "later", "note"),
    [
        (BOLT_IS_NOT_ACME, ("same", "Acme", "Bolt"), ""),
        (BOLT_IS_NOT_ACME, ("same", "Bolt", "Acme"), ""),
        (BOLT_IS_NOT_ACME, ("same", "Acme Labs", "Bolt"), NOTE),
        (BOLT_IS_NOT_ACME, ("same", "Bolt", "Acme Labs"), NOTE),
        (BOLT_IS_NOT_ACME, ("same", "So Acme", "Bolt"), NOTE),
        (("different", "Bolt", "Acme Labs"), ("same", "Acme", "Bolt"), NOTE),
        (("same", "Acme Labs", "Bolt"), BOLT_IS_NOT_ACME, NOTE),
        (("same", "Acme Labs", "Bolt"), ("different", "Acme", "Bolt"), NOTE),
        (("same", "Bolt", "Acme Labs"), BOLT_IS_NOT_ACME, NOTE),
        (("same", "Acme Labs", "Bolt"), ("different", "Bolt", "Acme Labs"), ""),
        (("same", "Gemini Trust", "Bolt"), ("different", "Bolt", "Gemini Trust"), ""),
        (("same", "company/gemini", "Bolt"), ("different", "Bolt", "Gemini Trust"),
         "Gemini Trust is company/gemini here"),
    ],
)  # fmt: skip
def test_a_contradiction_by_another_name_of_an_entity_is_refused(earlier, later, note):
    earlier, later = (make_judgement(verb, names) for verb, *names in (earlier, later))
    with pytest.raises(DataError) as error:
        check_names(later, [replace(earlier, line=1)], make_lookup(), "judged.yaml")
    assert str(error.value).startswith(f"judged.yaml: {later.verb} ")
    assert f" contradicts line 1: {earlier.verb} " in str(error.value)
    assert note in str(error.value)
    assert (" here)" in str(error.value)) == bool(note)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (BOLT_IS_NOT_ACME, ("same", "Acme", "Carp")),
        (BOLT_IS_NOT_ACME, ("different", "Bolt", "Acme Labs")),
        (("different", "Acme", "Acme Labs"), ("same", "Acme", "Bolt")),
        (("same", "Acme Labs", "Bolt"), ("different", "Acme", "Acme Labs")),
        (("same", "Acme Labs", "Acme"), ("different", "So Acme", "Acme")),  # of one entity still
        (("different", "Zed", "Bolt"), ("same", "Carp", "Bolt")),  # may be two
        (BOLT_IS_NOT_ACME, ("rename", "Acme Labs", "Akme")),
    ],
)
def test_what_contradicts_nothing_is_accepted(earlier, later):
    earlier, later = (make_judgement(verb, names) for verb, *names in (earlier, later))
    check_names(later, [replace(earlier, line=1)], make_lookup(), "judged.yaml")


MADE_BY_HAND = (("same", "Acme Labs", "Bolt"), BOLT_IS_NOT_ACME)


@pytest.mark.parametrize("later", [("same", "Carp", "Quorvex"), ("same", "Acme Labs", "Quorvex")])
def test_lines_of_the_file_that_contradict_each_other_refuse_no_other(later):
    earlier = [
        replace(make_judgement(verb, names), line=line)
        for line, (verb, *names) in enumerate(MADE_BY_HAND, 1)
    ]
    check_names(make_judgement(*later[:1], later[1:]), earlier, make_lookup(), "f.yaml")


def test_a_chain_of_judgements_that_joins_what_is_told_apart_is_refused():
    judged = (BOLT_IS_NOT_ACME, ("same", "Carp", "Bolt"), ("same", "Quorvex", "Zeta"))
    earlier = [
        replace(make_judgement(verb, names), line=line)
        for line, (verb, *names) in enumerate(judged, 1)
    ]
    with pytest.raises(DataError) as error:
        check_names(make_judgement("same", ["So Acme", "Carp"]), earlier, make_lookup(), "f.yaml")
    assert str(error.value) == (
        "f.yaml: same Acme Labs, Carp contradicts line 1: different Bolt, Acme Labs and line 2: "
        "same Carp, Bolt: remove one of them with `kgraph judge --undo 1 --judgements f.yaml` or "
        "`kgraph judge --undo 2 --judgements f.yaml` first (Acme is Acme Labs here; So Acme is "
        "Acme Labs here)"
    )


def test_what_is_told_apart_is_compared_with_what_is_joined_with_it(monkeypatch):
    counts = []
    monkeypatch.setattr(
        judged_names,
        "build_judgement_table",
        lambda judgements, file: counts.append(len(judgements)),
    )
    earlier = [
        make_judgement(verb, [f"{verb}{n}", f"x{n}"])
        for verb in ("same", "different")
        for n in range(50)
    ]
    check_names(make_judgement("same", ["same1", "Zeta"]), earlier, make_lookup(), "f.yaml")
    assert counts == [101, *([3] * 50)]


@pytest.mark.parametrize(
    ("name", "types", "joined"),
    [
        ("Zedd", {"Zedd": "crypto"}, "person/zedd"),
        ("zedd", {"zedd": "crypto"}, "person/zedd"),
        ("Zedd", {"Zedd": "person"}, "Zedd"),
        ("person/zedd", {"Zedd": "crypto"}, "person/zedd"),
        ("Acme", {"Acme Labs": "product"}, "company/acmelabs"),
        ("Nobody", {"Nobody": "crypto"}, "Nobody"),
    ],
)
def test_an_entity_that_the_lexicon_has_as_another_thing_is_named_by_its_id(name, types, joined):
    judgement = make_judgement("same", [name, "Bolt"])
    assert join(judgement, make_lookup(), types.get).names == (joined, "Bolt")
    typed = make_judgement("same", [name, "Bolt"], type="person")
    assert join(typed, make_lookup(), types.get) == join(typed, make_lookup())


def test_another_verb_stays_as_it_is():
    judgement = make_judgement("rename", ["Acme", "Akme"])
    assert join(judgement, make_lookup()) is judgement
