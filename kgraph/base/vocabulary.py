"""The words of the graph as data: where ``ontology/`` and ``data/`` are, and what they say.

Takes nothing but the folders that travel with the program; gives the field table, the
prefixes and the paths of everything else. In a checkout the folders stand beside the
package, in a wheel inside it (``kgraph/_shared``), so both are looked at.
"""

from __future__ import annotations

import os
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
