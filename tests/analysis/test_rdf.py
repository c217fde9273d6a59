"""Findings as RDF: as the shapes have it, and ready to be asked."""

import pyoxigraph
from analysis.asked import BASE

from kgraph.analysis import Finding, Findings, analyse
from kgraph.analysis.rdf import groups_of_findings, turtle_of_findings
from kgraph.base.vocabulary import PREFIXES
from kgraph.rdf.shacl import violations
from kgraph.rdf.shapes import our_shapes


def test_a_row_is_a_node_that_knows_what_it_is_about():
    findings = Findings(("name",), [Finding(('A "b"',), ("company/a",), 0.5)])
    [(subject, pairs)] = groups_of_findings("bridges", {"one": "x"}, findings)
    assert subject == "finding/bridges/76ffc92b/1"
    assert dict(pairs) == {
        "a": ["kg:Finding"],
        "kg:analysis": ['"bridges"'],
        "kg:parameters": ['"one=x"'],
        "kg:rank": ["1"],
        "kg:finds": ["<company/a>"],
        "kg:score": ["0.5"],
        "rdfs:label": ['"name: A \\"b\\""'],
    }


def test_findings_conform_and_can_be_queried(made):
    given = {"one": "Jane Roe", "other": "Coinbase"}
    turtle = turtle_of_findings(BASE, "path", given, analyse(made, "path", given))
    assert list(violations(turtle, our_shapes())) == []
    loaded = pyoxigraph.Store()
    loaded.load(turtle, pyoxigraph.RdfFormat.TURTLE)
    found = loaded.query(
        'SELECT ?f { ?f kg:analysis "path" ; kg:finds <company/coinbase> }',
        base_iri=BASE,
        prefixes=PREFIXES,
    )
    assert len(list(found)) == 1
