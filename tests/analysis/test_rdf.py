"""Findings as RDF: as the shapes have it, and ready to be asked."""

import pyoxigraph
from analysis.asked import BASE

from kgraph.analysis import Finding, Findings, run_analysis
from kgraph.analysis.presentation import build_finding_blocks, format_findings_turtle
from kgraph.base.vocabulary import PREFIXES
from kgraph.rdf.shacl import find_violations, load_shapes


def test_a_row_is_a_node_that_knows_what_it_is_about():
    findings = Findings(("name",), [Finding(('A "b"',), ("company/a",), 0.5)])
    [(subject, pairs)] = build_finding_blocks("bridges", {"one": "x"}, findings)
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
    turtle = format_findings_turtle(BASE, "path", given, run_analysis(made, "path", given))
    assert list(find_violations(turtle, load_shapes())) == []
    loaded = pyoxigraph.Store()
    loaded.load(turtle, pyoxigraph.RdfFormat.TURTLE)
    found = loaded.query(
        'SELECT ?f { ?f kg:analysis "path" ; kg:finds <company/coinbase> }',
        base_iri=BASE,
        prefixes=PREFIXES,
    )
    assert len(list(found)) == 1
