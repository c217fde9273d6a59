"""Ids in other registers that judgements give to entities, take from them, or leave behind.

Takes the decisions of a build and the table of judgements that a preview is of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from kgraph.base.text import pluralize
from kgraph.graph.judged_ids import apply_judged_ids
from kgraph.graph.records import Entity
from kgraph.graph.tally import make_enricher
from kgraph.judging.judgement_effect import EntityChange, IdChange
from kgraph.pipeline.rejudge import BuiltDecisions
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.views.values import EntityRef


def list_id_changes(
    built: BuiltDecisions, before: JudgementTable, after: JudgementTable
) -> Iterator[IdChange]:
    """Yield the ids that judgements of ids give to entities and take from them, by entity."""
    if (before.same_ids, before.wrong_ids) == (after.same_ids, after.wrong_ids):
        return
    old, new = (_judge_ids(built, table) for table in (before, after))
    for id_, entity in old.items():
        now = new[id_]
        ref = EntityRef(id_, entity.label, entity.type)
        for kind, external in entity.ids:
            if (kind, external) not in now.ids:
                yield IdChange("lost", f"{kind}:{external}", ref)
        for kind, external in now.ids:
            if (kind, external) not in entity.ids:
                yield IdChange("gained", f"{kind}:{external}", ref)


def _judge_ids(built: BuiltDecisions, table: JudgementTable) -> dict[str, Entity]:
    """Return the entities of the graph with the ids that judgements give them."""
    entities = {
        id_: msgspec.structs.replace(entity)
        for id_, entity in sorted(built.store.shared.entities.items())
    }
    if built.tables.judgements.same_ids or built.tables.judgements.wrong_ids:
        # Those that the graph has are judged already.
        enrich: Callable[[Entity], None] = make_enricher(built.knowledge)
        for entity in entities.values():
            replaces, entity.ids, entity.tickers = entity.replaces, (), ()
            enrich(entity)
            entity.replaces = replaces
    apply_judged_ids(entities, table)
    return entities


def describe_dropped_ids(
    built: BuiltDecisions, table: JudgementTable, changes: Iterable[EntityChange]
) -> Iterator[str]:
    """Yield which ids of an entity the one of another type that takes its place does not get.

    An id that a judgement gives goes with the name that it is about.

    Args:
        table: of the judgements after the change.
        changes: of entities.
    """
    entities = built.store.shared.entities
    enrich = make_enricher(msgspec.structs.replace(built.knowledge, judgements=table))
    judged = {id_ for ids in table.same_ids.values() for id_ in ids}
    for change in changes:
        old, new = change.before, change.after
        if not old or not new or old.type == new.type or old.id not in entities:
            continue
        entity = Entity(new.type, new.id.partition("/")[2], new.label, {})
        enrich(entity)
        kept = dict((*entity.ids, *(entities[new.id].ids if new.id in entities else ())))
        ids = [f"{kind}:{id_}" for kind, id_ in entities[old.id].ids if kind not in kept]
        if dropped := sorted({*ids} - judged):
            words = pluralize(len(dropped), "id")
            yield (
                f"{new.id} does not get {words} in other registers of {old.id} "
                f"({', '.join(dropped)}): where it is the same thing, "
                f"`kgraph judge sameas {new.id} ID...` gives them"
            )
