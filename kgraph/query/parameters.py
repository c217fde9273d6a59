"""Parameters of named queries, and their values as people write them.

:func:`resolve_value` turns text ("nvidia", "2025-06-01", "stablecoins") into a value of the
parameter's type; :func:`to_rdf_terms` turns that into RDF terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from math import nan
from typing import NamedTuple

import msgspec
from pyoxigraph import Literal, NamedNode

from kgraph.base.arguments import check_count
from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.errors import InputError, UnknownNameError, blame_parameter
from kgraph.base.text import parse_day, replace_surrogates, shorten
from kgraph.base.vocabulary import expand_curie
from kgraph.graph import SharedData
from kgraph.graph.absence import tell_other_kind
from kgraph.graph.episode_lookup import find_episode
from kgraph.graph.lookup import Lookup, find_theme_or_show, find_thing, look_up_entity
from kgraph.graph.term_lookup import find_topic_or_tag, terms_as_entities
from kgraph.query.subjects import Subject, resolve_subject

BoundTerm = NamedNode | Literal

MAX_INTEGER = 1_000_000  #: largest whole number; all of them count things of a graph
NAME_SEPARATOR = ";"  #: between names of several things
MAX_VALUE_CHARS = 1000  #: characters of a value; the longest are passages to search for
FIRST_DAY = "0001-01-01"  #: default of a first day, from which all episodes count, dated or not


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a named query; one without a default (None) is required.

    Attributes:
        name: as a caller gives it.
        type: one of :data:`PARAMETER_TYPES`.
        default: its value where the caller gives none.
        words: a description.
    """

    name: str
    type: str
    default: str | None
    words: str


ResolvedValue = str | int | float | Subject
"""A parameter's value: an id for what is given by name."""

QueryArguments = Mapping[str, ResolvedValue]
"""Values of a query's parameters, by name."""


def int_arg(arguments: QueryArguments, name: str) -> int:
    """Return the value of a parameter of type ``integer``."""
    value = arguments[name]
    assert isinstance(value, int)
    return value


def text_arg(arguments: QueryArguments, name: str) -> str:
    """Return the value of a parameter that is a text, a day or an id."""
    value = arguments[name]
    assert isinstance(value, str)
    return value


def types_arg(arguments: QueryArguments, name: str) -> tuple[str, ...]:
    """Return the entity type of a parameter that is the name of a class; () if it is empty."""
    class_ = f"kg:{text_arg(arguments, name)}"
    return tuple(type_ for type_, spec in ENTITY_TYPES.items() if spec.class_ == class_)


def split_keywords(text: str) -> list[str]:
    """Return the names of a list with commas or spaces, in lower case.

    >>> split_keywords("Company, show")
    ['company', 'show']
    """
    return text.lower().replace(",", " ").split()


def bind_arguments(
    query_name: str, parameters: Iterable[Parameter], arguments: Mapping[str, str]
) -> dict[str, tuple[Parameter, str]]:
    """Return every parameter with its text, given or default, by name.

    Raises:
        InputError: a parameter is unknown, missing, empty, too long or no Unicode.
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    for unknown in sorted(arguments.keys() - by_name.keys()):
        names = ", ".join(by_name) or "none"
        raise InputError(f"{query_name}: no parameter {unknown}; it takes: {names}")
    bound = {}
    for name, parameter in by_name.items():
        text = arguments.get(name, parameter.default)
        if text is None:
            raise InputError(f"{query_name}: give {name}=... ({parameter.words})")
        is_optional = parameter.default == ""
        if PARAMETER_TYPES[parameter.type].is_iri and not text.strip() and not is_optional:
            raise InputError(f"{name}: empty: give a name, {parameter.words}", parameter=name)
        if len(text) > MAX_VALUE_CHARS:
            raise InputError(
                f"{name}={shorten(text)}: longer than {MAX_VALUE_CHARS} characters: shorten it",
                parameter=name,
            )
        if replace_surrogates(text) != text:
            raise InputError(
                f"{name}={shorten(replace_surrogates(text))}: not Unicode: encode it as UTF-8",
                parameter=name,
            )
        bound[name] = (parameter, text)
    return bound


def resolve_arguments(
    shared: SharedData,
    query_name: str,
    parameters: Iterable[Parameter],
    arguments: Mapping[str, str],
) -> dict[str, ResolvedValue]:
    """Return the values of all parameters of a query, by name; raise what is wrong with one."""
    parameters = tuple(parameters)
    values: dict[str, ResolvedValue] = {}
    for name, (parameter, text) in bind_arguments(query_name, parameters, arguments).items():
        try:
            values[name] = resolve_value(shared, parameter, text)
        except UnknownNameError as error:
            check_example_exists(query_name, parameters, arguments, name, error)
            raise
    return values


def check_example_exists(
    query_name: str,
    parameters: Iterable[Parameter],
    arguments: Mapping[str, str],
    name: str,
    error: UnknownNameError,
) -> None:
    """Raise InputError if an unknown name is a default, which nobody chose.

    Defaults are names of the sample; the message names all parameters that rest on them.

    Args:
        name: of the parameter whose value is unknown.
        error: that says so.
    """
    words = {p.name: p.words for p in parameters if PARAMETER_TYPES[p.type].is_iri}
    examples = find_example_defaults(parameters, arguments)
    if name not in examples:
        return
    needed = " and ".join(f"{n}=... ({words[n]})" for n in examples if n in words)
    raise InputError(
        f"{query_name}: give {needed}: {examples[name]}, the example, is not in this graph",
        parameter=name,
    ) from error


def check_row_limit(limit: int | None) -> None:
    """Raise InputError unless a limit of rows is None or from 1 to :data:`MAX_INTEGER`."""
    if limit is not None:
        check_count("limit", limit, maximum=MAX_INTEGER)


def resolve_value(shared: SharedData, parameter: Parameter, text: str) -> ResolvedValue:
    """Return the value that a text stands for.

    An empty default stays empty, whatever the type: the query itself chooses the value.

    Raises:
        UnknownNameError: nothing has the name; near names are suggested.
        InputError: the text is not of the parameter's type.
    """
    if not text.strip() and parameter.default == "":
        return ""
    try:
        with blame_parameter(parameter.name):
            return PARAMETER_TYPES[parameter.type].parse(shared, text)
    except ValueError as error:
        raise InputError(
            f"{parameter.name}={shorten(text)}: {error}", parameter=parameter.name
        ) from error


def find_example_defaults(
    parameters: Iterable[Parameter], arguments: Mapping[str, str]
) -> dict[str, str]:
    """Return the defaults that stand for the subject of a query, by name."""
    return {
        p.name: p.default
        for p in parameters
        if p.default and PARAMETER_TYPES[p.type].is_topic and p.name not in arguments
    }


def to_rdf_terms(name: str, type_: str, value: ResolvedValue, base: str) -> dict[str, BoundTerm]:
    """Return the terms of the variables that a parameter binds: one, or six of a subject.

    A subject ``x`` binds ``?x`` (its words), ``?xPattern``, ``?xTextProperty`` (the property whose
    values the pattern is searched in), ``?xTheme``, ``?xEntity`` and ``?xNamesake``. The last four
    are the base itself, which has no statements, where the subject has none.
    """
    if isinstance(value, Subject):
        text_property = expand_curie("schema:text") if value.by_words else base
        return {
            name: Literal(value.text),
            f"{name}Pattern": Literal(value.pattern),
            f"{name}TextProperty": NamedNode(text_property),
            f"{name}Theme": NamedNode(base + value.theme),
            f"{name}Entity": NamedNode(base + value.entity),
            f"{name}Namesake": NamedNode(base + value.namesake),
        }
    if PARAMETER_TYPES[type_].is_iri:
        return {name: NamedNode(f"{base}{value}")}
    return {name: Literal(value)}


# -- types ---------------------------------------------------------------------


def _parse_month(shared: SharedData, text: str) -> str:
    try:
        return date.fromisoformat(f"{text.strip()}-01").isoformat()[:7]
    except ValueError as error:
        raise ValueError("not a month: write it as 2025-06") from error


def _parse_types(shared: SharedData, text: str) -> str:
    names = split_keywords(text)
    if not names or any(name not in _CLASS_BY_NAME for name in names):
        raise ValueError(f"not types: choose some of {', '.join(ENTITY_TYPES)}")
    return " ".join(_CLASS_BY_NAME[name] for name in names)


def _parse_type(shared: SharedData, text: str) -> str:
    if text.strip().lower() not in _CLASS_BY_NAME:
        raise ValueError(f"not a type: choose one of {', '.join(ENTITY_TYPES)}")
    return _CLASS_BY_NAME[text.strip().lower()]


def _fraction_parser(quantity: str) -> Callable[[SharedData, str], float]:
    def parse(shared: SharedData, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = nan
        if not 0 <= number <= 1:
            raise ValueError(f"not a {quantity}: write a number from 0 to 1")
        return number

    return parse


def _parse_flag(shared: SharedData, text: str) -> bool:
    flag = text.strip().lower()
    if flag not in ("true", "false"):
        raise ValueError("write true or false")
    return flag == "true"


def _parse_integer(shared: SharedData, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= MAX_INTEGER:
        raise ValueError(f"not a count: write a whole number from 1 to {MAX_INTEGER:,}")
    return number


_CLASS_BY_TYPE = {name: spec.class_.partition(":")[2] for name, spec in ENTITY_TYPES.items()}

#: A type of entities, or its class in lower case -> local name of the class.
_CLASS_BY_NAME = _CLASS_BY_TYPE | {class_.lower(): class_ for class_ in _CLASS_BY_TYPE.values()}


class ParameterType(NamedTuple):
    """A type of parameters."""

    parse: Callable[[SharedData, str], ResolvedValue]  #: raises ValueError or InputError
    is_topic: bool = False  #: it names the subject of a query, or its months
    is_iri: bool = False  #: its value is bound as an IRI
    #: Returns the label of a value; None where no value is resolved by name.
    find_label: Callable[[SharedData, str], str] | None = None


def _entity_type(kinds: tuple[str, ...] = ()) -> ParameterType:
    return ParameterType(
        lambda shared, name: look_up_entity(shared, name, kinds).id,
        is_topic=True,
        is_iri=True,
        find_label=lambda shared, id_: shared.entities[id_].label,
    )


def _find_term(shared: SharedData, name: str, kind: str) -> str:
    if term := find_topic_or_tag(shared, name, [kind]):
        return term
    lookup = Lookup(terms_as_entities(getattr(shared, f"{kind}s"), shared.former))
    with tell_other_kind(shared, name, kind):
        return lookup.find(name).id


def _taxonomy_type(kind: str) -> ParameterType:
    return ParameterType(
        lambda shared, name: _find_term(shared, name, kind),
        is_topic=True,
        is_iri=True,
        find_label=lambda shared, id_: shared.terms[id_].label,
    )


PARAMETER_TYPES: dict[str, ParameterType] = {
    "entity": _entity_type(),
    "show": _entity_type(("show",)),
    "thing": ParameterType(  # an entity, a theme, a topic or a tag
        find_thing,
        is_topic=True,
        is_iri=True,
        find_label=lambda shared, id_: (shared.entities.get(id_) or shared.terms[id_]).label,
    ),
    "things": ParameterType(lambda shared, text: text),  # several, which the query looks up
    "group": ParameterType(  # a theme or a show
        find_theme_or_show,
        is_topic=True,
        is_iri=True,
        find_label=lambda shared, id_: (shared.entities.get(id_) or shared.themes[id_]).label,
    ),
    "theme": _taxonomy_type("theme"),
    "topic": _taxonomy_type("topic"),
    "tag": _taxonomy_type("tag"),
    "episode": ParameterType(
        lambda shared, name: f"episode/{find_episode(shared.summaries, name, shared.former)}",
        is_topic=True,
        is_iri=True,
    ),
    "subject": ParameterType(resolve_subject, is_topic=True),
    "text": ParameterType(lambda shared, text: text),
    # A day is compared as text: ISO 8601 sorts, and dates and date-times mix.
    "date": ParameterType(lambda shared, text: parse_day(text)),
    "last-day": ParameterType(lambda shared, text: parse_day(text, is_end=True)),
    "month": ParameterType(_parse_month, is_topic=True),
    "type": ParameterType(_parse_type),
    "types": ParameterType(_parse_types),
    "relevance": ParameterType(_fraction_parser("relevance")),
    "probability": ParameterType(_fraction_parser("probability")),
    "integer": ParameterType(_parse_integer),
    "flag": ParameterType(_parse_flag),
}
"""The types of parameters, by name."""
