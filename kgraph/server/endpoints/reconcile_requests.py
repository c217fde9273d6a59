"""Parse requests of the reconciliation service: query batches, data extensions, prefixes.

The formats are those of the Reconciliation Service API 0.2, sections 4.1, 6.2 and 7.4. Every error
names the query and the field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.errors import InputError, RequestError
from kgraph.base.text import shorten
from kgraph.base.vocabulary import compact_iri
from kgraph.graph.matcher import DEFAULT_CANDIDATES
from kgraph.views.entity_properties import DEFAULT_PROPERTY_VALUES, MAX_PROPERTY_VALUES
from kgraph.views.matching import (
    MatchQuery,
    PropertyCondition,
    check_properties,
    check_types,
)

BATCH_SIZE = 100  #: queries of a batch, and ids of an extension, at most: the manifest says so
MAX_CANDIDATES = 20  #: of a query, whatever its limit
MAX_CONDITIONS = 20  #: properties of a query or of an extension
MAX_CONDITION_VALUES = 20  #: values of one of its properties
SUGGESTIONS_PER_PAGE = 20
MAX_CURSOR = 1_000  #: suggestions that can be paged through
MAX_ID_CHARS = 1_000  #: of an id; also of a prefix

StructT = TypeVar("StructT")

PositiveInteger = Annotated[int, msgspec.Meta(ge=1)]


class EntityValue(msgspec.Struct, frozen=True):
    """A value that is an entity."""

    id: str
    name: str = ""


PropertyJsonValue = str | int | float | bool | EntityValue


class PropertyJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A property of a query."""

    pid: str
    v: PropertyJsonValue | list[PropertyJsonValue]


class QueryJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reconciliation query."""

    query: str = ""
    type: str | list[str] = []
    limit: PositiveInteger = DEFAULT_CANDIDATES
    properties: list[PropertyJson] = []
    type_strict: Literal["any", "all", "should"] = "any"


class ExtensionProperty(msgspec.Struct, frozen=True):
    """A property of a data extension."""

    id: str
    settings: dict[str, Any] = {}


class ExtensionQuery(msgspec.Struct, frozen=True):
    """A data extension query."""

    ids: list[str]
    properties: list[ExtensionProperty]


# -- reconciliation ------------------------------------------------------------------


def parse_batch(text: str) -> dict[str, MatchQuery]:
    """Parse a batch of queries in JSON.

    Raises:
        RequestError: it is no batch (400), or larger than :data:`BATCH_SIZE` (413).

    >>> parse_batch('{"q0": {"query": "NVIDIA", "type": "company"}}')["q0"].types
    ('company',)
    """
    batch = _decode(text, dict[str, msgspec.Raw], "queries")
    check_size(len(batch), "queries", "queries")
    return {key: _parse_query(key, raw) for key, raw in batch.items()}


def check_size(number: int, parameter: str, plural: str) -> None:
    """Check a number against :data:`BATCH_SIZE`.

    Raises:
        RequestError: it is greater (413).
    """
    if number > BATCH_SIZE:
        raise RequestError(
            413,
            f"{parameter}: {number:,} {plural}: send at most {BATCH_SIZE} in a request, as "
            "batchSize in the manifest says",
        )


def _parse_query(key: str, raw: msgspec.Raw) -> MatchQuery:
    place = f"queries: {shorten(key)}"
    query = _decode(bytes(raw), QueryJson, place)
    if not query.query and not query.properties:
        raise RequestError(400, f"{place}: give query, properties, or both")
    if len(query.properties) > MAX_CONDITIONS:
        raise RequestError(
            400, f"{place}: {len(query.properties)} properties: give at most {MAX_CONDITIONS}"
        )
    names = [query.type] if isinstance(query.type, str) else query.type
    types = dict.fromkeys(parse_type(name) for name in names if name)
    try:
        check_types(types)
        check_properties(property_.pid for property_ in query.properties)
    except InputError as error:
        raise RequestError(400, f"{place}: {error}") from error
    return MatchQuery(
        query.query,
        tuple(types),
        min(query.limit, MAX_CANDIDATES),
        query.type_strict == "should",
        tuple(_parse_condition(place, property_) for property_ in query.properties),
    )


def parse_type(text: str) -> str:
    """Return the type of an id, a class or its IRI; another text unchanged.

    >>> [parse_type(t) for t in ("company", "kg:Company", "https://w3id.org/kgraph/ns#Company")]
    ['company', 'company', 'company']
    """
    class_ = compact_iri(text)
    return next((name for name, spec in ENTITY_TYPES.items() if spec.class_ == class_), text)


def _parse_condition(place: str, property_: PropertyJson) -> PropertyCondition:
    values = property_.v if isinstance(property_.v, list) else [property_.v]
    if len(values) > MAX_CONDITION_VALUES:
        raise RequestError(
            400,
            f"{place}: {shorten(property_.pid)}: {len(values)} values: give at most "
            f"{MAX_CONDITION_VALUES}",
        )
    texts = (
        value.name or value.id if isinstance(value, EntityValue) else value for value in values
    )
    return PropertyCondition(property_.pid, tuple(str(text) for text in texts if text != ""))


# -- data extension ------------------------------------------------------------------


def parse_extension(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """Parse a data extension in JSON; return ids, and properties with their limits.

    Raises:
        RequestError: it is none (400), or has too many ids (413).
    """
    extension = _decode(text, ExtensionQuery, "extend")
    check_size(len(extension.ids), "extend", "ids")
    if len(extension.properties) > MAX_CONDITIONS:
        number = len(extension.properties)
        raise RequestError(400, f"extend: {number} properties: give at most {MAX_CONDITIONS}")
    properties = {p.id: _parse_limit_setting(p) for p in extension.properties}
    return tuple(dict.fromkeys(extension.ids)), tuple(properties.items())


def _parse_limit_setting(property_: ExtensionProperty) -> int:
    """Return the number of values that a property's settings allow; OpenRefine sends texts."""
    text = property_.settings.get("limit", "")
    if text in {"", None}:
        return DEFAULT_PROPERTY_VALUES
    try:
        limit = int(text)
    except (TypeError, ValueError) as error:
        raise RequestError(
            400, f"extend: {shorten(property_.id)}: limit {shorten(str(text))}: not a whole number"
        ) from error
    return min(max(limit, 1), MAX_PROPERTY_VALUES)


# -- suggestions ---------------------------------------------------------------------


def parse_prefix(values: dict[str, str]) -> tuple[str, int]:
    """Return the prefix of a suggestion, and the number of suggestions to skip.

    Raises:
        RequestError: there is no prefix, or the cursor is no number in its range.
    """
    if "prefix" not in values:
        raise RequestError(400, "give the parameter prefix: the start of a name, or an id")
    cursor = values.get("cursor") or "0"
    if not (cursor.isascii() and cursor.isdigit() and int(cursor[:9]) <= MAX_CURSOR):
        raise RequestError(
            400, f"cursor={shorten(cursor)}: expected a whole number from 0 to {MAX_CURSOR:,}"
        )
    return check_length("prefix", values["prefix"]), int(cursor)


def check_length(parameter: str, text: str) -> str:
    """Return a text of at most :data:`MAX_ID_CHARS` characters.

    Raises:
        RequestError: it is longer.
    """
    if len(text) > MAX_ID_CHARS:
        raise RequestError(
            400, f"{parameter}={shorten(text)}: longer than {MAX_ID_CHARS:,} characters"
        )
    return text


def check_keys(keys: Sequence[str]) -> None:
    """Check that a request has at most one of some parameters.

    Raises:
        RequestError: it has several.
    """
    if len(keys) > 1:
        raise RequestError(400, f"{' and '.join(keys)}: send them in requests of their own")


def _decode(data: str | bytes, type_: type[StructT], place: str) -> StructT:
    try:
        return msgspec.json.decode(data, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        is_deep = isinstance(error, RecursionError)
        message = "nested too deeply" if is_deep else shorten(str(error), 200)
        raise RequestError(400, f"{place}: {message}: write it as the API says") from error
