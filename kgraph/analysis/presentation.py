"""Convert answers to named queries: to the values that pages and the API show, and to RDF.

:func:`kgraph.analysis.questions.answer_query` returns all rows, and other formats. As RDF, the
findings of an analysis can be loaded and queried together with the graph. Each row is a node,
whose IRI is made of the analysis, its parameters and the row's rank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from kgraph.analysis.questions import (
    answer_query,
    describe_query_substitutions,
    load_named_queries,
)
from kgraph.base.errors import InputError
from kgraph.base.text import hex_digest
from kgraph.base.web_address import safe_web_url
from kgraph.query.answer import describe_empty_months
from kgraph.query.evaluate import render_saved_query
from kgraph.query.named import LinkResolver
from kgraph.query.share_columns import INTERVAL_COLUMNS
from kgraph.query.table import Findings
from kgraph.rdf import SubjectBlock, Turtle
from kgraph.rdf.terms import decimal_literal, iri_ref, string_literal
from kgraph.store import Store

MAX_ANSWER_ROWS = 200  #: rows that a page shows; a download has all

MAX_CHART_BARS = 24  #: as many as a reader can compare; two years, if a bar is a month

#: Lexical forms of xsd:boolean -> the canonical one (XML Schema part 2, section 3.3.2).
_BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


class Cell(msgspec.Struct, frozen=True):
    """A value in a row of an answer.

    Attributes:
        text: the value, a number with at most four decimals; "" if unbound.
        id: relative IRI of the thing that the value names, to link to; "" for no link.
        is_number: the value is an xsd:integer, xsd:decimal or xsd:double, and a number as written.
        is_boolean: the value is an xsd:boolean, and the text true or false.
        address: web address that the value is; "" for none.
    """

    text: str
    id: str = ""
    is_number: bool = False
    address: str = ""
    is_boolean: bool = False


class Bar(msgspec.Struct, frozen=True):
    """A bar of a chart.

    Attributes:
        label: what it is of.
        value: its length, in the column's unit.
        low, high: limits of the value's interval; None without one.
    """

    label: Cell
    value: float
    low: float | None = None
    high: float | None = None


class RenderedAnswer(msgspec.Struct, frozen=True):
    """An answer to a named query, as pages and the API show it.

    Attributes:
        columns: names of the columns.
        rows: the first :data:`MAX_ANSWER_ROWS`.
        total: number of rows of the answer; more exist if ``is_cut``.
        bars: bars of the chart, in order; empty without a chart or with fewer than two rows.
        sparql: the query with its parameters filled in; "" for an analysis.
        is_cut: the query's own limit left rows out.
        taken: notes on parameters: text that was resolved to something of another name, episodes
            without a date that a first day leaves out; why an analysis has no rows.
        undated: number of episodes that are in no row, since their date of publication is unknown.
        empty_months: which months of the graph are in no row, and why; "" for none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    bars: tuple[Bar, ...] = ()
    sparql: str = ""
    is_cut: bool = False
    taken: tuple[str, ...] = ()
    undated: int = 0
    empty_months: str = ""


def render_answer(
    store: Store,
    name: str,
    parameters: Mapping[str, str] | None = None,
    links: LinkResolver | None = None,
) -> RenderedAnswer:
    """Answer a named query, and convert the first rows for display.

    Args:
        links: of the same store, if the caller has one.

    Raises:
        InputError: there is no such query, or a parameter is wrong.
        QueryError: the query failed.
    """
    query = load_named_queries().get(name)
    if query is None:
        raise InputError(f"{name}: no such question: `kgraph queries` lists all questions")
    answer = answer_query(store, name, parameters)
    columns, bindings = answer.bindings()
    links = links or LinkResolver(store.shared)
    rows = tuple(
        tuple(
            _make_cell(row.get(column), query.links.get(column, ""), store.meta.base, links)
            for column in columns
        )
        for row in bindings[:MAX_ANSWER_ROWS]
    )
    bars: tuple[Bar, ...] = ()
    if query.chart and len(rows) > 1:
        label, value = columns.index(query.chart.labels), columns.index(query.chart.values)
        numeric = [row for row in rows if row[value].is_number][:MAX_CHART_BARS]
        limits = [columns.index(c) for c in INTERVAL_COLUMNS if query.chart.has_interval]
        bars = tuple(
            Bar(row[label], float(row[value].text), *(float(row[n].text) for n in limits))
            for row in numeric
        )
    return RenderedAnswer(
        tuple(columns),
        rows,
        len(bindings),
        bars,
        render_saved_query(store, name, parameters) if query.kind == "query" else "",
        answer.more,
        tuple(describe_query_substitutions(store, name, parameters)),
        answer.undated,
        describe_empty_months(answer.empty_months),
    )


def _make_cell(term: Mapping[str, str] | None, kind: str, base: str, links: LinkResolver) -> Cell:
    """Convert a term of SPARQL JSON; ``kind`` is what its column's values name, "" for nothing."""
    if term is None:
        return Cell("")
    text = term["value"]
    if term["type"] == "uri":
        id_ = text.removeprefix(base) if text.startswith(base) else ""
        return Cell(id_ or text, id_, address="" if id_ else safe_web_url(text))
    datatype = term.get("datatype", "")
    if datatype.endswith("#boolean") and text in _BOOLEANS:
        return Cell(_BOOLEANS[text], is_boolean=True)
    if datatype.endswith(("#integer", "#decimal", "#double")) and _NUMBER.fullmatch(text):
        return Cell(_shorten_number(text), is_number=True)
    if kind:
        return Cell(text, links.find_id(kind, text))
    return Cell(text, address="" if " " in text else safe_web_url(text))


def _shorten_number(number: str) -> str:
    """Return a number with at most four decimals and no trailing zeros; exponents stay as they are.

    >>> _shorten_number("0.333333333333333333"), _shorten_number("12"), _shorten_number("2.50")
    ('0.3333', '12', '2.5')
    """
    if "." not in number or "E" in number.upper():
        return number
    return f"{float(number):.4f}".rstrip("0").rstrip(".")


# -- RDF -----------------------------------------------------------------------


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
