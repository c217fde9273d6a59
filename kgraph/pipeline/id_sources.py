"""Where the ids of entities in other registers come from: a judgement, or a table of ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from kgraph.base.errors import StoreError
from kgraph.base.external_id import ExternalId, IdKind
from kgraph.base.identity import IdPackage, IdTable, load_shipped_identities
from kgraph.graph import Entity
from kgraph.pipeline.kept import read_kept_tables
from kgraph.resolve.judgement import Judgement


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
    """Finds the sources of ids.

    Args:
        judgements: that a build read; of several of one id the last counts.
        own: tables of ids of the user's own.
    """

    def __init__(self, judgements: Iterable[Judgement] = (), own: IdTable | None = None) -> None:
        self._judged = {
            id_: judgement
            for judgement in judgements
            if judgement.verb == "sameas"
            for id_ in judgement.external_ids
        }
        self._own: set[tuple[IdKind, str]] = {
            (kind, id_)
            for entries in (own or {}).values()
            for kinds in entries.values()
            for kind, ids in kinds.items()
            for id_ in ids
        }

    def find(self, entity: Entity, kind: IdKind, id_: str) -> IdSource:
        """Return where an id of an entity comes from."""
        if judgement := self._judged.get(str(ExternalId(kind, id_))):
            return IdSource("judgement", judgement)
        if (kind, id_) in self._own:
            return IdSource("own")
        owner, packages = _load_shipped().get((kind, id_), ("", ()))
        if owner in (entity.id, *entity.replaces):
            return IdSource("shipped", packages=packages)
        return IdSource("unknown")


NO_ID_SOURCES = IdSources()  #: the shipped table alone


def read_id_sources(build: Path) -> IdSources:
    """Read the sources of the ids of a build; only the shipped table if it kept no others."""
    try:
        tables = read_kept_tables(build)
    except StoreError:
        return NO_ID_SOURCES
    return IdSources(tables.judgements, tables.own.ids)


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
