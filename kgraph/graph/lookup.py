"""From a name as people write it to the thing in the graph.

Takes what recordings share; a name fits without case, spaces, punctuation or accents, by
label or by any way in which the thing was written, and so do the name and the id that it
had before a judgement renamed it or merged it into another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import log
from typing import ClassVar

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import (
    MAX_SUGGESTIONS,
    MIN_SIMILARITY,
    local_id,
    name_key,
    shorten,
    spelling_similarity,
)
from kgraph.graph import Entity, SharedData, TaxonomyTerm

POPULARITY_BONUS = 0.02
"""What a likeness gains from e times as many episodes: a hundred make up for a letter in ten."""


class Lookup:
    """Finds entities by name.

    Args:
        entities: by id.
    """

    _latest: ClassVar[tuple[SharedData, Lookup] | None] = None

    def __init__(self, entities: Mapping[str, Entity]) -> None:
        self._entities = entities
        self._labels: dict[str, list[Entity]] = {}
        self._surfaces: dict[str, list[Entity]] = {}
        self._by_old_id: dict[str, list[Entity]] = {}
        for entity in entities.values():
            self._labels.setdefault(name_key(entity.label), []).append(entity)
            for surface in entity.surfaces:
                self._surfaces.setdefault(name_key(surface), []).append(entity)
            for old in entity.replaces:
                self._by_old_id.setdefault(old, []).append(entity)
            for old_key in {old.partition("/")[2] for old in entity.replaces}:
                self._by_old_id.setdefault(old_key, []).append(entity)

    @classmethod
    def cached_for(cls, shared: SharedData) -> Lookup:
        """What finds the entities of a graph; that of the latest graph is kept.

        To make one takes some ten milliseconds for a thousand recordings, and a question resolves
        its names more than once: for its answer, for its SPARQL, and to tell what they were taken
        for.
        """
        latest = cls._latest  # read once: another thread may ask of another graph
        if latest is None or latest[0] is not shared:
            latest = cls._latest = shared, cls(shared.entities)
        return latest[1]

    def find_all(self, name: str) -> list[Entity]:
        """Entities of that id, else label or spelling, else of what they were called before;
        those most often meant by it first.
        """
        name = local_id(name)
        if name in self._entities:
            return [self._entities[name]]
        if "/" in name and name in self._by_old_id:
            return sorted(self._by_old_id[name], key=popularity_key)
        folded = name_key(name)
        found = {e.id: e for e in self._labels.get(folded, [])}
        found |= {e.id: e for e in self._surfaces.get(folded, [])}
        found = found or {e.id: e for e in self._by_old_id.get(folded, [])}
        return sorted(found.values(), key=lambda e: (-e.count_meanings().get(folded, 0), e.id))

    def find_by_label(self, name: str) -> list[Entity]:
        """Entities whose label is that name; most mentioned first."""
        return sorted(self._labels.get(name_key(name), []), key=popularity_key)

    def find(self, name: str, types: Iterable[str] = ()) -> Entity:
        """The entity of that name, the most mentioned where several share it.

        Args:
            name: as people write it, or an id such as ``company/openai``.
            types: only entities of these types, if any.

        Raises:
            UnknownNameError: nothing goes by it; near names are suggested.
        """
        wanted = frozenset(types)
        for entity in self.find_all(name):
            if not wanted or entity.type in wanted:
                return entity
        near = self.suggest(name, wanted)
        hint = f"did you mean {', '.join(near)}?" if near else "search for a part of it"
        raise UnknownNameError(f"nothing in the graph is called {shorten(name)!r}: {hint}", near)

    def suggest(self, name: str, types: Collection[str] = ()) -> list[str]:
        """Labels of things of those types that are spelt nearly like the name, nearest first,
        and sooner what more episodes mention."""
        scored = []
        for entities in self._labels.values():
            best = min(entities, key=popularity_key)
            like = spelling_similarity(name, best.label)
            if like >= MIN_SIMILARITY and (not types or best.type in types):
                scored.append((-like - POPULARITY_BONUS * log(1 + best.episodes), best.label))
        return [label for _, label in sorted(scored)[:MAX_SUGGESTIONS]]


def terms_as_entities(terms: Mapping[str, TaxonomyTerm]) -> dict[str, Entity]:
    """Topics, tags or themes, by id, as things that a :class:`Lookup` finds."""
    return {
        id_: Entity(kind, last, term.label, term.spellings, sum(term.spellings.values()))
        for id_, term in terms.items()
        for kind, _, last in (id_.partition("/"),)
    }


def popularity_key(entity: Entity) -> tuple[int, int, str]:
    """Sorting key: what most episodes speak of first, then what most only advertise."""
    return -entity.episodes, -entity.advertised, entity.id
