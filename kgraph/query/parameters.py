"""What goes into a saved question: parameters, and their values as people write them.

Takes text ("nvidia", "2025-06-01", "stablecoins") and what recordings share; gives values of
the parameter's type (:func:`resolved`), and those as RDF terms (:func:`terms`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import permutations
from math import nan

import msgspec
from pyoxigraph import Literal, NamedNode

from kgraph.base.errors import InputError
from kgraph.base.plurals import every_form
from kgraph.base.text import id_of, iso_day, key, parse_day, shorten
from kgraph.graph import Shared, Term
from kgraph.graph.finding import episode_of
from kgraph.graph.lookup import Lookup, terms_of
from kgraph.rdf.shared import ENTITY_CLASSES
from kgraph.resolve.quotes.schemes import fold

RDFTerm = NamedNode | Literal

MOST = 1_000_000
"""Of a whole number: all of them count things, and no graph has more of what they count."""

LONGEST = 1000
"""Characters of a value: the longest passages that are looked for."""

NEAR = 40
"""Characters between two words of one subject: half a sentence."""


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a question; without a default (None) it must be given.

    Attributes:
        name: as it is given.
        type: one of :data:`TYPES`.
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

    words: str
    pattern: str
    theme: str = ""
    entity: str = ""


Resolved = str | int | float | Subject
"""A value of a parameter: an id for what is given by name."""


def arguments(
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
    given = _renamed(known.values(), given)
    for unknown in sorted(given.keys() - known.keys()):
        takes = ", ".join(known) or "none"
        raise InputError(f"{name}: no parameter {unknown}; it takes: {takes}")
    found = {}
    for parameter in known.values():
        value = given.get(parameter.name, parameter.default)
        if value is None:
            raise InputError(f"{name}: give {parameter.name}=... ({parameter.words})")
        if parameter.type in _NAMED and not value.strip():
            raise InputError(
                f"{parameter.name}: it is empty: give a name, {parameter.words}",
                parameter=parameter.name,
            )
        if len(value) > LONGEST:
            raise InputError(
                f"{parameter.name}={shorten(value)}: longer than {LONGEST} characters: give less",
                parameter=parameter.name,
            )
        found[parameter.name] = (parameter, value)
    return found


def check_limit(limit: int | None) -> None:
    """Let only a number of rows through that is from 1 to :data:`MOST`, and None.

    Raises:
        InputError: it is another.
    """
    if limit is not None and not 1 <= limit <= MOST:
        raise InputError(f"limit={limit}: write a whole number from 1 to {MOST:,}")


def _renamed(parameters: Iterable[Parameter], given: Mapping[str, str]) -> dict[str, str]:
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


def resolved(shared: Shared, parameter: Parameter, value: str) -> Resolved:
    """The value that a text stands for.

    Raises:
        UnknownNameError: nothing goes by the name; near names are suggested.
        InputError: the text is none of the parameter's type.
    """
    try:
        return _READERS[parameter.type](shared, value)
    except InputError as error:
        error.parameter = parameter.name
        raise
    except ValueError as error:
        raise InputError(
            f"{parameter.name}={shorten(value)}: {error}", parameter=parameter.name
        ) from error


def taken_for(
    shared: Shared, parameters: Iterable[Parameter], given: Mapping[str, str]
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
        if parameter.type in _LABELLED and value:
            id_ = str(resolved(shared, parameter, value))
            known = shared.entities.get(id_) or _LABELLED[parameter.type](shared)[id_]
            if key(known.label) != key(value) and id_ != id_of(value):
                said.append(f"{parameter.name}={shorten(value)}: taken for {known.label} ({id_})")
    return said


def terms(name: str, type_: str, value: Resolved, base: str) -> dict[str, RDFTerm]:
    """The variables that a parameter binds, as terms: one, or those of a subject.

    A subject ``x`` binds ``?x`` (its words), ``?xPattern``, ``?xTheme`` and ``?xEntity``; the
    last two are the base itself, of which nothing is said, when it has none.
    """
    if isinstance(value, Subject):
        return {
            name: Literal(value.words),
            f"{name}Pattern": Literal(value.pattern),
            f"{name}Theme": NamedNode(base + value.theme),
            f"{name}Entity": NamedNode(base + value.entity),
        }
    if type_ in _NAMED:
        return {name: NamedNode(f"{base}{value}")}
    return {name: Literal(value)}


def pattern_of(words: str) -> str:
    """A regular expression for texts that hold the words, in lower case, in any number.

    Two or three words may stand apart and in any order, but near each other: in a long
    passage two words that are far apart are two subjects. More are a phrase. British and
    American spellings are one.

    >>> print(pattern_of("tokenisation"), pattern_of("Currency"))
    \\b(?:tokeni[sz]ation|tokeni[sz]ations)\\b \\b(?:currency|currencies)\\b
    >>> bool(re.search(pattern_of("AI bubble"), "is the bubble in ai real?"))
    True
    >>> bool(re.search(pattern_of("AI bubble"), f"ai is here. {'so it goes. ' * 9} a bubble."))
    False
    """
    found = [_word(word) for word in words.split()]
    if len(found) not in (2, 3):
        return r"\s+".join(found)
    return "|".join(f"(?s:.{{0,{NEAR}}})".join(order) for order in permutations(found))


def _word(word: str) -> str:
    """One word, whole, in singular and plural."""
    # Before the escape, which leaves letters alone.
    spelt = [re.sub(r"i[sz](?=e|ing|ation)", "i[sz]", re.escape(f)) for f in every_form(word)]
    start = r"\b" if re.match(r"\w", word) else ""
    return f"{start}(?:{'|'.join(spelt)})" + (r"\b" if re.search(r"\w$", word) else "")


# -- types ---------------------------------------------------------------------


def _entity(shared: Shared, name: str) -> str:
    return Lookup.of(shared).one(name).id


def _show(shared: Shared, name: str) -> str:
    return Lookup.of(shared).one(name, ("show",)).id


def _theme(shared: Shared, name: str) -> str:
    return Lookup(terms_of(shared.themes)).one(name).id


def _topic(shared: Shared, name: str) -> str:
    return Lookup(terms_of(shared.topics)).one(name).id


def _tag(shared: Shared, name: str) -> str:
    return Lookup(terms_of(shared.tags)).one(name).id


def _subject(shared: Shared, words: str) -> str | Subject:
    if not words.strip():
        raise ValueError("say what is spoken of")
    id_ = id_of(words)
    kind, slash, _ = id_.partition("/")
    if slash and (kind == "theme" or kind in ENTITY_CLASSES):
        things = Lookup(terms_of(shared.themes)) if kind == "theme" else Lookup.of(shared)
        meant = things.one(id_)
        of = {"theme" if kind == "theme" else "entity": meant.id}
        return Subject(meant.label, pattern_of(meant.label), **of)
    # Only a name that is the theme's own: another may be wider than what was asked for.
    themes = (id_ for id_, term in shared.themes.items() if fold(term.label) == fold(words))
    entities = Lookup.of(shared).labelled(words)
    entity = entities[0].id if entities else ""
    return Subject(words, pattern_of(words), next(themes, ""), entity)


def _episode(shared: Shared, name: str) -> str:
    return f"episode/{episode_of(shared.outlines, name)}"


def _day(shared: Shared, text: str) -> str:
    # A day is compared as text: ISO 8601 sorts, and dates and date-times mix.
    return parse_day(text)


def _month(shared: Shared, text: str) -> str:
    try:
        return iso_day(f"{text.strip()}-01")[:7]
    except ValueError as error:
        raise ValueError("not a month: write it as 2025-06") from error


def _types(shared: Shared, text: str) -> str:
    names = text.replace(",", " ").split()
    if not names or any(name.lower() not in _CLASSES for name in names):
        raise ValueError(f"not types: choose some of {', '.join(ENTITY_CLASSES)}")
    return " ".join(_CLASSES[name.lower()] for name in names)


def _type(shared: Shared, text: str) -> str:
    found = _CLASSES.get(text.strip().lower())
    if found is None:
        raise ValueError(f"not a type: choose one of {', '.join(ENTITY_CLASSES)}")
    return found


def _between(quantity: str, least: float, most: float) -> Callable[[Shared, str], float]:
    def read(shared: Shared, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = nan
        if not least <= number <= most:
            raise ValueError(f"not a {quantity}: write a number from {least:g} to {most:g}")
        return number

    return read


def _count(shared: Shared, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= MOST:
        raise ValueError(f"not a count: write a whole number from 1 to {MOST:,}")
    return number


_OWN = {type_: classes[0].partition(":")[2] for type_, classes in ENTITY_CLASSES.items()}

_CLASSES = _OWN | {class_.lower(): class_ for class_ in _OWN.values()}
"""A type of entities, or its class in lower case -> local name of the class."""

_READERS: dict[str, Callable[[Shared, str], Resolved]] = {
    "entity": _entity,
    "show": _show,
    "theme": _theme,
    "topic": _topic,
    "tag": _tag,
    "episode": _episode,
    "subject": _subject,
    "text": lambda shared, text: text,
    "date": _day,
    "month": _month,
    "type": _type,
    "types": _types,
    "relevance": _between("relevance", 0, 10),
    "probability": _between("probability", 0, 1),
    "integer": _count,
}

_LABELLED: dict[str, Callable[[Shared], Mapping[str, Term]]] = {
    "entity": lambda shared: {},
    "show": lambda shared: {},
    "theme": lambda shared: shared.themes,
    "topic": lambda shared: shared.topics,
    "tag": lambda shared: shared.tags,
}
"""Types that are given by name -> what has its labels, where entities have not."""

_NAMED = frozenset({*_LABELLED, "episode"})
"""Types that are given by name and bound as IRIs."""

TYPES = tuple(_READERS)
"""What a parameter may be."""

THINGS = frozenset(("entity", "show", "theme", "topic", "tag", "episode", "subject"))
"""Those of :data:`TYPES` that say what a question is about."""


def describe_defaults(parameters: Iterable[Parameter], given: Mapping[str, str]) -> list[str]:
    """Say what a question is about where its caller did not: a sentence a parameter.

    Args:
        parameters: of the question.
        given: values by name.
    """
    return [
        f"{one.name}={one.default}, an example: choose with --param {one.name}=..."
        for one in parameters
        if one.default and one.type in THINGS and one.name not in given
    ]
