"""The words of the graph as data: where ``ontology/`` and ``data/`` are, and what they say.

Takes nothing but the folders that travel with the program; gives the field table, the
prefixes and the paths of everything else. In a checkout the folders stand beside the
package, in a wheel inside it (``kgraph/_shared``), so both are looked at.
"""

from __future__ import annotations

import os
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from kgraph.base.errors import DataError

Shape = TypeVar("Shape")

YAML_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""What reads YAML, here and in the rooms above: a PyYAML without libyaml has no C loader."""

BASE_IRI = "https://w3id.org/kgraph/id/"
"""Default base of the instances' IRIs."""

PREFIXES = {
    "kg": "https://w3id.org/kgraph/ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "dcterms": "http://purl.org/dc/terms/",
    "void": "http://rdfs.org/ns/void#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sh": "http://www.w3.org/ns/shacl#",
}
"""Prefix -> namespace, as every output writes them and every query knows them."""


class FieldSpec(msgspec.Struct, frozen=True):
    """How one front-matter field is read, and which property carries it ("-": none).

    Attributes:
        type: name of its type.
        property: prefixed name of its property.
        required: whether it must be there.
        fills: the field that it states in another unit; "" for none.
    """

    type: str
    property: str
    required: bool = False
    fills: str = ""


class RowSpec(msgspec.Struct, frozen=True, rename={"class_": "class"}):
    """The entries of one list field.

    Attributes:
        class_: class of the rows.
        fields: their fields.
        scalar: the field that a bare entry is read as; "" where none is allowed.
        numbers: whether a bare entry may also be a number or a truth value.
    """

    class_: str
    fields: dict[str, FieldSpec]
    scalar: str = ""
    numbers: bool = False


class FieldTable(msgspec.Struct, frozen=True):
    """``ontology/fields.yaml``.

    Attributes:
        episode: the fields of an episode.
        rows: the fields that hold rows.
        meant: an unknown key, in lower case and letters alone -> the field that it most
            likely means, or a sentence where there is none.
    """

    episode: dict[str, FieldSpec]
    rows: dict[str, RowSpec]
    meant: dict[str, str] = {}


def data_path(*parts: str) -> Path:
    """Return the path of a file or folder of data, such as ``("ontology", "kgraph.ttl")``.

    The folder that the environment variable ``KGRAPH_DATA`` names is searched first; what it
    lacks comes from the data that travel with the program.

    Raises:
        DataError: it is not there: the installation is broken.
    """
    package = Path(__file__).parents[1]
    own = os.environ.get("KGRAPH_DATA")
    for root in (*([Path(own)] if own else []), package / "_shared", package.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise DataError(f"{'/'.join(parts)} is missing beside {package}: install kgraph again")


def load_yaml(path: Path, type_: type[Shape]) -> Shape:
    """What a YAML file that travels with the program says.

    Args:
        path: the file.
        type_: the shape that the file's header describes.

    Raises:
        DataError: the file is no YAML, or has another shape.
    """
    try:
        return msgspec.convert(yaml.load(path.read_text("utf-8"), YAML_LOADER), type_)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise DataError(f"{path}: {error}: see the header of that file") from error


@cache
def load_field_table() -> FieldTable:
    """The field table of ``ontology/fields.yaml``.

    Raises:
        DataError: the table does not have the shape that its header describes.
    """
    return load_yaml(data_path("ontology", "fields.yaml"), FieldTable)


def expand_curie(curie: str) -> str:
    """The full IRI of a prefixed name.

    >>> expand_curie("schema:name")
    'https://schema.org/name'
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def compact_iri(iri: str) -> str:
    """The prefixed name of an IRI, where a prefix is known.

    >>> compact_iri("https://schema.org/name"), compact_iri("https://example.org/x")
    ('schema:name', 'https://example.org/x')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


# -- terms of the ontology -------------------------------------------------------


class Term(msgspec.Struct, frozen=True):
    """A term that the ontology declares, or one of another vocabulary that it or the shapes use.

    Attributes:
        iri: its IRI.
        name: its prefixed name, such as ``kg:Company``.
        kind: ``class``, ``property``, ``individual`` (a function is one), or "".
        is_declared: whether ``kgraph.ttl`` describes it.
        label, comment: its name and its definition in English; "" for none.
        domain, range: prefixed names of the classes that it joins; "" for none.
        superclasses: IRIs of its direct superclasses.
    """

    iri: str
    name: str
    kind: str
    is_declared: bool
    label: str
    comment: str
    domain: str
    range: str
    superclasses: tuple[str, ...]


@cache
def load_terms() -> dict[str, Term]:
    """Return every term in ``ontology/kgraph.ttl`` and ``ontology/shapes.ttl``, by IRI."""
    from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

    properties: dict[str, dict[str, list[str]]] = {}
    referenced: dict[str, str] = {}
    declared = set()
    for file in ("kgraph.ttl", "shapes.ttl"):
        for statement in parse(path=str(data_path("ontology", file)), format=RdfFormat.TURTLE):
            nodes = (statement.subject, statement.predicate, statement.object)
            for node in nodes:
                if isinstance(node, NamedNode):
                    properties.setdefault(node.value, defaultdict(list))
            subject, predicate, value = nodes
            name = compact_iri(predicate.value)
            if isinstance(subject, NamedNode) and not isinstance(value, BlankNode):
                properties[subject.value][name].append(value.value)
                if file == "kgraph.ttl":
                    declared.add(subject.value)
            if name in _REFERENCES and isinstance(value, NamedNode):
                referenced.setdefault(value.value, _REFERENCES[name])

    def make_term(iri: str, values: dict[str, list[str]]) -> Term:
        def first(name: str) -> str:
            return next(iter(values[name]), "")

        is_declared = iri in declared
        return Term(
            iri=iri,
            name=compact_iri(iri),
            kind=_term_kind(values["rdf:type"], referenced.get(iri, ""), is_declared),
            is_declared=is_declared,
            label=first("rdfs:label"),
            comment=first("rdfs:comment"),
            domain=compact_iri(first("rdfs:domain")),
            range=compact_iri(first("rdfs:range")),
            superclasses=tuple(values["rdfs:subClassOf"]),
        )

    return {iri: make_term(iri, values) for iri, values in properties.items()}


#: Property of the shapes -> kind of the terms that it refers to.
_REFERENCES = {"sh:targetClass": "class", "sh:class": "class", "sh:path": "property"}

_KINDS = {
    "owl:Class": "class",
    "rdfs:Class": "class",
    "owl:ObjectProperty": "property",
    "owl:DatatypeProperty": "property",
    "rdf:Property": "property",
}


def _term_kind(types: list[str], referenced: str, is_declared: bool) -> str:
    names = [compact_iri(iri) for iri in types]
    kind = next((_KINDS[name] for name in names if name in _KINDS), referenced)
    is_individual = is_declared and any(not name.startswith("owl:") for name in names)
    return kind or ("individual" if is_individual else "")
