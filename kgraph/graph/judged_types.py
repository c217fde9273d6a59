"""Types of the names that ``same`` joins: which names a judged type leaves apart, and which differ.

Takes judgements and the entities of a graph; gives sentences, each with the command that mends it.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping

from kgraph.base.text import name_key
from kgraph.graph.absence import format_names_command
from kgraph.graph.judged_names import count_other_rows
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgement import (
    Judgement,
    format_undo_command,
    judgement_key,
    parse_entity_id,
)


def describe_types_apart(
    judgements: Collection[Judgement], known: Collection[Judgement], lookup: Lookup, file: str
) -> list[str]:
    """Return a sentence on each name that ``same`` joins and its judged type leaves apart.

    Rows of another type than the thing that they are joined with are an entity of its name.

    Args:
        judgements: of whose pairs to tell.
        known: all judgements, with theirs.
        file: name of their file.
    """
    typed = {key: each for each in known if not each.label for key in each.types_by_key}
    types = {key: type_ for each in known for key, type_ in each.types_by_key.items()}
    return [
        _describe_type_apart(
            name, ids[0], (same, judged), file, has_type=name_key(same.label) in types
        )
        for same in known
        if same.verb == "same"
        for name in same.relabelled_names
        if (judged := typed.get(name_key(name))) and (same in judgements or judged in judgements)
        if (ids := _list_ids_called(same.label, name, types, lookup))
        if f"{judged.type}/{name_key(same.label)}" not in ids
    ]


def describe_kinds_joined(
    judgements: Iterable[Judgement], known: Iterable[Judgement], lookup: Lookup, file: str
) -> Iterator[str]:
    """Yield a sentence on each name that ``same`` joins with something of another type.

    A type that is judged leaves rows apart instead, which :func:`describe_types_apart` tells.

    Args:
        judgements: of whose names to tell.
        known: all judgements, with theirs.
        file: name of their file.
    """
    types = {
        key: type_
        for each in known
        if each.verb != "same"
        for key, type_ in each.types_by_key.items()
    }
    for same in judgements:
        if same.verb != "same" or same.type:
            continue
        kept = types.get(judgement_key(same.label)) or _find_type(same.label, lookup)
        for name in same.relabelled_names:
            type_ = "" if judgement_key(name) in types else _find_type(name, lookup)
            if kept and type_ not in ("", "other", kept):
                kinds = f"{name} ({type_}) with {same.label} ({kept})"
                yield f"{same}: joins {kinds}: {_advise_apart(same, name, file)}"


def _find_type(name: str, lookup: Lookup) -> str:
    """Return the type of what a name clearly means; "" for several types, or for nothing."""
    entities = lookup.find_by_id(name) if parse_entity_id(name) else lookup.find_meant(name)
    types = {entity.type for entity in entities}
    return types.pop() if len(types) == 1 else ""


def _advise_apart(same: Judgement, name: str, file: str) -> str:
    """Return what to do if a name that ``same`` joins, or has joined, is of another thing."""
    if same.line:
        return f"if these are two things, undo it with `{format_undo_command(same.line, file)}`"
    command = format_names_command("judge different", same.label, name)
    return f"if these are two things, keep them apart with `{command}`"


def _list_ids_called(label: str, name: str, types: Mapping[str, str], lookup: Lookup) -> list[str]:
    """Return the ids of what has a label, by a judgement or in rows that are not called a name."""
    if type_ := types.get(name_key(label)):
        return [f"{type_}/{name_key(label)}"]
    return [each.id for each in lookup.find_by_label(label) if count_other_rows(each, name)]


def _describe_type_apart(
    name: str, id_: str, pair: tuple[Judgement, Judgement], file: str, *, has_type: bool
) -> str:
    same, judged = pair
    first, second = sorted(pair, key=lambda each: each.line or sys.maxsize)
    where, moves = str(first), []
    if not has_type:
        command = format_names_command(f"judge type --type {judged.type}", same.label)
        moves.append(f"to join them, {command}")
    if first.line:
        where = f"line {first.line} of {file} ({first})"
        moves.append(f"to undo that line, {format_undo_command(first.line, file)}")
    apart = f"{judged.type}/{name_key(same.label)}, apart from {id_}"
    words = f"{second}: by {where}, rows written {name} are {apart}"
    return ": ".join(filter(None, (words, "; ".join(moves))))
