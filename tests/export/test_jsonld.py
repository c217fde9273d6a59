"""JSON-LD: our context first, a node a line, the statements of the Turtle, ready to be framed."""

import io
import json

import pyoxigraph
import pytest
import rdflib
from pyld import jsonld
from pyoxigraph import RdfFormat
from rdflib.compare import isomorphic
from sample_graph import BASE, HOSTILE, handmade

from kgraph.base.vocabulary import PREFIXES, data_path
from kgraph.export import export
from kgraph.export.rdf import RdfContent
from kgraph.rdf import PROFILES, JsonLd, NTriples

CONTEXT = json.loads(data_path("ontology", "context.jsonld").read_text("utf-8"))["@context"]

#: Every kind of token, in properties whose values the context reads in another way or not at all.
TOKENS = [
    '"text"',
    '"text"@en',
    '"2025-09-01"^^xsd:date',
    '"{}"^^rdf:JSON',
    *("7", "-7", "12345678901234567890123", "0.5", "true", "false"),
    "<topic/a>",
    "<https://example.org/elsewhere>",
    "kg:Accepted",
    "schema:mentions",
]
PROPERTIES = ["a:x", "schema:name", "schema:about", "kg:status", "kg:position", "kg:confidence"]
PROPERTIES += ["kg:advert", "kg:day", "kg:unknownField", "rdf:predicate", "rdfs:seeAlso"]


def written(graph, format="jsonld", base=BASE, **content):
    out = io.BytesIO()
    export(graph, format, out, content=RdfContent(**content), base=base)
    return out.getvalue()


def statements(data, format):
    return {str(quad.triple) for quad in pyoxigraph.parse(data, format)}


def test_a_node_is_a_line_after_the_context(sample):
    first, second, *nodes, end, nothing = written(sample.graph).decode().split("\n")
    assert json.loads(first.removesuffix(",") + "}") == {"@context": {**CONTEXT, "@base": BASE}}
    assert (second, end, nothing) == ('"@graph": [', "]}", "")
    for line in nodes:
        keys = list(json.loads(line.removesuffix(",")))
        assert keys[:2] == ["@type", "@id"], line
        assert not any(":" in key for key in keys), line  # each property is a term of the context


def test_a_mention_reads_as_plain_json():
    document = json.loads(written(handmade()))
    [mention] = [node for node in document["@graph"] if node["@type"] == "Mention"]
    assert mention == {
        "@type": "Mention",
        "@id": "mention/talk/company/nvidia",
        "episode": "episode/talk",
        "entity": "company/nvidia",
        "confidence": "0.934",
    }


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("profile", PROFILES)
def test_rdflib_and_oxigraph_read_the_statements_of_the_turtle(sample, monkeypatch, profile):
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # which writes Z as +00:00
    part = sample.graph if profile == "kb" else handmade()
    data = written(part, profile=profile)
    turtle = written(part, "turtle", profile=profile)
    assert statements(data, RdfFormat.JSON_LD) == statements(turtle, RdfFormat.TURTLE)
    read = rdflib.Graph().parse(data=data, format="json-ld")
    assert isomorphic(read, rdflib.Graph().parse(data=turtle, format="turtle"))


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("base", [BASE, "https://example.org/doc#", "https://exämple.org/a/b/"])
def test_any_text_and_base_have_the_statements_of_the_n_triples(base, name):
    data = written(handmade(HOSTILE[name]), base=base, profile="full")
    triples = written(handmade(HOSTILE[name]), "ntriples", base=base, profile="full")
    assert statements(data, RdfFormat.JSON_LD) == statements(triples, RdfFormat.N_TRIPLES)


@pytest.mark.parametrize("predicate", PROPERTIES[1:])
def test_any_value_of_any_property_is_read_as_it_is(predicate):
    blocks = [
        ("episode/x", [("a", ["kg:Mention"]), (predicate, TOKENS)]),
        ("https://example.org/y", [(predicate, TOKENS[:1]), ("a", ["owl:Class"])]),
        ("topic/z", [(predicate, [token]) for token in TOKENS]),
    ]
    writer = JsonLd(BASE)
    text = writer.header() + writer.serialize(blocks) + writer.footer()
    expected = statements(NTriples(BASE).serialize(blocks), RdfFormat.N_TRIPLES)
    assert statements(text, RdfFormat.JSON_LD) == expected
    normal = jsonld.normalize(
        json.loads(text), {"algorithm": "URDNA2015", "format": "application/n-quads"}
    )
    assert statements(normal, RdfFormat.N_TRIPLES) == expected


def test_framing_finds_every_episode_with_its_mentions(sample):
    frame = {
        "@context": {**CONTEXT, "@base": BASE},
        "@type": "schema:PodcastEpisode",
        "mentions": {"@embed": "@always"},
    }
    framed = jsonld.frame(json.loads(written(sample.graph)), frame)
    found = {node["id"]: node for node in framed["@graph"]}
    assert found.keys() == {episode.id for episode in sample.graph}
    for episode in sample.graph:
        names = {node["name"] for node in found[episode.id].get("mentions", ())}
        labels = {m.target: m.label for m in episode.mentioned if not m.is_unlikely}
        assert names == {sample.shared.entities[id_].label for id_ in labels}


def test_the_context_has_every_prefix():
    assert PREFIXES.items() <= CONTEXT.items()
