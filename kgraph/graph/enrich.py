"""What the lexicon and people's judgements know of an entity beside its mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from kgraph.base.lexicon import LexiconEntry
from kgraph.base.text import name_key
from kgraph.graph.records import Entity
from kgraph.resolve.knowledge import Knowledge

RELATION_PROPERTIES = (
    ("kg:productOf", "product_of"),
    ("kg:partOf", "part_of"),
    ("kg:tokenOf", "token_of"),
)
"""Property of a relation, and the lexicon's word for it."""


def make_enricher(knowledge: Knowledge) -> Callable[[Entity], None]:
    """A function that adds kind, relations and earlier ids to an entity.

    An entity that a judgement names anew keeps what the lexicon says of it, and what stands in
    a relation to it is told under its new name.
    """
    entries = {entry_id(entry): entry for entry in knowledge.lexicon.entries}
    by_name = {entry.name: entry_id(entry) for entry in knowledge.lexicon.entries}
    renamed = knowledge.judgements.renamed_ids
    replaced: dict[str, list[str]] = defaultdict(list)
    for old, new in renamed.items():
        replaced[new].append(old)

    def enrich(entity: Entity) -> None:
        entity.replaces = tuple(sorted(replaced.get(entity.id, ())))
        ids = (entity.id, *entity.replaces)
        entry = next((entries[id_] for id_ in ids if id_ in entries), None)
        if entry is not None:
            entity.kind = entry.kind
            targets = (
                (property_, by_name.get(getattr(entry, word)))
                for property_, word in RELATION_PROPERTIES
            )
            entity.relations = tuple(
                (property_, renamed.get(id_, id_)) for property_, id_ in targets if id_ is not None
            )

    return enrich


def entry_id(entry: LexiconEntry) -> str:
    """Id of the entity that an entry stands for."""
    return f"{entry.type}/{name_key(entry.name)}"
