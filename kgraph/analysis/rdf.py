"""Findings as RDF, so that they can be loaded beside the graph and asked with it.

Takes findings, gives groups as :mod:`kgraph.rdf.episode` does: one node a row, named by the
analysis, its parameters and the row's rank, with the things that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kgraph.analysis.result import Findings
from kgraph.base.text import hex_digest
from kgraph.rdf import SubjectBlock, Turtle
from kgraph.rdf.terms import decimal_literal, iri_ref, string_literal


def build_finding_blocks(
    name: str, parameters: Mapping[str, str], findings: Findings
) -> Iterator[SubjectBlock]:
    """One group a row.

    Args:
        name: of the analysis.
        parameters: its parameters as they were given, by name.
        findings: what it found.
    """
    told = "; ".join(f"{key}={value}" for key, value in sorted(parameters.items()))
    for rank, finding in enumerate(findings.rows, 1):
        cells = zip(findings.columns, finding.cells, strict=True)
        label = "; ".join(f"{column}: {cell}" for column, cell in cells)
        pairs = [
            ("a", ["kg:Finding"]),
            ("kg:analysis", [string_literal(name)]),
            ("kg:parameters", [string_literal(told)] if told else []),
            ("kg:rank", [str(rank)]),
            ("kg:finds", [iri_ref(id_) for id_ in finding.finds]),
            ("kg:score", [decimal_literal(finding.score)]),
            ("rdfs:label", [string_literal(label)]),
        ]
        kept = [(predicate, tokens) for predicate, tokens in pairs if tokens]
        yield f"finding/{name}/{hex_digest(told, 8)}/{rank}", kept


def format_findings_turtle(
    base: str, name: str, parameters: Mapping[str, str], findings: Findings
) -> bytes:
    """The same as a Turtle document; ``base`` is that of the instances' IRIs."""
    turtle = Turtle(base)
    groups = build_finding_blocks(name, parameters, findings)
    return (turtle.header() + turtle.serialize(groups)).encode()
