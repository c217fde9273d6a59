"""Tallies: sums that merge in any grouping."""

import msgspec
from sample_graph import handmade

from kgraph.graph import Entity, EpisodeSummary
from kgraph.graph.tally import Tally, build_shared_data, summarize_episode, tally_episode


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
