"""Names of judgements ``same`` and ``rename`` that entities of the graph have beside their label.

A judgement of a name is about the rows that are written so. So a name that is not the label of its
entity does not stand for that: to join something with "Micron" gives an entity of that name, where
rows written "Micron" are Micron Technology. People mean that, and contradict themselves by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import DataError, InputError, UnknownNameError
from kgraph.base.text import (
    MAX_SUGGESTIONS,
    local_id,
    name_key,
    shorten,
)
from kgraph.graph.absence import format_names_command
from kgraph.graph.lookup import Lookup
from kgraph.graph.records import Entity
from kgraph.resolve.contradictions import append_note
from kgraph.resolve.id_contradictions import name_part
from kgraph.resolve.judgement import (
    Judgement,
    judgement_key,
    parse_entity_id,
)
from kgraph.resolve.judgement_table import build_judgement_table, find_contradicting


def name_joined_entity(
    judgement: Judgement, lookup: Lookup, find_type: Callable[[str], str | None]
) -> Judgement:
    """Return a judgement ``same`` with the entity of the graph that its first name means.

    The entity is named as by :func:`name_entity`; by its id, too, if the lexicon has something of
    another type by the name: Alex is a person, and a token. A judgement stays as it is if its first
    name means no entity or several, or if the entity is among its other names.

    Args:
        find_type: returns the type of the lexicon's entry of a name; None for no entry.
    """
    if judgement.verb != "same":
        return judgement
    first, *others = judgement.names
    name = _name_meant(judgement, first, lookup)
    meant = None if parse_entity_id(name) or judgement.type else find_meant_entity(name, lookup)
    if meant is not None and name_key(name) == name_key(meant.label):
        name = name if find_type(name) in (None, meant.type) else meant.id
    return replace(judgement, names=(name, *others))


def name_entity(entity: Entity, lookup: Lookup) -> str:
    """Return the label of an entity for a judgement, or its id if that is not clear enough.

    This is so if others have the label, or if it clearly means another entity.
    """
    meant = lookup.find_meant(entity.label)
    means_another = len(meant) == 1 and meant != [entity]
    is_clear = lookup.find_by_label(entity.label) == [entity] and not means_another
    return entity.label if is_clear else entity.id


def check_label(
    judgement: Judgement,
    earlier: Iterable[Judgement],
    lookup: Lookup,
    has_entry: Callable[[str], bool],
) -> None:
    """Check that the name which a judgement gives to others is no mistyped id.

    It would become their label. An id that nothing has may be that of a name in earlier judgements.

    Args:
        judgement: as the user gave it.
        earlier: all judgements that are there already.
        has_entry: tells whether an id is of an entry of the lexicon.

    Raises:
        UnknownNameError: it looks like an id, and nothing in the graph has it; similar ids are
            suggested.
    """
    label = judgement.label
    type_, _, slug = local_id(label).partition("/")
    is_like_id = type_.lower() in TYPE_NAMES and slug and " " not in slug
    if not is_like_id or lookup.find_all(label) or lookup.is_former(label):
        return
    id_ = judgement_key(label)
    pending = {name_part(key) for each in earlier for key in each.keys}
    if name_part(id_) in pending or has_entry(id_):
        return
    near = suggest_ids(label, lookup)
    hint = f"did you mean {' or '.join(near)}? Else " if near else ""
    raise UnknownNameError(
        f"judge {judgement.verb}: {label}: nothing in the graph has this id: {hint}write the name "
        "that remains",
        near,
    )


def check_different(judgement: Judgement, lookup: Lookup) -> None:
    """Check that ``different`` names an entity by its label or id, where two names mean that one.

    Of two other names of it nothing tells which one is wrong.

    Args:
        judgement: as the user gave it.

    Raises:
        InputError: the names mean one entity, and neither is its label.
    """
    if judgement.verb != "different" or any(map(parse_entity_id, judgement.names)):
        return
    entity, *others = (find_meant_entity(name, lookup) for name in judgement.names)
    if entity and all(other == entity for other in others) and not _names_entity(judgement, entity):
        names = (name_entity(entity, lookup), judgement.names[-1])
        raise InputError(
            f"judge different: {' and '.join(map(shorten, judgement.names))} are both "
            f"{shorten(entity.label)} here: say which of them is something else, such as "
            f"`{format_names_command('judge different', *names)}`"
        )


def suggest_ids(text: str, lookup: Lookup) -> list[str]:
    """Return the ids of entities that an unknown id may mean, best first.

    These are entities of the name in it, or of similar names; those of its type come first.
    """
    type_, _, slug = local_id(text).partition("/")
    entities = lookup.find_all(slug) or [
        entity for label in lookup.suggest(slug) for entity in lookup.find_by_label(label)
    ]
    ids = dict.fromkeys(entity.id for entity in entities)
    return sorted(ids, key=lambda id_: not id_.startswith(f"{type_.lower()}/"))[:MAX_SUGGESTIONS]


def check_meant_names(
    judgement: Judgement, named: Judgement, earlier: Sequence[Judgement], lookup: Lookup, file: str
) -> None:
    """Check that ``same`` or ``different`` contradicts nothing, as written and as people mean it.

    In ``different`` a name stands for the entity that it means in the graph, too, and so does the
    first name of ``same``: who tells Micron apart from something does not join that with Micron
    Technology.

    Args:
        judgement: as the user gave it.
        named: the same by :func:`name_joined_entity`.
        earlier: all judgements that are there already.
        file: name of their file, for messages.

    Raises:
        DataError: it contradicts one; the message names both.
    """
    build_judgement_table((*earlier, judgement), file)
    told_apart, joining = [judgement], list(earlier)
    if judgement.verb == "same":
        told_apart = [each for each in earlier if each.verb == "different"]
        joining = _list_joining(named, earlier)
    for different in told_apart:
        meant = tuple(_name_meant(different, name, lookup) for name in different.names)
        if len(set(map(judgement_key, meant))) < len(meant):
            continue  # of one entity in the graph, which the judgement takes apart
        by_meaning = replace(different, names=meant)
        known, last = [by_meaning, *joining], named
        if different is judgement:
            known, last = joining, by_meaning
        try:
            build_judgement_table((*known, last), file)
        except DataError as error:
            if find_contradicting(known):
                continue  # by lines of the file alone
            pairs = zip(different.names + judgement.names, meant + named.names, strict=True)
            notes = {f"{name} is {label} here": None for name, label in pairs if name != label}
            if not notes:
                raise
            raise append_note(error, "; ".join(notes)) from error


def _list_joining(judgement: Judgement, earlier: Sequence[Judgement]) -> list[Judgement]:
    """Return those of the earlier judgements that lead, from name to name, to or from its names."""
    by_key: dict[str, list[Judgement]] = defaultdict(list)
    for each in earlier:
        for key in each.keys if each.label else ():
            by_key[name_part(key)].append(each)
    joining, pending = set[Judgement](), [judgement]
    while pending:
        for key in pending.pop().keys:
            added = by_key.pop(name_part(key), ())
            joining.update(added)
            pending += added
    return [each for each in earlier if each in joining]


def describe_joined_entity(given: Judgement, judgement: Judgement) -> str:
    """Return what :func:`name_joined_entity` made of a judgement in words; "" for nothing.

    >>> given = Judgement("same", ("Micron", "SK Hynix"))
    >>> describe_joined_entity(given, Judgement("same", ("Micron Technology", "SK Hynix")))
    'Micron is Micron Technology here'
    """
    first, joined = given.names[0], judgement.names[0]
    return f"{first} is {joined} here" if first != joined else ""


def _name_meant(judgement: Judgement, name: str, lookup: Lookup) -> str:
    """Return the name of the entity that a name of a judgement means in the graph.

    A name stays as it is if it is an id, if it means no entity or several, or if the judgement
    names the entity already.
    """
    if parse_entity_id(name):
        return name
    meant = find_meant_entity(name, lookup)
    return name if meant is None or _names_entity(judgement, meant) else name_entity(meant, lookup)


def find_meant_entity(name: str, lookup: Lookup) -> Entity | None:
    """Return the entity that a name of a judgement clearly means in the graph; None for no one."""
    meant = lookup.find_meant(name) or lookup.find_by_alias(name)
    return meant[0] if len(meant) == 1 else None


def _names_entity(judgement: Judgement, entity: Entity) -> bool:
    return not {name_key(entity.label), entity.id}.isdisjoint(map(judgement_key, judgement.names))
