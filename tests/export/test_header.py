"""An RDF export says what it is: title, licence, program, build, ontology."""

import io

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SDO, VOID, URIRef
from rdflib.namespace import DCAT
from sample_graph import BASE, handmade

from kgraph.base import VERSION
from kgraph.base.errors import DataError, InputError
from kgraph.base.vocabulary import data_path, expand_curie
from kgraph.export import EXPORT_FORMATS, export
from kgraph.export.export import RDF_FORMATS, parse_licence
from kgraph.export.rdf import RdfContent
from kgraph.rdf import PROFILES
from kgraph.rdf.shacl import find_violations, load_shapes, parse_shapes

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
ONTOLOGY = {
    str(quad.triple) for quad in pyoxigraph.parse(path=str(data_path("ontology", "kgraph.ttl")))
}


def written(graph, format="turtle", base=BASE, **content):
    out = io.BytesIO()
    export(graph, format, out, content=RdfContent(**content), base=base)
    return out.getvalue()


def statements(data, format="turtle"):
    syntax = RdfFormat.from_media_type(EXPORT_FORMATS[format].media_type)
    return {str(quad.triple) for quad in pyoxigraph.parse(data, syntax)}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_first_thing_in_a_file_is_the_data_set(sample, profile):
    text = written(sample.graph, profile=profile, licence=LICENCE)
    header, first, *_ = text.decode().split("\n\n")
    assert header.startswith(f"@base <{BASE}> .")
    assert first.startswith("<dataset> a dcat:Dataset")
    data = rdflib.Graph().parse(data=f"{header}\n{first}", format="turtle")
    dataset, digest = URIRef(BASE + "dataset"), sample.shared.digest
    program = URIRef(f"{BASE}software/kgraph-{VERSION}")
    shapes = {"kb": ["shapes-kb"], "full": ["shapes"], "edges": []}[profile]
    assert {(p, str(o)) for p, o in data.predicate_objects(dataset)} == {
        *((RDF.type, str(class_)) for class_ in (DCAT.Dataset, VOID.Dataset, PROV.Entity)),
        (DCTERMS.title, f"Knowledge graph of {len(sample.shared.summaries)} episodes"),
        (DCTERMS.license, LICENCE),
        (DCTERMS.creator, str(program)),
        *((DCTERMS.conformsTo, f"https://w3id.org/kgraph/{name}") for name in ("ns", *shapes)),
        (PROV.wasGeneratedBy, f"{BASE}build/{digest[:16]}"),
        (URIRef(expand_curie("kg:sha256")), digest),
    }
    whole = rdflib.Graph().parse(data=text, format="turtle")
    build = URIRef(f"{BASE}build/{digest[:16]}")
    assert (build, PROV.wasAssociatedWith, program) in whole
    assert whole.value(program, SDO.softwareVersion).toPython() == VERSION


def test_a_licence_is_left_out_where_nobody_said():
    assert b"dcterms:license" not in written(handmade())


@pytest.mark.parametrize("profile", ["kb", "full"])
def test_a_header_conforms_to_the_shapes(sample, profile):
    path = data_path("ontology", "shapes-kb.ttl")
    shapes = load_shapes() if profile == "full" else parse_shapes(path.read_bytes(), path)
    text = written(sample.graph, profile=profile, licence=LICENCE)
    assert list(find_violations(text, shapes)) == []
    without = text.replace(b'dcterms:title "', b'rdfs:label "')
    assert [found.path for found in find_violations(without, shapes)] == [str(DCTERMS.title)]


@pytest.mark.parametrize("format", RDF_FORMATS)
@pytest.mark.parametrize("base", [BASE, "https://example.org/doc#"])
def test_the_ontology_is_in_the_export_on_request(format, base):
    plain = statements(written(handmade(), format, base), format)
    both = statements(written(handmade(), format, base, ontology=True), format)
    assert both - plain == ONTOLOGY
    assert plain < both


def test_the_ontology_comes_before_the_episodes():
    text = written(handmade(), ontology=True).decode()
    data = rdflib.Graph().parse(data=text, format="turtle")
    classes = set(data.subjects(RDF.type, OWL.Class))
    assert classes and all(data.value(class_, RDFS.label).language == "en" for class_ in classes)
    assert text.index("a owl:Ontology") < text.index("<episode/talk>")


def test_an_ontology_with_blank_nodes_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "ontology" / "kgraph.ttl"
    path.parent.mkdir()
    path.write_text("<https://example.org/x> <https://example.org/y> [] .", "utf-8")
    monkeypatch.setenv("KGRAPH_DATA", str(tmp_path))
    with pytest.raises(DataError, match="is neither an IRI nor a literal: write Turtle without"):
        written(handmade(), ontology=True)


@pytest.mark.parametrize(
    ("licence", "iri"),
    [
        (LICENCE, LICENCE),
        ("CC0-1.0", "https://spdx.org/licenses/CC0-1.0"),
        ("MIT", "https://spdx.org/licenses/MIT"),
    ],
)
def test_a_licence_is_an_address_or_an_identifier(licence, iri):
    assert parse_licence(licence) == iri


@pytest.mark.parametrize(
    "licence",
    ["all rights reserved", "https://x/> .<a> <b> <c", "file:///etc/passwd", "a\nb", "urn:x:y"],
)
def test_what_is_no_licence_is_refused(licence):
    with pytest.raises(InputError, match="not a licence: give its address"):
        parse_licence(licence)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            RdfContent(licence=LICENCE),
            "csv has no place for a licence: leave it out, or choose one of tur",
        ),
        (
            RdfContent(ontology=True),
            "csv has no place for the ontology: leave it out, or choose one of tu",
        ),
    ],
)
def test_a_table_has_no_header(content, words):
    with pytest.raises(InputError, match=words):
        export(handmade(), "csv", io.BytesIO(), content=content)
