"""Forms: a field for each parameter of a question, and what was written into them.

Takes the parameters that a question declares and the values that a person gave, gives
:class:`FormField` values for a template to write. A field that was wrong knows what was wrong with
it, and what may have been meant. Forms that look for something also read numbers and days here,
and show values to choose from as links (:class:`FacetChoice`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import msgspec

from kgraph.base.errors import InputError, UnknownNameError
from kgraph.query.parameters import Parameter

OPEN_FIRST_DAY = "0001-01-01"
"""Default of a first day that leaves out nothing; a field shows it as empty."""

INPUT_TYPES = {
    "date": "date",
    "month": "month",
    "relevance": "number",
    "probability": "number",
    "integer": "number",
}
"""Type of a parameter -> type of its input element (HTML, section 4.10.5); others are text."""

SUGGESTED_KINDS = {
    "entity": "entity,show",
    "show": "show",
    "theme": "theme",
    "subject": "theme,entity,show",
    "episode": "episode",
}
"""Type of a parameter -> kinds of the things whose names are suggested for it."""

INPUT_STEPS = {"relevance": "any", "probability": "any", "integer": "1"}


class FormField(msgspec.Struct, frozen=True):
    """A field of a form.

    Attributes:
        name: of the parameter.
        label: what a reader calls it.
        hint: what it is for.
        kind: type of the input element.
        value: what stands in it.
        required: whether it must be given.
        step: of numbers; "" for others.
        suggests: kinds of things whose names are suggested, apart by commas; "" for none.
        error: what was wrong with the value; "" for nothing.
        near: what may have been meant.
    """

    name: str
    label: str
    hint: str
    kind: str
    value: str
    required: bool = False
    step: str = ""
    suggests: str = ""
    error: str = ""
    near: tuple[str, ...] = ()


def make_fields(
    parameters: Iterable[Parameter], given: Mapping[str, str], error: InputError | None = None
) -> list[FormField]:
    """The fields of a question.

    Args:
        parameters: what it takes.
        given: what was written, by name; the others hold their defaults.
        error: what was wrong, if anything.
    """
    return [_make_field(parameter, given, error) for parameter in parameters]


def _make_field(
    parameter: Parameter, given: Mapping[str, str], error: InputError | None
) -> FormField:
    default = "" if parameter.default in (None, OPEN_FIRST_DAY) else str(parameter.default)
    wrong = error is not None and error.parameter == parameter.name
    return FormField(
        parameter.name,
        humanize(parameter.name),
        parameter.words,
        INPUT_TYPES.get(parameter.type, "text"),
        given.get(parameter.name, default),
        parameter.default is None,
        INPUT_STEPS.get(parameter.type, ""),
        SUGGESTED_KINDS.get(parameter.type, ""),
        str(error) if wrong else "",
        error.suggestions if wrong and isinstance(error, UnknownNameError) else (),
    )


def drop_empty(parameters: Iterable[Parameter], given: Mapping[str, str]) -> dict[str, str]:
    """What was written into a form: fields that are left empty have their defaults.

    Names that are none of a parameter's stay, for the question to refuse.
    """
    may_be_empty = {parameter.name for parameter in parameters if parameter.default == ""}
    return {name: value for name, value in given.items() if value.strip() or name in may_be_empty}


def humanize(name: str) -> str:
    """A name of a parameter or a column, as it is read.

    >>> humanize("perEpisode"), humanize("most_mentioned"), humanize("ofTen")
    ('Per episode', 'Most mentioned', 'Of ten')
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name)
    return parted[:1].upper() + parted[1:].lower()


def encode_fields(fields: Iterable[FormField], name: str, value: str) -> str:
    """The fields as parameters of an address, with another value for one of them.

    >>> encode_fields([FormField("a", "A", "", "text", "x"), FormField("b", "B", "", "text", "")], "a", "y z")
    'a=y+z'
    """
    pairs = [(field.name, value if field.name == name else field.value) for field in fields]
    return urlencode([(key, text) for key, text in pairs if text])


# -- forms that look for something -----------------------------------------------------


class FacetChoice(msgspec.Struct, frozen=True):
    """A value of a facet.

    Attributes:
        words: what it is called.
        things: how many hits it would give.
        href: address of the search with it, or without it where it is chosen.
        chosen: whether it is.
    """

    words: str
    things: int
    href: str
    chosen: bool


def parse_number_field(name: str, text: str, most: float) -> float:
    """A number of a form, 0 where nothing stands.

    Raises:
        InputError: it is none from 0 to the most.
    """
    try:
        value = float(text or 0)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise InputError(f"{name}: write a number from 0 to {most:g}")
    return value
