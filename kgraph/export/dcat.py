"""Describe a graph as a data set with distributions, in DCAT 3.

Vocabularies: https://www.w3.org/TR/vocab-dcat-3/, with checksums of SPDX, which it recommends. The
properties are those that DCAT-AP 3.0 requires or recommends and a graph knows: who publishes it
and when are the catalogue's to say.
"""

from __future__ import annotations

from typing import BinaryIO
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kgraph.base import VERSION
from kgraph.base.vocabulary import ONTOLOGY_IRI, PREFIXES
from kgraph.export.dataset import DataFile, DatasetSummary
from kgraph.rdf.shared import DATASET_ID

DCAT_PREFIXES = {
    **PREFIXES,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
}

MEDIA_TYPES_IRI = "https://www.iana.org/assignments/media-types/"

Value = NamedNode | Literal


def write_dcat(summary: DatasetSummary, files: list[DataFile], out: BinaryIO) -> None:
    """Write a record as Turtle."""
    triples = describe_in_dcat(summary, files)
    data = serialize(triples, format=RdfFormat.TURTLE, prefixes=DCAT_PREFIXES)
    out.write(data or b"")


def describe_in_dcat(summary: DatasetSummary, files: list[DataFile]) -> list[Triple]:
    """Return the statements of a record, those of each subject together."""
    record = _Record(summary)
    record.describe_dataset(files)
    for file in files:
        record.describe_distribution(file)
    return record.triples


def _term(curie: str) -> NamedNode:
    prefix, _, local = curie.partition(":")
    return NamedNode(DCAT_PREFIXES[prefix] + local)


def _typed(text: object, datatype: str) -> Literal:
    return Literal(str(text), datatype=_term(datatype))


class _Record:
    def __init__(self, summary: DatasetSummary) -> None:
        self._summary = summary
        self._dataset = NamedNode(summary.base + DATASET_ID)
        self.triples: list[Triple] = []

    def _node(self, *parts: str) -> NamedNode:
        return NamedNode("/".join((self._dataset.value, *parts)))

    def _add(self, subject: NamedNode, *pairs: tuple[str, Value | None]) -> None:
        self.triples += (Triple(subject, _term(name), o) for name, o in pairs if o is not None)

    def _licence(self) -> NamedNode | None:
        return NamedNode(self._summary.licence) if self._summary.licence else None

    def describe_dataset(self, files: list[DataFile]) -> None:
        summary, licence = self._summary, self._licence()
        agent, period = NamedNode(f"{summary.base}software/kgraph-{VERSION}"), self._node("period")
        history, service = self._node("provenance"), self._node("service")
        build = NamedNode(f"{summary.base}build/{summary.digest[:16]}")
        has_days = bool(summary.first_day)
        self._add(
            self._dataset,
            ("rdf:type", _term("dcat:Dataset")),
            ("dcterms:title", Literal(summary.title, language="en")),
            ("dcterms:description", Literal(summary.description, language="en")),
            ("dcterms:identifier", Literal(f"sha256:{summary.digest}")),
            ("dcat:version", Literal(summary.version)),
            ("dcterms:creator", agent),
            ("dcterms:license", licence),
            ("dcterms:temporal", period if has_days else None),
            ("dcterms:conformsTo", NamedNode(ONTOLOGY_IRI)),
            ("dcterms:provenance", history),
            ("prov:wasGeneratedBy", build),
            *(("dcat:keyword", Literal(word, language="en")) for word in summary.keywords),
            *(("dcat:distribution", self._distribution(file)) for file in files),
        )
        if has_days:
            self._add(
                period,
                ("rdf:type", _term("dcterms:PeriodOfTime")),
                ("dcat:startDate", _typed(summary.first_day, "xsd:date")),
                ("dcat:endDate", _typed(summary.last_day, "xsd:date")),
            )
        self._add(
            agent,
            ("rdf:type", _term("prov:SoftwareAgent")),
            ("rdf:type", _term("foaf:Agent")),
            ("foaf:name", Literal(f"kgraph {VERSION}")),
        )
        text = f"Built by kgraph {VERSION} from files with the digest {summary.digest}."
        self._add(
            history,
            ("rdf:type", _term("dcterms:ProvenanceStatement")),
            ("rdfs:label", Literal(text, language="en")),
        )
        self._add(build, ("rdf:type", _term("prov:Activity")))
        self._add(NamedNode(ONTOLOGY_IRI), ("rdf:type", _term("dcterms:Standard")))
        if licence:
            self._add(licence, ("rdf:type", _term("dcterms:LicenseDocument")))
        if summary.endpoint:
            self._add(
                service,
                ("rdf:type", _term("dcat:DataService")),
                ("dcterms:title", Literal("SPARQL", language="en")),
                ("dcat:endpointURL", NamedNode(summary.endpoint)),
                ("dcat:endpointDescription", NamedNode(summary.endpoint)),
                ("dcat:servesDataset", self._dataset),
                ("dcterms:license", licence),
            )

    def _distribution(self, file: DataFile) -> NamedNode:
        return self._node("distribution", quote(file.name))

    def describe_distribution(self, file: DataFile) -> None:
        subject = self._distribution(file)
        checksum = NamedNode(f"{subject.value}/checksum")
        # Without an address of publication the file is beside the record, so relative to it; the
        # distribution is where it can be asked for.
        is_published = "://" in file.address
        place = NamedNode(file.address) if is_published else subject
        media_type = NamedNode(MEDIA_TYPES_IRI + file.media_type)
        packing = NamedNode(MEDIA_TYPES_IRI + "application/gzip")
        self._add(
            subject,
            ("rdf:type", _term("dcat:Distribution")),
            ("dcterms:title", Literal(file.name)),
            ("dcat:accessURL", place),
            ("dcat:downloadURL", place if is_published else None),
            ("dcat:mediaType", media_type),
            ("dcat:compressFormat", packing if file.is_packed else None),
            (
                "dcat:byteSize",
                None if file.size is None else _typed(file.size, "xsd:nonNegativeInteger"),
            ),
            ("dcterms:license", self._licence()),
            ("spdx:checksum", checksum if file.sha256 else None),
        )
        for type_ in (media_type, *([packing] if file.is_packed else [])):
            self._add(type_, ("rdf:type", _term("dcterms:MediaType")))
        if file.sha256:
            self._add(
                checksum,
                ("rdf:type", _term("spdx:Checksum")),
                ("spdx:algorithm", _term("spdx:checksumAlgorithm_sha256")),
                ("spdx:checksumValue", _typed(file.sha256, "xsd:hexBinary")),
            )
