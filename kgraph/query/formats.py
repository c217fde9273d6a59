"""Table of the formats of answers, and the one that the engine does not write: JSON-LD.

The engine writes JSON-LD expanded, without a context, and types as the property rdf:type, which
framing does not find.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, BinaryIO, Literal

import msgspec
import pyoxigraph

from kgraph.base.errors import InputError

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

# -- JSON-LD -----------------------------------------------------------------------

_LOCAL_NAME = re.compile(r"\w+")
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def serialize_jsonld(
    triples: Iterable[pyoxigraph.Triple], out: BinaryIO, prefixes: Mapping[str, str]
) -> None:
    """Write triples as JSON-LD 1.1, with prefixes as context and a node a line.

    Neighbours with the same subject are one node: in memory is one node at a time.

    Raises:
        InputError: a triple has a triple term (RDF 1.2), which JSON-LD cannot carry.
    """
    context = json.dumps(dict(prefixes), ensure_ascii=False)
    out.write(f'{{"@context": {context},\n"@graph": ['.encode())
    separator = "\n"
    for subject, group in groupby(triples, key=lambda triple: triple.subject):
        node: dict[str, list[Any]] = {}
        for triple in group:
            key, value = _write_member(triple, prefixes)
            node.setdefault(key, []).append(value)
        types = {"@type": node.pop("@type")} if "@type" in node else {}
        line = json.dumps({**types, "@id": _write_id(subject), **node}, ensure_ascii=False)
        out.write(f"{separator}{line}".encode())
        separator = ",\n"
    out.write(b"\n]}\n")


def _write_member(triple: pyoxigraph.Triple, prefixes: Mapping[str, str]) -> tuple[str, Any]:
    value = triple.object
    if isinstance(value, pyoxigraph.Literal):
        return _write_name(triple.predicate.value, prefixes), _write_literal(value)
    id_ = _write_id(value)
    if triple.predicate.value == _RDF_TYPE:
        return "@type", _write_name(id_, prefixes)
    return _write_name(triple.predicate.value, prefixes), {"@id": id_}


def _write_id(term: object) -> str:
    if isinstance(term, pyoxigraph.Triple):
        raise InputError(
            f"the answer has a triple term of RDF 1.2, {term}, which JSON-LD cannot carry",
            parameter="format",
        )
    return term.value if isinstance(term, pyoxigraph.NamedNode) else str(term)


def _write_literal(literal: pyoxigraph.Literal) -> dict[str, str] | str:
    if literal.language:
        return {"@value": literal.value, "@language": literal.language}
    if literal.datatype.value == _XSD_STRING:
        return literal.value
    return {"@value": literal.value, "@type": literal.datatype.value}


def _write_name(iri: str, prefixes: Mapping[str, str]) -> str:
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
