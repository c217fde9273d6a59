"""Types, labels and entries of what judgements name, from lexicon and corpus.

Invariants:
    * of entries that share a name, a judged type of the name, or of an id with it, chooses the
      single one of that type;
    * a name chooses an entry only as its name or alias, never as misheard;
    * a name that ``rename`` gives to something chooses none: it is spelled as in that judgement;
    * what is ``same`` as a name, and has its type, is the entry that the name chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from kgraph.base.lexicon import Lexicon, LexiconEntry
from kgraph.base.model import EntityType
from kgraph.base.text import name_key
from kgraph.resolve.id_contradictions import name_part
from kgraph.resolve.judgement import parse_entity_id
from kgraph.resolve.judgement_table import JudgementTable


def resolve_targets(
    table: JudgementTable,
    type_of: Callable[[str], EntityType | None],
    label_of: Callable[[EntityType, str], str],
) -> JudgementTable:
    """Return the table with types and labels of the entities that judgements name.

    Args:
        type_of: type of a label's key, None where it is unknown.
        label_of: label of an entity's type and key, "" where it is unknown.
    """

    def label_for(label: str) -> str:
        parsed = parse_entity_id(label)
        if parsed is None:
            return label
        known_label = label_of(*parsed)
        return known_label if name_key(known_label) == parsed[1] else parsed[1]

    labels = {key: label_for(label) for key, label in table.labels.items()}
    types: dict[str, EntityType] = {}
    renamed = dict(table.renamed)
    for key, label in labels.items():
        if type_ := type_of(name_key(label)):
            judged = table.types.get(name_key(label))
            given = renamed if key in renamed and not judged else types
            given[key] = judged or type_
    spellings = {id_: label_for(id_) for id_ in sorted(table.accepted) if parse_entity_id(id_)}
    return msgspec.structs.replace(
        table,
        labels=labels,
        types={**types, **table.types},
        spellings={**spellings, **table.spellings},
        renamed=renamed,
    )


def choose_entries(
    table: JudgementTable, judged_types: Mapping[str, EntityType], lexicon: Lexicon
) -> JudgementTable:
    """Return the table with the names of the entries that judged types choose.

    Args:
        judged_types: those that judgements give, without those of the lexicon.
    """
    renamed_to = {name_key(table.labels[key]) for key in table.renamed}
    names: dict[str, str] = {}
    namesake_ids: set[str] = set()
    for key, type_ in judged_types.items():
        name = name_part(key)
        if key in table.labels or name in renamed_to:
            continue
        called = list_called(lexicon, name)
        chosen = {entry.entity_id: entry.name for entry in called if entry.type == type_}
        if len(chosen) == 1:
            [(id_, names[key])] = chosen.items()
            if key == name:
                namesake_ids.update(entry.entity_id for entry in called if entry.entity_id != id_)
    for key, label in table.labels.items():
        end = name_key(label)
        if end in names and key not in table.renamed and table.types.get(key) == table.types[end]:
            names[key] = names[end]
    return msgspec.structs.replace(table, entry_names=names, namesake_ids=frozenset(namesake_ids))


def list_called(lexicon: Lexicon, key: str) -> list[LexiconEntry]:
    """Return the entries that have a key as their name or alias."""
    matches = lexicon.index.get(key, ())
    return [lexicon.get_entry(m) for m in matches if m.name_kind in ("name", "alias")]
