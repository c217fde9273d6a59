"""Our words: declared, used, in step with the shapes, and readable as JSON-LD."""

import json
import re
import subprocess
import sys

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat
from rdflib import OWL, RDF, RDFS, SH, XSD, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, PROV, SDO, SKOS, VOID
from support import ROOT

from kgraph.base.vocabulary import (
    BASE_IRI,
    PREFIXES,
    data_path,
    expand_curie,
    load_field_table,
    load_terms,
)
from kgraph.rdf import NTriples, Turtle, describe_episode

KG = PREFIXES["kg"]
ONTOLOGY = rdflib.Graph().parse(data_path("ontology", "kgraph.ttl"))
SHAPES = rdflib.Graph().parse(data_path("ontology", "shapes.ttl"))
CONTEXT = json.loads(data_path("ontology", "context.jsonld").read_text("utf-8"))["@context"]

FUNCTION = URIRef("http://www.w3.org/ns/sparql-service-description#Function")
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual, FUNCTION}
DECLARED = {term for term in ONTOLOGY.subjects(RDFS.isDefinedBy) if term.startswith(KG)}
STANDARD = {
    "schema": SDO,
    "skos": SKOS,
    "prov": PROV,
    "void": VOID,
    "dcterms": DCTERMS,
    "dcat": DCAT,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
}
ABOVE = {
    expand_curie("schema:PodcastEpisode"): {expand_curie("schema:CreativeWork")},
    expand_curie("kg:EpisodeFile"): {
        expand_curie("schema:CreativeWork")
    },  # schema:DigitalDocument is one
    expand_curie("void:Dataset"): {expand_curie("prov:Entity")},  # ours are typed as both
}
"""Class -> superclasses that another vocabulary states."""


def texts():
    """Every text that names terms of the graph."""
    yield from ROOT.joinpath("kgraph").rglob("*.py")
    yield from ROOT.joinpath("ontology", "queries").glob("*.rq")
    yield from (data_path("ontology", name) for name in ("fields.yaml", "shapes.ttl"))


def used(prefix):
    name = re.compile(rf"(?<![\w/]){prefix}:([A-Za-z]\w*)")
    return {local for file in texts() for local in name.findall(file.read_text("utf-8"))}


def values(term, predicate):
    return set(ONTOLOGY.objects(term, predicate))


def ancestors(class_):
    """The class and everything above it."""
    above = {class_, *ONTOLOGY.transitive_objects(class_, RDFS.subClassOf)}
    stated = {s for c in above for s in ABOVE.get(str(c), ())}
    return {str(c) for c in above} | stated | {str(RDFS.Resource)}  # which everything is


# -- kgraph.ttl ----------------------------------------------------------------


def test_every_term_that_is_used_is_declared():
    assert {KG + local for local in used("kg")} - set(map(str, DECLARED)) == set()


def test_every_declared_term_is_used_or_stands_above_one_that_is():
    named = {KG + local for local in used("kg")}
    above = {
        str(o)
        for term in named
        for predicate in (RDFS.subClassOf, RDFS.domain, RDFS.range)
        for o in values(URIRef(term), predicate)
    }
    assert set(map(str, DECLARED)) - named - above == set()


def test_nothing_is_said_of_a_term_that_is_not_declared():
    assert {term for term in ONTOLOGY.subjects() if term.startswith(KG)} == DECLARED


@pytest.mark.parametrize("term", sorted(DECLARED), ids=lambda term: term.removeprefix(KG))
def test_a_term_is_declared_in_full(term):
    [kind] = values(term, RDF.type) & KINDS
    for predicate in (RDFS.label, RDFS.comment):
        [text] = values(term, predicate)
        assert text.language == "en"
    if kind == OWL.Class:
        assert values(term, RDFS.subClassOf)
    elif kind not in (OWL.NamedIndividual, FUNCTION):
        [domain] = values(term, RDFS.domain)
        [range_] = values(term, RDFS.range)
        assert not domain.startswith(KG) or domain in DECLARED
        literal = range_.startswith(str(XSD)) or range_ in (RDFS.Literal, RDF.JSON)
        assert literal == (kind == OWL.DatatypeProperty)


@pytest.mark.parametrize("prefix", STANDARD)
def test_terms_of_others_exist(prefix):
    graphs = (ONTOLOGY, SHAPES)
    said = {str(term) for graph in graphs for triple in graph for term in triple}
    namespace = PREFIXES[prefix]
    names = {term for term in said if term.startswith(namespace)}
    names |= {
        expand_curie(curie) for curie in written_properties() if curie.startswith(prefix + ":")
    }
    assert {name for name in names if URIRef(name) not in STANDARD[prefix]} <= {namespace}


def written_properties():
    table = load_field_table()
    rows = [field for row in table.rows.values() for field in row.fields.values()]
    return {field.property for field in [*table.episode.values(), *rows]} - {"-"}


def test_every_property_of_the_field_table_stands_in_a_shape():
    paths = {str(path) for path in SHAPES.objects(None, SH.path)}
    assert {expand_curie(property_) for property_ in written_properties()} <= paths


# -- in step with shapes.ttl ---------------------------------------------------


def our_properties():
    """(class, property shape, path) of each shape of one of our properties."""
    for shape, class_ in SHAPES.subject_objects(SH.targetClass):
        for property_ in SHAPES.objects(shape, SH.property):
            path = SHAPES.value(property_, SH.path)
            if path.startswith(KG):
                yield class_, property_, path


def test_shapes_and_declarations_say_the_same_of_domains():
    wrong = {
        (class_, path)
        for class_, _, path in our_properties()
        if str(ONTOLOGY.value(path, RDFS.domain)) not in ancestors(class_)
    }
    assert wrong == set()


def test_shapes_and_declarations_say_the_same_of_ranges():
    for _, shape, path in our_properties():
        range_ = ONTOLOGY.value(path, RDFS.range)
        if datatype := SHAPES.value(shape, SH.datatype):
            assert datatype == range_, path
        if SHAPES.value(shape, SH.nodeKind):
            assert (path, RDF.type, OWL.ObjectProperty) in ONTOLOGY
        for member in SHAPES.items(SHAPES.value(shape, SH["in"], default=RDF.nil)):
            kinds = values(member, RDF.type) or {XSD.string}
            assert range_ in kinds, path


# -- context.jsonld ------------------------------------------------------------


def expected_type(path):
    """How the context reads the values of a property, by its shapes."""
    shapes = list(SHAPES.subjects(SH.path, path))
    said = {str(p): o for shape in shapes for p, o in SHAPES.predicate_objects(shape)}
    if str(SH.datatype) in said:
        curie = SHAPES.qname(said[str(SH.datatype)])
        return None if curie == "xsd:string" else curie
    if str(SH["in"]) in said:
        first = next(iter(SHAPES.items(said[str(SH["in"])])))
        return "@vocab" if isinstance(first, URIRef) else None
    return None if str(SH["or"]) in said else "@id"


def test_the_context_reads_each_property_as_its_shapes_do():
    entries = [v if isinstance(v, dict) else {"@id": v} for v in CONTEXT.values() if v != 1.1]
    terms = {entry["@id"]: entry.get("@type") for entry in entries}
    paths = {path for path in SHAPES.objects(None, SH.path) if path != RDF.type}
    assert {SHAPES.qname(p): expected_type(p) for p in paths}.items() <= terms.items()


def test_the_context_names_each_class_and_individual():
    classes = {SHAPES.qname(class_) for class_ in SHAPES.objects(None, SH.targetClass)}
    individuals = {
        ONTOLOGY.qname(term) for term in ONTOLOGY.subjects(RDF.type, OWL.NamedIndividual)
    }
    assert classes | individuals <= {v for v in CONTEXT.values() if isinstance(v, str)}


def lines(text, form):
    return {str(quad.triple) for quad in pyoxigraph.parse(text, form)}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_an_episode_as_json_ld_says_the_same(sample, monkeypatch):
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # which writes Z as +00:00
    episode = max(sample.graph, key=lambda e: (len(e.files), len(e.files[0].extra), e.slug))
    triples = NTriples(BASE_IRI).serialize(describe_episode(episode))
    graph = rdflib.Graph().parse(data=triples, format="nt")
    compacted = graph.serialize(format="json-ld", context={**CONTEXT, "@base": BASE_IRI})
    assert isomorphic(graph, rdflib.Graph().parse(data=compacted, format="json-ld"))
    assert lines(compacted, RdfFormat.JSON_LD) == lines(triples, RdfFormat.N_TRIPLES)


def test_json_with_the_context_is_rdf():
    mention = {
        "@context": {**CONTEXT, "@base": BASE_IRI},
        "id": "mention/a/company/nvidia",
        "type": "Mention",
        "status": "Accepted",
        "confidence": "0.9",
        "mentionCount": 2,
        "evidence": ["row/a/companies/0"],
    }
    turtle = (
        Turtle(BASE_IRI).header()
        + """
        <mention/a/company/nvidia> a kg:Mention ; kg:status kg:Accepted ; kg:confidence 0.9 ;
            kg:mentionCount 2 ; kg:evidence <row/a/companies/0> .
    """
    )
    assert lines(json.dumps(mention), RdfFormat.JSON_LD) == lines(turtle, RdfFormat.TURTLE)


def test_yaml_is_read_without_its_library_in_c(tmp_path):
    """A PyYAML without libyaml reads the same, everywhere."""
    (tmp_path / "shows.yaml").write_text("type: show\nentries:\n  Lantern Talks:\n", "utf-8")
    (tmp_path / "judged.yaml").write_text("- {verb: reject, names: [A]}\n", "utf-8")
    code = """
import sys, yaml
from pathlib import Path
del yaml.CSafeLoader
from kgraph.base import lexicon, vocabulary
from kgraph.resolve import judgements_file
from kgraph.resolve.quotes import themes
folder = Path(sys.argv[1])
print(*(entry.name for entry in lexicon.read_lexicon_file(folder / "shows.yaml")))
print(*(one.verb for one in judgements_file.load_judgements(folder / "judged.yaml")))
table, tree = vocabulary.load_field_table(), themes.load_themes()
print(len(table.episode) > 9, len(tree.concepts) > 9)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.stdout) == ("", "Lantern Talks\nreject\nTrue True\n")


# -- load_terms and data_path --------------------------------------------------


def test_terms_have_their_kinds_and_ends():
    terms = {term.name: term for term in load_terms().values()}
    kinds = {name: terms[name].kind for name in ("kg:Company", "schema:name", "kg:Accepted")}
    assert kinds == {"kg:Company": "class", "schema:name": "property", "kg:Accepted": "individual"}
    assert (terms["kg:Company"].is_declared, terms["schema:name"].is_declared) == (True, False)
    assert terms["kg:Company"].label == "company"
    assert expand_curie("kg:Entity") in terms["kg:Company"].superclasses
    count = terms["kg:episodeCount"]
    assert (count.domain, count.range) == ("kg:Entity", "xsd:integer")


def test_a_conjunction_is_also_between_persons():
    words = load_field_table().people_words
    assert words.conjunctions <= {"&", *words.between, *words.also_in_surnames}


def test_own_data_come_before_the_shipped(tmp_path, monkeypatch):
    monkeypatch.setenv("KGRAPH_DATA", str(tmp_path))
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "types.yaml").touch()
    assert data_path("ontology", "types.yaml") == tmp_path / "ontology" / "types.yaml"
    assert data_path("ontology", "kgraph.ttl") == ROOT / "ontology" / "kgraph.ttl"
