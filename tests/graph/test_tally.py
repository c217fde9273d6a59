"""Tallies: sums that merge in any grouping."""

import msgspec
import pytest
from sample_graph import handmade

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.lexicon import LexiconEntry, build_lexicon
from kgraph.base.word_lists import Vocabulary
from kgraph.graph import Entity, EpisodeSummary
from kgraph.graph.lookup import popularity_key
from kgraph.graph.tally import (
    Tally,
    build_shared_data,
    make_enricher,
    relate_namesake,
    summarize_episode,
    tally_episode,
)
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.knowledge import Knowledge, resolve_judgements


def tally_of(*labels):
    entities = [Entity("company", label.lower(), label, {label: 1}, 1, 0.9) for label in labels]
    return Tally({entity.id: entity for entity in entities})


def add_up(*parts):
    total = Tally()
    for part in parts:
        total.add(part)
    return total


def test_adding_is_associative():
    a, b, c = (lambda: tally_of("Acme")), (lambda: tally_of("Acme", "Bolt")), tally_of("Bolt")
    assert add_up(add_up(a(), b()), c) == add_up(a(), add_up(b(), tally_of("Bolt")))


def test_a_relation_to_an_unmentioned_entity_is_left_out():
    def enrich(entity):
        entity.relations = (("kg:partOf", "company/bolt"), ("kg:partOf", "company/absent"))

    shared = build_shared_data(tally_of("Acme", "Bolt"), "digest", enrich)
    assert shared.entities["company/acme"].relations == (("kg:partOf", "company/bolt"),)


def test_summaries_are_sorted_by_slug_in_any_grouping():
    one, two = (EpisodeSummary((f"{n}.md",), n, show="show/x", mentions={}) for n in "ab")
    total = add_up(Tally(summaries={"b": two}), Tally(summaries={"a": one}))
    assert list(build_shared_data(total, "digest", lambda entity: None).summaries.items()) == [
        ("a", one),
        ("b", two),
    ]


def test_a_summary_has_the_recordings_mentions_and_show():
    [episode] = handmade()
    assert tally_episode(episode).summaries == {
        "talk": EpisodeSummary(
            ("a.md",), "NVIDIA", "2025-09-01", True, "show/ours", {"company/nvidia": 0.934}
        )
    }


def test_a_summary_separates_mentions_in_adverts_alone():
    [episode] = handmade()
    advert = msgspec.structs.replace(episode.mentions[0], advert=0.98)
    summary = summarize_episode(msgspec.structs.replace(episode, mentions=(advert,)))
    assert (summary.mentions, summary.adverts) == ({}, {"company/nvidia": 0.934})


def test_a_product_is_related_to_the_company_of_its_name():
    def related(product_of=(), episodes=1):
        entities = {
            e.id: e
            for e in (
                Entity("product", "pad", "Pad", {}, 3, relations=product_of),
                Entity("company", "pad", "Pad", {}, episodes),
                Entity("crypto", "pad", "Pad", {}, 3),
            )
        }
        for entity in entities.values():
            relate_namesake(entity, entities)
        return [entity.relations for entity in entities.values()]

    own, other = ("kg:productOf", "company/pad"), ("kg:productOf", "company/acme")
    assert related() == [(own,), (), ()]
    assert related(episodes=0) == [(), (), ()]  # only adverts or unlikely mentions name it
    assert related((other,), 4) == [(other,), (), ()]
    assert related((other,), 5) == [(other, own), (), ()]
    assert related((own,), 5) == [(own,), (), ()]  # the lexicon says so, too


def test_an_entity_has_the_facts_of_its_usual_name():
    known = Knowledge(
        lexicon=build_lexicon(
            [
                LexiconEntry("Chirp", "product", kind="app", product_of="Acme"),
                LexiconEntry("Old Chirper", "product", kind="website", same_as="Chirp"),
                LexiconEntry("Acme", "company"),
            ]
        )
    )
    entity = Entity("product", "chirp", "Chirp", {}, 1)
    make_enricher(known)(entity)
    assert (entity.kind, entity.relations) == ("app", (("kg:productOf", "company/acme"),))


@pytest.mark.parametrize(("type_", "kind"), [("other", "day"), ("company", "")])
def test_an_entity_of_another_type_than_its_former_has_no_kind_of_that(type_, kind):
    judgements = build_judgement_table([Judgement("type", ("Monday",), type=type_)])
    known = Knowledge(
        lexicon=build_lexicon([LexiconEntry("Monday", "other", kind="day")]), judgements=judgements
    )
    entity = Entity(type_, "monday", "Monday", {})
    make_enricher(known)(entity)
    assert entity.kind == kind
    assert entity.replaces == tuple(f"{t}/monday" for t in sorted(TYPE_NAMES) if t != type_)


def enrich_carp(*judgements, entity):
    lexicon = build_lexicon(
        [
            LexiconEntry("Carp", "company", aliases=("Carp Trust",), tickers=("CARP",)),
            LexiconEntry("Dollar Carp", "crypto", token_of="Carp", part_of="Widget"),
            LexiconEntry("Widget", "other"),
        ]
    )
    own_ids = {"company": {"Carp": {"cik": {"0000000012": "own"}}}}
    table = resolve_judgements(build_judgement_table(judgements), lexicon, lambda key: "")
    make_enricher(Knowledge(lexicon=lexicon, judgements=table, own_ids=own_ids))(entity)
    return entity


@pytest.mark.parametrize("name", ["Carp", "company/carp"])
def test_an_entity_of_a_judged_type_keeps_nothing_of_an_entry_of_another(name):
    judgement = Judgement("type", (name,), "product")
    carp = enrich_carp(judgement, entity=Entity("product", "carp", "Carp", {}))
    assert "company/carp" in carp.replaces
    assert (carp.aliases, carp.tickers, carp.ids, carp.entry_ids) == ((), (), (), ("product/carp",))
    token = Entity("crypto", "dollarcarp", "Dollar Carp", {})
    assert enrich_carp(judgement, entity=token).relations[-1] == ("kg:tokenOf", "company/carp")


def test_a_renamed_entity_keeps_its_entry_and_relations_to_it():
    judgement = Judgement("rename", ("Carp", "Koi"))
    koi = enrich_carp(judgement, entity=Entity("company", "koi", "Koi", {}))
    assert (koi.aliases, koi.tickers) == (("Carp", "Carp Trust"), ("CARP",))
    assert ("cik", "0000000012") in koi.ids
    token = Entity("crypto", "dollarcarp", "Dollar Carp", {})
    assert enrich_carp(judgement, entity=token).relations[-1] == ("kg:tokenOf", "company/koi")


def test_a_relation_leads_to_an_entry_of_another_type_that_it_is_joined_with():
    joined = Judgement("same", ("Widget", "Carp"))
    token = Entity("crypto", "dollarcarp", "Dollar Carp", {})
    assert enrich_carp(joined, entity=token).relations[-1] == ("kg:tokenOf", "other/widget")


def test_what_every_talk_names_comes_last():
    known = Knowledge(
        lexicon=build_lexicon(
            [LexiconEntry("Monday", "other", kind="day"), LexiconEntry("Cher", "person")]
        ),
        vocabulary=Vocabulary(frozenset(), frozenset({"josh", "cher"}), frozenset()),
    )
    entities = [
        Entity(type_, label.lower(), label, {}, episodes)
        for type_, label, episodes in (
            ("other", "Monday", 9),
            ("person", "Josh", 8),  # a bare first name; Cher is known
            ("person", "Cher", 2),
            ("place", "Josh", 1),
        )
    ]
    enrich = make_enricher(known)
    for entity in entities:
        enrich(entity)
    ranked = sorted(entities, key=popularity_key)
    assert [(e.type, e.label, e.kind) for e in ranked] == [
        ("person", "Cher", ""),
        ("place", "Josh", ""),
        ("other", "Monday", "day"),
        ("person", "Josh", "first-name"),
    ]
