"""Table of the formats of answers."""

from __future__ import annotations

from typing import Literal

import msgspec

AnswerKind = Literal["solutions", "boolean", "graph"]
"""Kind of an answer: solutions of SELECT, boolean of ASK, graph of CONSTRUCT and DESCRIBE."""


class AnswerFormat(msgspec.Struct, frozen=True):
    """A format of answers."""

    name: str  #: as ``--format`` takes it
    suffix: str  #: of files
    media_type: str  #: as registered with IANA
    kinds: tuple[AnswerKind, ...]  #: answers that it can carry


_RESULT_KINDS: tuple[AnswerKind, ...] = ("solutions", "boolean")
_GRAPH_KINDS: tuple[AnswerKind, ...] = ("graph",)

ANSWER_FORMATS: dict[str, AnswerFormat] = {
    row.name: row
    for row in (
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
"""By name. The command line makes ``table``, for people, from ``json``."""

ANSWER_FORMAT_BY_SUFFIX = {row.suffix: row.name for row in ANSWER_FORMATS.values()} | {
    ".json": "json",
    ".xml": "xml",
}
"""Suffix of a file's name -> name of the format that is written there."""
