"""Ids in other registers as people judged them: ``sameas`` and ``not-sameas``.

Invariants:
    * a judged id is of no other entity, whatever ``data/identity.yaml`` says;
    * a judged id replaces those of its kind, but for stocks, which have several;
    * a judgement of a name that several entities have applies to none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kgraph.base.external_id import ID_KINDS, IdKind, is_single_valued, parse_external_id
from kgraph.base.model import InputProblem
from kgraph.graph.lookup import Lookup
from kgraph.graph.records import Entity
from kgraph.resolve.judgement import Judgement, judgement_key, parse_entity_id
from kgraph.resolve.judgement_table import JudgementTable

IdPair = tuple[IdKind, str]  #: kind and id


def find_judged_entities(lookup: Lookup, name: str) -> list[Entity]:
    """Return the entities that the name of a judgement may mean; it applies to a single one."""
    if parsed := parse_entity_id(name):
        return lookup.find_all("/".join(parsed))
    return lookup.find_meant(name)


def apply_judged_ids(entities: Mapping[str, Entity], judgements: JudgementTable) -> None:
    """Give entities the ids that judgements say, and take away those that they deny."""
    if not judgements.same_ids and not judgements.wrong_ids:
        return
    lookup = Lookup(entities)
    same = _find_ids(lookup, judgements.same_ids)
    wrong = _find_ids(lookup, judgements.wrong_ids)
    owners = {pair: id_ for id_, pairs in same.items() for pair in pairs}
    for entity in entities.values():
        denied = {pair for pair in entity.ids if owners.get(pair, entity.id) != entity.id}
        denied.update(wrong.get(entity.id, ()))
        if denied or entity.id in same:
            _set_ids(entity, same.get(entity.id, []), denied)


def _find_ids(lookup: Lookup, ids_by_key: Mapping[str, tuple[str, ...]]) -> dict[str, list[IdPair]]:
    """Return the judged ids by the id of their entity."""
    pairs: dict[str, list[IdPair]] = {}
    for key, ids in ids_by_key.items():
        meant = find_judged_entities(lookup, key)
        if len(meant) == 1:
            pairs.setdefault(meant[0].id, []).extend(parse_external_id(id_).pair for id_ in ids)
    return pairs


def _set_ids(entity: Entity, same_ids: list[IdPair], denied: set[IdPair]) -> None:
    replaced = {kind for kind, _ in same_ids if is_single_valued(kind)}
    kept = [pair for pair in entity.ids if pair not in denied and pair[0] not in replaced]
    entity.ids = tuple(sorted({*kept, *same_ids}, key=lambda pair: (ID_KINDS.index(pair[0]), pair)))
    listed = {_symbol(pair) for pair in entity.ids}
    gone = {_symbol(pair) for pair in denied} - listed
    entity.tickers = tuple(symbol for symbol in entity.tickers if symbol not in gone)


def _symbol(pair: IdPair) -> str:
    return pair[1].partition(":")[2] if pair[0] == "ticker" else ""


def report_unapplied_ids(
    judgements: Iterable[Judgement], entities: Mapping[str, Entity], file: str
) -> list[InputProblem]:
    """List the judgements of ids whose name means no entity, or several."""
    of_ids = [judgement for judgement in judgements if judgement.external_ids]
    lookup = Lookup(entities) if of_ids else None
    problems = []
    for judgement in of_ids:
        if lookup and (fault := describe_fault(lookup, judgement)):
            words, code = f"{judgement}: {fault}", "judgement-unapplied"
            problems.append(
                InputProblem(file, judgement.line, 0, "", code, "", words, "not applied")
            )
    return problems


def describe_fault(lookup: Lookup, judgement: Judgement) -> str:
    """Return why a judgement of ids cannot apply; "" if it can."""
    name = judgement.names[0]
    meant = find_judged_entities(lookup, judgement_key(name))
    if len(meant) == 1:
        return ""
    if not meant:
        return f"nothing in the graph is called {name!r}"
    return f"{name} may be {' or '.join(entity.id for entity in meant)}: judge one of the ids"
