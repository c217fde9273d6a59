"""Write blocks as Turtle that people can read, as N-Triples, as N-Quads and as JSON-LD.

Writers are streams: they keep one block at a time.

Invariant: the IRI of an id is the base followed by the id, in every format; an absolute IRI in
the place of an id is itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.vocabulary import PREFIXES, data_path
from kgraph.rdf.episode import PredicateObjects, SubjectBlock
from kgraph.rdf.terms import string_literal

BATCH_BLOCKS = 2_000  #: that are written at a time: of pairs of companies some 0.8 MB of Turtle

_NUMBER_START = frozenset("0123456789-")

# An absolute IRI (RFC 3987) without a query and without dot segments in its path. For such a base,
# a relative reference is resolved by appending it (RFC 3986 section 5.2).
_BASE = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://(?!\S*/\.{1,2}/)[^\x00-\x20<>\"{}|\\^`?#\x7f-\xa0]*(?:/|(?<!/)#)"
)


def check_base(base: str) -> str:
    """Return the base if an id can be appended to it.

    >>> check_base("https://example.org/id/")
    'https://example.org/id/'

    Raises:
        InputError: it is not an absolute IRI, or does not end in ``/`` or ``#``.
    """
    from pyoxigraph import NamedNode

    try:
        NamedNode(base)  # hosts and percent-encoding have rules of their own
    except ValueError:
        is_base = False
    else:
        is_base = _BASE.fullmatch(base) is not None
    if not is_base:
        raise InputError(
            f"{base!r}: not a base IRI: "
            "write an absolute one that ends in / or #, such as https://example.org/id/"
        )
    return base


def batch_blocks(blocks: Iterable[SubjectBlock]) -> Iterator[Iterator[SubjectBlock]]:
    """Split blocks into batches, each of which is used up before the next.

    >>> [list(batch) for batch in batch_blocks([("show/a", []), ("show/b", [])])]
    [[('show/a', []), ('show/b', [])]]
    """
    remaining = iter(blocks)
    for first in remaining:
        yield chain((first,), islice(remaining, BATCH_BLOCKS - 1))


class SerializedBlocks(NamedTuple):
    """Blocks as text, and the number of their statements."""

    text: str
    statements: int


class Turtle:
    """Turtle 1.1: a base, prefixes, one paragraph a subject.

    Args:
        base: base of the instances' IRIs, ending in ``/`` or ``#``.

    Raises:
        InputError: the base is not valid.
    """

    def __init__(self, base: str) -> None:
        self.base = check_base(base)
        # If the base ends in #, an id is written as a fragment: as a relative path it would replace
        # the path of the base.
        self._has_fragments = base.endswith("#")

    def header(self) -> str:
        """Return the lines of the base and prefixes."""
        lines = [f"@base <{self.base}> ."]
        lines += [f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items()]
        return "\n".join(lines) + "\n\n"

    def reference(self, id_: str) -> str:
        """Return an id as a reference relative to the base."""
        return f"<{'#' if self._has_fragments else ''}{id_}>"

    def serialize(self, blocks: Iterable[SubjectBlock]) -> str:
        """Write blocks, each as one paragraph."""
        return self.serialize_counted(blocks).text

    def serialize_counted(self, blocks: Iterable[SubjectBlock]) -> SerializedBlocks:
        """Write blocks, each as one paragraph, and count their statements.

        Blocks that are made one at a time are written while the processor has them in its cache.
        """
        out: list[str] = []
        statements = 0
        for subject, pairs in map(_to_fragments, blocks) if self._has_fragments else blocks:
            start = f"<{subject}> "
            for predicate, objects in pairs:
                # Most have one object. Long lists (an episode's quotes) get a line each.
                text = objects[0]
                if len(objects) > 1:
                    text = (", " if len(objects) < 4 else _NEXT_LINE).join(objects)
                out.append(f"{start}{predicate} {text}")
                statements += len(objects)
                start = " ;\n    "
            out.append(" .\n\n")
        return SerializedBlocks("".join(out), statements)


def _to_fragments(block: SubjectBlock) -> SubjectBlock:
    subject, pairs = block
    return _to_fragment(f"<{subject}>")[1:-1], [
        (predicate, list(map(_to_fragment, objects))) for predicate, objects in pairs
    ]


def _to_fragment(token: str) -> str:
    if token.startswith("<<("):
        return token.replace(" <", " <#")
    return f"<#{token[1:]}" if token[0] == "<" and not _is_absolute(token) else token


def _is_absolute(reference: str) -> bool:
    return "://" in reference  # segments of ids have no colon


_NEXT_LINE = ",\n        "


class NTriples:
    """N-Triples: one statement a line, every IRI in full.

    Args:
        base: base of the instances' IRIs.
        graph: IRI of a named graph: then the lines are N-Quads.

    Raises:
        InputError: the base is not valid.
    """

    def __init__(self, base: str, graph: str = "") -> None:
        self.base = check_base(base)
        self._end = f" <{graph}> .\n" if graph else " .\n"
        self._expanded_curies: dict[str, str] = {"a": f"<{PREFIXES['rdf']}type>"}

    def header(self) -> str:
        """Return "": N-Triples has no header."""
        return ""

    def serialize(self, blocks: Iterable[SubjectBlock]) -> str:
        """Write blocks, a line for each statement."""
        out: list[str] = []
        for subject, pairs in blocks:
            reference = self._expand_reference(f"<{subject}>")
            for predicate, objects in pairs:
                start = f"{reference} {self._expand_curie(predicate)} "
                out.extend(f"{start}{self._expand_token(token)}{self._end}" for token in objects)
        return "".join(out)

    def _expand_curie(self, curie: str) -> str:
        iri = self._expanded_curies.get(curie)
        if iri is None:
            prefix, _, local = curie.partition(":")
            iri = self._expanded_curies[curie] = f"<{PREFIXES[prefix]}{local}>"
        return iri

    def _expand_token(self, token: str) -> str:
        first = token[0]
        if first == "<":
            return self._expand_reference(token)
        if first == '"':
            body, _, suffix = token.rpartition('"')
            if not suffix.startswith("^^"):
                return token
            return f'{body}"^^{self._expand_curie(suffix[2:])}'
        if first in _NUMBER_START:
            datatype = "xsd:decimal" if "." in token else "xsd:integer"
            return f'"{token}"^^{self._expand_curie(datatype)}'
        if token in ("true", "false"):
            return f'"{token}"^^{self._expand_curie("xsd:boolean")}'
        return self._expand_curie(token)

    def _expand_reference(self, token: str) -> str:
        if token.startswith("<<("):
            return f"<<( {' '.join(map(self._expand_token, token[4:-4].split()))} )>>"
        return token if _is_absolute(token) else f"<{self.base}{token[1:]}"


class _ContextTerm(msgspec.Struct, frozen=True):
    """A term of the context: its name and how its values are read."""

    name: str
    type: str = ""  #: ``@type`` of its values: a datatype, ``@id``, ``@vocab``, or ""
    is_set: bool = False  #: its values are always an array


def _read_context() -> tuple[dict[str, Any], dict[str, _ContextTerm]]:
    """Return the context and its terms by prefixed name."""
    context = json.loads(data_path("ontology", "context.jsonld").read_text("utf-8"))["@context"]
    terms = {}
    for name, entry in context.items():
        if isinstance(entry, dict):
            is_set = entry.get("@container") == "@set"
            terms[entry["@id"]] = _ContextTerm(name, entry.get("@type", ""), is_set)
        elif name not in PREFIXES and not name.startswith("@"):
            terms[entry] = _ContextTerm(name)
    return context, terms


MAX_JSON_DIGITS = 15  #: of an integer that every reader of JSON keeps exactly (RFC 8259, section 6)


class JsonLd:
    """JSON-LD 1.1: our context with the base, then one node a line.

    Keys come in the order of Streaming JSON-LD (https://www.w3.org/TR/json-ld11-streaming/): the
    context, and in each node first ``@type`` and ``@id``. Decimals are strings, since
    JSON-LD makes xsd:double's form of a JSON number with a fraction.

    Args:
        base: base of the instances' IRIs.

    Raises:
        InputError: the base is not valid.
    """

    def __init__(self, base: str) -> None:
        self.base = check_base(base)
        self._context, self._terms = _read_context()
        self._start = "#" if base.endswith("#") else ""
        self._separator = ""

    def header(self) -> str:
        """Return the lines before the nodes."""
        context = json.dumps({**self._context, "@base": self.base}, ensure_ascii=False)
        return f'{{"@context": {context},\n"@graph": [\n'

    def footer(self) -> str:
        """Return the lines after the nodes."""
        return "\n]}\n"

    def serialize(self, blocks: Iterable[SubjectBlock]) -> str:
        """Write blocks, each as a node on a line."""
        out: list[str] = []
        for subject, pairs in blocks:
            out.append(f"{self._separator}{{{', '.join(self._list_members(subject, pairs))}}}")
            self._separator = ",\n"
        return "".join(out)

    def _list_members(self, subject: str, pairs: Iterable[PredicateObjects]) -> Iterator[str]:
        # Two pairs of a block may share a predicate; of two equal keys, JSON readers keep one.
        members: dict[str, list[str]] = {}
        for predicate, tokens in pairs:
            members.setdefault(predicate, []).extend(tokens)
        if types := members.pop("a", []):
            yield f'"@type": {_write_array(map(self._write_name, types), len(types) > 1)}'
        yield f'"@id": {self._write_id(subject)}'
        for predicate, tokens in members.items():
            term = self._terms.get(predicate) or _ContextTerm(predicate)
            values = (self._write_value(token, term.type) for token in tokens)
            yield f'"{term.name}": {_write_array(values, term.is_set or len(tokens) > 1)}'

    def _write_id(self, id_: str) -> str:
        return string_literal(id_ if _is_absolute(id_) else self._start + id_)

    def _write_name(self, curie: str) -> str:
        term = self._terms.get(curie)
        return f'"{term.name if term else curie}"'

    def _write_value(self, token: str, type_: str) -> str:
        """Write an object of a property whose values the context reads as ``type_``."""
        first = token[0]
        if first == "<":
            id_ = self._write_id(token[1:-1])
            return id_ if type_ == "@id" else f'{{"@id": {id_}}}'
        if first == '"':
            return _write_literal(token, type_)
        if first in _NUMBER_START or token in ("true", "false"):
            return _write_native(token, type_)
        if type_ == "@vocab":
            return self._write_name(token)
        return f'"{token}"' if type_ == "@id" else f'{{"@id": "{token}"}}'


def _write_array(values: Iterable[str], is_array: bool) -> str:
    text = ", ".join(values)
    return f"[{text}]" if is_array else text


def _write_literal(token: str, type_: str) -> str:
    body, _, suffix = token.rpartition('"')
    value = body + '"'  # a Turtle string of ours is a JSON string
    if suffix.startswith("@"):
        return f'{{"@value": {value}, "@language": "{suffix[1:]}"}}'
    datatype = suffix[2:]
    if datatype == type_:
        return value
    return f'{{"@value": {value}, "@type": "{datatype or "xsd:string"}"}}'


def _write_native(token: str, type_: str) -> str:
    if token in ("true", "false"):
        datatype, is_native = "xsd:boolean", True
    elif "." in token:
        datatype, is_native = "xsd:decimal", False
    else:
        datatype, is_native = "xsd:integer", len(token) <= MAX_JSON_DIGITS
    if datatype != type_:
        return f'{{"@value": "{token}", "@type": "{datatype}"}}'
    return token if is_native else f'"{token}"'
