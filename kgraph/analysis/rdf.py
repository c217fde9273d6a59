"""Write findings as RDF, to be loaded and queried together with the graph.

Each row is a node, whose IRI is made of the analysis, its parameters and the row's rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kgraph.base.text import hex_digest
from kgraph.query.table import Findings
from kgraph.rdf import SubjectBlock, Turtle
from kgraph.rdf.terms import decimal_literal, iri_ref, string_literal


def format_findings_turtle(
    base: str, name: str, parameters: Mapping[str, str], findings: Findings
) -> bytes:
    """Write the findings of an analysis as a Turtle document.

    ``base`` is the IRI of the graph's instances.
    """
    turtle = Turtle(base)
    blocks = build_finding_blocks(name, parameters, findings)
    return (turtle.header() + turtle.serialize(blocks)).encode()


def build_finding_blocks(
    name: str, parameters: Mapping[str, str], findings: Findings
) -> Iterator[SubjectBlock]:
    """Return one block a row."""
    arguments = "; ".join(f"{key}={value}" for key, value in sorted(parameters.items()))
    for rank, finding in enumerate(findings.rows, 1):
        cells = zip(findings.columns, finding.cells, strict=True)
        label = "; ".join(f"{column}: {cell}" for column, cell in cells)
        pairs = [
            ("a", ["kg:Finding"]),
            ("kg:analysis", [string_literal(name)]),
            ("kg:parameters", [string_literal(arguments)] if arguments else []),
            ("kg:rank", [str(rank)]),
            ("kg:finds", [iri_ref(id_) for id_ in finding.finds]),
            ("kg:score", [decimal_literal(finding.score)]),
            ("rdfs:label", [string_literal(label)]),
        ]
        yield (
            f"finding/{name}/{hex_digest(arguments, 8)}/{rank}",
            [(predicate, tokens) for predicate, tokens in pairs if tokens],
        )
