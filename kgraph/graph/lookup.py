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
from kgraph.base.text import LEAST_LIKENESS, SUGGESTIONS, id_of, key, likeness, shorten
from kgraph.graph import Entity, Shared, Term

KNOWN = 0.02
"""What a likeness gains from e times as many episodes: a hundred make up for a letter in ten."""


class Lookup:
    """Finds entities by name.

    Args:
        entities: by id.
    """

    _latest: ClassVar[tuple[Shared, Lookup] | None] = None

    def __init__(self, entities: Mapping[str, Entity]) -> None:
        self._entities = entities
        self._labels: dict[str, list[Entity]] = {}
        self._surfaces: dict[str, list[Entity]] = {}
        self._replaced: dict[str, list[Entity]] = {}
        for entity in entities.values():
            self._labels.setdefault(key(entity.label), []).append(entity)
            for surface in entity.surfaces:
                self._surfaces.setdefault(key(surface), []).append(entity)
            for old in entity.replaces:
                self._replaced.setdefault(old, []).append(entity)
            for old_key in {old.partition("/")[2] for old in entity.replaces}:
                self._replaced.setdefault(old_key, []).append(entity)

    @classmethod
    def of(cls, shared: Shared) -> Lookup:
        """What finds the entities of a graph; that of the latest graph is kept.

        To make one takes some ten milliseconds for a thousand recordings, and a question resolves
        its names more than once: for its answer, for its SPARQL, and to tell what they were taken
        for.
        """
        latest = cls._latest  # read once: another thread may ask of another graph
        if latest is None or latest[0] is not shared:
            latest = cls._latest = shared, cls(shared.entities)
        return latest[1]

    def all(self, name: str) -> list[Entity]:
        """Entities of that id, else label or spelling, else of what they were called before;
        those most often meant by it first.
        """
        name = id_of(name)
        if name in self._entities:
            return [self._entities[name]]
        if "/" in name and name in self._replaced:
            return sorted(self._replaced[name], key=most_mentioned)
        folded = key(name)
        found = {e.id: e for e in self._labels.get(folded, [])}
        found |= {e.id: e for e in self._surfaces.get(folded, [])}
        found = found or {e.id: e for e in self._replaced.get(folded, [])}
        return sorted(found.values(), key=lambda e: (-e.meant_by().get(folded, 0), e.id))

    def labelled(self, name: str) -> list[Entity]:
        """Entities whose label is that name; most mentioned first."""
        return sorted(self._labels.get(key(name), []), key=most_mentioned)

    def one(self, name: str, types: Iterable[str] = ()) -> Entity:
        """The entity of that name, the most mentioned where several share it.

        Args:
            name: as people write it, or an id such as ``company/openai``.
            types: only entities of these types, if any.

        Raises:
            UnknownNameError: nothing goes by it; near names are suggested.
        """
        wanted = frozenset(types)
        for entity in self.all(name):
            if not wanted or entity.type in wanted:
                return entity
        near = self.near(name, wanted)
        hint = f"did you mean {', '.join(near)}?" if near else "search for a part of it"
        raise UnknownNameError(f"nothing in the graph is called {shorten(name)!r}: {hint}", near)

    def near(self, name: str, types: Collection[str] = ()) -> list[str]:
        """Labels of things of those types that are spelt nearly like the name, nearest first,
        and sooner what more episodes mention."""
        scored = []
        for entities in self._labels.values():
            best = min(entities, key=most_mentioned)
            like = likeness(name, best.label)
            if like >= LEAST_LIKENESS and (not types or best.type in types):
                scored.append((-like - KNOWN * log(1 + best.episodes), best.label))
        return [label for _, label in sorted(scored)[:SUGGESTIONS]]


def terms_of(terms: Mapping[str, Term]) -> dict[str, Entity]:
    """Topics, tags or themes, by id, as things that a :class:`Lookup` finds."""
    return {
        id_: Entity(kind, last, term.label, term.spellings, sum(term.spellings.values()))
        for id_, term in terms.items()
        for kind, _, last in (id_.partition("/"),)
    }


def most_mentioned(entity: Entity) -> tuple[int, int, str]:
    """Sorting key: what most episodes speak of first, then what most only advertise."""
    return -entity.episodes, -entity.advertised, entity.id
