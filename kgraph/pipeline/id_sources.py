"""Where names and ids of entities come from: a judgement, a lexicon, or a table of ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from kgraph.base.errors import StoreError
from kgraph.base.external_id import ExternalId, IdKind
from kgraph.base.identity import IdPackage, IdTable, LexiconName, load_shipped_identities
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.text import name_key
from kgraph.graph import Entity
from kgraph.pipeline.kept import read_decision_tables
from kgraph.resolve.judgement import Judgement, judgement_key


class IdSource(msgspec.Struct, frozen=True):
    """Where one id comes from.

    Attributes:
        kind: a judgement, a table of the user's own, the shipped table, or unknown: neither the
            build nor the shipped table has it.
        judgement: that says so; ``packages`` are those that the shipped table has it from.
    """

    kind: Literal["judgement", "own", "shipped", "unknown"]
    judgement: Judgement | None = None
    packages: tuple[IdPackage, ...] = ()


class IdSources:
    """Finds the sources of ids, and of what a lexicon states.

    Args:
        judgements: that a build read; of several of one id of an entity the last counts.
        own: tables of ids of the user's own.
        lexicon: entries of the user's own.
    """

    def __init__(
        self,
        judgements: Iterable[Judgement] = (),
        own: IdTable | None = None,
        lexicon: Iterable[LexiconEntry] = (),
    ) -> None:
        self._own_entries = {entry.entity_id for entry in lexicon}
        self._judged: dict[str, list[Judgement]] = defaultdict(list)
        for judgement in judgements:
            if judgement.verb == "sameas":
                for id_ in judgement.external_ids:
                    self._judged[id_].append(judgement)
        self._own: set[tuple[str, IdKind, str]] = {
            (LexiconName(type_, name).entity_id, kind, id_)
            for type_, entries in (own or {}).items()
            for name, kinds in entries.items()
            for kind, ids in kinds.items()
            for id_ in ids
        }

    def find(self, entity: Entity, kind: IdKind, id_: str) -> IdSource:
        """Return where an id of an entity comes from."""
        judgements = self._judged.get(str(ExternalId(kind, id_)), ())
        keys = _list_judged_keys(entity) if judgements else ()
        for judgement in reversed(judgements):
            if judgement_key(judgement.names[0]) in keys:
                return IdSource("judgement", judgement)
        if any((entry_id, kind, id_) in self._own for entry_id in entity.entry_ids):
            return IdSource("own")
        owner, packages = _load_shipped().get((kind, id_), ("", ()))
        if owner in entity.entry_ids:
            return IdSource("shipped", packages=packages)
        return IdSource("unknown")

    def is_own_entry(self, entity: Entity) -> bool:
        """Return whether the user's own lexicon has an entry of an entity."""
        return not self._own_entries.isdisjoint(entity.entry_ids)


def _list_judged_keys(entity: Entity) -> set[str]:
    """Return the keys by which a judgement may name an entity."""
    former = (id_.partition("/")[2] for id_ in entity.replaces)
    names = (entity.label, *entity.surfaces, *entity.aliases, *entity.tickers)
    return {entity.id, entity.key, *entity.replaces, *former, *map(name_key, names)}


NO_ID_SOURCES = IdSources()  #: the shipped table alone


def read_id_sources(build: Path) -> IdSources:
    """Read the sources of the ids of a build; only the shipped table if it kept no others."""
    try:
        tables = read_decision_tables(build)
    except StoreError:
        return NO_ID_SOURCES
    return IdSources(tables.judgements, tables.own.ids, tables.own.lexicon)


@cache
def _load_shipped() -> Mapping[tuple[IdKind, str], tuple[str, tuple[IdPackage, ...]]]:
    """Return the entity of each id of the shipped table, and its packages."""
    identities = load_shipped_identities()
    return {
        external.pair: (
            entry.entity_id,
            tuple(identities.packages[key] for key in external.packages),
        )
        for entry, ids in identities.ids.items()
        for external in ids
    }
