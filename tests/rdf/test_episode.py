"""The statements of episodes and of shared data."""

from collections import Counter

import msgspec
import pytest
from sample_graph import QUOTE, handmade

from kgraph.base.model import EpisodeFile, Reason, Row
from kgraph.graph import EpisodeGraph, EpisodeSummary, SharedData
from kgraph.rdf import count_statements, describe_episode, describe_shared


def said(profile="full", graph=None):
    """Subject -> predicate -> objects."""
    graph = graph or handmade()
    groups = [
        *(group for episode in graph for group in describe_episode(episode, profile)),
        *describe_shared(graph.shared, profile),
    ]
    return {subject: dict(pairs) for subject, pairs in groups}


def test_an_accepted_edge_is_a_statement_and_a_node():
    found = said()
    assert found["episode/talk"]["schema:mentions"] == ["<company/nvidia>"]
    assert found["mention/talk/company/nvidia"] == {
        "a": ["kg:Mention"],
        "kg:episode": ["<episode/talk>"],
        "kg:entity": ["<company/nvidia>"],
        "kg:status": ["kg:Accepted"],
        "kg:confidence": ["0.934"],
        "kg:rule": ['"lexicon"'],
        "kg:mentionCount": ["1"],
        "kg:evidence": ["<row/talk/companies/0>"],
        "kg:reason": ['"lexicon: known"'],
    }


@pytest.mark.parametrize(
    ("confidence", "status", "stated"),
    [(0.4996, "kg:Accepted", "0.5"), (0.4994, "kg:Unlikely", "0.499")],
)
def test_the_floor_is_of_the_confidence_that_is_stated(confidence, status, stated):
    [episode] = handmade()
    mention = msgspec.structs.replace(episode.mentions[0], confidence=confidence)
    quote = msgspec.structs.replace(episode.quotes[0], entities=(("company/nvidia", confidence),))
    doubted = msgspec.structs.replace(episode, mentions=(mention,), quotes=(quote,))
    found = {subject: dict(pairs) for subject, pairs in describe_episode(doubted)}
    node = found["mention/talk/company/nvidia"]
    assert (node["kg:status"], node["kg:confidence"]) == ([status], [stated])
    is_stated = [("schema:mentions" in found[id_]) for id_ in ("episode/talk", f"quote/{QUOTE}")]
    assert is_stated == [status == "kg:Accepted"] * 2


@pytest.mark.parametrize("profile", ["full", "edges"])
def test_nothing_is_stated_of_a_day_that_the_file_does_not_have(profile):
    [episode] = handmade()
    file = msgspec.structs.replace(episode.main_file, values={"title": "Talk"})
    undated = msgspec.structs.replace(episode, files=(file,))
    [(_, pairs), *_] = describe_episode(undated, profile)
    assert not dict(pairs).keys() & {"kg:day", "kg:dateSource", "schema:datePublished"}


def test_a_rejected_mention_is_a_node_only():
    mention = said()["mention/talk/candidate/andi"]
    assert mention["kg:status"] == ["kg:Rejected"]
    assert mention["kg:evidence"] == ["<row/talk/companies/2>"]
    assert "kg:entity" not in mention


def test_a_row_has_the_values_of_the_file():
    assert said()["row/talk/companies/2"] == {
        "a": ["kg:CompanyRow"],
        "kg:jsonPointer": ['"/companies/2"'],
        "kg:surface": ['"And I"'],
        "kg:statedConfidence": ['"low"'],
        "kg:position": ["7"],
        "kg:extractor": ["kg:RegexPass"],
        "prov:wasDerivedFrom": ["<file/a.md>"],
    }


@pytest.mark.parametrize(
    ("values", "rows", "extractor"),
    [
        ({}, {}, "kg:HandWritten"),
        ({"layout": "post"}, {"companies": {"name": "Acme"}}, "kg:HandWritten"),
        ({"processing_date": "2025-09-02"}, {}, "kg:RegexPass"),
        ({"llm_enhanced": False}, {}, "kg:RegexPass"),
        ({}, {"companies": {"name": "Acme", "position": 7}}, "kg:RegexPass"),
        ({}, {"quotes": {"text": "Chips.", "relevance_score": 8}}, "kg:RegexPass"),
        ({}, {"topics": {"topic": "AI", "prominence": 0.5}}, "kg:RegexPass"),
    ],
    ids=str,
)
def test_who_wrote_a_tag_shows_in_its_file(values, rows, extractor):
    lists = {"tags": {"tag": "Chips"}, **rows}
    written = {name: (Row(name, 0, row),) for name, row in lists.items()}
    file = EpisodeFile("a.md", "0" * 64, {"title": "Talk", **values}, written, {})
    blocks = {
        subject: dict(pairs) for subject, pairs in describe_episode(EpisodeGraph("t", (file,)))
    }
    assert blocks["row/t/tags/0"]["kg:extractor"] == [extractor]


def test_topics_tags_and_shows_are_edges_with_nodes():
    found = said()
    episode = found["episode/talk"]
    assert episode["schema:about"] == ["<topic/ai>"]
    assert episode["schema:keywords"] == ["<tag/chips>"]
    assert episode["schema:partOfSeries"] == ["<show/ours>"]
    assert found["topicality/talk/ai"]["kg:prominence"] == ["0.5"]
    assert found["tagging/talk/chips"]["kg:tag"] == ["<tag/chips>"]
    assert found["membership/talk/ours"]["kg:confidence"] == ["0.9"]


def test_a_mention_in_adverts_only_is_marked():
    [episode] = handmade()
    [mention, *_] = episode.mentions
    reason = Reason("described", "the extractor calls it a sponsor", 8.5)
    sold = msgspec.structs.replace(mention, advert=0.98, advert_reasons=(reason,))
    sold = msgspec.structs.replace(episode, mentions=(sold,))
    found = {subject: dict(pairs) for subject, pairs in describe_episode(sold)}
    assert "schema:mentions" not in found["episode/talk"], "who counts mentions counts talk"
    assert found["episode/talk"]["kg:advertises"] == ["<company/nvidia>"]
    node = found["mention/talk/company/nvidia"]
    assert node["kg:advert"] == ["true"]
    assert node["kg:advertProbability"] == ["0.98"]
    assert node["kg:advertReason"] == ['"described: the extractor calls it a sponsor"']
    assert "kg:advertises" not in said()["episode/talk"]


def test_a_quote_has_an_occurrence_and_namings():
    found = said()
    assert found[f"quote/{QUOTE}"]["schema:mentions"] == ["<company/nvidia>"]
    assert found[f"occurrence/talk/{QUOTE}"]["kg:relevance"] == ["0.75"]
    assert found[f"naming/{QUOTE}/company/nvidia"]["kg:confidence"] == ["0.9"]


def test_edges_are_plain_statements_with_labels():
    assert said("edges") == {
        "episode/talk": {
            "a": ["schema:PodcastEpisode"],
            "schema:name": ['"NVIDIA"'],
            "kg:day": ['"2025-09-01"^^xsd:date'],
            "kg:dateSource": ["kg:PublicationDate"],
            "schema:datePublished": ['"2025-09-01"^^xsd:date'],
            "schema:partOfSeries": ["<show/ours>"],
            "schema:about": ["<topic/ai>"],
            "schema:keywords": ["<tag/chips>"],
            "schema:mentions": ["<company/nvidia>"],
            "schema:hasPart": [f"<quote/{QUOTE}>"],
        },
        f"quote/{QUOTE}": {
            "a": ["schema:Quotation"],
            "schema:text": ['"NVIDIA"'],
            "kg:advert": ["false"],
            "kg:advertProbability": ["0.25"],
            "schema:mentions": ["<company/nvidia>"],
        },
        "company/nvidia": {
            "a": ["kg:Company", "schema:Organization"],
            "schema:name": ['"NVIDIA"'],
        },
        "show/ours": {"a": ["kg:Show", "schema:PodcastSeries"], "schema:name": ['"Ours"']},
        "topic/ai": {
            "a": ["kg:Topic", "skos:Concept"],
            "skos:prefLabel": ['"AI"'],
            "skos:inScheme": ["<scheme/topics>"],
            "skos:topConceptOf": ["<scheme/topics>"],
        },
        "tag/chips": {
            "a": ["kg:Tag", "skos:Concept"],
            "skos:prefLabel": ['"Chips"'],
            "skos:inScheme": ["<scheme/tags>"],
            "skos:topConceptOf": ["<scheme/tags>"],
        },
        "scheme/topics": {
            "a": ["skos:ConceptScheme"],
            "skos:prefLabel": ['"Topics of episodes"'],
        },
        "scheme/tags": {"a": ["skos:ConceptScheme"], "skos:prefLabel": ['"Tags of episodes"']},
    }


@pytest.mark.parametrize("profile", ["full", "edges"])
def test_a_subject_has_one_block_without_duplicates(sample, profile):
    graph = sample.graph
    groups = [
        *(group for episode in graph for group in describe_episode(episode, profile)),
        *describe_shared(graph.shared, profile),
    ]
    statements = Counter((s, p, o) for s, pairs in groups for p, objects in pairs for o in objects)
    assert statements.total() == len(statements) == count_statements(groups)
    assert len({subject for subject, _ in groups}) == len(groups)


def test_statistics_are_nodes_with_ids_of_what_they_count():
    outline = EpisodeSummary(
        ("a.md",), "A talk", "2025-09-01", True, "show/ours", {"company/a": 1.0, "company/b": 1.0}
    )
    other = EpisodeSummary(("b.md",), "B", "", False, "", {"company/a": 1.0})
    shared = SharedData(summaries={"a": outline, "b": outline, "c": outline, "d": other})
    found = {subject: dict(pairs) for subject, pairs in describe_shared(shared)}
    assert found["pair/company/a/company/b"] == {
        "a": ["kg:CoMention"],
        "kg:between": ["<company/a>", "<company/b>"],
        "kg:episodes": ["3"],
        "kg:weightedEpisodes": ["3.0"],
        "kg:lift": ["1.0"],
        "kg:association": ["0.0"],
    }
    assert found["month/2025-09/company/a"] == {
        "a": ["kg:MonthlyCount"],
        "kg:countOf": ["<company/a>"],
        "kg:month": ['"2025-09"^^xsd:gYearMonth'],
        "kg:episodes": ["3"],
    }
    assert found["month/2025-09/dataset"]["kg:countOf"] == ["<dataset>"]
