"""What recordings share, counted while they pass by.

Invariant: a :class:`Tally` is a sum; adding is associative, so shards merge in any grouping.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kgraph.base.text import name_key
from kgraph.graph.cooccurrence import count_shows
from kgraph.graph.records import (
    Entity,
    EpisodeGraph,
    EpisodeSummary,
    MentionEdge,
    SharedData,
    TaxonomyTerm,
)
from kgraph.resolve.quotes.themes import find_themes, list_topics, load_themes


class Tally(msgspec.Struct):
    """Entities and terms of some recordings, by id, and the recordings' outlines, by slug."""

    entities: dict[str, Entity] = {}
    terms: dict[str, TaxonomyTerm] = {}
    summaries: dict[str, EpisodeSummary] = {}

    def add(self, other: Tally) -> None:
        """Add another's counts to these."""
        for id_, entity in other.entities.items():
            known = self.entities.setdefault(id_, zero_counts(entity))
            known.episodes += entity.episodes
            known.advertised += entity.advertised
            known.confidence = max(known.confidence, entity.confidence)
            _add_counts(known.surfaces, entity.surfaces)
        for id_, term in other.terms.items():
            known_term = self.terms.setdefault(id_, TaxonomyTerm(term.label, {}, term.broader))
            _add_counts(known_term.spellings, term.spellings)
        self.summaries.update(other.summaries)


def zero_counts(entity: Entity) -> Entity:
    """The entity before any recording is counted."""
    return msgspec.structs.replace(entity, surfaces={}, episodes=0, advertised=0, confidence=0.0)


def count_mention(entity: Entity, mention: MentionEdge) -> None:
    """Add one recording's mention of an entity to its counts."""
    if mention.is_advert:
        entity.advertised += 1
    else:
        entity.episodes += 1
    entity.confidence = max(entity.confidence, mention.confidence)
    for row in mention.rows:
        _add_counts(entity.surfaces, {row.surface: 1})


def _add_counts(total: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        total[name] = total.get(name, 0) + count


def tally_episode(episode: EpisodeGraph) -> Tally:
    """What one recording adds to what all share."""
    result = Tally(summaries={episode.slug: summarize_episode(episode)})
    for mention in episode.mentions:
        if mention.is_accepted:
            entity = Entity(mention.type, mention.key, mention.label, {})
            count_mention(entity, mention)
            result.entities[mention.target] = entity
    if show := episode.show:
        own = Entity("show", show.key, show.label, {})
        entity = result.entities.setdefault(show.target, own)
        entity.confidence = max(entity.confidence, show.confidence)
    count_terms(result.terms, episode)
    return result


def count_terms(terms: dict[str, TaxonomyTerm], episode: EpisodeGraph) -> None:
    """Add a recording's topics, tags and themes to the terms, by id."""
    for list_, field in (("topics", "topic"), ("tags", "tag")):
        for file in episode.files:
            for row in file.rows.get(list_, ()):
                spelling = row.text(field)
                term = terms.setdefault(f"{field}/{name_key(spelling)}", TaxonomyTerm(spelling, {}))
                _add_counts(term.spellings, {spelling: 1})
    _count_themes(terms, episode)


def summarize_episode(episode: EpisodeGraph) -> EpisodeSummary:
    """The recording in a line."""
    return EpisodeSummary(
        tuple(file.file for file in episode.files),
        episode.main_file.title,
        episode.date,
        episode.is_dated,
        episode.show.target if episode.show else "",
        {mention.target: mention.confidence for mention in episode.mentioned},
        {mention.target: mention.confidence for mention in episode.advertised},
    )


def _count_themes(terms: dict[str, TaxonomyTerm], episode: EpisodeGraph) -> None:
    """Every topic string of a quote, under each theme that it names."""
    for file in episode.files:
        for row in file.rows.get("quotes", ()):
            for string in list_topics(row):
                for theme in find_themes(string):
                    term = terms.setdefault(f"theme/{theme}", _theme_term(theme))
                    _add_counts(term.spellings, {string: 1})


def _theme_term(key_: str) -> TaxonomyTerm:
    concept = load_themes().concepts[key_]
    return TaxonomyTerm(concept.label, {}, f"theme/{concept.broader}" if concept.broader else "")


def build_shared_data(total: Tally, digest: str, enrich: Callable[[Entity], None]) -> SharedData:
    """What the recordings share, sorted by id, with labels chosen.

    Args:
        total: the tally of all recordings.
        digest: SHA-256 over the digests of all files.
        enrich: adds to an entity what the lexicon and judgements know of it.
    """
    entities = {id_: total.entities[id_] for id_ in sorted(total.entities)}
    outlines = {slug: total.summaries[slug] for slug in sorted(total.summaries)}
    shows = count_shows(outlines.values())
    for entity in entities.values():
        enrich(entity)
        entity.shows = shows.get(entity.id, 0)
        # What no episode mentions has no node that a relation could lead to.
        entity.relations = tuple(link for link in entity.relations if link[1] in entities)
    terms: dict[str, dict[str, TaxonomyTerm]] = {"topic": {}, "tag": {}, "theme": {}}
    for id_, term in sorted(_add_broader(total.terms).items()):
        kind = id_.partition("/")[0]
        if kind != "theme":  # the label of a theme is the scheme's
            term.label = min(term.spellings, key=lambda s: (-term.spellings[s], s))
        term.spellings = {s: term.spellings[s] for s in sorted(term.spellings)}
        terms[kind][id_] = term
    for entity in entities.values():
        entity.surfaces = {s: entity.surfaces[s] for s in sorted(entity.surfaces)}
    return SharedData(entities, terms["topic"], terms["tag"], terms["theme"], digest, outlines)


def _add_broader(terms: dict[str, TaxonomyTerm]) -> dict[str, TaxonomyTerm]:
    """The terms, with the broader ones that no row names itself."""
    broader = {term.broader for term in terms.values() if term.broader} - terms.keys()
    return terms | {id_: _theme_term(id_.partition("/")[2]) for id_ in broader}
