"""A build, opened, with what is looked up again and again kept at hand (:class:`OpenGraph`).

Takes a :class:`kgraph.store.Store`. Everything is worked out when it is first asked for, from
the outlines of the recordings, which a store holds in one small piece.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import shorten
from kgraph.graph import Entity, EpisodeSummary, SharedData
from kgraph.graph.cooccurrence import expected_counts
from kgraph.graph.lookup import terms_as_entities
from kgraph.query import Lookup, run_query
from kgraph.query.evaluate import RowValue
from kgraph.search import Index
from kgraph.store import Store
from kgraph.views.values import EntityRef, EpisodeLine


class OpenGraph:
    """One whole build.

    Args:
        store: an open store.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def shared(self) -> SharedData:
        """What recordings have in common."""
        return self.store.shared

    @property
    def outlines(self) -> Mapping[str, EpisodeSummary]:
        """Every recording in a line, by slug."""
        return self.store.shared.summaries

    @cached_property
    def lookup(self) -> Lookup:
        """Entities by name."""
        return Lookup.cached_for(self.shared)

    @cached_property
    def themes(self) -> Lookup:
        """Themes by name."""
        return Lookup(terms_as_entities(self.shared.themes))

    @cached_property
    def index(self) -> Index:
        """The full-text index."""
        return Index(self.store)

    @cached_property
    def episodes_by_entity(self) -> Mapping[str, list[str]]:
        """Id of an entity -> slugs of the episodes that speak of it outside adverts, in
        canonical order."""
        return _invert({slug: outline.mentions for slug, outline in self.outlines.items()})

    @cached_property
    def adverts_by_entity(self) -> Mapping[str, list[str]]:
        """Id of an entity -> slugs of the episodes whose adverts alone name it, in canonical
        order."""
        return _invert({slug: outline.adverts for slug, outline in self.outlines.items()})

    @cached_property
    def episodes_by_show(self) -> Mapping[str, list[str]]:
        """Id of a show -> slugs of its episodes, in canonical order."""
        found: dict[str, list[str]] = defaultdict(list)
        for slug, outline in self.outlines.items():
            if outline.show:
                found[outline.show].append(slug)
        return found

    @cached_property
    def entity_weights(self) -> Mapping[str, float]:
        """Id of an entity -> how many episodes truly mention it: the sum of confidences."""
        return expected_counts(self.outlines.values())

    @cached_property
    def episode_counts_by_month(self) -> Mapping[str, int]:
        """Month -> how many episodes of known date it has, in order."""
        counts = Counter(outline.month for outline in self.outlines.values() if outline.month)
        return {month: counts[month] for month in sorted(counts)}

    def count_by_month(self, slugs: Iterable[str]) -> Counter[str]:
        """Of these episodes, how many of known date each month has."""
        months = (self.outlines[slug].month for slug in slugs)
        return Counter(month for month in months if month)

    def count_undated(self, slugs: Iterable[str]) -> int:
        """Of these episodes, of how many no date of publication is known."""
        return sum(not self.outlines[slug].month for slug in slugs)

    def sort_newest_first(self, slugs: Iterable[str]) -> list[str]:
        """These episodes, newest first; those without a date last."""
        return sorted(slugs, key=lambda slug: (self.outlines[slug].date, slug), reverse=True)

    def make_ref(self, id_: str) -> EntityRef:
        """An entity, theme, topic or tag of the graph, by id."""
        entity = self.shared.entities.get(id_)
        if entity:
            return EntityRef(id_, entity.label, entity.type)
        kind = id_.partition("/")[0]
        terms = {"theme": self.shared.themes, "topic": self.shared.topics, "tag": self.shared.tags}
        return EntityRef(id_, terms[kind][id_].label, kind)

    def make_episode_line(self, slug: str, of: Collection[str] = ()) -> EpisodeLine:
        """An episode in a line, with the confidence that it names all of some things."""
        outline = self.outlines[slug]
        sure = 1.0
        for id_ in of:
            sure *= outline.get_confidence(id_)
        show = self.make_ref(outline.show) if outline.show in self.shared.entities else None
        day = outline.date[:10]
        return EpisodeLine(
            f"episode/{slug}", outline.title, day, outline.is_dated, show, round(sure, 4)
        )

    def find_entity(self, name: str, types: Collection[str] = ()) -> Entity:
        """The entity of that name or id.

        Raises:
            UnknownNameError: nothing goes by it; near names are suggested.
        """
        return self.lookup.find(name, types)

    def find_theme_id(self, name: str) -> str:
        """Id of the theme of that name or id.

        Raises:
            UnknownNameError: there is none; near names are suggested.
        """
        try:
            return self.themes.find(name).id
        except UnknownNameError as error:
            near = error.suggestions
            hint = f"did you mean {', '.join(near)}?" if near else "/themes lists all"
            raise UnknownNameError(f"no theme is called {shorten(name)!r}: {hint}", near) from error

    def run_select(self, sparql: str) -> list[dict[str, RowValue]]:
        """Rows of a query that this room wrote."""
        return run_query(self.store, sparql, format="json").rows()

    def local_id(self, iri: RowValue) -> str:
        """The id behind an IRI of the graph."""
        return str(iri).removeprefix(self.store.meta.base)


def _invert(named: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """What is named, and where."""
    found: dict[str, list[str]] = defaultdict(list)
    for slug, ids in named.items():
        for id_ in ids:
            found[id_].append(slug)
    return found


def round_value(value: float) -> float:
    """To four places, as everywhere."""
    return round(value, 4)
