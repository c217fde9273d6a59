"""The formats in which answers are given: one row each."""

from __future__ import annotations

from typing import Literal

import msgspec

AnswerKind = Literal["solutions", "boolean", "graph"]
"""What a query gives: SELECT solutions, ASK a boolean, CONSTRUCT and DESCRIBE a graph."""


class AnswerFormat(msgspec.Struct, frozen=True):
    """A format for answers.

    Attributes:
        name: as ``--format`` takes it.
        suffix: of files in it.
        media_type: as registered with IANA.
        kinds: which answers it can carry.
    """

    name: str
    suffix: str
    media_type: str
    kinds: tuple[AnswerKind, ...]


_RESULT_KINDS: tuple[AnswerKind, ...] = ("solutions", "boolean")
_GRAPH_KINDS: tuple[AnswerKind, ...] = ("graph",)

ANSWER_FORMATS: dict[str, AnswerFormat] = {
    format_.name: format_
    for format_ in (
        AnswerFormat("csv", ".csv", "text/csv", ("solutions",)),
        AnswerFormat("tsv", ".tsv", "text/tab-separated-values", ("solutions",)),
        AnswerFormat("json", ".srj", "application/sparql-results+json", _RESULT_KINDS),
        AnswerFormat("xml", ".srx", "application/sparql-results+xml", _RESULT_KINDS),
        AnswerFormat("turtle", ".ttl", "text/turtle", _GRAPH_KINDS),
        AnswerFormat("ntriples", ".nt", "application/n-triples", _GRAPH_KINDS),
        AnswerFormat("nquads", ".nq", "application/n-quads", _GRAPH_KINDS),
        AnswerFormat("trig", ".trig", "application/trig", _GRAPH_KINDS),
        AnswerFormat("jsonld", ".jsonld", "application/ld+json", _GRAPH_KINDS),
        AnswerFormat("rdfxml", ".rdf", "application/rdf+xml", _GRAPH_KINDS),
    )
}
"""By name. ``table``, for people, is made by the command line from ``json``."""

ANSWER_FORMAT_BY_SUFFIX = {format_.suffix: format_.name for format_ in ANSWER_FORMATS.values()} | {
    ".json": "json",
    ".xml": "xml",
}
"""How a file's name ends -> name of the format that is written there."""
