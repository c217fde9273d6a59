"""Notes of a vault: their form, what they cite, and what several kinds of them share.

A note is a concept of the Open Knowledge Format 0.2 (OKF,
https://github.com/GoogleCloudPlatform/knowledge-catalog/blob/main/okf/SPEC.md): front matter with a
``type`` and ``sources``, then Markdown whose claims have footnotes labelled with ids of sources.
The keys ``aliases`` and ``tags`` are Obsidian's. Links are relative, as both read them.

Invariants:
    * a claim has a footnote, and each footnote is a source in the front matter;
    * a link leads to a note of the vault, or to an address of the web;
    * texts of the graph are escaped (:mod:`kgraph.export.note_text`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec

from kgraph.base import VERSION
from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.model import STATED_DECIMALS
from kgraph.base.text import format_day, hex_digest, pluralize
from kgraph.export.note_text import (
    PropertyValue,
    escape_line,
    format_front_matter,
    is_web_address,
    make_line,
    make_link,
)
from kgraph.graph import EpisodeGraph, Occurrence, Quote, SharedData
from kgraph.graph.cooccurrence import MIN_TIE_SHOWS, expected_counts, rank_ties
from kgraph.graph.network import list_episode_themes
from kgraph.pipeline.id_sources import IdSources

PROGRAM = f"kgraph/{VERSION}"
MAX_NEIGHBOURS = 12  #: of a table of what is mentioned together: what a page shows


class Citation(msgspec.Struct, frozen=True):
    """A source of claims.

    Attributes:
        label: of footnotes, the ``id`` of the source; unique in a note.
        resource: address or IRI, or what it is in words.
        title: name of it; "" for none.
        footnote: what the footnote says, in Markdown.
    """

    label: str
    resource: str
    title: str
    footnote: str

    @property
    def mark(self) -> str:
        return f"[^{self.label}]"


class Note(msgspec.Struct, frozen=True):
    """A note.

    Attributes:
        path: of its file in the vault, with ``/``.
        type: of OKF, such as ``Company``.
        title: on one line.
        description: a sentence.
        properties: further front matter.
        lines: of Markdown, below title and description.
        cited: sources of its claims; each is listed once.
    """

    path: str
    type: str
    title: str
    description: str
    properties: tuple[tuple[str, PropertyValue], ...]
    lines: tuple[str, ...]
    cited: tuple[Citation, ...] = ()

    def render(self) -> str:
        """Return the content of the file."""
        cited = {citation.label: citation for citation in self.cited}.values()
        sources = [
            {"id": c.label, "resource": c.resource, **({"title": c.title} if c.title else {})}
            for c in cited
        ]
        front_matter = format_front_matter(
            [
                ("type", self.type),
                ("title", self.title),
                ("description", self.description),
                *self.properties,
                ("generated", {"by": PROGRAM}),
                ("sources", sources),
            ]
        )
        lines = [f"# {escape_line(self.title)}", "", escape_line(self.description), "", *self.lines]
        lines += ["", *(f"{citation.mark}: {citation.footnote}" for citation in cited)]
        return front_matter + "\n" + _join_lines(lines)


def _join_lines(lines: Iterable[str]) -> str:
    """Join lines, with one empty line where there are several."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n") + "\n"


def name_type(entity_type: str) -> str:
    """Return an entity type as a title.

    >>> name_type("company"), name_type("other")
    ('Company', 'Concept')
    """
    return ENTITY_TYPES[entity_type].phrase.partition(" ")[2].capitalize()


class NoteContext:
    """Names, paths and sources of everything in a vault, as its notes need them.

    Args:
        shared: of the graph.
        paths: of the notes, by id.
        base: base of the IRIs.
        id_sources: where ids in other registers come from.
    """

    def __init__(
        self, shared: SharedData, paths: Mapping[str, str], base: str, id_sources: IdSources
    ) -> None:
        self.shared = shared
        self.summaries = shared.summaries
        self.paths = paths
        self.base = base
        self.id_sources = id_sources
        self.entities = shared.stated_entities()
        self.mentions: dict[str, dict[str, float]] = defaultdict(dict)
        self.adverts: dict[str, dict[str, float]] = defaultdict(dict)
        self.own_episodes: dict[str, list[str]] = defaultdict(list)  #: of a show
        self.themes_by_thing: dict[str, list[str]] = defaultdict(list)
        for id_, theme in shared.themes.items():
            self.themes_by_thing[theme.thing].append(id_)
        #: Of a theme; quotes on a thing in an episode; the episode as a source. Filled episode by
        #: episode (:meth:`NoteContext.add_episode`).
        self.theme_episodes: dict[str, list[str]] = defaultdict(list)
        self.quotes: dict[tuple[str, str], list[str]] = {}
        self.citations: dict[str, Citation] = {}
        for slug, summary in shared.summaries.items():
            for id_, confidence in summary.mentions.items():
                self.mentions[id_][slug] = confidence
            for id_, confidence in summary.adverts.items():
                self.adverts[id_][slug] = confidence
            if summary.show:
                self.own_episodes[summary.show].append(slug)
        self._links: dict[tuple[str, str], str] = {}  # a name is linked to thousands of times
        self._expected = expected_counts(shared.summaries.values())
        total = pluralize(len(shared.summaries), "episode")
        self.computed = Citation(
            "graph",
            f"{base}dataset",
            "The graph",
            f"Counted by {PROGRAM} in all {total} of the build {shared.digest[:16]}",
        )

    def add_episode(self, episode: EpisodeGraph, quotes: Mapping[str, list[str]]) -> None:
        """Remember what notes of other things say of an episode.

        Args:
            quotes: texts by the id of what they name or are about.
        """
        slug, file = episode.slug, episode.main_file
        address = file.text("original_url")
        iri = self.base + episode.id
        parts = [describe_moment(episode), *(f"file {file.file}" for file in episode.files)]
        self.citations[slug] = Citation(
            f"e{hex_digest(slug, 12)}",
            address if is_web_address(address) else iri,
            "",  # the claim names it
            escape_line(", ".join(filter(None, parts))),
        )
        for key in list_episode_themes(episode):
            self.theme_episodes[f"theme/{key}"].append(slug)
        for id_, texts in quotes.items():
            self.quotes[id_, slug] = texts

    def label(self, id_: str) -> str:
        """Return the name of an entity, a theme or an episode that has a note, on one line."""
        if id_ in self.entities:
            name = self.entities[id_].label
        elif id_ in self.shared.themes:
            name = self.shared.themes[id_].label
        else:
            name = self.summaries[id_.removeprefix("episode/")].title
        return make_line(name) or id_

    def link(self, id_: str, source: str) -> str:
        """Return a link from the note of ``source`` to that of ``id_``."""
        folder, _, _ = self.paths[source].partition("/")
        if (folder, id_) not in self._links:
            target, _, name = self.paths[id_].partition("/")
            path = name if target == folder else f"../{self.paths[id_]}"
            self._links[folder, id_] = make_link(self.label(id_), path)
        return self._links[folder, id_]

    def sort_newest_first(self, slugs: Iterable[str]) -> list[str]:
        """Sort episodes by date, the newest first, equal ones by slug."""
        return sorted(sorted(slugs), key=lambda slug: self.summaries[slug].date, reverse=True)

    def list_episodes(
        self, heading: str, confidences: Mapping[str, float | None], source: str
    ) -> tuple[list[str], list[Citation]]:
        """List episodes with their quotes; nothing without any.

        Args:
            confidences: slug -> confidence of the claim, or None for one that has none.
            source: id of the thing whose note it is.

        Returns:
            Lines, and the sources that they cite.
        """
        slugs = self.sort_newest_first(confidences)
        lines = [f"## {heading}", ""] if slugs else []
        for slug in slugs:
            summary, confidence = self.summaries[slug], confidences[slug]
            day = format_day(summary.date[:10], summary.is_dated)
            show = self.entities[summary.show].label if summary.show else ""
            line = f"- {day} {self.link(f'episode/{slug}', source)}".replace("-  [", "- [")
            line += f" ({escape_line(show)})" if show else ""
            line += "" if confidence is None else f", confidence {confidence:.{STATED_DECIMALS}f}"
            lines.append(line + self.citations[slug].mark)
            lines += quote_lines(self.quotes.get((source, slug), ()), "  ")
        return [*lines, ""], [self.citations[slug] for slug in slugs]

    def list_neighbours(
        self, source: str, weights: Mapping[str, float], min_shows: int = MIN_TIE_SHOWS
    ) -> list[str]:
        """List what some episodes mention more often than others, as tables.

        Companies come first, then everything else, each ranked as pages rank them.

        Args:
            source: id of the thing whose note it is.
            weights: slug of each episode -> confidence that it counts.
            min_shows: of the episodes that mention a neighbour.
        """
        pairs = rank_ties(
            self.summaries,
            self.entities,
            weights,
            self._expected,
            excluded=source,
            min_shows=min_shows,
        )
        lines = []
        for heading, is_company in (("Companies beside it", True), ("Others beside it", False)):
            rows = [pair for pair in pairs if pair.id.startswith("company/") == is_company]
            if rows:
                type_cell = "" if is_company else " type |"
                lines += [f"## {heading}", ""]
                lines += [f"| name |{type_cell} episodes with both | times as often as by chance |"]
                lines += [f"|---|{'' if is_company else '---|'}--:|--:|"]
                for pair in rows[:MAX_NEIGHBOURS]:
                    name = name_type(self.entities[pair.id].type)
                    type_cell = "" if is_company else f" {name} |"
                    link = self.link(pair.id, source)
                    lines.append(f"| {link} |{type_cell} {pair.episodes} | {pair.lift:.1f} |")
                words = "Over all episodes; the last column is weighted by confidence."
                lines += ["", words + self.computed.mark, ""]
        return lines

    def state_days(self, slugs: Iterable[str]) -> tuple[str, str]:
        """Return the first and the last day of publication; "" and "" if none is known."""
        summaries = (self.summaries[slug] for slug in slugs)
        days = sorted(summary.date[:10] for summary in summaries if summary.is_dated)
        return (days[0], days[-1]) if days else ("", "")


def list_other_names(context: NoteContext, id_: str, aliases: Iterable[str] = ()) -> list[str]:
    """List the names by which a note is found besides that of its file."""
    file_name = context.paths[id_].rpartition("/")[2].removesuffix(".md")
    names = dict.fromkeys(filter(None, map(make_line, (context.label(id_), *aliases))))
    return [name for name in names if name != file_name]


def quote_lines(texts: Iterable[str], indent: str = "") -> Iterator[str]:
    """Yield texts as one quotation of a paragraph each."""
    for number, text in enumerate(texts):
        if number:
            yield f"{indent}>"
        yield f"{indent}> {escape_line(text)}"


def describe_moment(episode: EpisodeGraph) -> str:
    """Say when an episode was published or processed; "" if that is unknown."""
    if not episode.date:
        return ""
    return f"{'published' if episode.is_dated else 'processed'} {episode.date}"


def make_day(day: str) -> date | str:
    """Return a day as a date; "" stays ""."""
    return date.fromisoformat(day) if day else ""


# -- quotes ------------------------------------------------------------------------


class QuoteChoice:
    """The best quotes of each episode, and the best that name each thing in it; no adverts.

    A quote of several episodes has its text in one of them.

    Args:
        episodes: iterable again.
        count: quotes of an episode, and of a thing in an episode; 0 for none.
    """

    def __init__(self, episodes: Iterable[EpisodeGraph], count: int) -> None:
        self._count = count
        repeated: set[str] = set()
        for episode in episodes if count else ():
            own = {quote.key for quote in episode.quotes}
            repeated.update(item.quote for item in episode.occurrences if item.quote not in own)
        self._repeated: dict[str, Quote] = {}
        for episode in episodes if repeated else ():
            self._repeated |= {q.key: q for q in episode.quotes if q.key in repeated}

    def choose(self, episode: EpisodeGraph) -> list[tuple[Occurrence, Quote]]:
        """Return the best quotes of an episode, the most relevant first."""
        return self._rank(episode)[: self._count]

    def choose_by_thing(self, episode: EpisodeGraph) -> dict[str, list[str]]:
        """Return the texts of the best quotes by the id of the entity or theme that they name."""
        texts: dict[str, list[str]] = defaultdict(list)
        for item, quote in self._rank(episode):
            named = [id_ for id_, _ in episode.list_named(quote)]
            for id_ in (*named, *(f"theme/{key}" for key in dict.fromkeys(item.themes))):
                if len(texts[id_]) < self._count:
                    texts[id_].append(quote.text)
        return texts

    def _rank(self, episode: EpisodeGraph) -> list[tuple[Occurrence, Quote]]:
        if not self._count:
            return []
        quotes = self._repeated | {quote.key: quote for quote in episode.quotes}
        talk = [item for item in episode.occurrences if not item.is_advert]
        talk.sort(key=lambda item: (-item.relevance, item.quote))
        return [(item, quotes[item.quote]) for item in talk if item.quote in quotes]


def describe_counts(summary_count: int, episodes: int, shows: int, days: tuple[str, str]) -> str:
    """Describe in how many of all episodes something is, of how many shows, and since when."""
    words = f"in {episodes:,} of {pluralize(summary_count, 'episode')}"
    if shows:
        words += f" of {pluralize(shows, 'show')}"
    if days[0]:
        words += f", {days[0]}" + (f" to {days[1]}" if days[1] != days[0] else "")
    return words
