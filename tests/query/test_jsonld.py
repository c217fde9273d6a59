"""JSON-LD of any triples: what is written is read again."""

import io
import json

import pyoxigraph
import pytest
from pyld import jsonld
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple
from sample_graph import HOSTILE

from kgraph.base.errors import InputError
from kgraph.base.vocabulary import PREFIXES
from kgraph.query.formats import serialize_jsonld

X, NAME = NamedNode("https://example.org/x"), NamedNode(PREFIXES["schema"] + "name")
TYPE = NamedNode(PREFIXES["rdf"] + "type")
INTEGER = NamedNode(PREFIXES["xsd"] + "integer")
TRIPLES = [
    Triple(X, NAME, Literal("plain")),
    Triple(X, TYPE, NamedNode(PREFIXES["kg"] + "Company")),
    Triple(X, TYPE, BlankNode("b1")),
    Triple(X, NAME, Literal("auf Deutsch", language="de")),
    Triple(X, NAME, Literal("007", datatype=INTEGER)),
    Triple(X, NAME, NamedNode("urn:x:y")),
    Triple(X, NamedNode(PREFIXES["schema"] + "a/b"), BlankNode("b1")),
    Triple(X, NamedNode(PREFIXES["schema"]), Literal("{}")),
    Triple(BlankNode("b1"), NamedNode("urn:p"), X),
    Triple(X, NAME, Literal("again")),
    *(Triple(X, NAME, Literal(text)) for text in HOSTILE.values()),
]


def written(triples):
    out = io.BytesIO()
    serialize_jsonld(triples, out, PREFIXES)
    return out.getvalue()


def canonical(triples):
    dataset = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in triples)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad.triple) for quad in dataset}


def test_any_triples_are_read_as_they_were():
    data = written(TRIPLES)
    read = [quad.triple for quad in pyoxigraph.parse(data, RdfFormat.JSON_LD)]
    assert canonical(read) == canonical(TRIPLES)
    options = {"algorithm": "URDNA2015", "format": "application/n-quads"}
    normal = jsonld.normalize(json.loads(data), options)
    read = [quad.triple for quad in pyoxigraph.parse(normal, RdfFormat.N_TRIPLES)]
    assert canonical(read) == canonical(TRIPLES)


def test_a_node_is_a_line_with_its_types_first():
    lines = written(TRIPLES[:9]).decode().splitlines()
    assert lines[1] == '"@graph": ['
    assert lines[2].startswith('{"@type": ["kg:Company", "_:b1"], "@id": "https://example.org/x"')
    assert lines[3:] == ['{"@id": "_:b1", "urn:p": [{"@id": "https://example.org/x"}]}', "]}"]


def test_no_triples_are_an_empty_graph():
    assert json.loads(written([]))["@graph"] == []


@pytest.mark.parametrize("term", [Triple(X, NAME, X)])
def test_a_triple_term_is_refused(term):
    with pytest.raises(InputError, match="a triple term of RDF 1.2, .* which JSON-LD cannot carry"):
        written([Triple(X, NAME, term)])
