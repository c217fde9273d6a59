"""Forms: a field for each parameter of a query, with its value and error; facets as links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from kgraph.base.errors import InputError, UnresolvedNameError
from kgraph.query.display import find_units
from kgraph.query.parameters import FIRST_DAY, NAME_SEPARATOR, Parameter

#: Type of a parameter -> type of its input element (HTML, section 4.10.5); others are text.
INPUT_TYPES = {
    "date": "date",
    "last-day": "date",
    "month": "month",
    "relevance": "number",
    "probability": "number",
    "integer": "number",
}

INPUT_STEPS = {"relevance": "any", "probability": "any", "integer": "1"}

#: Type of a parameter -> kinds of the things whose names are suggested for it.
SUGGESTED_KINDS = {
    "entity": "entity,show",
    "thing": "entity,show,theme,topic,tag",
    "group": "theme,show",
    "show": "show",
    "theme": "theme",
    "topic": "topic",
    "tag": "tag",
    "subject": "theme,entity,show",
    "episode": "episode",
}


class FormField(msgspec.Struct, frozen=True):
    """A field of a form."""

    name: str  #: of the parameter
    label: str
    hint: str
    kind: str  #: type of the input element, or "flag" for a choice of yes and no
    value: str
    required: bool = False
    step: str = ""  #: of numbers
    suggests: str = ""  #: kinds of things whose names are suggested, separated by commas
    error: str = ""
    near: tuple[tuple[str, str], ...] = ()  #: names that may be meant, and the value with each


def make_fields(
    parameters: Iterable[Parameter], values: Mapping[str, str], error: InputError | None = None
) -> list[FormField]:
    """Return the fields of a query, with the values given or defaults, and the error of one."""
    fields = []
    for parameter in parameters:
        default = "" if parameter.default in (None, FIRST_DAY) else str(parameter.default)
        value = values.get(parameter.name, default)
        # A value that is neither of the two stays as text, to be corrected.
        is_choice = parameter.type == "flag" and value in ("true", "false")
        is_wrong = error is not None and error.parameter == parameter.name
        names = error.suggestions if is_wrong and isinstance(error, UnresolvedNameError) else ()
        fields.append(
            FormField(
                parameter.name,
                humanize(parameter.name),
                parameter.words,
                "flag" if is_choice else INPUT_TYPES.get(parameter.type, "text"),
                value,
                parameter.default is None,
                INPUT_STEPS.get(parameter.type, ""),
                SUGGESTED_KINDS.get(parameter.type, ""),
                str(error) if is_wrong else "",
                tuple((name, replace_name(value, error.value, name)) for name in names if error),
            )
        )
    return fields


def replace_name(text: str, wrong: str, name: str) -> str:
    """Replace a wrong name in the value of a parameter; the whole value if no name is said.

    >>> replace_name("Nvidia; Opnai", "Opnai", "OpenAI"), replace_name("Opnai", "", "OpenAI")
    ('Nvidia; OpenAI', 'OpenAI')
    """
    if text.strip() == wrong or not wrong:
        return name
    names = (each.strip() for each in text.split(NAME_SEPARATOR))
    return f"{NAME_SEPARATOR} ".join(name if each == wrong else each for each in names)


def drop_empty_fields(parameters: Iterable[Parameter], values: Mapping[str, str]) -> dict[str, str]:
    """Drop the values of empty fields, unless the default is empty.

    Unknown names remain, for the query to refuse.
    """
    may_be_empty = {parameter.name for parameter in parameters if parameter.default == ""}
    return {name: value for name, value in values.items() if value.strip() or name in may_be_empty}


def humanize(name: str) -> str:
    """Return the name of a parameter or a column as a label.

    >>> humanize("perEpisode"), humanize("most_mentioned"), humanize("ofTen")
    ('Per episode', 'Most mentioned', 'Of ten')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name)
    return words[:1].upper() + words[1:].lower()


def label_columns(names: Sequence[str]) -> list[str]:
    """Return the names of an answer's columns as headings, with their units.

    >>> label_columns(["episodes", "standardShare", "low", "changeLow"])
    ['Episodes', 'Standard share (%)', 'Low (%, 95 % interval)', 'Change low (points)']
    """
    return [
        f"{humanize(name)} ({unit})" if unit else humanize(name)
        for name, unit in zip(names, find_units(names), strict=True)
    ]


def encode_fields(fields: Iterable[FormField], name: str, value: str) -> str:
    """Return the fields as a query string, with another value for one of them.

    >>> fields = [FormField("a", "A", "", "text", "x"), FormField("b", "B", "", "text", "")]
    >>> encode_fields(fields, "a", "y z")
    'a=y+z'
    """
    pairs = [(field.name, value if field.name == name else field.value) for field in fields]
    return urlencode([(key, text) for key, text in pairs if text])


class FacetChoice(msgspec.Struct, frozen=True):
    """A value of a facet, as a link."""

    words: str
    things: int  #: hits with the value
    href: str  #: of the search with the value, or without it if it is chosen
    chosen: bool


def make_choices(
    counts: Iterable[tuple[str, int]],
    chosen: str,
    make_href: Callable[[str], str],
    labels: Mapping[str, str] = {},
) -> list[FacetChoice]:
    """Return the values of a facet as links; the one that is chosen links to the search without."""
    return [
        FacetChoice(
            labels.get(value, value),
            count,
            make_href("" if value == chosen else value),
            value == chosen,
        )
        for value, count in counts
    ]


def parse_number_field(name: str, text: str, maximum: float) -> float:
    """Parse a number of a form; 0 for an empty field.

    Raises:
        InputError: it is not a number from 0 to the maximum.
    """
    try:
        value = float(text or 0)
    except ValueError:
        value = -1.0
    if not 0 <= value <= maximum:
        raise InputError(f"{name}: write a number from 0 to {maximum:g}")
    return value
