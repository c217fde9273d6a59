"""An open build with cached lookup tables, and the build that a store publishes now.

Tables are computed at first use, from the episode summaries that a store keeps in one small file.
A new build replaces the file ``current``: later requests get a new :class:`OpenGraph`, while
running ones keep the old, whose folder stays until the build after.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kgraph.base import VERSION
from kgraph.base.errors import UnknownNameError
from kgraph.base.media import link_minute
from kgraph.base.text import hex_digest, shorten
from kgraph.base.vocabulary import expand_curie
from kgraph.graph import Entity, EpisodeSummary, SharedData
from kgraph.graph.absence import Absence, unknown_name_error
from kgraph.graph.cooccurrence import expected_counts
from kgraph.graph.episode_recording import EpisodeRecording, read_recording
from kgraph.graph.lookup import Lookup
from kgraph.graph.network import ABOUT, KEYWORDS
from kgraph.graph.shares import ShowCalendar
from kgraph.graph.tally import NameTotals, count_entities
from kgraph.graph.term_lookup import find_topic_or_tag, terms_as_entities
from kgraph.search import Index
from kgraph.search.index import EpisodeQuote, find_theme_episodes
from kgraph.store import Store
from kgraph.store.layout import CURRENT_FILE, DATABASE_FOLDER
from kgraph.views.values import EntityRef, EpisodeLine, QuoteLine, round_value

if TYPE_CHECKING:
    from kgraph.query.named import LinkResolver

MAX_KEPT_RECORDINGS = 500  #: of episodes: a page shows quotes of a hundred


class OpenGraph:
    """One build of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @cached_property
    def with_unlikely(self) -> OpenGraph:
        """Graph of this build in which mentions that are more likely wrong than right count."""
        return OpenGraph(self.store.with_unlikely)

    @property
    def base(self) -> str:
        """Base of the graph's IRIs."""
        return self.store.meta.base

    @cached_property
    def tag(self) -> str:
        """Digest of the build and the program's version: equal tags mean equal answers."""
        return hex_digest(f"{VERSION} {self.store.build.name} {self.store.meta.digest} {self.base}")

    @property
    def database_path(self) -> str:
        """Folder of the database."""
        return str(self.store.build / DATABASE_FOLDER)

    @property
    def shared(self) -> SharedData:
        """Data that episodes share."""
        return self.store.shared

    @property
    def summaries(self) -> Mapping[str, EpisodeSummary]:
        """Episode summaries by slug, in canonical order."""
        return self.store.shared.summaries

    @cached_property
    def lookup(self) -> Lookup:
        """Entities by name."""
        return Lookup.cached_for(self.shared)

    @cached_property
    def themes(self) -> Lookup:
        """Themes by name."""
        return Lookup(terms_as_entities(self.shared.themes, self.shared.former))

    @cached_property
    def topics_and_tags(self) -> Lookup:
        """Topics and tags by name."""
        return Lookup(terms_as_entities({**self.shared.topics, **self.shared.tags}))

    @cached_property
    def index(self) -> Index:
        """The full-text index."""
        return Index(self.store)

    @cached_property
    def links(self) -> LinkResolver:
        """Resolver of the cells of an answer to the entities that they name."""
        from kgraph.query.named import LinkResolver  # late: the server starts without it

        return LinkResolver(self.shared)

    @cached_property
    def episodes_by_entity(self) -> Mapping[str, list[str]]:
        """Entity id -> slugs of the episodes that mention it outside adverts, in order."""
        return _invert({slug: summary.mentions for slug, summary in self.summaries.items()})

    @cached_property
    def adverts_by_entity(self) -> Mapping[str, list[str]]:
        """Entity id -> slugs of the episodes that name it in adverts only, in order."""
        return _invert({slug: summary.adverts for slug, summary in self.summaries.items()})

    @cached_property
    def unlikely_by_entity(self) -> Mapping[str, list[str]]:
        """Entity id -> slugs of the episodes that are unlikely to mention it, in order."""
        return _invert({slug: summary.unlikely for slug, summary in self.summaries.items()})

    @cached_property
    def episodes_by_show(self) -> Mapping[str, list[str]]:
        """Show id -> slugs of its episodes, in order."""
        return _invert({slug: [s.show] for slug, s in self.summaries.items() if s.show})

    @cached_property
    def entity_weights(self) -> Mapping[str, float]:
        """Entity id -> expected number of episodes that mention it: the sum of confidences."""
        return expected_counts(self.summaries.values())

    @cached_property
    def episode_counts_by_month(self) -> Mapping[str, int]:
        """Month -> number of its episodes of known date, in order."""
        return dict(sorted(self.count_by_month(self.summaries).items()))

    @cached_property
    def calendar(self) -> ShowCalendar:
        """The month and the show of each episode."""
        return ShowCalendar(self.summaries)

    def count_by_month(self, slugs: Iterable[str]) -> Counter[str]:
        """Count the episodes of known date by month."""
        months = (self.summaries[slug].month for slug in slugs)
        return Counter(month for month in months if month)

    def count_undated(self, slugs: Iterable[str]) -> int:
        """Count the episodes without a known date of publication."""
        return sum(not self.summaries[slug].month for slug in slugs)

    @cached_property
    def stated_entities(self) -> Mapping[str, Entity]:
        """The entities by id, without those that only unlikely mentions name."""
        return self.shared.stated_entities()

    def count_types(self) -> dict[str, int]:
        """Count the entities by type, without those that only unlikely mentions name."""
        return self._name_totals.stated

    def count_unlikely_types(self) -> dict[str, int]:
        """Count the entities that only unlikely mentions name, by type."""
        return self._name_totals.unlikely

    @cached_property
    def _name_totals(self) -> NameTotals:
        return count_entities(self.shared)

    def sort_newest_first(self, slugs: Iterable[str]) -> list[str]:
        """Sort episodes by date, newest first; those without a date come last."""
        return sorted(slugs, key=lambda slug: (self.summaries[slug].date, slug), reverse=True)

    def list_newest(self, slugs: Iterable[str], limit: int) -> list[EpisodeLine]:
        """Return the newest of some episodes."""
        return [self.make_episode_line(slug) for slug in self.sort_newest_first(slugs)[:limit]]

    def make_ref(self, id_: str) -> EntityRef:
        """Return a reference to an entity, theme, topic or tag."""
        entity = self.shared.entities.get(id_)
        if entity:
            return EntityRef(id_, entity.label, entity.type)
        return EntityRef(id_, self.shared.terms[id_].label, id_.partition("/")[0])

    def find_ref(self, id_: str) -> EntityRef | None:
        """Return a reference to an entity; None if the graph does not have it."""
        return self.make_ref(id_) if id_ in self.shared.entities else None

    def find_recording(self, slug: str) -> EpisodeRecording:
        """Return the recording of an episode; the last ones are kept."""
        recordings = self._recordings
        if slug not in recordings:
            if len(recordings) == MAX_KEPT_RECORDINGS:
                recordings.clear()
            recordings[slug] = read_recording(self.store.episode(slug))
        return recordings[slug]

    @cached_property
    def _recordings(self) -> dict[str, EpisodeRecording]:
        return {}

    def make_quote_line(self, quote: EpisodeQuote) -> QuoteLine:
        """Return a quote of an episode as a line."""
        recording = self.find_recording(quote.slug)
        minute = recording.estimate_minute(quote.text)
        return QuoteLine(
            quote.id,
            quote.text,
            round_value(quote.relevance),
            self.make_episode_line(quote.slug),
            recording=link_minute(recording.address, minute),
            minute=minute,
        )

    def make_episode_line(self, slug: str, mentioned: Collection[str] = ()) -> EpisodeLine:
        """Return an episode as a line, with the confidence that it names all ``mentioned`` ids."""
        summary = self.summaries[slug]
        confidence = 1.0
        for id_ in mentioned:
            confidence *= summary.get_confidence(id_)
        return EpisodeLine(
            f"episode/{slug}",
            summary.title,
            summary.date[:10],
            summary.is_dated,
            self.make_ref(summary.show) if summary.show in self.shared.entities else None,
            round_value(confidence),
        )

    def find_term_id(self, name: str) -> str:
        """Find the id of the theme of a name or id; if there is none, that of a topic or tag.

        Raises:
            UnknownNameError: there is none; its suggestions are similar names of themes.
        """
        try:
            return self.themes.find(name).id
        except UnknownNameError as error:
            if term := find_topic_or_tag(self.shared, name):
                return term
            absence = Absence(f"no theme is called {shorten(name)!r}")
            raise unknown_name_error(absence, error.suggestions, "/themes lists all") from error

    def find_term_episodes(self, id_: str) -> list[str]:
        """Return the slugs of the episodes of a theme, or of those that list a topic or tag,
        sorted."""
        if id_.startswith("theme/"):
            return find_theme_episodes(self.index, id_)
        property_ = NamedNode(expand_curie(ABOUT if id_.startswith("topic/") else KEYWORDS))
        term, prefix = NamedNode(self.base + id_), f"{self.base}episode/"
        quads = list(self.store.database.quads_for_pattern(None, property_, term))
        episodes = (quad.subject for quad in quads)
        return sorted(e.value.removeprefix(prefix) for e in episodes if isinstance(e, NamedNode))


def _invert(ids_by_slug: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    slugs_by_id: dict[str, list[str]] = defaultdict(list)
    for slug, ids in ids_by_slug.items():
        for id_ in ids:
            slugs_by_id[id_].append(slug)
    return slugs_by_id


class CurrentGraph:
    """The build that a store's folder publishes now; opened again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file_version: tuple[int, int] | None = None
        self._graph: OpenGraph | None = None

    def get(self) -> OpenGraph:
        """Return the current build.

        Raises:
            StoreError: there is none, or it cannot be read; the next call tries again.
        """
        try:
            status = os.stat(self._path / CURRENT_FILE)
            version = status.st_ino, status.st_mtime_ns
        except OSError:
            version = None
        if self._graph is None or version != self._file_version:
            self._graph = None  # a build that cannot be opened must not leave the old one
            self._graph = OpenGraph(Store(self._path))
            self._file_version = version
        return self._graph
