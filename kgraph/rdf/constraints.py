"""The constraint components of SHACL that our shapes use, as tests of values.

Takes one parameter of a shape (``sh:minCount 1``), gives a :class:`Constraint`: which of
the values of a property offend against it. What each component means is section 4 of the
SHACL Recommendation (https://www.w3.org/TR/shacl/#core-components).

Invariant: a constraint looks at values alone, never at other statements of the graph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

import msgspec
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.base.vocabulary import expand_curie

RdfTerm: TypeAlias = NamedNode | BlankNode | Literal | Triple
InvalidValues: TypeAlias = Callable[[Collection[RdfTerm]], Sequence[RdfTerm | None]]
ValueTest: TypeAlias = Callable[[RdfTerm], bool]


class Constraint(msgspec.Struct, frozen=True):
    """One constraint of a shape.

    Attributes:
        component: local name of its parameter, such as ``minCount``.
        words: what is wrong with what it finds.
        offending: the values that offend; ``[None]`` when they do so only together.
    """

    component: str
    message: str
    invalid_values: InvalidValues


def make_constraint(component: str, argument: RdfTerm, members: Sequence[RdfTerm]) -> Constraint:
    """The constraint that a parameter of a shape states.

    Args:
        component: local name of the parameter, one of :data:`COMPONENTS`.
        argument: its value.
        members: members of that value when it is a list.
    """
    words, make = COMPONENTS[component]
    shown = ", ".join(map(local_name, members)) if members else local_name(argument)
    return Constraint(component, words.format(shown), make(members or [argument]))


def local_name(term: RdfTerm) -> str:
    """A term for a message: the last part of an IRI, the text of a literal."""
    if isinstance(term, Literal):
        return term.value
    return re.split(r"[#/]", str(term).strip("<>"))[-1]


# -- lexical forms (XML Schema 1.1 part 2) -------------------------------------

_ZONE = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_DATE = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_ZONE}")
_DATE_TIME = re.compile(
    rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})(?:\.[0-9]+)?{_ZONE}"
)
_DURATION = re.compile(
    r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII
)


def _make_date_test(form: re.Pattern[str], parse: Callable[[str], date]) -> Callable[[str], bool]:
    def well_formed(lexical: str) -> bool:
        match = form.fullmatch(lexical)
        return match is not None and _can_parse(parse, match[1])

    return well_formed


def _can_parse(parse: Callable[[str], object], lexical: str) -> bool:
    try:
        parse(lexical)
    except (ValueError, RecursionError):
        return False
    return True


def _accept_any(lexical: str) -> bool:
    return True


LEXICAL_FORMS: dict[str, Callable[[str], object]] = {
    expand_curie("xsd:boolean"): ("true", "false", "1", "0").__contains__,
    expand_curie("xsd:integer"): re.compile(r"[+-]?[0-9]+").fullmatch,
    expand_curie("xsd:decimal"): re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch,
    expand_curie("xsd:date"): _make_date_test(_DATE, date.fromisoformat),
    expand_curie("xsd:dateTime"): _make_date_test(_DATE_TIME, datetime.fromisoformat),
    expand_curie("xsd:gYearMonth"): re.compile(rf"[0-9]{{4}}-(?:0[1-9]|1[0-2]){_ZONE}").fullmatch,
    expand_curie("xsd:duration"): _DURATION.fullmatch,
    expand_curie("rdf:JSON"): lambda lexical: _can_parse(json.loads, lexical),
}
"""Datatype -> whether a text is one of its lexical forms; of the others, every text is."""

_NUMBER_DATATYPES = (expand_curie("xsd:integer"), expand_curie("xsd:decimal"))


def parse_number(term: RdfTerm) -> Decimal | None:
    """The value of a whole or decimal number, the only ones that our graphs hold."""
    if not isinstance(term, Literal) or term.datatype.value not in _NUMBER_DATATYPES:
        return None
    return Decimal(term.value) if LEXICAL_FORMS[term.datatype.value](term.value) else None


# -- components ----------------------------------------------------------------


def _parse_count(argument: RdfTerm) -> int:
    return int(local_name(argument))


def _per_value(
    make: Callable[[Sequence[RdfTerm]], ValueTest],
) -> Callable[[Sequence[RdfTerm]], InvalidValues]:
    """A component that looks at one value at a time."""

    def offending_by(arguments: Sequence[RdfTerm]) -> InvalidValues:
        test = make(arguments)
        return lambda values: [value for value in values if not test(value)]

    return offending_by


def _min_count(arguments: Sequence[RdfTerm]) -> InvalidValues:
    least = _parse_count(arguments[0])
    return lambda values: [None] if len(values) < least else []


def _max_count(arguments: Sequence[RdfTerm]) -> InvalidValues:
    most = _parse_count(arguments[0])
    return lambda values: [None] if len(values) > most else []


def _has_value(arguments: Sequence[RdfTerm]) -> InvalidValues:
    wanted = arguments[0]
    return lambda values: [] if wanted in values else [None]


@_per_value
def _datatype(arguments: Sequence[RdfTerm]) -> ValueTest:
    datatype = arguments[0]
    well_formed = LEXICAL_FORMS.get(getattr(datatype, "value", ""), _accept_any)
    return lambda value: (
        isinstance(value, Literal) and value.datatype == datatype and bool(well_formed(value.value))
    )


_NODE_KINDS: dict[str, tuple[type[RdfTerm], ...]] = {
    "IRI": (NamedNode,),
    "Literal": (Literal,),
    "BlankNode": (BlankNode,),
    "IRIOrLiteral": (NamedNode, Literal),
    "BlankNodeOrIRI": (NamedNode, BlankNode),
    "BlankNodeOrLiteral": (BlankNode, Literal),
}


@_per_value
def _node_kind(arguments: Sequence[RdfTerm]) -> ValueTest:
    kinds = _NODE_KINDS[local_name(arguments[0])]
    return lambda value: isinstance(value, kinds)


@_per_value
def _value_in(arguments: Sequence[RdfTerm]) -> ValueTest:
    allowed = frozenset(arguments)
    return lambda value: value in allowed


@_per_value
def _pattern(arguments: Sequence[RdfTerm]) -> ValueTest:
    matches = re.compile(local_name(arguments[0])).search
    return lambda value: isinstance(value, NamedNode | Literal) and matches(value.value) is not None


@_per_value
def _min_inclusive(arguments: Sequence[RdfTerm]) -> ValueTest:
    least = parse_number(arguments[0])
    return lambda value: (
        least is not None and (found := parse_number(value)) is not None and least <= found
    )


@_per_value
def _max_inclusive(arguments: Sequence[RdfTerm]) -> ValueTest:
    most = parse_number(arguments[0])
    return lambda value: (
        most is not None and (found := parse_number(value)) is not None and found <= most
    )


COMPONENTS: dict[str, tuple[str, Callable[[Sequence[RdfTerm]], InvalidValues]]] = {
    "minCount": ("has fewer values than {}", _min_count),
    "maxCount": ("has more values than {}", _max_count),
    "hasValue": ("lacks the value {}", _has_value),
    "datatype": ("is no well-formed {}", _datatype),
    "nodeKind": ("is no {}", _node_kind),
    "in": ("is none of {}", _value_in),
    "pattern": ("does not match {}", _pattern),
    "minInclusive": ("is not at least {}", _min_inclusive),
    "maxInclusive": ("is not at most {}", _max_inclusive),
}
"""Local name of the parameter -> what is wrong with what it finds, and how it finds it."""
