"""Validate RDF against ``ontology/shapes.ttl``, by the part of SHACL Core that its shapes use.

See https://www.w3.org/TR/shacl/#core-components. It is some 15 times faster than pyshacl, with
which the tests compare it. Other parts of SHACL are refused, so that no constraint is silently
left unchecked.

Invariant: a subject's statements are in one document, and shapes look at nothing else, so that
documents are validated one at a time, in any process.
"""

from __future__ import annotations

import json
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import msgspec
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kgraph.base.errors import DataError
from kgraph.base.text import shorten
from kgraph.base.vocabulary import BASE_IRI, PREFIXES, compact_iri, data_path, expand_curie

RdfTerm: TypeAlias = NamedNode | BlankNode | Literal | Triple
Statements = Mapping[NamedNode, Collection[RdfTerm]]  #: predicate -> objects, of one subject
FindInvalid: TypeAlias = Callable[[Collection[RdfTerm]], Sequence[RdfTerm | None]]
ValueTest: TypeAlias = Callable[[RdfTerm], bool]

_RDF_TYPE = NamedNode(expand_curie("rdf:type"))


class Constraint(msgspec.Struct, frozen=True):
    """A constraint of a shape."""

    component: str  #: local name of its parameter, such as ``minCount``
    message: str  #: what is wrong with the values that it finds
    find_invalid: FindInvalid  #: ``[None]`` if no single value is to blame


class Shape(msgspec.Struct, frozen=True):
    """A node shape, or a property shape if it has a path."""

    name: str  #: local name of the node shape that it is part of, such as ``Mention``
    path: NamedNode | None = None  #: property whose values it constrains
    constraints: tuple[Constraint, ...] = ()
    alternatives: tuple[tuple[str, tuple[Shape, ...]], ...] = ()  #: ``or`` and ``xone``
    properties: tuple[Shape, ...] = ()


Shapes = dict[NamedNode, tuple[Shape, ...]]  #: class -> the shapes of its instances


class Violation(msgspec.Struct, frozen=True, order=True):
    """A violation of a shape."""

    node: str  #: IRI of the subject
    path: str  #: IRI of the property; "" if the subject itself is meant
    value: str  #: as an N-Triples term; "" if no single value is to blame
    component: str  #: the part of SHACL that is violated, such as ``maxCount``
    shape: str  #: local name of the shape in ``ontology/shapes.ttl``
    words: str  #: what is wrong
    is_remark: ClassVar[bool] = False  #: as of :class:`kgraph.base.model.InputProblem`

    def __str__(self) -> str:
        iris = [compact_iri(iri).removeprefix(BASE_IRI) for iri in (self.node, self.path) if iri]
        subject = ": ".join(iris)
        value = f" {shorten(self.value)}" if self.value else ""
        return f"{subject}{value} {self.words} [sh:{self.component} of {self.shape}]"


# -- validation ----------------------------------------------------------------


def find_violations(turtle: bytes, shapes: Shapes) -> Iterator[Violation]:
    """Yield every violation in a document, subject by subject.

    Args:
        turtle: a document that has all statements of its subjects.

    Raises:
        SyntaxError: the document is not Turtle.
    """
    # Objects are keys, not items: a graph is a set, whatever its text repeats.
    subjects: dict[RdfTerm, dict[NamedNode, dict[RdfTerm, None]]] = {}
    for quad in parse(turtle, RdfFormat.TURTLE):
        statements = subjects.setdefault(quad.subject, defaultdict(dict))
        statements[quad.predicate][quad.object] = None
    for subject, statements in subjects.items():
        classes = [c for c in statements.get(_RDF_TYPE, ()) if isinstance(c, NamedNode)]
        applicable = {shape.name: shape for c in classes for shape in shapes.get(c, ())}
        for shape in applicable.values():
            node = getattr(subject, "value", str(subject))
            for path, value, component, message in _validate(shape, subject, statements):
                text = "" if value is None else str(value)
                yield Violation(node, path, text, component, shape.name, message)


def _validate(
    shape: Shape, node: RdfTerm, statements: Statements
) -> Iterator[tuple[str, RdfTerm | None, str, str]]:
    """Yield path, value, component and message of each violation."""
    values = [node] if shape.path is None else statements.get(shape.path, ())
    path = shape.path.value if shape.path else ""
    for constraint in shape.constraints:
        for invalid in constraint.find_invalid(values):
            yield path, invalid, constraint.component, constraint.message
    for kind, members in shape.alternatives:
        for value in values:
            met = sum(not any(_validate(member, value, statements)) for member in members)
            if not met or (kind == "xone" and met > 1):
                yield path, value, kind, f"has the shape of {met} of {len(members)} alternatives"
    for property_shape in shape.properties:
        yield from _validate(property_shape, node, statements)


# -- lexical forms (XML Schema 1.1 part 2) -------------------------------------

_ZONE = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_DATE = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_ZONE}")
_DATE_TIME = re.compile(
    rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})(?:\.[0-9]+)?{_ZONE}"
)
_DURATION = re.compile(
    r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII
)


def _can_parse(function: Callable[[str], object], text: str) -> bool:
    try:
        function(text)
    except (ValueError, RecursionError):
        return False
    return True


def _test_date(
    pattern: re.Pattern[str], function: Callable[[str], object]
) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        match = pattern.fullmatch(text)
        return match is not None and _can_parse(function, match[1])

    return test


LEXICAL_FORMS: dict[str, Callable[[str], object]] = {
    expand_curie("xsd:boolean"): ("true", "false", "1", "0").__contains__,
    expand_curie("xsd:integer"): re.compile(r"[+-]?[0-9]+").fullmatch,
    expand_curie("xsd:decimal"): re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch,
    expand_curie("xsd:date"): _test_date(_DATE, date.fromisoformat),
    expand_curie("xsd:dateTime"): _test_date(_DATE_TIME, datetime.fromisoformat),
    expand_curie("xsd:gYearMonth"): re.compile(rf"[0-9]{{4}}-(?:0[1-9]|1[0-2]){_ZONE}").fullmatch,
    expand_curie("xsd:duration"): _DURATION.fullmatch,
    expand_curie("rdf:JSON"): lambda text: _can_parse(json.loads, text),
}
"""Datatype -> test of a text; every text is a lexical form of other datatypes."""

_NUMBER_DATATYPES = (expand_curie("xsd:integer"), expand_curie("xsd:decimal"))


def _parse_number(term: RdfTerm) -> Decimal | None:
    """Return the value of an integer or decimal, the only numbers of our graphs."""
    if not isinstance(term, Literal) or term.datatype.value not in _NUMBER_DATATYPES:
        return None
    return Decimal(term.value) if LEXICAL_FORMS[term.datatype.value](term.value) else None


# -- constraint components -----------------------------------------------------

# Each takes the argument of a parameter, or the members of that list, and makes a constraint.
MakeFindInvalid: TypeAlias = Callable[[Sequence[RdfTerm]], FindInvalid]


def _local_name(term: RdfTerm) -> str:
    """Return the last part of an IRI, or the text of a literal."""
    if isinstance(term, Literal):
        return term.value
    return re.split(r"[#/]", str(term).strip("<>"))[-1]


def _compare_count(is_invalid: Callable[[Any, Any], bool]) -> MakeFindInvalid:
    def make(arguments: Sequence[RdfTerm]) -> FindInvalid:
        limit = int(_local_name(arguments[0]))
        return lambda values: [None] if is_invalid(len(values), limit) else []

    return make


def _test_each_value(make_test: Callable[[Sequence[RdfTerm]], ValueTest]) -> MakeFindInvalid:
    def make(arguments: Sequence[RdfTerm]) -> FindInvalid:
        test = make_test(arguments)
        return lambda values: [value for value in values if not test(value)]

    return make


def _compare_number(is_valid: Callable[[Any, Any], bool]) -> MakeFindInvalid:
    def make_test(arguments: Sequence[RdfTerm]) -> ValueTest:
        limit = _parse_number(arguments[0])
        return lambda value: (
            limit is not None
            and (number := _parse_number(value)) is not None
            and is_valid(number, limit)
        )

    return _test_each_value(make_test)


def _has_datatype(arguments: Sequence[RdfTerm]) -> ValueTest:
    datatype = arguments[0]
    is_well_formed = LEXICAL_FORMS.get(getattr(datatype, "value", ""))
    return lambda value: (
        isinstance(value, Literal)
        and value.datatype == datatype
        and (is_well_formed is None or bool(is_well_formed(value.value)))
    )


_NODE_KINDS: dict[str, tuple[type[RdfTerm], ...]] = {
    "IRI": (NamedNode,),
    "Literal": (Literal,),
    "BlankNode": (BlankNode,),
    "IRIOrLiteral": (NamedNode, Literal),
    "BlankNodeOrIRI": (NamedNode, BlankNode),
    "BlankNodeOrLiteral": (BlankNode, Literal),
}


def _has_node_kind(arguments: Sequence[RdfTerm]) -> ValueTest:
    types = _NODE_KINDS[_local_name(arguments[0])]
    return lambda value: isinstance(value, types)


def _matches_pattern(arguments: Sequence[RdfTerm]) -> ValueTest:
    search = re.compile(_local_name(arguments[0])).search
    return lambda value: isinstance(value, NamedNode | Literal) and search(value.value) is not None


COMPONENTS: dict[str, tuple[str, MakeFindInvalid]] = {
    "minCount": ("has fewer values than {}", _compare_count(operator.lt)),
    "maxCount": ("has more values than {}", _compare_count(operator.gt)),
    "hasValue": (
        "lacks the value {}",
        lambda arguments: lambda values: [] if arguments[0] in values else [None],
    ),
    "datatype": ("is not a well-formed {}", _test_each_value(_has_datatype)),
    "nodeKind": ("is not of the kind {}", _test_each_value(_has_node_kind)),
    "in": (
        "is not one of {}",
        _test_each_value(lambda arguments: frozenset(arguments).__contains__),
    ),
    "pattern": ("does not match {}", _test_each_value(_matches_pattern)),
    "minInclusive": ("is not at least {}", _compare_number(operator.ge)),
    "maxExclusive": ("is not less than {}", _compare_number(operator.lt)),
    "maxInclusive": ("is not at most {}", _compare_number(operator.le)),
}
"""Local name of a parameter -> message, and how invalid values are found."""


# -- shapes --------------------------------------------------------------------

_LOGICAL = ("or", "xone")  # parameters whose argument is a list of shapes
_SUPPORTED = {"targetClass", "path", "property", "name", "description", *_LOGICAL, *COMPONENTS}
_RDF_FIRST, _RDF_REST = expand_curie("rdf:first"), expand_curie("rdf:rest")


@cache
def load_shapes() -> Shapes:
    """Return the shapes of the graphs that kgraph writes.

    Raises:
        DataError: the file is not Turtle, or uses an unsupported part of SHACL.
    """
    path = data_path("ontology", "shapes.ttl")
    return parse_shapes(path.read_bytes(), path)


def parse_shapes(turtle: bytes, source: Path) -> Shapes:
    """Parse the shapes of a Turtle document, by target class.

    Args:
        source: name of the document, for messages.

    Raises:
        DataError: it is not Turtle, or uses an unsupported part of SHACL.
    """
    try:
        return _ShapeParser(turtle, source).parse()
    except SyntaxError as error:
        raise DataError(f"{source}: {error}: write Turtle") from error


class _ShapeParser:
    """Parses a shapes graph."""

    def __init__(self, turtle: bytes, source: Path) -> None:
        self._source = source
        # Subject -> predicate -> objects; predicates of SHACL by their local names.
        self._parameters: dict[RdfTerm, dict[str, list[RdfTerm]]] = {}
        for quad in parse(turtle, RdfFormat.TURTLE):
            predicate = quad.predicate.value.removeprefix(PREFIXES["sh"])
            parameters = self._parameters.setdefault(quad.subject, defaultdict(list))
            parameters[predicate].append(quad.object)

    def parse(self) -> Shapes:
        for node in sorted(self._parameters, key=str):
            for name in sorted(self._parameters[node]):
                if ":" not in name and name not in _SUPPORTED:  # other vocabularies have whole IRIs
                    raise self._error(_local_name(node), f"kgraph checks no sh:{name}")
        shapes: dict[NamedNode, list[Shape]] = defaultdict(list)
        for node in sorted(self._parameters, key=str):
            for class_ in sorted(self._parameters[node]["targetClass"], key=str):
                if isinstance(class_, NamedNode):
                    shapes[class_].append(self._parse_shape(node, _local_name(node)))
        return {class_: tuple(items) for class_, items in shapes.items()}

    def _parse_shape(self, node: RdfTerm, name: str) -> Shape:
        parameters = self._parameters.get(node, defaultdict(list))
        path = next(iter(parameters["path"]), None)
        if not isinstance(path, NamedNode | None):
            raise self._error(name, "kgraph checks paths of one property only")
        constraints = tuple(
            self._parse_constraint(component, argument, name)
            for component in COMPONENTS
            for argument in parameters[component]
        )
        alternatives = tuple(
            (kind, tuple(self._parse_shape(member, name) for member in self._list(argument)))
            for kind in _LOGICAL
            for argument in parameters[kind]
        )
        properties = [self._parse_shape(member, name) for member in parameters["property"]]
        # Blank nodes have other names in every process: their order is of no use.
        properties.sort(key=lambda shape: (str(shape.path), [c.message for c in shape.constraints]))
        shape = Shape(name, path, constraints, alternatives, tuple(properties))
        if path is not None and _needs_other_subjects(shape):
            raise self._error(name, "kgraph checks a subject's own statements only")
        return shape

    def _parse_constraint(self, component: str, argument: RdfTerm, name: str) -> Constraint:
        arguments = self._list(argument) or [argument]
        message, make = COMPONENTS[component]
        try:
            message = message.format(", ".join(map(_local_name, arguments)))
            return Constraint(component, message, make(arguments))
        except (ValueError, LookupError, re.error) as error:
            why = f"{_local_name(argument)!r} is not a value of sh:{component}"
            raise self._error(name, why) from error

    def _list(self, head: RdfTerm) -> list[RdfTerm]:
        """Return the members of an RDF list; none of another node."""
        members: list[RdfTerm] = []
        while parameters := self._parameters.get(head, {}):
            if _RDF_FIRST not in parameters or _RDF_REST not in parameters:
                break
            members.append(parameters[_RDF_FIRST][0])
            head = parameters[_RDF_REST][0]
        return members

    def _error(self, name: str, why: str) -> DataError:
        return DataError(f"{self._source}: {name}: {why}: use a supported constraint")


def _needs_other_subjects(shape: Shape) -> bool:
    members = [member for _, shapes in shape.alternatives for member in shapes]
    return bool(shape.properties) or any(m.path or _needs_other_subjects(m) for m in members)
