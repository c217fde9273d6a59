"""From a name as people write it to the thing in the graph.

Takes what recordings share; a name fits without case, spaces, punctuation or accents, by
label or by any way in which the entity was written, and so do the name and the id that it
had before a judgement renamed it or merged it into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kgraph.errors import UnknownNameError
from kgraph.graph import Entity
from kgraph.names import key

SUGGESTIONS = 5
"""How many near names an error offers."""


class Lookup:
    """Finds entities by name.

    Args:
        entities: by id.
    """

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

    def all(self, name: str) -> list[Entity]:
        """Entities of that name by id, else label, else spelling, else by what they were
        called before; most mentioned first."""
        if name in self._entities:
            return [self._entities[name]]
        folded = key(name)
        tables = (self._labels, self._surfaces, self._replaced)
        found = self._replaced.get(name) or next(filter(None, (t.get(folded) for t in tables)), [])
        return sorted(found, key=lambda entity: (-entity.episodes, entity.id))

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
        near = self.near(name)
        hint = f"did you mean {', '.join(near)}?" if near else "see `kgraph stats`"
        raise UnknownNameError(f"nothing in the graph is called {name!r}: {hint}", near)

    def near(self, name: str) -> list[str]:
        """Labels that are spelt nearly like the name, nearest first."""
        wanted = _pairs(key(name))
        scored = []
        for folded, entities in self._labels.items():
            pairs = _pairs(folded)
            likeness = 2 * len(wanted & pairs) / (len(wanted) + len(pairs))
            if likeness >= 0.4:
                best = max(entities, key=lambda entity: entity.episodes)
                scored.append((-likeness, -best.episodes, best.label))
        return [label for _, _, label in sorted(scored)[:SUGGESTIONS]]


def _pairs(folded: str) -> set[str]:
    """Neighbouring letters, with the ends marked (Dice's coefficient of bigrams)."""
    marked = f"^{folded}$"
    return {marked[i : i + 2] for i in range(len(marked) - 1)}
