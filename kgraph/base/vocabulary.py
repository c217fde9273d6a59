"""The shipped data: paths, prefixes, the field table, and the terms of the ontology.

``ontology/`` and ``data/`` are next to the package in a checkout, and inside it
(``kgraph/_shared``) in a wheel.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from kgraph.base.errors import DataError

Shape = TypeVar("Shape")

#: The loader of YAML for the whole program; PyYAML without libyaml has no C loader.
YAML_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

ONTOLOGY_IRI = "https://w3id.org/kgraph/ns"
BASE_IRI = "https://w3id.org/kgraph/id/"  #: default base of the IRIs of instances

#: Prefix -> namespace, in every output and declared in every query.
PREFIXES = {
    "kg": "https://w3id.org/kgraph/ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
}


class FieldSpec(msgspec.Struct, frozen=True):
    """A front-matter field in ``ontology/fields.yaml``, whose header describes the keys."""

    type: str
    property: str
    required: bool = False
    fills: str = ""
    of_file: bool = False


class RowSpec(msgspec.Struct, frozen=True, rename={"class_": "class"}):
    """The entries of a list field in ``ontology/fields.yaml``."""

    class_: str  #: class of the rows
    fields: dict[str, FieldSpec]
    scalar: str = ""  #: the field that a bare entry is read as; "" where none is allowed
    example: str = "..."  #: a value of ``scalar``, for messages
    numbers: bool = False  #: a bare entry may also be a number or a truth value


class PeopleWords(msgspec.Struct, frozen=True):
    """Words in a text that names people, in lower case but for those that are as written."""

    between: tuple[str, ...] = ()  #: two persons, as written
    also_in_surnames: tuple[str, ...] = ()  #: between two persons, or two surnames of one
    conjunctions: frozenset[str] = frozenset()  #: "and" between any names, as written
    particles: tuple[str, ...] = ()  #: of surnames
    relations: frozenset[str] = frozenset()  #: before a person who is not of the list
    no_names: frozenset[str] = frozenset()  #: stand beside a name, letters only
    degrees: frozenset[str] = frozenset()  #: the same, also without a comma, letters only
    placeholders: frozenset[str] = frozenset()  #: stand where a name is missing, letters only
    titles: frozenset[str] = frozenset()  #: stand before a full name, letters only
    posts: frozenset[str] = frozenset()  #: the same, also behind a firm
    post_endings: tuple[str, ...] = ()  #: of words that are posts, letters only
    beside_posts: frozenset[str] = frozenset()  #: stand beside a post, letters only
    before_roles: frozenset[str] = frozenset()  #: special, before "guest"
    introductions: frozenset[str] = frozenset()  #: words before a person: interview with
    articles: frozenset[str] = frozenset()  #: before these
    also_known_as: tuple[str, ...] = ()  #: two names of one person
    suffixes: frozenset[str] = frozenset()  #: end a name, also behind a comma, letters only
    of: tuple[str, ...] = ()  #: between a full name and what the person belongs to
    ranks: frozenset[str] = frozenset()  #: of rulers, of whose names "of" is a part
    before_of: frozenset[str] = frozenset()  #: offices and institutions, of which "of" is a part
    at: tuple[str, ...] = ()  #: as ``of``, and never within a name


class FieldTable(msgspec.Struct, frozen=True):
    """The content of ``ontology/fields.yaml``."""

    episode: dict[str, FieldSpec]
    rows: dict[str, RowSpec]
    #: Unknown key, lower case and letters only -> the field that it means, or advice.
    meant: dict[str, str] = {}
    #: Key of people, written alike -> their role.
    people: dict[str, str] = {}
    plural_people: frozenset[str] = frozenset()  #: the keys of several people
    #: Keys of people that are also words for other things, such as "invite".
    ambiguous_people: frozenset[str] = frozenset()
    people_words: PeopleWords = PeopleWords()


def data_path(*names: str) -> Path:
    """Return the path of a file or folder of data, such as ``("ontology", "kgraph.ttl")``.

    The folder that the environment variable ``KGRAPH_DATA`` names is searched first; what it
    lacks comes from the shipped data.

    Raises:
        DataError: the file is missing: the installation is broken.
    """
    for root in _data_roots():
        path = root.joinpath(*names)
        if path.exists():
            return path
    package = Path(__file__).parents[1]
    raise DataError(f"{'/'.join(names)} is missing beside {package}: install kgraph again")


def list_data_files() -> list[Path]:
    """Return the files of data that a build may read: tables, lexicon, weights and ontology."""
    patterns = ("data/*.yaml", "data/lexicon/*", "data/model/*", "ontology/*")
    files = (file for root in _data_roots() for p in patterns for file in root.glob(p))
    return sorted(file for file in files if file.is_file())


def _data_roots() -> list[Path]:
    package, own = Path(__file__).parents[1], os.environ.get("KGRAPH_DATA")
    return [*([Path(own)] if own else []), package / "_shared", package.parent]


def load_yaml(path: Path, shape: type[Shape], advice: str = "see the header of that file") -> Shape:
    """Load a YAML file of data; ``advice`` ends the message of an error in its content.

    Raises:
        DataError: the file cannot be read, is not YAML, or has another shape.
    """
    try:
        return msgspec.convert(yaml.load(path.read_text("utf-8"), YAML_LOADER), shape)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}: check the folder") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8") from error
    except yaml.YAMLError as error:
        raise DataError(f"{path}: {error}: quote the value, or {advice}") from error
    except msgspec.ValidationError as error:
        raise DataError(f"{path}: {error}: {advice}") from error


@cache
def load_field_table() -> FieldTable:
    """Load ``ontology/fields.yaml``."""
    return load_yaml(data_path("ontology", "fields.yaml"), FieldTable)


@cache
def compile_with_conjunctions(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which ``<and>`` stands for any of ``conjunctions``.

    >>> compile_with_conjunctions(r" <and> ").split("Visa und Mastercard")
    ['Visa', 'Mastercard']
    """
    words = "|".join(map(re.escape, sorted(load_field_table().people_words.conjunctions)))
    return re.compile(pattern.replace("<and>", f"(?:{words or '(?!)'})"))


def expand_curie(curie: str) -> str:
    """Return the IRI of a prefixed name.

    >>> expand_curie("schema:name")
    'https://schema.org/name'
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def compact_iri(iri: str) -> str:
    """Return the prefixed name of an IRI, or the IRI if no prefix fits.

    >>> compact_iri("https://schema.org/name"), compact_iri("https://example.org/x")
    ('schema:name', 'https://example.org/x')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


# -- terms of the ontology -------------------------------------------------------


class Term(msgspec.Struct, frozen=True):
    """A term that the ontology declares, or one of another vocabulary that it or the shapes use."""

    iri: str
    name: str  #: prefixed name, such as ``kg:Company``
    kind: str  #: ``class``, ``property``, ``individual`` (a function is one), or ""
    is_declared: bool  #: ``kgraph.ttl`` describes it
    label: str  #: English name; "" for none
    comment: str  #: English definition; "" for none
    domain: str  #: prefixed name of the domain; "" for none
    range: str  #: prefixed name of the range; "" for none
    superclasses: tuple[str, ...]  #: IRIs of the direct superclasses


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
        types = [compact_iri(type_) for type_ in values["rdf:type"]]
        kind = next((_KINDS[name] for name in types if name in _KINDS), referenced.get(iri, ""))
        is_individual = is_declared and any(not name.startswith("owl:") for name in types)
        return Term(
            iri=iri,
            name=compact_iri(iri),
            kind=kind or ("individual" if is_individual else ""),
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
