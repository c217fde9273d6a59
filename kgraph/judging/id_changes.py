"""Ids in other registers that judgements give to entities, or take from them.

Takes the decisions of a build and the table of judgements that a preview is of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from kgraph.graph.judged_ids import apply_judged_ids
from kgraph.graph.records import Entity
from kgraph.graph.tally import make_enricher
from kgraph.judging.judgement_effect import IdChange
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
