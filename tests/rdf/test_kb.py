"""The profile for other knowledge bases: what is stated, with which confidence, in which shapes."""

import io

import msgspec
import pyoxigraph
import pyshacl
import pytest
import rdflib
from sample_graph import BASE, HOSTILE, QUOTE, handmade

from kgraph.base.errors import InputError
from kgraph.base.vocabulary import data_path, expand_curie
from kgraph.export import export
from kgraph.export.rdf import RdfContent
from kgraph.graph import Graph, Occurrence, Quote, Selection
from kgraph.rdf import NTriples, Turtle, describe_episode_for_kb, describe_shared_for_kb
from kgraph.rdf.shacl import find_violations, parse_shapes
from kgraph.rdf.shared import describe_entity

SHAPES = data_path("ontology", "shapes-kb.ttl")
REIFIES = pyoxigraph.NamedNode(expand_curie("rdf:reifies"))


def blocks(graph, quotes=0, *, reify=False):
    episodes = [
        block for one in graph for block in describe_episode_for_kb(one, quotes, reify=reify)
    ]
    return [*episodes, *describe_shared_for_kb(graph.shared)]


def stated(graph, quotes=0, *, reify=False):
    """Subject -> predicate -> objects."""
    return {subject: dict(pairs) for subject, pairs in blocks(graph, quotes, reify=reify)}


def exported(graph, format, **content):
    out = io.BytesIO()
    export(graph, format, out, content=RdfContent("kb", **content), base=BASE)
    return out.getvalue()


def read_back(groups, base):
    """The statements of blocks, written as Turtle and as N-Triples."""
    turtle, ntriples = Turtle(base), NTriples(base)
    texts = (
        (turtle.header() + turtle.serialize(groups), pyoxigraph.RdfFormat.TURTLE),
        (ntriples.serialize(groups), pyoxigraph.RdfFormat.N_TRIPLES),
    )
    return [{str(quad) for quad in pyoxigraph.parse(text, format)} for text, format in texts]


def test_a_mention_is_a_statement_and_a_node_with_its_confidence():
    found = stated(handmade())
    assert found["episode/talk"] == {
        "a": ["schema:PodcastEpisode"],
        "schema:name": ['"NVIDIA"'],
        "kg:day": ['"2025-09-01"^^xsd:date'],
        "kg:dateSource": ["kg:PublicationDate"],
        "schema:datePublished": ['"2025-09-01"^^xsd:date'],
        "schema:partOfSeries": ["<show/ours>"],
        "schema:mentions": ["<company/nvidia>"],
    }
    assert found["mention/talk/company/nvidia"] == {
        "a": ["kg:Mention"],
        "kg:episode": ["<episode/talk>"],
        "kg:entity": ["<company/nvidia>"],
        "kg:confidence": ["0.934"],
    }
    assert not any(subject.startswith(("quote/", "row/", "file/", "topic/")) for subject in found)


def test_nothing_is_stated_of_an_unlikely_mention():
    [episode] = handmade()
    mention = msgspec.structs.replace(episode.mentions[0], confidence=0.3)
    doubted = msgspec.structs.replace(episode, mentions=(mention,))
    found = {subject: dict(pairs) for subject, pairs in describe_episode_for_kb(doubted, 5)}
    assert "schema:mentions" not in found["episode/talk"]
    assert "mention/talk/company/nvidia" not in found


def test_a_mention_in_adverts_is_no_kind_of_mention():
    [episode] = handmade()
    mention = msgspec.structs.replace(episode.mentions[0], advert=0.9)
    sold = msgspec.structs.replace(episode, mentions=(mention,))
    found = {subject: dict(pairs) for subject, pairs in describe_episode_for_kb(sold, reify=True)}
    assert "schema:mentions" not in found["episode/talk"]
    assert found["episode/talk"]["kg:advertises"] == ["<company/nvidia>"]
    node = found["mention/talk/company/nvidia"]
    assert node["kg:advert"] == ["true"]
    assert node["rdf:reifies"] == ["<<( <episode/talk> kg:advertises <company/nvidia> )>>"]


def test_a_quote_has_its_relevance_in_the_episode():
    found = stated(handmade(), 1, reify=True)
    assert found[f"occurrence/talk/{QUOTE}"] == {
        "a": ["kg:Occurrence"],
        "rdf:reifies": [f"<<( <episode/talk> schema:hasPart <quote/{QUOTE}> )>>"],
        "kg:episode": ["<episode/talk>"],
        "kg:quote": [f"<quote/{QUOTE}>"],
        "kg:relevance": ["0.75"],
    }
    assert "rdf:reifies" not in stated(handmade(), 1)[f"occurrence/talk/{QUOTE}"]
    assert not any(subject.startswith("occurrence/") for subject in stated(handmade()))


def test_the_best_quotes_come_on_request(sample):
    found = stated(handmade(), 1)
    assert found["episode/talk"]["schema:hasPart"] == [f"<quote/{QUOTE}>"]
    assert found[f"quote/{QUOTE}"]["schema:mentions"] == ["<company/nvidia>"]
    for episode in sample.graph:
        [(_, pairs), *_] = describe_episode_for_kb(episode, 3)
        parts = dict(pairs).get("schema:hasPart", [])
        talk = [item for item in episode.occurrences if not item.is_advert]
        assert len(parts) == min(len(talk), 3)


def test_a_quote_of_two_episodes_has_its_text_wherever_it_is_one_of_the_best():
    [first] = (graph := handmade())
    better = Quote("f" * 16, "Better", 0.0)
    first = msgspec.structs.replace(
        first,
        quotes=(*first.quotes, better),
        occurrences=(*first.occurrences, Occurrence(better.key, 0.9, ((0, 0),))),
    )
    [again] = graph
    again = msgspec.structs.replace(again, slug="again", quotes=())
    lines = exported(Graph((first, again), graph.shared), "ntriples", quotes=1).decode()
    for key in (QUOTE, better.key):
        assert f"<{BASE}quote/{key}> <https://schema.org/text>" in lines


def test_a_day_is_an_xsd_date_whatever_the_file_has():
    graph = handmade()
    [episode] = graph
    main = msgspec.structs.replace(
        episode.main_file, values=episode.main_file.values | {"date": "2025-09-01T10:00:00Z"}
    )
    timed = msgspec.structs.replace(episode, files=(main, *episode.files[1:]))
    [(_, pairs), *_] = describe_episode_for_kb(timed)
    assert dict(pairs)["schema:datePublished"] == ['"2025-09-01"^^xsd:date']
    assert dict(pairs)["kg:publishedAt"] == ['"2025-09-01T10:00:00Z"^^xsd:dateTime']
    processed = msgspec.structs.replace(main, date_is_fallback=True)
    [(_, pairs), *_] = describe_episode_for_kb(
        msgspec.structs.replace(timed, files=(processed, *episode.files[1:]))
    )
    assert "schema:datePublished" not in dict(pairs)
    assert dict(pairs)["kg:day"] == ['"2025-09-01"^^xsd:date']


def test_every_link_leads_to_a_subject(sample):
    found = stated(sample.graph, 2)
    targets = {
        token[1:-1]
        for pairs in found.values()
        for tokens in pairs.values()
        for token in tokens
        if token.startswith("<") and "://" not in token
    }
    assert targets <= found.keys()


@pytest.mark.parametrize("base", [BASE, "https://example.org/doc#"])
def test_ids_elsewhere_are_statements_to_join_by(base):
    graph = handmade()
    ids = (("wikidata", "Q7"), ("cik", "0000000042"), ("ticker", "NASDAQ:NVDA"))
    websites = (("website", "https://nvidia.example/"), ("enwiki", "Nvidia_(firm)"))
    company = msgspec.structs.replace(
        graph.shared.entities["company/nvidia"],
        ids=ids + websites,
        tickers=("NVDA",),
        aliases=("Team Green",),
    )
    found = dict(describe_entity(company, graph.shared.entities, "kb")[1])
    assert found["skos:altLabel"] == ['"Team Green"']
    assert found["skos:exactMatch"] == ["<http://www.wikidata.org/entity/Q7>"]
    assert found["schema:tickerSymbol"] == ['"NVDA"', '"XNAS NVDA"']
    assert found["schema:url"] == ['"https://nvidia.example/"^^xsd:anyURI']
    assert '"cik:0000000042"' in found["schema:identifier"]
    assert "<https://en.wikipedia.org/wiki/Nvidia_(firm)>" in found["schema:sameAs"]
    turtle, ntriples = read_back([("company/nvidia", list(found.items()))], base)
    assert turtle == ntriples
    assert any("<http://www.wikidata.org/entity/Q7>" in line for line in turtle)
    assert "skos:altLabel" not in dict(describe_entity(company, graph.shared.entities, "edges")[1])


def test_the_sample_has_ids_elsewhere(sample):
    found = stated(sample.graph)["company/nvidia"]
    assert (
        "<https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=0001045810>"
        in (found["schema:sameAs"])
    )
    assert '"NVDA"' in found["schema:tickerSymbol"]


def test_every_written_property_is_in_a_shape_and_nothing_violates_one(sample):
    text = exported(sample.graph, "turtle", quotes=2)
    shapes = parse_shapes(SHAPES.read_bytes(), SHAPES)
    assert list(find_violations(text, shapes)) == []
    data = rdflib.Graph().parse(data=text, format="turtle")
    conforms, _, report = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(SHAPES))
    assert conforms, report
    shaped = set(rdflib.Graph().parse(SHAPES).objects(None, rdflib.SH.path))
    assert set(data.predicates()) - {rdflib.RDF.type} <= shaped


def test_a_violation_is_found():
    text = exported(handmade(), "turtle").replace(b"kg:confidence 0.934", b"kg:confidence 0.3")
    shapes = parse_shapes(SHAPES.read_bytes(), SHAPES)
    assert [violation.component for violation in find_violations(text, shapes)] == ["minInclusive"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("base", [BASE, "https://example.org/doc#"])
def test_reifiers_are_the_same_in_every_format(base, name):
    graph = handmade(HOSTILE[name])
    turtle, ntriples = read_back(blocks(graph, 2, reify=True), base)
    assert turtle == ntriples


def test_a_reifier_is_of_a_statement_that_is_stated(sample):
    parsed = pyoxigraph.parse(
        exported(sample.graph, "turtle", rdf12=True, quotes=2), pyoxigraph.RdfFormat.TURTLE
    )
    triples = [quad.triple for quad in parsed]
    reified = [triple.object for triple in triples if triple.predicate == REIFIES]
    assert reified
    assert set(reified) <= set(triples)
    plain = exported(sample.graph, "turtle", quotes=2)
    assert len(triples) - len(reified) == len(
        list(pyoxigraph.parse(plain, pyoxigraph.RdfFormat.TURTLE))
    )


@pytest.mark.parametrize(
    ("format", "content", "words"),
    [
        ("turtle", RdfContent("full", quotes=3), "quotes is of the profile kb"),
        ("turtle", RdfContent("edges", rdf12=True), "rdf12 is of the profile kb"),
        ("turtle", RdfContent("kb", quotes=-1), "quotes=-1: give a number"),
        ("jsonld", RdfContent("kb", rdf12=True), "jsonld has no triple terms of RDF 1.2"),
    ],
)
def test_what_a_profile_or_format_does_not_have_is_refused(format, content, words):
    with pytest.raises(InputError, match=words):
        export(handmade(), format, io.BytesIO(), content=content, base=BASE)


@pytest.mark.parametrize("selection", [Selection(unlikely=True), Selection(min_confidence=0.3)])
def test_unlikely_mentions_are_asked_of_other_profiles(sample, selection):
    out = io.BytesIO()
    with pytest.raises(InputError, match="confidence below 0.5: choose the profile full or edges"):
        export(sample.graph, "turtle", out, selection=selection, base=BASE)
    export(sample.graph, "graphml", out, selection=selection, base=BASE)
