"""Requests: the parameters of an operation, and what each face makes of them.

A request is a frozen struct. The metadata of its fields (help, bounds, choices, what a value
completes to) is the only description of a parameter: command line, HTTP, forms, tools of agents
and the reference are made from it. A field without a default is required, and is an argument on
the command line, in the order of the fields; the others are options. A field that is a tuple may
be given several times.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Meta, inspect

from kgraph.base.errors import InputError
from kgraph.base.text import shorten

MAX_ROWS = 500  #: rows of an answer
MAX_NAME_CHARS = 300


class Request(msgspec.Struct, frozen=True):
    """Base of all requests."""


StructT = TypeVar("StructT", bound=msgspec.Struct)

Completion = Literal["", "entity", "episode", "thing", "theme", "show", "quote", "question"]
"""What the names that a parameter accepts belong to; forms and shells suggest such names."""


def describe_name(completes: Completion, words: str) -> Meta:
    """Return the metadata of a required name."""
    return Meta(
        min_length=1, max_length=MAX_NAME_CHARS, description=words, extra={"completes": completes}
    )


EntityName = Annotated[str, describe_name("entity", "name or id of an entity")]
EpisodeName = Annotated[str, describe_name("episode", "title, file name or id of an episode")]
ThingName = Annotated[str, describe_name("thing", "name or id of an entity, theme or episode")]
Words = Annotated[str, Meta(max_length=MAX_NAME_CHARS, description="part of the name")]
Month = Annotated[
    str,
    Meta(
        pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$",
        description="a month, such as 2025-09",
        examples=["2025-09"],
    ),
]
_DAY = {
    "pattern": r"^(\d{4}(-\d{2}){0,2})?$",
    "examples": ["2025-06-01"],
}
Since = Annotated[str, Meta(**_DAY, description="first day, month or year of the episodes")]
Until = Annotated[str, Meta(**_DAY, description="last day, month or year of the episodes")]
Limit = Annotated[int, Meta(ge=1, le=MAX_ROWS, description="how many rows at most")]
Offset = Annotated[int, Meta(ge=0, le=1_000_000, description="rows to skip")]
Unlikely = Annotated[
    bool, Meta(description="count mentions that are more likely wrong than right as well")
]


class Field(msgspec.Struct, frozen=True):
    """A parameter, as faces show it."""

    name: str  #: in the struct, in HTTP and in tools, such as ``min_relevance``
    help: str  #: what it is, in a few words
    kind: Literal["text", "integer", "number", "flag"]
    default: Any  #: None if it is required
    choices: tuple[str, ...] = ()  #: all values that it accepts; empty if it is free
    minimum: float | None = None
    maximum: float | None = None
    repeats: bool = False  #: whether it may be given several times
    completes: Completion = ""
    example: str = ""  #: of a value whose form is prescribed; "" for none

    @property
    def is_required(self) -> bool:
        return self.default is None

    @property
    def option(self) -> str:
        """Name of the option on the command line, such as ``--min-relevance``."""
        return "--" + self.name.replace("_", "-")


@cache
def list_fields(type_: type[msgspec.Struct]) -> tuple[Field, ...]:
    """Return the parameters of a request, required ones first."""
    info = inspect.type_info(type_)
    assert isinstance(info, inspect.StructType)
    fields = [_make_field(field) for field in info.fields]
    return tuple(sorted(fields, key=lambda field: not field.is_required))


def _make_field(field: inspect.Field) -> Field:
    values, schema, extra = _unwrap(field.type)
    repeats = isinstance(values, (inspect.VarTupleType, inspect.ListType))
    if isinstance(values, (inspect.VarTupleType, inspect.ListType)):
        values, inner_schema, inner_extra = _unwrap(values.item_type)
        schema, extra = {**inner_schema, **schema}, {**inner_extra, **extra}
    members = values.types if isinstance(values, inspect.UnionType) else (values,)
    choices = [
        text for each in members if isinstance(each, inspect.LiteralType) for text in each.values
    ]
    kinds = {inspect.IntType: "integer", inspect.FloatType: "number", inspect.BoolType: "flag"}
    bounds = values if isinstance(values, inspect.IntType | inspect.FloatType) else None
    default = field.default
    if default is msgspec.NODEFAULT:
        default = None if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return Field(
        field.name,
        schema.get("description", ""),
        kinds.get(type(values), "text"),  # type: ignore[arg-type]
        default,
        tuple(map(str, choices)),
        bounds.ge if bounds else None,
        bounds.le if bounds else None,
        repeats,
        extra.get("completes", ""),
        next(iter(schema.get("examples", ())), ""),
    )


def _unwrap(type_: inspect.Type) -> tuple[inspect.Type, dict[str, Any], dict[str, Any]]:
    """Return a type without its metadata, and that: for the schema, and for faces."""
    schema: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    while isinstance(type_, inspect.Metadata):
        schema = {**(type_.extra_json_schema or {}), **schema}
        extra = {**(type_.extra or {}), **extra}
        type_ = type_.type
    return type_, schema, extra


# -- reading -----------------------------------------------------------------------

_PATH_SEPARATOR = " - at `$."
_MISSING = re.compile(r"Object missing required field `(\w+)`")

#: Message of the decoder -> message for people.
_MESSAGE_REWRITES = (
    (r"Expected `int`, got `\w+`", "expected a whole number"),
    (r"Expected `float`, got `\w+`", "expected a number"),
    (r"Expected `bool`, got `\w+`", "expected true or false"),
    (r"Expected `str`, got `\w+`", "expected a text"),
    (r"Expected `(?:int|float)` (.+)", r"expected a number \1"),
    (r"Expected `str` matching regex .*", "wrong format"),
    (r"Expected `str` of length <= (\d+)", r"longer than \1 characters"),
    (r"Expected `str` of length >= 1", "it is empty"),
    (_MISSING.pattern, r"give the parameter \1"),
    (r"Invalid enum value .*", "no such value"),
)


def read_request(type_: type[StructT], values: Mapping[str, Any]) -> StructT:
    """Read a request or another form from values by name, as texts or as what they are.

    Raises:
        InputError: one is unknown, missing or wrong; the message is the same in every face.

    >>> class DemoRequest(Request, frozen=True):
    ...     limit: Limit = 5
    >>> read_request(DemoRequest, {"limit": "7"})
    DemoRequest(limit=7)
    """
    names = [field.name for field in list_fields(type_)]
    for name in values:
        if name not in names:
            near = get_close_matches(name, names, 1)
            known = f"did you mean {near[0]}?" if near else f"there is: {', '.join(names)}"
            known = known if names else "there are none"
            raise InputError(f"{shorten(name)}: no such parameter; {known}", parameter=name)
    try:
        return msgspec.convert(dict(values), type_, strict=False)
    except msgspec.ValidationError as error:
        raise _explain(str(error), values, type_) from error


def _explain(message: str, values: Mapping[str, Any], type_: type[msgspec.Struct]) -> InputError:
    """Return an error that says which parameter is wrong, its value, and what is accepted."""
    text, _, path = message.partition(_PATH_SEPARATOR)
    missing = _MISSING.fullmatch(text)
    name = missing[1] if missing else re.sub(r"\[.*", "", path.rstrip("`"))
    for pattern, replacement in _MESSAGE_REWRITES:
        text = re.sub(pattern, replacement, text)
    texts = [""]
    if name in values:
        value = values[name]
        texts = [value] if isinstance(value, str) or not isinstance(value, Sequence) else [*value]
        text = f"{name}={shorten(', '.join(map(str, texts)))}: {text}"
    field = next((each for each in list_fields(type_) if each.name == name), None)
    hint = field.help if field else ""
    if field and field.choices:
        wrong = next((str(text) for text in texts if text not in field.choices), "")
        near = get_close_matches(wrong, field.choices, 3)
        listed = ", ".join(near or [choice for choice in field.choices if choice])
        hint = f"did you mean {listed}?" if near else f"choose one of {listed}"
    elif field and field.example:
        hint = f"write it as {field.example}"
    return InputError(f"{text}: {hint}" if hint else text, parameter=name)


# -- writing -----------------------------------------------------------------------


def name_operation(type_: type[Request]) -> str:
    """Return the name of the operation that a request asks, the same in every face."""
    words = type_.__name__.removesuffix("Request")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", words).lower()


def list_arguments(request: Request) -> dict[str, Any]:
    """Return the values of a request that differ from the defaults, by name."""
    return {
        field.name: value
        for field in list_fields(type(request))
        if (value := getattr(request, field.name)) != field.default
    }


def build_command(request: Request) -> str:
    """Return the command that asks a request.

    >>> class WhyRequest(Request, frozen=True):
    ...     episode: EpisodeName
    ...     name: EntityName
    ...     steps: bool = False
    >>> build_command(WhyRequest("On chips", "Acme", True))
    "kgraph why 'On chips' Acme --steps"
    """
    arguments, options = [], []
    for field in list_fields(type(request)):
        value = getattr(request, field.name)
        values = [str(each) for each in (value if field.repeats else [value])]
        if field.is_required:
            arguments += values
        elif value != field.default:
            for each in values:
                options += [field.option] if field.kind == "flag" else [field.option, each]
    if any(argument.startswith("-") for argument in arguments):
        words = [*options, "--", *arguments]
    else:
        words = [*arguments, *options]
    return shlex.join(["kgraph", name_operation(type(request)), *words])


def format_path(request: Request) -> str:
    """Return the path and query of the page that answers a request."""
    arguments = list_arguments(request)
    values = {name: str(v).lower() if v is True else v for name, v in arguments.items()}
    query = urlencode(values, doseq=True)
    return f"/{name_operation(type(request))}" + (f"?{query}" if query else "")


def format_call(request: Request) -> str:
    """Return the call of an agent's tool that asks a request."""
    arguments = list_arguments(request).items()
    texts = (f"{name}={msgspec.json.encode(value).decode()}" for name, value in arguments)
    return f"{name_operation(type(request))}({', '.join(texts)})"
