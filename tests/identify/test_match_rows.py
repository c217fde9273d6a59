"""Rows of a table are matched to entities; what contradicts or is unclear is not taken."""

import pytest

from kgraph.base.external_id import parse_external_id
from kgraph.graph import Entity
from kgraph.identify.id_columns import IdentityRow
from kgraph.identify.match_rows import (
    Identifier,
    count_outcomes,
    describe_finding,
    make_id_judgements,
)
from kgraph.resolve.judgement import make_judgement

ENTITIES = {
    entity.id: entity
    for entity in (
        Entity(
            "company", "acme", "Acme", {"Acme": 9, "Akme": 3}, 30, kind="bank",
            aliases=("Acme Holdings",), ids=(("wikidata", "Q1"), ("ticker", "NYSE:ACME")),
        ),
        Entity("product", "acme", "Acme", {"Acme": 1}, 20),
        Entity("company", "bolt", "Bolt", {"Bolt": 5}, 5, replaces=("company/volt",)),
        Entity("company", "cole", "Cole", {"Cole": 2}, 2),
        Entity("place", "cole", "Cole", {"Cole": 2}, 40),
        Entity("crypto", "dune", "Dune", {"Dune": 2}, 2),
    )
}  # fmt: skip


NO_NAME = "the row has neither an id of this graph nor a name"


def row(name="", *ids, line=2, entity="", type_word=""):
    return IdentityRow(line, name, entity, type_word, tuple(map(parse_external_id, ids)))


def match(*rows, judgements=()):
    findings = Identifier(ENTITIES, judgements).match(rows)
    return [(f.outcome, f.entity, f.note) for f in findings]


@pytest.mark.parametrize(
    ("given", "entity"),
    [
        (row("BOLT", "Q7"), "company/bolt"),
        (row("Bolt, Inc.", "Q7"), "company/bolt"),
        (row("Volt", "Q7"), "company/bolt"),  # its name before a judgement
        (row("x", "Q7", entity="https://w3id.org/kgraph/id/company/bolt"), "company/bolt"),
        (row("Bolt", "Q7", entity="https://other.example/id/company/bolt"), "company/bolt"),
        (row("Dune", "Q7", entity="https://other.example/company/bolt"), "crypto/dune"),
        (row("", "Q7", entity="company/volt"), "company/bolt"),
        (row("Bolt", "Q7", entity="company/not-here"), "company/bolt"),
        (row("Acme Holdings", "cik:7"), "company/acme"),
        (row("Acme", "cik:7", type_word="company"), "company/acme"),
        (row("Acme", "enwiki:Acme", type_word="public company"), "company/acme"),
        (row("Acme", "enwiki:Acme", type_word="Organization"), "company/acme"),
        (row("Acme", "enwiki:Acme", type_word="bank"), "company/acme"),  # kind of an entity
        (row("Acme", "Q9", type_word="product"), "product/acme"),
        (row("Cole", "Q9"), "place/cole"),  # meant ten times as often
        (row("Cole", "cik:9"), "company/cole"),  # no place has a CIK
        (row("Dune", "coingecko:dune"), "crypto/dune"),
    ],
)
def test_a_row_is_matched_by_id_name_and_type(given, entity):
    assert match(given) == [("new", entity, "")]


@pytest.mark.parametrize(
    ("given", "outcome", "note"),
    [
        (row("Acme", "Q9"), "ambiguous", "may be company/acme or product/acme: judge sameas one of "
                                         "them"),
        (row("Akme", "Q9"), "ambiguous", "heard for company/acme: judge sameas if it is the same"),
        (row("Nobody", "Q9"), "unknown", "no entity of the graph has this name"),
        (row("Dune", "cik:9"), "unknown", "crypto/dune is no company or institution or product"),
        (row("", "Q9"), "unknown", NO_NAME),
        (row("", "Q9", entity="https://other.example/company/bolt"), "unknown", NO_NAME),
        (row("", "Q9", entity="company/gone"), "unknown", "company/gone is not in the graph"),
        (row("Acme Holdings", "Q9"), "contradictory",
         "company/acme has wikidata:Q1: judge sameas to replace it"),
        (row("Bolt", "Q1"), "contradictory",
         "the id of company/acme: judge sameas to give it to company/bolt"),
        (row("Acme Holdings", "Q1"), "present", ""),
        (row("Acme Holdings", "LON:ACM"), "new", ""),
    ],
)  # fmt: skip
def test_what_is_unclear_or_contradicts_the_graph_is_not_taken(given, outcome, note):
    [(found_outcome, _, found_note)] = match(given)
    assert (found_outcome, found_note) == (outcome, note)


def test_rows_that_contradict_each_other_name_the_line_of_the_other():
    rows = [
        row("Bolt", "Q7", line=2),
        row("Bolt Ltd", "Q8", line=3),
        row("Dune", "enwiki:Dune", line=4),
        row("Cole", "enwiki:Dune", line=5),
        row("Bolt", "NYSE:B", line=6),
        row("Bolt", "LON:B", line=7),
    ]
    assert match(*rows) == [
        ("contradictory", "company/bolt", "company/bolt also has wikidata:Q8 on line 3: keep one"),
        ("contradictory", "company/bolt", "company/bolt also has wikidata:Q7 on line 2: keep one"),
        ("contradictory", "crypto/dune", "also the id of place/cole on line 5: keep one"),
        ("contradictory", "place/cole", "also the id of crypto/dune on line 4: keep one"),
        ("new", "company/bolt", ""),
        ("new", "company/bolt", ""),
    ]


def test_judgements_that_no_build_has_applied_yet_count():
    judgements = [
        make_judgement("sameas", ("Bolt", "Q7")),
        make_judgement("not-sameas", ("Dune", "Q8")),
    ]
    rows = [row("Bolt", "Q7"), row("Bolt", "Q9"), row("Dune", "Q8"), row("Dune", "Q9")]
    assert [outcome for outcome, _, _ in match(*rows[:1], judgements=judgements)] == ["present"]
    assert [note for _, _, note in match(*rows[1:3], judgements=judgements)] == [
        "company/bolt has wikidata:Q7: judge sameas to replace it",
        "a judgement says that crypto/dune has another id",
    ]
    assert match(rows[3], judgements=judgements) == [("new", "crypto/dune", "")]


def test_an_entity_gets_one_judgement_for_all_of_its_ids():
    rows = [row("Bolt", "Q7"), row("Dune", "Q8"), row("Bolt", "cik:7"), row("Bolt", "Q7")]
    findings = Identifier(ENTITIES).match([*rows, row("No\x1b\nbody", "Q9", line=9)])
    assert [str(judgement) for judgement in make_id_judgements(findings, "why")] == [
        "sameas company/bolt, wikidata:Q7, cik:0000000007",
        "sameas crypto/dune, wikidata:Q8",
    ]
    assert count_outcomes(findings)["new"] == 3
    assert count_outcomes(findings)["unknown"] == 1
    assert describe_finding("t.csv", findings[-1]).startswith("t.csv:9: No")
