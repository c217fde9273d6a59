"""Names of judgements ``same`` and ``rename`` that entities of the graph have beside their label.

A judgement of a name is about the rows that are written so. So a name that is not the label of its
entity does not stand for that: to join something with "Micron" gives an entity of that name, where
rows written "Micron" are Micron Technology. People mean that, and contradict themselves by it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec.structs import replace

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import DataError, InputError, UnknownNameError
from kgraph.base.text import (
    MAX_SUGGESTIONS,
    local_id,
    name_key,
    pluralize,
    shorten,
    suggest_names,
)
from kgraph.graph.absence import format_names_command
from kgraph.graph.lookup import Lookup
from kgraph.graph.records import Entity
from kgraph.resolve.contradictions import append_note
from kgraph.resolve.id_contradictions import name_part
from kgraph.resolve.judgement import (
    Judgement,
    check_judgement,
    judgement_key,
    parse_entity_id,
)
from kgraph.resolve.judgement_table import build_judgement_table, find_contradicting
from kgraph.resolve.name_counts import list_surface_keys

_LIKE_ID = re.compile(r"(?P<type>[A-Za-z]+)/(?P<slug>\S+)")


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
    if not is_like_id(label, lookup) or lookup.find_all(label) or lookup.is_former(label):
        return
    if parse_entity_id(label):
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


def check_rename(judgement: Judgement, earlier: Iterable[Judgement], lookup: Lookup) -> None:
    """Check that a new name is not the one that everything of the old name has in the graph.

    Such a judgement would only make its rows sure, which ``accept`` does. Where an earlier one is
    about the name, it may take that back.

    Args:
        judgement: as the user gave it.
        earlier: all judgements that are there already.

    Raises:
        InputError: it is the same name, in the same spelling.
    """
    if judgement.verb != "rename" or judgement.type:
        return
    old, new = judgement.names[0], judgement.label
    labels = {entity.label for entity in lookup.find_all(old)}
    if labels == {new} and not any(judgement_key(old) in each.keys for each in earlier):
        raise InputError(
            f"judge rename: {shorten(new)} is what {shorten(old)} is called already: give another "
            f"name or spelling; or confirm it with `{format_names_command('judge accept', old)}`"
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


def is_like_id(name: str, lookup: Lookup) -> bool:
    """Return whether a text is an id, or like one of the graph: TCP/IP and openai/gpt are names."""
    match = _LIKE_ID.fullmatch(local_id(name))
    if match is None or match["type"].lower() in TYPE_NAMES:
        return match is not None
    is_near = suggest_names(match["type"], TYPE_NAMES) and suggest_ids(name, lookup)
    return match["type"].islower() and bool(is_near or lookup.find_by_label(match["slug"]))


def suggest_ids(text: str, lookup: Lookup) -> list[str]:
    """Return the ids of entities that a text like an id may mean, best first.

    These are entities of the name in it, or of similar names; those of its type come first.
    """
    type_, _, slug = local_id(text).partition("/")
    [near_type, *_] = suggest_names(type_, TYPE_NAMES) or [type_]
    entities = lookup.find_all(slug) or [
        entity for label in lookup.suggest(slug) for entity in lookup.find_by_label(label)
    ]
    ids = dict.fromkeys(entity.id for entity in entities)
    return sorted(ids, key=lambda id_: not id_.startswith(f"{near_type}/"))[:MAX_SUGGESTIONS]


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


def describe_names_apart(
    judgements: Iterable[Judgement], lookup: Lookup, judged: Collection[Judgement] = ()
) -> list[str]:
    """Return a sentence on each name of ``same`` and ``rename`` that leaves rows apart.

    These are rows written as the name that remains of ``same``, if no entity has it as its label;
    and of a name that is joined or renamed, the other rows of entities of another label.

    Args:
        judged: those that advised ones must not contradict.
    """
    return [
        f"{judgement}: {words}"
        for judgement in judgements
        if judgement.verb in ("same", "rename")
        for name in (judgement.names if judgement.verb == "same" else judgement.names[:1])
        if not parse_entity_id(name)
        if (words := _describe_rows_apart(judgement, name, lookup, judged))
    ]


def _describe_rows_apart(
    judgement: Judgement, name: str, lookup: Lookup, judged: Collection[Judgement]
) -> str:
    """Return what a name of a judgement leaves apart, and the ids by which to judge that."""
    written = lookup.find_by_key(name_key(name))["written"]
    apart = [entity for entity in written if not _names_entity(judgement, entity)]
    is_ambiguous = len(written) > 1 and len(lookup.find_meant(name)) > 1
    if len(apart) < len(written) and not is_ambiguous:
        return ""
    verb = "join" if judgement.verb == "same" else "rename"
    if verb == "join" and name == judgement.names[0]:
        is_label = any(name_key(entity.label) == name_key(name) for entity in written)
        advised, aim = ([] if is_label else apart), "that"
        words = f"rows written {name} stay {_join_labels(apart)}"
    else:
        partly = [(entity, rows) for entity in apart if (rows := count_other_rows(entity, name))]
        left = " nor ".join(f"{pluralize(n, 'other row')} of {e.label}" for e, n in partly)
        advised, aim = (written if is_ambiguous and partly else [e for e, _ in partly]), "all"
        words = f"only rows written {name} are {verb.removesuffix('e')}ed, and not {left}"
    if not advised:
        return ""
    why = f"{name} is the name of several things here: " if is_ambiguous else ""
    is_chosen = is_ambiguous and len(apart) < len(written) and name != judgement.names[0]
    able = () if is_chosen else advised  # whoever names one of them does not mean the others
    ids = [e.id for e in able if _may_stand_for(e, judgement, name, judged)]
    aim = "one of them" if len(ids) > 1 else aim
    advice = f": to {verb} {aim}, name {' or '.join(ids)} in place of {name}" if ids else ""
    return f"{why}{words}{advice}"


def _join_labels(entities: Iterable[Entity]) -> str:
    return " and ".join(entity.label for entity in entities)


def _may_stand_for(
    entity: Entity, judgement: Judgement, name: str, judged: Collection[Judgement]
) -> bool:
    """Return whether a judgement is possible with the id of an entity in place of a name."""
    names = tuple(entity.id if each == name else each for each in judgement.names)
    remaining = [each for each in judged if each != judgement]
    try:
        build_judgement_table([*remaining, check_judgement(replace(judgement, names=names))])
    except (InputError, DataError):
        return False
    return True


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


def count_other_rows(entity: Entity, name: str) -> int:
    """Count the rows of an entity that are not written as a name."""
    key, label = name_key(name), entity.label
    rows = entity.surfaces.items()
    return sum(n for surface, n in rows if key not in list_surface_keys(surface, label))
