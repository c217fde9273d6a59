"""Write blocks as Turtle that people can read, as N-Triples and as N-Quads.

Writers are streams: they keep one block at a time.

Invariant: the IRI of an id is the base followed by the id, in every format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kgraph.base.errors import InputError
from kgraph.base.vocabulary import PREFIXES
from kgraph.rdf.episode import SubjectBlock

_ABSOLUTE = ("<http://", "<https://")  #: beginning of an IRI of another data set
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
        self._opening = "<#" if base.endswith("#") else "<"

    def header(self) -> str:
        """Return the lines of the base and prefixes."""
        lines = [f"@base <{self.base}> ."]
        lines += [f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items()]
        return "\n".join(lines) + "\n\n"

    def reference(self, id_: str) -> str:
        """Return an id as a reference relative to the base."""
        return f"{self._opening}{id_}>"

    def serialize(self, blocks: Iterable[SubjectBlock]) -> str:
        """Write blocks, each as one paragraph."""
        out: list[str] = []
        for subject, pairs in blocks if self._opening == "<" else map(_to_fragments, blocks):
            # Long lists of objects (an episode's quotes) get a line each.
            body = " ;\n    ".join(
                f"{predicate} {(', ' if len(objects) < 4 else _NEXT_LINE).join(objects)}"
                for predicate, objects in pairs
            )
            out.append(f"{self._opening}{subject}> {body} .\n\n")
        return "".join(out)


def _to_fragments(block: SubjectBlock) -> SubjectBlock:
    subject, pairs = block
    return subject, [(predicate, list(map(_to_fragment, objects))) for predicate, objects in pairs]


def _to_fragment(token: str) -> str:
    if token.startswith("<<("):
        return token.replace(" <", " <#")
    is_own = token[0] == "<" and not token.startswith(_ABSOLUTE)
    return f"<#{token[1:]}" if is_own else token


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
            for predicate, objects in pairs:
                start = f"<{self.base}{subject}> {self._expand_curie(predicate)} "
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
            if token.endswith('"'):
                return token
            body, _, datatype = token.rpartition("^^")
            return f"{body}^^{self._expand_curie(datatype)}"
        if first in _NUMBER_START:
            datatype = "xsd:decimal" if "." in token else "xsd:integer"
            return f'"{token}"^^{self._expand_curie(datatype)}'
        if token in ("true", "false"):
            return f'"{token}"^^{self._expand_curie("xsd:boolean")}'
        return self._expand_curie(token)

    def _expand_reference(self, token: str) -> str:
        if token.startswith("<<("):
            return f"<<( {' '.join(map(self._expand_token, token[4:-4].split()))} )>>"
        return token if token.startswith(_ABSOLUTE) else f"<{self.base}{token[1:]}"
