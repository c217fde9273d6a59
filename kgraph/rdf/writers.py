"""Groups as text: Turtle that a person likes to read, and N-Triples.

Takes groups, gives lines. Both writers are streams: they hold one group at a time.

Invariant: an id's IRI is the base with the id behind it, in every format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kgraph.base.errors import InputError
from kgraph.base.vocabulary import PREFIXES
from kgraph.rdf.episode import PredicateObjects, SubjectBlock

_NUMBER_START = frozenset("0123456789-")
# An absolute IRI (RFC 3987) without a query, whose path is resolved already: only behind
# such a base does resolving a relative reference (RFC 3986 section 5.2) mean appending it.
_BASE_PATTERN = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://(?!\S*/\.{1,2}/)[^\x00-\x20<>\"{}|\\^`?#\x7f-\xa0]*(?:/|(?<!/)#)"
)


def check_base(base: str) -> str:
    """The base, when instances' IRIs can be made by writing an id behind it.

    >>> check_base("https://example.org/id/")
    'https://example.org/id/'

    Raises:
        InputError: it is no absolute IRI, or does not end in ``/`` or ``#``.
    """
    if not _BASE_PATTERN.fullmatch(base) or not _is_iri(base):
        raise InputError(
            f"{base!r}: no base of IRIs: "
            "write an absolute one that ends in / or #, such as https://example.org/id/"
        )
    return base


def _is_iri(text: str) -> bool:
    """Whether the engine takes it for one: hosts and percent-encoding have rules of their own."""
    from pyoxigraph import NamedNode

    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


class Turtle:
    """Turtle 1.1: a base, prefixes, one paragraph a subject.

    Args:
        base: base of the instances' IRIs, ending in ``/`` or ``#``.

    Raises:
        InputError: the base is none.
    """

    def __init__(self, base: str) -> None:
        self.base = check_base(base)
        # Under a base that ends in #, an id is a fragment: a path would replace the base's.
        self._fragments = base.endswith("#")

    def header(self) -> str:
        """What stands on top of every document."""
        lines = [f"@base <{self.base}> ."]
        lines += [f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items()]
        return "\n".join(lines) + "\n\n"

    def reference(self, id_: str) -> str:
        """An id as a reference relative to the base."""
        return f"<#{id_}>" if self._fragments else f"<{id_}>"

    def serialize(self, groups: Iterable[SubjectBlock]) -> str:
        """The groups, each as one paragraph."""
        out: list[str] = []
        for subject, pairs in groups:
            # Long lists of objects (an episode's quotes) get a line each.
            body = " ;\n    ".join(
                f"{predicate} {', '.join(objects) if len(objects) < 4 else _join_objects(objects)}"
                for predicate, objects in (self._to_fragments(pairs) if self._fragments else pairs)
            )
            out.append(f"{self.reference(subject)} {body} .\n\n")
        return "".join(out)

    def _to_fragments(self, pairs: list[PredicateObjects]) -> Iterator[PredicateObjects]:
        for predicate, objects in pairs:
            yield predicate, [f"<#{o[1:]}" if o[0] == "<" else o for o in objects]


def _join_objects(objects: list[str]) -> str:
    return ",\n        ".join(objects)


class NTriples:
    """N-Triples: one statement a line, every IRI in full.

    Args:
        base: base of the instances' IRIs.
        graph: IRI of a named graph: then the lines are N-Quads.

    Raises:
        InputError: the base is none.
    """

    def __init__(self, base: str, graph: str = "") -> None:
        self.base = check_base(base)
        self._end = f" <{graph}> .\n" if graph else " .\n"
        self._names: dict[str, str] = {"a": f"<{PREFIXES['rdf']}type>"}

    def header(self) -> str:
        """N-Triples has none."""
        return ""

    def serialize(self, groups: Iterable[SubjectBlock]) -> str:
        """The groups, a line for each statement."""
        out: list[str] = []
        for subject, pairs in groups:
            head = f"<{self.base}{subject}>"
            for predicate, objects in pairs:
                middle = f"{head} {self._expand_curie(predicate)} "
                out.extend(f"{middle}{self._expand_token(token)}{self._end}" for token in objects)
        return "".join(out)

    def _expand_curie(self, curie: str) -> str:
        known = self._names.get(curie)
        if known is None:
            prefix, _, local = curie.partition(":")
            known = self._names[curie] = f"<{PREFIXES[prefix]}{local}>"
        return known

    def _expand_token(self, token: str) -> str:
        first = token[0]
        if first == "<":
            return f"<{self.base}{token[1:]}"
        if first == '"':
            return self._expand_literal(token)
        if first in _NUMBER_START:
            return (
                f'"{token}"^^{self._expand_curie("xsd:decimal" if "." in token else "xsd:integer")}'
            )
        if token in ("true", "false"):
            return f'"{token}"^^{self._expand_curie("xsd:boolean")}'
        return self._expand_curie(token)

    def _expand_literal(self, token: str) -> str:
        if token.endswith('"'):
            return token
        body, _, datatype = token.rpartition("^^")
        return f"{body}^^{self._expand_curie(datatype)}"
