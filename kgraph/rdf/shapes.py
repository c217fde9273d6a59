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
from kgraph.base.vocabulary import PREFIXES, data_path, expand_curie
from kgraph.rdf.constraints import COMPONENTS, Constraint, RdfTerm, local_name, make_constraint

LOGICAL_COMPONENTS = ("or", "xone")
"""Parameters whose argument is a list of shapes."""

_SUPPORTED_PARAMETERS = {
    "targetClass",
    "path",
    "property",
    "name",
    "description",
    *LOGICAL_COMPONENTS,
    *COMPONENTS,
}
_RDF_FIRST, _RDF_REST = (NamedNode(expand_curie(name)) for name in ("rdf:first", "rdf:rest"))


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


ShapeParameters = defaultdict[str, list[RdfTerm]]
"""What is said of one shape in the shapes graph."""

Shapes = dict[NamedNode, tuple[Shape, ...]]
"""Class -> the shapes that its instances must have."""


@cache
def load_shapes() -> Shapes:
    """The shapes of the graphs that kgraph writes.

    Raises:
        DataError: the file is not Turtle, or uses a part of SHACL that is not known here.
    """
    path = data_path("ontology", "shapes.ttl")
    return parse_shapes(path.read_bytes(), path)


def parse_shapes(turtle: bytes, place: Path) -> Shapes:
    """The shapes that a Turtle document holds, by target class.

    Args:
        turtle: the document.
        place: its name, for messages.

    Raises:
        DataError: it is not Turtle, or uses a part of SHACL that is not known here.
    """
    try:
        reader = _ShapeParser(Dataset(parse(turtle, RdfFormat.TURTLE)), place)
    except SyntaxError as error:
        raise DataError(f"{place}: {error}: write Turtle") from error
    return reader.parse()


class _ShapeParser:
    """Walks the statements of a shapes graph."""

    def __init__(self, statements: Dataset, place: Path) -> None:
        self._statements = statements
        self._source = place

    def parse(self) -> Shapes:
        self._check_supported()
        targets = self._statements.quads_for_predicate(NamedNode(expand_curie("sh:targetClass")))
        found: dict[NamedNode, dict[RdfTerm, Shape]] = defaultdict(dict)
        for quad in sorted(targets, key=str):
            if isinstance(quad.object, NamedNode):
                shape = self._parse_shape(quad.subject, local_name(quad.subject))
                found[quad.object][quad.subject] = shape
        return {class_: tuple(shapes.values()) for class_, shapes in found.items()}

    def _check_supported(self) -> None:
        for quad in sorted(self._statements, key=str):
            local = _shacl_local_name(quad.predicate)
            if local and local not in _SUPPORTED_PARAMETERS:
                raise self._make_error(local_name(quad.subject), f"kgraph checks no sh:{local}")

    def _parse_shape(self, node: RdfTerm, name: str) -> Shape:
        parameters = self._read_parameters(node)
        path = parameters.get("path", [None])[0]
        if not isinstance(path, NamedNode | None):
            raise self._make_error(name, "kgraph checks paths of one property only")
        shape = Shape(
            name,
            path,
            self._parse_constraints(parameters, name),
            self._parse_alternatives(parameters, name),
            tuple(
                sorted(
                    (self._parse_shape(p, name) for p in parameters["property"]),
                    key=_shape_sort_key,
                )
            ),
        )
        if path is not None and _needs_other_subjects(shape):
            raise self._make_error(name, "kgraph checks a subject's own statements only")
        return shape

    def _parse_constraints(self, parameters: ShapeParameters, name: str) -> tuple[Constraint, ...]:
        return tuple(
            self._parse_constraint(component, argument, name)
            for component in COMPONENTS
            for argument in parameters[component]
        )

    def _parse_constraint(self, component: str, argument: RdfTerm, name: str) -> Constraint:
        try:
            return make_constraint(component, argument, self._read_list(argument))
        except (ValueError, LookupError, re.error) as error:
            why = f"{local_name(argument)!r} is no value of sh:{component}"
            raise self._make_error(name, why) from error

    def _parse_alternatives(
        self, parameters: ShapeParameters, name: str
    ) -> tuple[tuple[str, tuple[Shape, ...]], ...]:
        return tuple(
            (kind, tuple(self._parse_shape(member, name) for member in self._read_list(argument)))
            for kind in LOGICAL_COMPONENTS
            for argument in parameters[kind]
        )

    def _read_parameters(self, node: RdfTerm) -> ShapeParameters:
        """What is said of a shape, by the local names of SHACL's words ("": all others)."""
        found: ShapeParameters = defaultdict(list)
        if isinstance(node, NamedNode | BlankNode):
            for quad in self._statements.quads_for_subject(node):
                found[_shacl_local_name(quad.predicate)].append(quad.object)
        return found

    def _read_list(self, head: RdfTerm) -> Sequence[RdfTerm]:
        members: list[RdfTerm] = []
        while (first := self._find_object(head, _RDF_FIRST)) is not None:
            members.append(first)
            head = self._find_object(head, _RDF_REST) or first
        return members

    def _find_object(self, node: RdfTerm, predicate: NamedNode) -> RdfTerm | None:
        if not isinstance(node, NamedNode | BlankNode):
            return None
        quads = self._statements.quads_for_subject(node)
        return next((quad.object for quad in quads if quad.predicate == predicate), None)

    def _make_error(self, name: str, why: str) -> DataError:
        return DataError(f"{self._source}: {name}: {why}: say it in other words")


def _shacl_local_name(predicate: NamedNode) -> str:
    """Local name of one of SHACL's words; "" of another."""
    iri = predicate.value
    return iri.removeprefix(PREFIXES["sh"]) if iri.startswith(PREFIXES["sh"]) else ""


def _needs_other_subjects(shape: Shape) -> bool:
    """Whether a property shape looks at the statements of its values."""
    members = [member for _, shapes in shape.alternatives for member in shapes]
    return bool(shape.properties) or any(m.path or _needs_other_subjects(m) for m in members)


def _shape_sort_key(shape: Shape) -> tuple[str, list[str]]:
    # Blank nodes have other names in every process, so the engine's order is no order.
    return str(shape.path), [constraint.message for constraint in shape.constraints]
