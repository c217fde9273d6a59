"""Differences between what the lexicon says of an entity in two graphs, field by field.

Takes the entity in both; gives :class:`~kgraph.graph.episode_diff.FieldChange`, whose fields are
keys of the lexicon.

Invariant: what follows from another change is none besides: another label (a rename), a ticker of
an id that it gains or loses, and a relation to an entity that only one of the graphs has.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from operator import attrgetter

from kgraph.base.external_id import list_ticker_symbols
from kgraph.graph.episode_diff import FieldChange
from kgraph.graph.namesakes import name_apart
from kgraph.graph.records import Entity
from kgraph.graph.tally import RELATION_PROPERTIES

#: What the lexicon and tables of ids say of an entity, for a quick look whether any of it differs.
get_facts = attrgetter("kind", "aliases", "tickers", "relations", "ids")


def compare_entries(
    old: Entity,
    new: Entity,
    entities: Mapping[str, Entity],
    replaced: Mapping[str, str],
    shared: Container[str],
) -> Iterator[FieldChange]:
    """Yield the fields of the lexicon in which an entity differs.

    Args:
        entities: of the new graph, by id.
        replaced: ids of the old graph -> those that replace them in the new one.
        shared: ids of the new graph's entities that the old graph has, too.
    """
    if old.kind != new.kind:
        yield FieldChange("kind", old.kind, new.kind)
    labels, symbols = {old.label, new.label}, list_ticker_symbols((*old.ids, *new.ids))
    lists = [
        ("aliases", {*old.aliases} - labels, {*new.aliases} - labels),
        ("tickers", {*old.tickers} - symbols, {*new.tickers} - symbols),
    ]
    for field, property_ in RELATION_PROPERTIES.items():
        before = {replaced.get(id_, id_) for name, id_ in old.relations if name == property_}
        after = {id_ for name, id_ in new.relations if name == property_}
        then, now = ({id_ for id_ in ids if id_ in shared} for ids in (before, after))
        names = name_apart({id_: entities[id_].label for id_ in then | now})
        lists.append((field, {names[id_] for id_ in then}, {names[id_] for id_ in now}))
    for field, then, now in lists:
        if then != now:
            yield FieldChange(field, added=sorted(now - then), removed=sorted(then - now))
