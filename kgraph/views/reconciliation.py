"""Answers of the reconciliation service, in the JSON of its specification.

The format is that of the Reconciliation Service API 0.2 of the W3C Entity Reconciliation Community
Group (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/): result
batches (section 4.2), suggestions (6.3), property proposals (7.2) and data extension (7.4).
:mod:`kgraph.server.endpoints.reconcile` serves them over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.text import pluralize, spelling_similarity
from kgraph.graph.matcher import MatchCandidate, Matcher
from kgraph.graph.name_evidence import NamedThing
from kgraph.views.entity_properties import ENTITY_PROPERTIES, EntityProperty, PropertyValue
from kgraph.views.matching import MatchQuery, check_properties, match_name, suggest_named
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import EntityRef

JsonObject = dict[str, Any]

#: Properties whose values are things -> type of those, in the metadata of an extension.
_VALUE_TYPES = {"shows": "show", "themes": "theme", "associated": "company"}


def describe_type(type_: str) -> JsonObject:
    """Return a type of entities, also that of themes."""
    spec = ENTITY_TYPES.get(type_)
    name = spec.phrase.partition(" ")[2] if spec else type_
    return {"id": type_, "name": name[:1].upper() + name[1:]}


def describe_property(row: EntityProperty) -> JsonObject:
    """Return a property of entities."""
    return {"id": row.id, "name": row.name, "description": row.description}


def describe_thing(thing: NamedThing) -> str:
    """Return a description of a thing that tells it from its namesakes.

    >>> describe_thing(NamedThing("company/acme", "Acme", "company", "bank", episodes=2))
    'company, bank; in 2 episodes'
    """
    kind = f", {thing.kind}" if thing.kind else ""
    episodes = f"in {pluralize(thing.episodes, 'episode')}" if thing.in_graph else "in no episode"
    return f"{describe_type(thing.type)['name'].lower()}{kind}; {episodes}"


# -- reconciliation ------------------------------------------------------------------


def answer_queries(graph: OpenGraph, queries: Sequence[MatchQuery]) -> list[JsonObject]:
    """Answer the queries of a batch, in order.

    Raises:
        InputError: a type or a property is unknown.
    """
    return [
        {"result": [_encode_candidate(query.name, c) for c in match_name(graph, query).candidates]}
        for query in queries
    ]


def _encode_candidate(name: str, candidate: MatchCandidate) -> JsonObject:
    thing = candidate.thing
    return {
        "id": thing.id,
        "name": thing.name,
        "description": f"{describe_thing(thing)}; {candidate.why}",
        "type": [describe_type(thing.type)],
        "score": candidate.score,
        "match": candidate.match,
        "features": [
            {"id": "name_similarity", "value": round(spelling_similarity(name, thing.name), 4)},
            {"id": "share_of_name", "value": candidate.share},
            {"id": "episodes", "value": thing.episodes},
            {"id": "in_graph", "value": thing.in_graph},
            {"id": f"evidence_{candidate.evidence}", "value": True},
        ],
    }


# -- suggestions ---------------------------------------------------------------------


def suggest_entities(graph: OpenGraph, prefix: str, offset: int, limit: int) -> JsonObject:
    """Suggest entities whose name begins with a text, or whose id it is."""
    things = suggest_named(graph, prefix, offset, limit)
    return {
        "result": [
            {
                "id": thing.id,
                "name": thing.name,
                "description": describe_thing(thing),
                "notable": [describe_type(thing.type)],
            }
            for thing in things
        ]
    }


def suggest_rows(
    rows: Iterable[JsonObject], prefix: str, offset: int, limit: int
) -> dict[str, list[JsonObject]]:
    """Suggest types or properties whose id or a word of whose name begins with a text.

    >>> suggest_rows([{"id": "cik", "name": "CIK (SEC)"}], "sec", 0, 9)["result"]
    []
    >>> suggest_rows([{"id": "cik", "name": "CIK number"}], "Numb", 0, 9)["result"][0]["id"]
    'cik'
    """
    start = prefix.strip().casefold()
    matching = [
        row
        for row in rows
        if row["id"].startswith(start)
        or row["name"].casefold().startswith(start)
        or any(word.startswith(start) for word in row["name"].casefold().split())
    ]
    return {"result": matching[offset : offset + limit]}


# -- data extension --------------------------------------------------------------------


def propose_properties(type_: str, limit: int | None) -> JsonObject:
    """Propose the properties that entities of a type may have; of "" and of others, all."""
    rows = [
        describe_property(row)
        for row in ENTITY_PROPERTIES.values()
        if not row.types or not type_ or type_ in row.types or type_ not in ENTITY_TYPES
    ]
    proposal: JsonObject = {"properties": rows[:limit], "type": type_}
    return proposal if limit is None else {**proposal, "limit": limit}


def extend_entities(
    graph: OpenGraph, ids: Sequence[str], properties: Sequence[tuple[str, int]]
) -> JsonObject:
    """Return the values of properties of some things.

    Args:
        ids: of the things; an unknown one has no values.
        properties: each with the number of its values at most.

    Raises:
        InputError: a property is unknown.
    """
    check_properties(id_ for id_, _ in properties)
    matcher = Matcher.cached_for(graph.shared)
    return {
        "meta": [_describe_column(ENTITY_PROPERTIES[id_]) for id_, _ in properties],
        "rows": {
            id_: {
                property_: _list_cells(graph, matcher.get_thing(id_), property_, limit)
                for property_, limit in properties
            }
            for id_ in ids
        },
    }


def _describe_column(row: EntityProperty) -> JsonObject:
    column: JsonObject = {"id": row.id, "name": row.name}
    value_type = _VALUE_TYPES.get(row.id)
    return {**column, "type": describe_type(value_type)} if value_type else column


def _list_cells(
    graph: OpenGraph, thing: NamedThing | None, property_: str, limit: int
) -> list[JsonObject]:
    if thing is None:
        return []
    values = ENTITY_PROPERTIES[property_].list_values(graph, thing)
    return [_encode_value(value) for value in list(values)[:limit]]


def _encode_value(value: PropertyValue) -> JsonObject:
    if isinstance(value, EntityRef):
        return {"id": value.id, "name": value.label}
    if isinstance(value, date):
        return {"date": f"{value.isoformat()}T00:00:00Z"}
    return {"int": value} if isinstance(value, int) else {"str": value}
