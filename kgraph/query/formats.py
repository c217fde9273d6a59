"""The formats in which answers are given: one row each."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["solutions", "boolean", "graph"]
"""What a query gives: SELECT solutions, ASK a boolean, CONSTRUCT and DESCRIBE a graph."""


class Format(msgspec.Struct, frozen=True):
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
    kinds: tuple[Kind, ...]


_TABLES: tuple[Kind, ...] = ("solutions", "boolean")
_GRAPHS: tuple[Kind, ...] = ("graph",)

FORMATS: dict[str, Format] = {
    format_.name: format_
    for format_ in (
        Format("csv", ".csv", "text/csv", ("solutions",)),
        Format("tsv", ".tsv", "text/tab-separated-values", ("solutions",)),
        Format("json", ".srj", "application/sparql-results+json", _TABLES),
        Format("xml", ".srx", "application/sparql-results+xml", _TABLES),
        Format("turtle", ".ttl", "text/turtle", _GRAPHS),
        Format("ntriples", ".nt", "application/n-triples", _GRAPHS),
        Format("nquads", ".nq", "application/n-quads", _GRAPHS),
        Format("trig", ".trig", "application/trig", _GRAPHS),
        Format("jsonld", ".jsonld", "application/ld+json", _GRAPHS),
        Format("rdfxml", ".rdf", "application/rdf+xml", _GRAPHS),
    )
}
"""By name. ``table``, for people, is made by the command line from ``json``."""

SUFFIXES = {format_.suffix: format_.name for format_ in FORMATS.values()} | {
    ".json": "json",
    ".xml": "xml",
}
"""How a file's name ends -> name of the format that is written there."""
