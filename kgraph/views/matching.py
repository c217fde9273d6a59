"""Match the names of a table to things, with types and properties that narrow the choice.

One query is a name, the types that the thing should have, and properties that it should have.
:mod:`kgraph.graph.matcher` finds the candidates; here those are compared with the query's
properties. Prefixes are completed by what episodes mention first, then by the lexicon.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import msgspec

from kgraph.base.arguments import check_count, check_number
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError
from kgraph.base.external_id import ID_KINDS, find_external_id, parse_id_of_kind
from kgraph.base.text import name_key, shorten
from kgraph.graph.matcher import (
    DEFAULT_CANDIDATES,
    MatchCandidate,
    Matcher,
    NameMatches,
    mark_match,
)
from kgraph.graph.name_evidence import NamedThing
from kgraph.query.display import format_flag
from kgraph.search.suggest import suggest_things
from kgraph.views.entity_properties import ENTITY_PROPERTIES, PropertyValue
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import EntityRef

#: Factor of the score of a candidate of another type than the preferred ones.
OTHER_TYPE_FACTOR = 0.6

#: Factor of the score of a candidate that has another id than the query says.
OTHER_ID_FACTOR = 0.5

#: Kinds of which a thing may well have more ids than are known, such as shares of several classes.
SEVERAL_IDS = frozenset({"isin", "ticker", "caip2", "website", "enwiki", "same_as"})
OTHER_OF_SEVERAL_FACTOR = 0.8  #: the same factor, of these

#: Share of what a score lacks to 100 that a candidate gains by a property that agrees.
AGREEMENT_GAIN = 0.3

#: Candidates that are compared with the properties of a query.
MAX_COMPARED_CANDIDATES = 20


class PropertyCondition(msgspec.Struct, frozen=True):
    """A property of a query: the thing should have one of the values."""

    property: str  #: a key of :data:`kgraph.views.entity_properties.ENTITY_PROPERTIES`
    values: tuple[str, ...]


class MatchQuery(msgspec.Struct, frozen=True):
    """A name to match, and what is known of the thing.

    Attributes:
        name: of the thing; may be "" if a condition gives an id.
        types: of the thing; empty for all.
        limit: candidates at most.
        prefers_types: whether things of other types are candidates too, with a lower score.
        conditions: properties that it should have.
    """

    name: str = ""
    types: tuple[str, ...] = ()
    limit: int = DEFAULT_CANDIDATES
    prefers_types: bool = False
    conditions: tuple[PropertyCondition, ...] = ()


def check_types(types: Iterable[str]) -> frozenset[str]:
    """Return entity types as a set.

    Raises:
        InputError: one is unknown.
    """
    chosen = frozenset(types)
    for type_ in sorted(chosen):
        if type_ not in TYPE_NAMES:
            raise InputError(
                f"type {shorten(type_)}: no such type; choose one of {', '.join(TYPE_NAMES)}",
                parameter="types",
            )
    return chosen


def check_properties(ids: Iterable[str]) -> None:
    """Check that properties are known.

    Raises:
        InputError: one is not.
    """
    for id_ in ids:
        if id_ not in ENTITY_PROPERTIES:
            raise InputError(
                f"property {shorten(id_)}: no such property; choose among "
                f"{', '.join(ENTITY_PROPERTIES)}",
                parameter="properties",
            )


def match_name(graph: OpenGraph, query: MatchQuery) -> NameMatches:
    """Find what a query's name may mean.

    Raises:
        InputError: a type or a property is unknown.
    """
    types = check_types(query.types)
    check_properties(condition.property for condition in query.conditions)
    matcher = Matcher.cached_for(graph.shared)
    if not types and not query.conditions:
        return matcher.match(query.name, limit=query.limit)
    strict_types = () if query.prefers_types else types
    candidates = [
        candidate
        for name in ([query.name] if query.name else _list_id_texts(query.conditions))
        for candidate in matcher.match(name, strict_types, MAX_COMPARED_CANDIDATES).candidates
    ]
    if query.prefers_types:
        candidates = [_weigh_type(candidate, types) for candidate in candidates]
    for condition in query.conditions:
        candidates = [_weigh_condition(graph, c, condition) for c in candidates]
    return mark_match(query.name, candidates, query.limit)


def match_names(
    graph: OpenGraph,
    names: Sequence[str],
    types: Iterable[str] = (),
    limit: int = DEFAULT_CANDIDATES,
    min_score: float | None = 0.0,
) -> list[NameMatches]:
    """Find what each of some names may mean.

    Args:
        min_score: least score of a candidate, in [0, 100]; None for clear matches alone.

    Raises:
        InputError: a type is unknown, limit or score are out of range, or a name is no text.
    """
    check_count("limit", limit)
    if min_score is not None:
        check_number("min_score", min_score, 0, 100)
    chosen = check_types(types)
    matcher, results = Matcher.cached_for(graph.shared), list[NameMatches]()
    for number, name in enumerate(names):
        if not isinstance(name, str):
            raise InputError(f"names[{number}]: {shorten(repr(name))}: not a text: leave it out")
        result = matcher.match(name, chosen, limit)
        kept = tuple(
            candidate
            for candidate in result.candidates
            if (candidate.match if min_score is None else candidate.score >= min_score)
        )
        results.append(NameMatches(name, kept))
    return results


def _list_id_texts(conditions: Sequence[PropertyCondition]) -> list[str]:
    """Return the ids that conditions name, as :meth:`Matcher.match` finds things by them."""
    return [
        value
        if condition.property in {"iri", "website", "same_as"}
        else f"{condition.property}:{value}"
        if condition.property != "ticker"
        else value
        for condition in conditions
        if condition.property in {*ID_KINDS, "iri", "same_as"}
        for value in condition.values
    ]


def _weigh_type(candidate: MatchCandidate, types: frozenset[str]) -> MatchCandidate:
    if not types or candidate.thing.type in types:
        return candidate
    return _rescore(candidate, candidate.score * OTHER_TYPE_FACTOR, "of another type")


def _weigh_condition(
    graph: OpenGraph, candidate: MatchCandidate, condition: PropertyCondition
) -> MatchCandidate:
    row = ENTITY_PROPERTIES[condition.property]
    make_key = partial(_comparison_key, property_=condition.property)
    own = [make_key(value) for value in row.list_values(graph, candidate.thing)]
    wanted = {make_key(value) for value in condition.values}
    is_id = condition.property in {*ID_KINDS, "iri", "same_as"}
    agrees = any(value in wanted or _symbol(value) in wanted for value in own)
    score = candidate.score
    if agrees:
        gain = 1.0 if is_id else AGREEMENT_GAIN
        return _rescore(candidate, score + (100 - score) * gain, f"{row.name} agrees")
    if is_id and own and wanted:
        is_one_of_several = condition.property in SEVERAL_IDS
        factor = OTHER_OF_SEVERAL_FACTOR if is_one_of_several else OTHER_ID_FACTOR
        return _rescore(candidate, score * factor, f"another {row.name}")
    return candidate


def _comparison_key(value: PropertyValue, property_: str) -> str:
    """Return what all ways to write a value of a property have in common."""
    if isinstance(value, EntityRef):
        return name_key(value.label)
    text = str(value)
    kind = next((kind for kind in ID_KINDS if kind == property_), None)
    external = parse_id_of_kind(kind, text) if kind else find_external_id(text)
    return (external.id if external else text.strip().lstrip("$")).casefold()


def _symbol(key: str) -> str:
    return key.rpartition(":")[2]


def _rescore(candidate: MatchCandidate, score: float, why: str) -> MatchCandidate:
    return msgspec.structs.replace(candidate, score=round(score, 1), why=f"{candidate.why}; {why}")


# -- completion ----------------------------------------------------------------------


def suggest_named(graph: OpenGraph, prefix: str, offset: int, limit: int) -> list[NamedThing]:
    """Return things whose name, or a word of it, begins with a text, or whose id it is.

    Args:
        offset: things to skip.
        limit: things at most.
    """
    matcher = Matcher.cached_for(graph.shared)
    by_id = matcher.get_thing(prefix)
    mentioned = suggest_things(graph.index, prefix, ("entity", "show"), offset + limit)
    things = [*([by_id] if by_id else ()), *(matcher.get_thing(row.id) for row in mentioned)]
    if len(things) < offset + limit:
        things += matcher.list_unmentioned(prefix, offset + limit)
    unique = {thing.id: thing for thing in things if thing is not None}
    return list(unique.values())[offset : offset + limit]


# -- preview -------------------------------------------------------------------------


class EntityPreview(msgspec.Struct, frozen=True):
    """A thing in short.

    Attributes:
        thing: the thing.
        first_day: first day of publication of an episode that mentions it, ISO 8601; "" if
            unknown. ``last_day`` is the last.
        shows: number of known shows whose episodes mention it.
    """

    thing: NamedThing
    first_day: str
    last_day: str
    shows: int


def preview_entity(graph: OpenGraph, id_: str) -> EntityPreview | None:
    """Describe a thing in short; None if its id is unknown."""
    thing = Matcher.cached_for(graph.shared).get_thing(id_)
    if thing is None:
        return None
    first, last = (
        next(iter(ENTITY_PROPERTIES[name].list_values(graph, thing)), "")
        for name in ("first_day", "last_day")
    )
    entity = graph.shared.entities.get(thing.id)
    return EntityPreview(thing, str(first), str(last), entity.shows if entity else 0)


# -- columns ---------------------------------------------------------------------------

#: Columns that describe a match in a user's table.
MATCH_COLUMNS = (
    "kgraph_iri",
    "kgraph_name",
    "kgraph_type",
    "kgraph_score",
    "kgraph_match",
    "kgraph_in_graph",
    "kgraph_wikidata",
    "kgraph_ticker",
    "kgraph_isin",
    "kgraph_website",
    "kgraph_ids",
    "kgraph_why",
)


def describe_match(base: str, candidate: MatchCandidate | None) -> tuple[str, ...]:
    """Return the cells of :data:`MATCH_COLUMNS`; empty ones without a candidate.

    Args:
        base: base of the graph's IRIs.
    """
    if candidate is None:
        return ("",) * len(MATCH_COLUMNS)
    thing = candidate.thing
    ids: dict[str, str] = {}
    for kind, id_ in thing.ids:
        ids.setdefault(kind, id_)
    return (
        base + thing.id,
        thing.name,
        thing.type,
        f"{candidate.score:g}",
        format_flag(candidate.match),
        format_flag(thing.in_graph),
        ids.get("wikidata", ""),
        ids.get("ticker") or next(iter(thing.tickers), ""),
        ids.get("isin", ""),
        ids.get("website", ""),
        " ".join(f"{kind}:{id_}" for kind, id_ in thing.ids),
        candidate.why,
    )
