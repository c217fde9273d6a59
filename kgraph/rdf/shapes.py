"""``ontology/shapes.ttl`` as values.

Takes Turtle that holds SHACL shapes, gives :class:`Shape` values by the class that they
speak of. Of SHACL Core it knows what our shapes use (:data:`constraints.COMPONENTS`,
``sh:or``, ``sh:xone``); anything else is refused, so that no constraint is silently left
unchecked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
from pyoxigraph import BlankNode, Dataset, NamedNode, RdfFormat, parse

from kgraph.base.errors import DataError
from kgraph.base.vocabulary import PREFIXES, expand, shared
from kgraph.rdf.constraints import COMPONENTS, Constraint, Term, brief, constraint

ALTERNATIVES = ("or", "xone")
"""Parameters whose argument is a list of shapes."""

_KNOWN = {"targetClass", "path", "property", "name", "description", *ALTERNATIVES, *COMPONENTS}
_FIRST, _REST = (NamedNode(expand(name)) for name in ("rdf:first", "rdf:rest"))


class Shape(msgspec.Struct, frozen=True):
    """A node shape, or a property shape when it has a path.

    Attributes:
        name: local name of the node shape that it is part of, such as ``Mention``.
        path: the property whose values it constrains; of a node shape none: it
            constrains the node itself.
        constraints: what each value, or all of them together, must be.
        alternatives: ``or`` (at least one) or ``xone`` (exactly one) of some shapes.
        properties: shapes of the node's properties.
    """

    name: str
    path: NamedNode | None = None
    constraints: tuple[Constraint, ...] = ()
    alternatives: tuple[tuple[str, tuple[Shape, ...]], ...] = ()
    properties: tuple[Shape, ...] = ()


Parameters = defaultdict[str, list[Term]]
"""What is said of one shape in the shapes graph."""

Shapes = dict[NamedNode, tuple[Shape, ...]]
"""Class -> the shapes that its instances must have."""


@cache
def our_shapes() -> Shapes:
    """The shapes of the graphs that kgraph writes.

    Raises:
        DataError: the file is not Turtle, or uses a part of SHACL that is not known here.
    """
    path = shared("ontology", "shapes.ttl")
    return read_shapes(path.read_bytes(), path)


def read_shapes(turtle: bytes, place: Path) -> Shapes:
    """The shapes that a Turtle document holds, by target class.

    Args:
        turtle: the document.
        place: its name, for messages.

    Raises:
        DataError: it is not Turtle, or uses a part of SHACL that is not known here.
    """
    try:
        reader = _Reader(Dataset(parse(turtle, RdfFormat.TURTLE)), place)
    except SyntaxError as error:
        raise DataError(f"{place}: {error}: write Turtle") from error
    return reader.shapes()


class _Reader:
    """Walks the statements of a shapes graph."""

    def __init__(self, statements: Dataset, place: Path) -> None:
        self._statements = statements
        self._place = place

    def shapes(self) -> Shapes:
        self._refuse_unknown()
        targets = self._statements.quads_for_predicate(NamedNode(expand("sh:targetClass")))
        found: dict[NamedNode, dict[Term, Shape]] = defaultdict(dict)
        for quad in sorted(targets, key=str):
            if isinstance(quad.object, NamedNode):
                shape = self._shape(quad.subject, brief(quad.subject))
                found[quad.object][quad.subject] = shape
        return {class_: tuple(shapes.values()) for class_, shapes in found.items()}

    def _refuse_unknown(self) -> None:
        for quad in sorted(self._statements, key=str):
            local = _shacl(quad.predicate)
            if local and local not in _KNOWN:
                raise self._refused(brief(quad.subject), f"kgraph checks no sh:{local}")

    def _shape(self, node: Term, name: str) -> Shape:
        parameters = self._parameters(node)
        path = parameters.get("path", [None])[0]
        if not isinstance(path, NamedNode | None):
            raise self._refused(name, "kgraph checks paths of one property only")
        shape = Shape(
            name,
            path,
            self._constraints(parameters, name),
            self._alternatives(parameters, name),
            tuple(sorted((self._shape(p, name) for p in parameters["property"]), key=_order)),
        )
        if path is not None and _looks_further(shape):
            raise self._refused(name, "kgraph checks a subject's own statements only")
        return shape

    def _constraints(self, parameters: Parameters, name: str) -> tuple[Constraint, ...]:
        return tuple(
            self._constraint(component, argument, name)
            for component in COMPONENTS
            for argument in parameters[component]
        )

    def _constraint(self, component: str, argument: Term, name: str) -> Constraint:
        try:
            return constraint(component, argument, self._members(argument))
        except (ValueError, LookupError, re.error) as error:
            why = f"{brief(argument)!r} is no value of sh:{component}"
            raise self._refused(name, why) from error

    def _alternatives(
        self, parameters: Parameters, name: str
    ) -> tuple[tuple[str, tuple[Shape, ...]], ...]:
        return tuple(
            (kind, tuple(self._shape(member, name) for member in self._members(argument)))
            for kind in ALTERNATIVES
            for argument in parameters[kind]
        )

    def _parameters(self, node: Term) -> Parameters:
        """What is said of a shape, by the local names of SHACL's words ("": all others)."""
        found: Parameters = defaultdict(list)
        if isinstance(node, NamedNode | BlankNode):
            for quad in self._statements.quads_for_subject(node):
                found[_shacl(quad.predicate)].append(quad.object)
        return found

    def _members(self, head: Term) -> Sequence[Term]:
        members: list[Term] = []
        while (first := self._object(head, _FIRST)) is not None:
            members.append(first)
            head = self._object(head, _REST) or first
        return members

    def _object(self, node: Term, predicate: NamedNode) -> Term | None:
        if not isinstance(node, NamedNode | BlankNode):
            return None
        quads = self._statements.quads_for_subject(node)
        return next((quad.object for quad in quads if quad.predicate == predicate), None)

    def _refused(self, name: str, why: str) -> DataError:
        return DataError(f"{self._place}: {name}: {why}: say it in other words")


def _shacl(predicate: NamedNode) -> str:
    """Local name of one of SHACL's words; "" of another."""
    iri = predicate.value
    return iri.removeprefix(PREFIXES["sh"]) if iri.startswith(PREFIXES["sh"]) else ""


def _looks_further(shape: Shape) -> bool:
    """Whether a property shape looks at the statements of its values."""
    members = [member for _, shapes in shape.alternatives for member in shapes]
    return bool(shape.properties) or any(m.path or _looks_further(m) for m in members)


def _order(shape: Shape) -> tuple[str, list[str]]:
    # Blank nodes have other names in every process, so the engine's order is no order.
    return str(shape.path), [constraint.words for constraint in shape.constraints]
