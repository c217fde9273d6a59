"""What goes into a saved question: parameters, and their values as people write them.

Takes text ("nvidia", "2025-06-01", "stablecoins") and what recordings share; gives values of
the parameter's type (:func:`resolve_value`), and those as RDF terms (:func:`to_rdf_terms`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import permutations
from math import nan

import msgspec
from pyoxigraph import Literal, NamedNode

from kgraph.base.errors import InputError
from kgraph.base.text import local_id, loose_word_forms, name_key, parse_day, shorten
from kgraph.graph import SharedData, TaxonomyTerm
from kgraph.graph.lookup import Lookup, find_episode, terms_as_entities
from kgraph.rdf.shared import ENTITY_CLASSES
from kgraph.resolve.quotes.themes import normalize_phrase

BoundTerm = NamedNode | Literal

MAX_INTEGER = 1_000_000
"""Of a whole number: all of them count things, and no graph has more of what they count."""

MAX_VALUE_CHARS = 1000
"""Characters of a value: the longest passages that are looked for."""

MAX_WORD_GAP_CHARS = 40
"""Characters between two words of one subject: half a sentence."""


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a question; without a default (None) it must be given.

    Attributes:
        name: as it is given.
        type: one of :data:`PARAMETER_TYPES`.
        default: its value where none is given.
        words: what it is for.
        was: its name in earlier versions, which is still understood; "" for none.
    """

    name: str
    type: str
    default: str | None
    words: str
    was: str = ""


class Subject(msgspec.Struct, frozen=True):
    """What is spoken of.

    Attributes:
        words: as people write it; of what is given by its id, the label.
        pattern: a regular expression for texts that speak of it, in any case.
        theme: id of the theme of that name; "" when there is none.
        entity: id of the entity of that name; "" when there is none.
    """

    text: str
    pattern: str
    theme: str = ""
    entity: str = ""


ResolvedValue = str | int | float | Subject
"""A value of a parameter: an id for what is given by name."""


def bind_arguments(
    name: str, parameters: Iterable[Parameter], given: Mapping[str, str]
) -> dict[str, tuple[Parameter, str]]:
    """Every parameter with its value, given or default, by name.

    Args:
        name: of the question, for messages.
        parameters: what it takes.
        given: values by name.

    Raises:
        InputError: one is unknown or missing.
    """
    known = {parameter.name: parameter for parameter in parameters}
    given = _apply_former_names(known.values(), given)
    for unknown in sorted(given.keys() - known.keys()):
        takes = ", ".join(known) or "none"
        raise InputError(f"{name}: no parameter {unknown}; it takes: {takes}")
    found = {}
    for parameter in known.values():
        value = given.get(parameter.name, parameter.default)
        if value is None:
            raise InputError(f"{name}: give {parameter.name}=... ({parameter.words})")
        if parameter.type in _IRI_TYPES and not value.strip():
            raise InputError(
                f"{parameter.name}: it is empty: give a name, {parameter.words}",
                parameter=parameter.name,
            )
        if len(value) > MAX_VALUE_CHARS:
            raise InputError(
                f"{parameter.name}={shorten(value)}: longer than {MAX_VALUE_CHARS} characters: give less",
                parameter=parameter.name,
            )
        found[parameter.name] = (parameter, value)
    return found


def check_row_limit(limit: int | None) -> None:
    """Let only a number of rows through that is from 1 to :data:`MAX_INTEGER`, and None.

    Raises:
        InputError: it is another.
    """
    if limit is not None and not 1 <= limit <= MAX_INTEGER:
        raise InputError(f"limit={limit}: write a whole number from 1 to {MAX_INTEGER:,}")


def _apply_former_names(
    parameters: Iterable[Parameter], given: Mapping[str, str]
) -> dict[str, str]:
    """The given values under the present names of their parameters."""
    values = dict(given)
    for parameter in parameters:
        if parameter.was in values and parameter.was:
            if parameter.name in values:
                raise InputError(
                    f"{parameter.was} is the former name of {parameter.name}: give it once",
                    parameter=parameter.name,
                )
            values[parameter.name] = values.pop(parameter.was)
    return values


def resolve_value(shared: SharedData, parameter: Parameter, value: str) -> ResolvedValue:
    """The value that a text stands for.

    Raises:
        UnknownNameError: nothing goes by the name; near names are suggested.
        InputError: the text is none of the parameter's type.
    """
    try:
        return _PARSERS[parameter.type](shared, value)
    except InputError as error:
        error.parameter = parameter.name
        raise
    except ValueError as error:
        raise InputError(
            f"{parameter.name}={shorten(value)}: {error}", parameter=parameter.name
        ) from error


def describe_substitutions(
    shared: SharedData, parameters: Iterable[Parameter], given: Mapping[str, str]
) -> list[str]:
    """What was taken for something of another name, or given under a former name: a sentence
    each.

    Args:
        shared: what names are looked up in.
        parameters: of the question.
        given: values by name, which can be resolved.
    """
    said = []
    for parameter in parameters:
        if parameter.was and parameter.was in given:
            said.append(f"{parameter.was}: this parameter is now called {parameter.name}")
        value = given.get(parameter.name, "")
        if parameter.type in _TERMS_BY_TYPE and value:
            id_ = str(resolve_value(shared, parameter, value))
            known = shared.entities.get(id_) or _TERMS_BY_TYPE[parameter.type](shared)[id_]
            if name_key(known.label) != name_key(value) and id_ != local_id(value):
                said.append(f"{parameter.name}={shorten(value)}: taken for {known.label} ({id_})")
    return said


def to_rdf_terms(name: str, type_: str, value: ResolvedValue, base: str) -> dict[str, BoundTerm]:
    """The variables that a parameter binds, as terms: one, or those of a subject.

    A subject ``x`` binds ``?x`` (its words), ``?xPattern``, ``?xTheme`` and ``?xEntity``; the
    last two are the base itself, of which nothing is said, when it has none.
    """
    if isinstance(value, Subject):
        return {
            name: Literal(value.text),
            f"{name}Pattern": Literal(value.pattern),
            f"{name}Theme": NamedNode(base + value.theme),
            f"{name}Entity": NamedNode(base + value.entity),
        }
    if type_ in _IRI_TYPES:
        return {name: NamedNode(f"{base}{value}")}
    return {name: Literal(value)}


def build_subject_pattern(words: str) -> str:
    """A regular expression for texts that hold the words, in lower case, in any number.

    Two or three words may stand apart and in any order, but near each other: in a long
    passage two words that are far apart are two subjects. More are a phrase. British and
    American spellings are one.

    >>> print(build_subject_pattern("tokenisation"), build_subject_pattern("Currency"))
    \\b(?:tokeni[sz]ation|tokeni[sz]ations)\\b \\b(?:currency|currencies)\\b
    >>> bool(re.search(build_subject_pattern("AI bubble"), "is the bubble in ai real?"))
    True
    >>> bool(re.search(build_subject_pattern("AI bubble"), f"ai is here. {'so it goes. ' * 9} a bubble."))
    False
    """
    found = [_word_pattern(word) for word in words.split()]
    if len(found) not in (2, 3):
        return r"\s+".join(found)
    return "|".join(
        f"(?s:.{{0,{MAX_WORD_GAP_CHARS}}})".join(order) for order in permutations(found)
    )


def _word_pattern(word: str) -> str:
    """One word, whole, in singular and plural."""
    # Before the escape, which leaves letters alone.
    spelt = [re.sub(r"i[sz](?=e|ing|ation)", "i[sz]", re.escape(f)) for f in loose_word_forms(word)]
    start = r"\b" if re.match(r"\w", word) else ""
    return f"{start}(?:{'|'.join(spelt)})" + (r"\b" if re.search(r"\w$", word) else "")


# -- types ---------------------------------------------------------------------


def _find_entity(shared: SharedData, name: str) -> str:
    return Lookup.cached_for(shared).find(name).id


def _find_show(shared: SharedData, name: str) -> str:
    return Lookup.cached_for(shared).find(name, ("show",)).id


def _find_theme(shared: SharedData, name: str) -> str:
    return Lookup(terms_as_entities(shared.themes)).find(name).id


def _find_topic(shared: SharedData, name: str) -> str:
    return Lookup(terms_as_entities(shared.topics)).find(name).id


def _find_tag(shared: SharedData, name: str) -> str:
    return Lookup(terms_as_entities(shared.tags)).find(name).id


def _resolve_subject(shared: SharedData, words: str) -> str | Subject:
    if not words.strip():
        raise ValueError("say what is spoken of")
    id_ = local_id(words)
    kind, slash, _ = id_.partition("/")
    if slash and (kind == "theme" or kind in ENTITY_CLASSES):
        things = (
            Lookup(terms_as_entities(shared.themes))
            if kind == "theme"
            else Lookup.cached_for(shared)
        )
        meant = things.find(id_)
        of = {"theme" if kind == "theme" else "entity": meant.id}
        return Subject(meant.label, build_subject_pattern(meant.label), **of)
    # Only a name that is the theme's own: another may be wider than what was asked for.
    themes = (
        id_
        for id_, term in shared.themes.items()
        if normalize_phrase(term.label) == normalize_phrase(words)
    )
    entities = Lookup.cached_for(shared).find_by_label(words)
    entity = entities[0].id if entities else ""
    return Subject(words, build_subject_pattern(words), next(themes, ""), entity)


def _find_episode(shared: SharedData, name: str) -> str:
    return f"episode/{find_episode(shared.summaries, name)}"


def _parse_date(shared: SharedData, text: str) -> str:
    # A day is compared as text: ISO 8601 sorts, and dates and date-times mix.
    return parse_day(text)


def _parse_month(shared: SharedData, text: str) -> str:
    try:
        return date.fromisoformat(f"{text.strip()}-01").isoformat()[:7]
    except ValueError as error:
        raise ValueError("not a month: write it as 2025-06") from error


def _parse_types(shared: SharedData, text: str) -> str:
    names = text.replace(",", " ").split()
    if not names or any(name.lower() not in _CLASS_BY_NAME for name in names):
        raise ValueError(f"not types: choose some of {', '.join(ENTITY_CLASSES)}")
    return " ".join(_CLASS_BY_NAME[name.lower()] for name in names)


def _parse_type(shared: SharedData, text: str) -> str:
    found = _CLASS_BY_NAME.get(text.strip().lower())
    if found is None:
        raise ValueError(f"not a type: choose one of {', '.join(ENTITY_CLASSES)}")
    return found


def _number_parser(quantity: str, least: float, most: float) -> Callable[[SharedData, str], float]:
    def read(shared: SharedData, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = nan
        if not least <= number <= most:
            raise ValueError(f"not a {quantity}: write a number from {least:g} to {most:g}")
        return number

    return read


def _parse_integer(shared: SharedData, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= MAX_INTEGER:
        raise ValueError(f"not a count: write a whole number from 1 to {MAX_INTEGER:,}")
    return number


_CLASS_BY_TYPE = {type_: classes[0].partition(":")[2] for type_, classes in ENTITY_CLASSES.items()}

_CLASS_BY_NAME = _CLASS_BY_TYPE | {class_.lower(): class_ for class_ in _CLASS_BY_TYPE.values()}
"""A type of entities, or its class in lower case -> local name of the class."""

_PARSERS: dict[str, Callable[[SharedData, str], ResolvedValue]] = {
    "entity": _find_entity,
    "show": _find_show,
    "theme": _find_theme,
    "topic": _find_topic,
    "tag": _find_tag,
    "episode": _find_episode,
    "subject": _resolve_subject,
    "text": lambda shared, text: text,
    "date": _parse_date,
    "month": _parse_month,
    "type": _parse_type,
    "types": _parse_types,
    "relevance": _number_parser("relevance", 0, 10),
    "probability": _number_parser("probability", 0, 1),
    "integer": _parse_integer,
}

_TERMS_BY_TYPE: dict[str, Callable[[SharedData], Mapping[str, TaxonomyTerm]]] = {
    "entity": lambda shared: {},
    "show": lambda shared: {},
    "theme": lambda shared: shared.themes,
    "topic": lambda shared: shared.topics,
    "tag": lambda shared: shared.tags,
}
"""Types that are given by name -> what has its labels, where entities have not."""

_IRI_TYPES = frozenset({*_TERMS_BY_TYPE, "episode"})
"""Types that are given by name and bound as IRIs."""

PARAMETER_TYPES = tuple(_PARSERS)
"""What a parameter may be."""

EXAMPLE_TYPES = frozenset(("entity", "show", "theme", "topic", "tag", "episode", "subject"))
"""Those of :data:`PARAMETER_TYPES` that say what a question is about."""


def describe_defaults(parameters: Iterable[Parameter], given: Mapping[str, str]) -> list[str]:
    """Say what a question is about where its caller did not: a sentence a parameter.

    Args:
        parameters: of the question.
        given: values by name.
    """
    return [
        f"{one.name}={one.default}, an example: choose with --param {one.name}=..."
        for one in parameters
        if one.default and one.type in EXAMPLE_TYPES and one.name not in given
    ]
