"""Ids of entities that judgements renamed or retyped, so that their old IRIs resolve."""

from __future__ import annotations

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.text import name_key
from kgraph.resolve.judgement import judgement_key
from kgraph.resolve.judgement_table import JudgementTable


def list_renamed_ids(table: JudgementTable) -> dict[str, str]:
    """Return the present id of each entity that had another one before judgements.

    >>> from kgraph.resolve.judgement import Judgement
    >>> from kgraph.resolve.judgement_table import build_judgement_table
    >>> table = build_judgement_table([Judgement("rename", ("Akme", "Acme"))])
    >>> list_renamed_ids(table)["company/akme"]
    'company/acme'
    """
    chosen = {key: name_key(name) for key, name in table.entry_names.items()}
    retyped_ids = {
        f"{type_}/{old}": f"{judged_type}/{chosen.get(key, old)}"
        for key, judged_type in sorted(table.types.items())
        for type_, old in _entity_keys(key)
        if not table.has_namesake(type_, old)
    }
    new_ids = retyped_ids | list_joined_ids(table)
    return {old: new for old, new in new_ids.items() if old != new}


def list_joined_ids(table: JudgementTable) -> dict[str, str]:
    """Return those of :func:`list_renamed_ids` whose things ``same`` or ``rename`` has named."""
    new_ids: dict[str, str] = {}
    for key in sorted(table.labels):
        new = judgement_key(table.find_label(key)).rpartition("/")[2]
        judged_type = table.types.get(key) or table.types.get(new)
        for type_, old in _entity_keys(key):
            new_type = judged_type or table.type_renamed(key, type_)
            new_ids[f"{type_}/{old}"] = f"{new_type}/{new}"
    return {old: new for old, new in new_ids.items() if old != new}


def _entity_keys(key: str) -> list[tuple[str, str]]:
    type_, _, name = key.rpartition("/")
    return [(type_, name)] if type_ else [(each_type, key) for each_type in TYPE_NAMES]
