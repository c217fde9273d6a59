"""Write the ids of entities in other registers as a mapping set of SSSOM 1.0 in TSV.

The format is that of https://mapping-commons.github.io/sssom/spec-formats-tsv/. Ids without an IRI
(ISIN, ticker, CAIP-2) are literal mappings. Dates are absent: the same graph gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from kgraph.base import VERSION
from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.external_id import ID_KINDS, ExternalId, IdKind
from kgraph.export.rdf import RdfContent
from kgraph.graph import Entity, Graph
from kgraph.pipeline.id_sources import IdSource
from kgraph.rdf.shared import DATASET_ID, EXACT_KINDS
from kgraph.resolve.judgement import describe_judgement

_BLANKS = dict.fromkeys((*range(32), *range(127, 160)), " ")  #: in place of control characters

#: Licence of a set whose licence is not stated (SSSOM, slot ``license``, where it is required).
UNSPECIFIED_LICENCE = "https://w3id.org/sssom/license/unspecified"

COLUMNS = (
    "subject_id",
    "subject_label",
    "subject_category",
    "predicate_id",
    "object_id",
    "object_label",
    "object_type",
    "mapping_justification",
    "object_source",
    "comment",
)

#: Kind -> prefix of its CURIEs, and what that stands for.
_PREFIXES: dict[IdKind, tuple[str, str]] = {
    "wikidata": ("wikidata", "http://www.wikidata.org/entity/"),
    "cik": ("cik", "https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK="),
    "coingecko": ("coingecko", "https://www.coingecko.com/en/coins/"),
    "geonames": ("geonames", "https://sws.geonames.org/"),
    "iso3166": ("iso3166", "https://www.iso.org/obp/ui/#iso:code:3166:"),
    "enwiki": ("enwiki", "https://en.wikipedia.org/wiki/"),
    "website": ("web", "https://"),
}

#: Kind -> address of its register, with the prefix of websites.
_SOURCES: dict[IdKind, str] = {
    "wikidata": "web:www.wikidata.org/",
    "isin": "web:www.isin.org/",
    "cik": "web:www.sec.gov/",
    "coingecko": "web:www.coingecko.com/",
    "caip2": "web:chainagnostic.org/",
    "geonames": "web:www.geonames.org/",
    "iso3166": "web:www.iso.org/",
    "enwiki": "web:en.wikipedia.org/",
}


def write_sssom(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write a line for each id of each entity, after the metadata of the set."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    for line in _format_metadata(graph, base, content):
        text.write(f"#{line}\n")
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for _, entity in sorted(graph.shared.stated_entities().items()):
        for kind, id_ in sorted(entity.ids, key=lambda pair: (ID_KINDS.index(pair[0]), pair)):
            source = content.id_sources.find(entity, kind, id_)
            writer.writerow(_format_mapping(entity, ExternalId(kind, id_), source))
    text.flush()
    text.detach()


def _format_metadata(graph: Graph, base: str, content: RdfContent) -> Iterator[str]:
    """Yield the lines of the metadata as YAML; a string of JSON is one of YAML."""
    yield "curie_map:"
    prefixes = dict(_PREFIXES.values()) | {
        "kg": "https://w3id.org/kgraph/ns#",
        "kgraph": base,
        "schema": "https://schema.org/",
        "semapv": "https://w3id.org/semapv/vocab/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
    }
    for prefix, iri in sorted(prefixes.items()):
        yield f"  {prefix}: {_quote(iri)}"
    slots = {
        "mapping_set_id": f"{base}{DATASET_ID}/identity",
        "mapping_set_version": graph.shared.digest,
        "mapping_set_title": "Ids of entities in other registers",
        "license": content.licence or UNSPECIFIED_LICENCE,
        "subject_source": f"kgraph:{DATASET_ID}",
        "mapping_tool": "kgraph",
        "mapping_tool_version": VERSION,
    }
    yield from (f"{slot}: {_quote(value)}" for slot, value in slots.items() if value)


def _quote(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _format_mapping(entity: Entity, external: ExternalId, source: IdSource) -> list[str]:
    kind = external.kind
    predicate, curie = _choose_predicate(kind), _format_curie(external)
    justification, comment = _justify_mapping(source)
    return [
        f"kgraph:{entity.id}",
        entity.label.translate(_BLANKS),
        ENTITY_TYPES[entity.type].class_,
        predicate,
        curie,
        "" if curie else str(external),
        "" if curie else "rdfs literal",
        justification,
        _SOURCES.get(kind, ""),
        comment.translate(_BLANKS),
    ]


def _justify_mapping(source: IdSource) -> tuple[str, str]:
    """Return the justification of an id (https://w3id.org/semapv/vocab/), and a comment on it."""
    if source.judgement:
        return "semapv:ManualMappingCuration", f"judgement {describe_judgement(source.judgement)}"
    if source.kind == "shipped":
        listed = "; ".join(f"{p.name} {p.version} ({p.registry})" for p in source.packages)
        return "semapv:CompositeMatching", listed
    comment = "table of ids of the user's own" if source.kind == "own" else ""
    return "semapv:UnspecifiedMatching", comment


def _choose_predicate(kind: IdKind) -> str:
    """Return the predicate of the statement that RDF exports have for an id of a kind."""
    if kind in EXACT_KINDS:
        return "skos:exactMatch"
    if kind == "website":
        return "schema:url"
    return "schema:sameAs" if kind in _PREFIXES else "schema:identifier"


def _format_curie(external: ExternalId) -> str:
    if external.kind not in _PREFIXES:
        return ""
    prefix, iri = _PREFIXES[external.kind]
    return f"{prefix}:{external.iris[0].removeprefix(iri)}"
