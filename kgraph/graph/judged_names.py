"""Names of judgements ``same`` and ``rename`` that entities of the graph have beside their label.

A judgement of a name is about the rows that are written so. So a name that is not the label of its
entity does not stand for that: to join something with "Micron" gives an entity of that name, where
rows written "Micron" are Micron Technology.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from kgraph.base.text import name_key, pluralize
from kgraph.graph.lookup import Lookup
from kgraph.graph.records import Entity
from kgraph.resolve.judgement import Judgement, judgement_key, parse_entity_id
from kgraph.resolve.name_counts import core_name


def name_joined_entity(judgement: Judgement, lookup: Lookup) -> Judgement:
    """Return a judgement ``same`` with the entity of the graph that its first name means.

    The entity is named by its label, or by its id if others have that label. A judgement stays as
    it is if its first name means no entity or several, or if the entity is among its other names.
    """
    first, *others = judgement.names
    if judgement.verb != "same" or parse_entity_id(first):
        return judgement
    meant = lookup.find_meant(first) or lookup.find_by_alias(first)
    if len(meant) != 1 or _names_entity(judgement, meant[0]):
        return judgement
    [entity] = meant
    is_unique = lookup.find_by_label(entity.label) == [entity]
    return replace(judgement, names=(entity.label if is_unique else entity.id, *others))


def describe_joined_entity(given: Judgement, judgement: Judgement) -> str:
    """Return what :func:`name_joined_entity` made of a judgement in words; "" for nothing.

    >>> given = Judgement("same", ("Micron", "SK Hynix"))
    >>> describe_joined_entity(given, Judgement("same", ("Micron Technology", "SK Hynix")))
    'Micron is Micron Technology here'
    """
    first, joined = given.names[0], judgement.names[0]
    return f"{first} is {joined} here" if first != joined else ""


def describe_names_apart(judgements: Iterable[Judgement], lookup: Lookup) -> list[str]:
    """Return a sentence on each judgement that leaves rows apart which its first name may mean.

    Of ``same`` these are the rows written as the name that remains, if all are an entity of another
    label; of ``rename`` the other rows of an entity of another label.
    """
    notes = []
    for judgement in judgements:
        first = judgement.names[0]
        if judgement.verb not in ("same", "rename") or parse_entity_id(first):
            continue
        written = lookup.find_by_key(name_key(first))["written"]
        if any(_names_entity(judgement, entity) for entity in written):
            continue
        for entity in written:
            instead = f"name {entity.id} in place of {first}"
            if judgement.verb == "same":
                words = f"rows written {first} stay {entity.label}: to join that, {instead}"
            elif rows := _count_other_rows(entity, first):
                words = (
                    f"only rows written {first} are renamed, and not "
                    f"{pluralize(rows, 'other row')} of {entity.label}: to rename all, {instead}"
                )
            else:
                continue
            notes.append(f"{judgement}: {words}")
    return notes


def _names_entity(judgement: Judgement, entity: Entity) -> bool:
    """Return whether a judgement has the label or the id of an entity among its names."""
    return not {name_key(entity.label), entity.id}.isdisjoint(map(judgement_key, judgement.names))


def _count_other_rows(entity: Entity, name: str) -> int:
    key = name_key(name)
    rows = entity.surfaces.items()
    return sum(n for surface, n in rows if name_key(core_name(surface)) != key)
