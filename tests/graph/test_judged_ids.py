"""Ids of entities in other registers, as people judged them."""

import pytest

from kgraph.graph import Entity
from kgraph.graph.judged_ids import apply_judged_ids, describe_fault
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgement_table import build_judgement_table


def make_entities():
    acme = Entity("company", "acme", "Acme", {"Acme": 9, "Akme": 1}, 30)
    acme.ids = (("wikidata", "Q1"), ("ticker", "NYSE:ACME"))
    acme.tickers = ("ACME",)
    bolt = Entity("company", "bolt", "Bolt", {"Bolt": 5}, 5, replaces=("company/volt",))
    bolt.ids = (("wikidata", "Q2"), ("website", "https://bolt.example/"))
    namesake = Entity("product", "acme", "Acme", {"Acme": 1}, 1)
    return {entity.id: entity for entity in (acme, bolt, namesake)}


@pytest.mark.parametrize(
    ("verb", "names", "acme", "bolt"),
    [
        # An id of a kind replaces another, and is taken away from whom it was of.
        ("sameas", ("Acme", "Q2"), "wikidata:Q2 ticker:NYSE:ACME", "website:https://bolt.example/"),
        # Shares have several.
        ("sameas", ("company/acme", "LON:ACM"), "wikidata:Q1 ticker:LON:ACM ticker:NYSE:ACME", ""),
        ("sameas", ("Akme", "cik:7"), "wikidata:Q1 cik:0000000007 ticker:NYSE:ACME", ""),
        (
            "sameas",
            ("Volt", "cik:7"),
            "",
            "wikidata:Q2 cik:0000000007 website:https://bolt.example/",
        ),
        ("not-sameas", ("Acme", "Q1"), "ticker:NYSE:ACME", ""),
        ("not-sameas", ("Acme", "Q2"), "", ""),
        ("sameas", ("Nobody", "Q2"), "", ""),
    ],
)
def test_a_judged_id_is_of_one_entity(verb, names, acme, bolt):
    entities = make_entities()
    before = {id_: entity.ids for id_, entity in entities.items()}
    apply_judged_ids(entities, build_judgement_table([make_judgement(verb, names)]))
    for id_, expected in (("company/acme", acme), ("company/bolt", bolt), ("product/acme", "")):
        ids = [f"{kind}:{value}" for kind, value in entities[id_].ids]
        assert ids == (expected.split() or [f"{k}:{v}" for k, v in before[id_]])


def test_the_symbol_of_a_wrong_ticker_goes_unless_another_exchange_has_it():
    entities = make_entities()
    wrong = make_judgement("not-sameas", ("Acme", "NYSE:ACME"))
    apply_judged_ids(entities, build_judgement_table([wrong]))
    assert (entities["company/acme"].ids, entities["company/acme"].tickers) == (
        (("wikidata", "Q1"),),
        (),
    )
    entities = make_entities()
    right = make_judgement("sameas", ("Acme", "LON:ACME"))
    apply_judged_ids(entities, build_judgement_table([wrong, right]))
    assert entities["company/acme"].tickers == ("ACME",)


@pytest.mark.parametrize(
    ("episodes", "fault"),
    [
        (1, ""),  # of the product: the company is meant ten times as often
        (20, "Acme may be company/acme or product/acme: judge one of the ids"),
        (0, ""),  # only unlikely mentions name it
    ],
)
def test_a_name_of_several_entities_is_of_the_one_that_it_clearly_means(episodes, fault):
    entities = make_entities()
    entities["product/acme"].episodes = episodes
    judgement = make_judgement("sameas", ("Acme", "cik:7"))
    assert describe_fault(Lookup(entities), judgement) == fault
    apply_judged_ids(entities, build_judgement_table([judgement]))
    has_id = ("cik", "0000000007") in entities["company/acme"].ids
    assert has_id == (not fault)
    assert entities["product/acme"].ids == ()
