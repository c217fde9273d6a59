"""What is said of the terms of a query that the ontology or the graph does not have."""

import pytest

from kgraph.analysis import load_named_queries
from kgraph.base.vocabulary import PREFIXES
from kgraph.query import term_hints as module
from kgraph.query.saved import load_saved_queries
from kgraph.query.term_hints import MAX_HINTS, describe_unknown_terms

KG = PREFIXES["kg"]
MENTION = "kg:mention is not a term of the ontology: did you mean kg:Mention?"
NONE = "kg:zzz is not a term of the ontology: `kgraph schema` lists those in use"
UNUSED = "is not used in this graph: `kgraph schema` lists the terms in use"
SCHEMA = (
    "<http://schema.org/> is not a namespace of the graph: write <https://schema.org/>, or the "
    "prefix schema:, which needs no declaration"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { ?a kg:mention ?b ; kg:mention ?c ; a kg:Mention }", [MENTION]),
        ("ASK { ?a kg:zzz ?b . ?c kg:mention ?d . }", [NONE, MENTION]),
        (f"ASK {{ ?a <{KG}mention> ?b }}", [MENTION]),
        (f"PREFIX kg: <{KG}> ASK {{ ?a kg:mention ?b }}", [MENTION]),
        (f"PREFIX k: <{KG}> ASK {{ ?a k:mention ?b }}", [MENTION]),
        ("PREFIX kg: <http://example.org/> ASK { ?a kg:mention ?b }", []),
        ("PREFIX xkg: <http://example.org/> ASK { ?a xkg:mention ?kg:mention }", []),
        ("ASK { ?a ?b 'kg:mention' } # kg:mention", []),
        ("ASK { ?a ?b '<http://schema.org/name>' } # <http://schema.org/name>", []),
        ("ASK { ?a kg:status kg:Accepted FILTER(kg:matches(?a, 'x')) }", []),
        (f"PREFIX k: <{KG}> ASK {{ ?a k:episode ?b }}", []),
        ("CONSTRUCT { ?a kg:new ?b } { ?a kg:episode ?b }", []),
        ("PREFIX s: <http://schema.org/> ASK { ?a s:name ?b ; s:url ?c }", [SCHEMA]),
        ("PREFIX schema: <http://schema.org/> ASK { ?a schema:name ?b }", [SCHEMA]),
        ("ASK { ?a <http://schema.org/name> ?b ; <http://schema.org/url> ?c }", [SCHEMA]),
        ("PREFIX s: <https://schema.org/> ASK { ?a s:name ?b }", []),
        (
            "PREFIX s: <https://www.w3.org/2004/02/skos/core> ASK { ?a s:broader ?b }",
            [
                "<https://www.w3.org/2004/02/skos/core> is not a namespace of the graph: write "
                "<http://www.w3.org/2004/02/skos/core#>, or the prefix skos:, which needs no "
                "declaration"
            ],
        ),
        ("", []),
        ("PREFIX", []),
        ("CONSTRUCT {" * 50, []),
    ],
)
def test_terms_that_there_are_not_are_told(text, said):
    assert describe_unknown_terms(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { ?a a kg:Company ; schema:name ?b ; kg:confidence ?c }", []),
        (
            "ASK { ?x a kg:Entity }",
            ["kg:Entity is not used in this graph; these subclasses are: kg:Company"],
        ),
        (
            "ASK { ?x schema:releaseDate ?d }",
            [f"schema:releaseDate {UNUSED}"],
        ),
        (
            "ASK { ?x schema:datePublishd ?d }",
            ["schema:datePublishd is not used in this graph: did you mean schema:datePublished?"],
        ),
        (
            "ASK { ?x kg:tokenOf ?d }",
            [f"kg:tokenOf {UNUSED}"],
        ),
        (
            "PREFIX foaf: <http://xmlns.com/foaf/0.1/> ASK { ?x foaf:name ?d }",
            [f"foaf:name {UNUSED}"],
        ),
        ("ASK { ?x kg:dateSource kg:ProcessingDate }", []),
        ("SELECT (xsd:integer(?x) AS ?n) { ?a kg:confidence ?x FILTER(?x > '1'^^xsd:float) }", []),
        ("ASK { FILTER(kg:matches('a', 'b')) }", []),
        (f"ASK {{ FILTER(<{KG}matches>('a', 'b')) }}", []),
        ("ASK { ?a ?p '1'^^<http://www.w3.org/2001/XMLSchema#float> }", []),
        ("CONSTRUCT { ?a schema:knows ?b } { ?a kg:confidence ?b }", []),
        ("ASK { <company/nobody> ?p ?o . <https://w3id.org/kgraph/id/company/x> ?p ?o }", []),
        (
            "PREFIX c: <https://w3id.org/kgraph/id/company/> ASK { c:nobody ?p ?o }",
            [],
        ),
        ("PREFIX c: <company/> ASK { c:nobody ?p ?o }", []),
        ("PREFIX c: <http://example.org/\\u0041/> ASK { c:nobody ?p ?o }", []),
    ],
)
def test_terms_that_the_graph_does_not_use_are_told(store, text, said):
    assert describe_unknown_terms(text, store) == said


@pytest.mark.parametrize("name", load_saved_queries())
def test_nothing_is_said_of_saved_queries(name):
    assert name in load_named_queries()
    assert describe_unknown_terms(load_saved_queries()[name].source.text) == []


def test_near_words_are_looked_for_a_bounded_number_of_times(monkeypatch):
    looked = []
    monkeypatch.setattr(module, "get_close_matches", lambda *given: looked.append(given[0]) or [])
    said = describe_unknown_terms(" ".join(f"kg:w{n}" for n in range(9000)))
    assert looked == [f"w{n}" for n in range(MAX_HINTS)]
    assert len(said) == MAX_HINTS
    (long,) = describe_unknown_terms("kg:" + "x" * 60_000)
    assert (len(looked), len(long)) == (MAX_HINTS, 130)
