"""Shared data, tallied recording by recording.

Invariant: a :class:`Tally` is a sum; adding is associative, so shards merge in any grouping.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from sys import intern
from typing import TYPE_CHECKING

import msgspec

from kgraph.base.counts import add_counts, find_commonest
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.identity import load_shipped_identities, overlay_ids
from kgraph.base.lexicon import EntryLookup
from kgraph.base.text import name_key
from kgraph.graph.cooccurrence import count_mentioning_shows
from kgraph.graph.network import list_episode_themes
from kgraph.graph.records import (
    Entity,
    EpisodeGraph,
    EpisodeSummary,
    MentionEdge,
    SharedData,
    TaxonomyTerm,
)
from kgraph.resolve.quotes.theme_words import load_themes_of_things
from kgraph.resolve.quotes.themes import find_themes, list_topics, load_themes
from kgraph.resolve.renamed_ids import list_joined_ids, list_renamed_ids
from kgraph.resolve.shows.evidence import find_stated_show

if TYPE_CHECKING:
    from kgraph.resolve.knowledge import Knowledge

PRODUCT_OF = "kg:productOf"

#: Episodes that mention a company called like a product of another maker, for both to be related:
#: of six such companies in a thousand episodes two have ten and more (Cursor, Windsurf), and four
#: have one.
MIN_NAMESAKE_EPISODES = 5

#: How many times as many episodes an entity needs as others of its name, to be what a topic or a
#: tag of that name is about: OpenAI is the company, though a few rows make it a product.
MIN_NAMESAKE_LEAD = 10

#: Relation of an entry of the lexicon -> its property.
RELATION_PROPERTIES = {
    "product_of": PRODUCT_OF,
    "part_of": "kg:partOf",
    "token_of": "kg:tokenOf",
}


class Tally(msgspec.Struct, array_like=True):
    """The counts of some recordings."""

    entities: dict[str, Entity] = {}  #: by id
    terms: dict[str, TaxonomyTerm] = {}  #: by id
    summaries: MutableMapping[str, EpisodeSummary] = {}  #: by slug

    def add(self, other: Tally) -> None:
        for id_, entity in other.entities.items():
            total = self.entities.setdefault(id_, zero_counts(entity))
            total.episodes += entity.episodes
            total.advertised += entity.advertised
            total.unlikely += entity.unlikely
            total.confidence = max(total.confidence, entity.confidence)
            add_counts(total.surfaces, entity.surfaces)
            add_counts(total.stated_names, entity.stated_names)
        for id_, term in other.terms.items():
            total_term = self.terms.setdefault(id_, TaxonomyTerm(term.label, {}, term.broader))
            add_counts(total_term.spellings, term.spellings)
            total_term.episodes += term.episodes
        for slug, summary in other.summaries.items():
            self.summaries[slug] = share_ids(summary)


def share_ids(summary: EpisodeSummary) -> EpisodeSummary:
    """Return a summary whose ids are the same objects as those of others.

    Of a summary from another process they take half of the memory.
    """
    return msgspec.structs.replace(
        summary,
        show=intern(summary.show),
        mentions=_intern_keys(summary.mentions),
        adverts=_intern_keys(summary.adverts),
        unlikely=_intern_keys(summary.unlikely),
    )


def _intern_keys(confidences: dict[str, float]) -> dict[str, float]:
    return {intern(id_): confidence for id_, confidence in confidences.items()}


def zero_counts(entity: Entity) -> Entity:
    """Return a copy of an entity without counts."""
    return msgspec.structs.replace(
        entity,
        surfaces={},
        episodes=0,
        advertised=0,
        unlikely=0,
        confidence=0.0,
        stated_names={},
    )


def count_mention(entity: Entity, mention: MentionEdge) -> None:
    """Add one recording's mention of an entity to its counts."""
    if mention.is_unlikely:
        entity.unlikely += 1
    elif mention.is_advert:
        entity.advertised += 1
    else:
        entity.episodes += 1
    entity.confidence = max(entity.confidence, mention.confidence)
    surfaces = entity.surfaces
    for row in mention.rows:
        surfaces[row.surface] = surfaces.get(row.surface, 0) + 1


def count_terms(terms: dict[str, TaxonomyTerm], episode: EpisodeGraph) -> None:
    """Add a recording's topics, tags and themes to the terms, by id.

    A topic string of a quote counts for each theme that it names, and the recording for each theme
    of :func:`~kgraph.graph.network.list_episode_themes` and each broader one.
    """
    for file in episode.files:
        for list_, field in (("topics", "topic"), ("tags", "tag")):
            for row in file.rows.get(list_, ()):
                spelling = row.text(field)
                term = terms.setdefault(f"{field}/{name_key(spelling)}", TaxonomyTerm(spelling, {}))
                add_counts(term.spellings, {spelling: 1})
    quotes = [row for file in episode.files for row in file.rows.get("quotes", ())]
    for topic, count in Counter([t for row in quotes for t in list_topics(row)]).items():
        for theme in find_themes(topic):
            spellings = _find_theme_term(terms, theme).spellings
            spellings[topic] = spellings.get(topic, 0) + count
    # An advert's theme is no theme of the recording.
    for theme in sorted({theme for o in episode.occurrences for theme in o.themes}):
        _find_theme_term(terms, theme)
    themes, concepts = list_episode_themes(episode), load_themes().concepts
    broader = {concepts[theme].broader for theme in themes if theme in concepts} - {""}
    for theme in sorted(themes | broader):
        _find_theme_term(terms, theme).episodes += 1


def _find_theme_term(terms: dict[str, TaxonomyTerm], key: str) -> TaxonomyTerm:
    """Return the term of a theme, which is added if it is missing."""
    id_ = f"theme/{key}"
    if id_ not in terms:
        terms[id_] = make_theme_term(id_)
    return terms[id_]


def make_theme_term(id_: str) -> TaxonomyTerm:
    """Return the term of a theme, without counts."""
    key = id_.removeprefix("theme/")
    concept = load_themes().concepts.get(key)
    if concept is None:  # of a graph that was built with another scheme
        return TaxonomyTerm(key, {})
    return TaxonomyTerm(concept.label, {}, f"theme/{concept.broader}" if concept.broader else "")


def tally_episode(episode: EpisodeGraph) -> Tally:
    """Count one recording."""
    result = Tally(summaries={episode.slug: summarize_episode(episode)})
    for mention in episode.mentions:
        if mention.is_accepted:
            entity = Entity(mention.type, mention.key, mention.label, {})
            count_mention(entity, mention)
            result.entities[mention.target] = entity
    if show := episode.show:
        entity = Entity("show", show.key, show.label, {})
        entity = result.entities.setdefault(show.target, entity)
        entity.confidence = max(entity.confidence, show.confidence)
        if any(reason.part == "source" for reason in show.reasons):
            entity.stated_names = {find_stated_show(episode.files[show.file]): 1}
    count_terms(result.terms, episode)
    return result


def summarize_episode(episode: EpisodeGraph) -> EpisodeSummary:
    """Return the summary of a recording."""
    return EpisodeSummary(
        tuple(file.file for file in episode.files),
        episode.main_file.title,
        episode.date,
        episode.is_dated,
        episode.show.target if episode.show else "",
        {mention.target: mention.confidence for mention in episode.mentioned},
        {mention.target: mention.confidence for mention in episode.advertised},
        {mention.target: mention.confidence for mention in episode.unlikely},
    )


def count_by_type(entities: Iterable[Entity]) -> dict[str, int]:
    """Count entities by type, in the order of the types' names."""
    return dict(sorted(Counter(entity.type for entity in entities).items()))


class NameTotals(msgspec.Struct, frozen=True):
    """Numbers of entities by type.

    Attributes:
        stated: of those that mentions name with enough confidence, or that are shows of episodes.
        advertised: of those among them that only adverts name.
        unlikely: of further ones, which only unlikely mentions name.
    """

    stated: dict[str, int]
    advertised: dict[str, int]
    unlikely: dict[str, int]


def count_entities(shared: SharedData) -> NameTotals:
    """Count the entities of a graph: the one rule of all headline numbers."""
    stated = shared.stated_entities()
    shows = {summary.show for summary in shared.summaries.values()}
    return NameTotals(
        count_by_type(stated.values()),
        count_by_type(
            e for id_, e in stated.items() if e.advertised and not e.episodes and id_ not in shows
        ),
        count_by_type(e for id_, e in shared.entities.items() if id_ not in stated),
    )


def count_unlikely(shared: SharedData) -> SharedData:
    """Return a copy in which unlikely mentions count among all others, if they do not yet."""
    summaries = {
        slug: msgspec.structs.replace(summary, mentions=summary.mentions | summary.unlikely)
        for slug, summary in shared.summaries.items()
    }
    shows = count_mentioning_shows(summaries.values())
    episodes = Counter(id_ for summary in summaries.values() for id_ in summary.mentions)
    entities = {
        id_: msgspec.structs.replace(entity, episodes=episodes[id_], shows=shows.get(id_, 0))
        for id_, entity in shared.entities.items()
    }
    return msgspec.structs.replace(shared, entities=entities, summaries=summaries)


def make_enricher(knowledge: Knowledge) -> Callable[[Entity], None]:
    """Return a function that adds to an entity what the lexicon says of it, and its former ids.

    A renamed entity keeps what the lexicon has under its former name, and relations to it lead to
    its new name. One of a judged type keeps nothing of an entry of another type.
    """
    entries = EntryLookup(knowledge.lexicon)
    identities = load_shipped_identities()
    if knowledge.own_ids:
        identities = overlay_ids(identities, knowledge.own_ids)
    renamed = list_renamed_ids(knowledge.judgements)
    joined = list_joined_ids(knowledge.judgements)
    first_names = knowledge.vocabulary.first_names
    former_ids: dict[str, list[str]] = defaultdict(list)
    for old_id, new_id in renamed.items():
        former_ids[new_id].append(old_id)

    def forward(id_: str) -> str:
        new_id = joined.get(id_, id_)
        is_one_type = new_id.partition("/")[0] == id_.partition("/")[0]
        return new_id if is_one_type or entries.find_entry(new_id) else id_

    def enrich(entity: Entity) -> None:
        entity.replaces = tuple(sorted(former_ids.get(entity.id, ())))
        found = next(filter(None, map(entries.find_entries, entity.entry_ids)), None)
        if found:
            entry = found[0]
            entity.kind = entry.kind
            entity.tickers = tuple(sorted(entry.tickers))
            ids = identities.ids_of(entry.type, entry.name)
            entity.ids = tuple([external.pair for external in ids])
            names = {name for each in found for name in (each.short_name, *each.aliases)}
            entity.aliases = tuple(sorted(names - {entity.label}))
            targets = (
                (property_, entries.find_related_id(entry, field))
                for field, property_ in RELATION_PROPERTIES.items()
            )
            entity.relations = tuple(
                [(property_, forward(id_)) for property_, id_ in targets if id_]
            )
        elif entity.type == "person" and entity.label.casefold() in first_names:
            entity.kind = "first-name"

    return enrich


def relate_namesake(entity: Entity, entities: Mapping[str, Entity]) -> None:
    """Relate a product to the company that has its name, if no other is known to make it.

    People call a firm by its only product, so both are nodes: Notion makes Notion. Of 42 such pairs
    in a thousand episodes none joins a product with another's maker. Where another maker is known,
    a company of that name that few episodes mention is the product, of the wrong type (Claude).
    """
    maker = entities.get(f"company/{entity.key}") if entity.type == "product" else None
    if maker is None or (PRODUCT_OF, maker.id) in entity.relations:
        return
    has_maker = any(property_ == PRODUCT_OF for property_, _ in entity.relations)
    if maker.episodes >= (MIN_NAMESAKE_EPISODES if has_maker else 1):
        entity.relations = (*entity.relations, (PRODUCT_OF, maker.id))


def find_namesake(key: str, entities: Mapping[str, Entity]) -> str:
    """Return the id of the entity that a topic or tag of this key names; "" if none is clear."""
    found = [entities[id_] for type_ in TYPE_NAMES if (id_ := f"{type_}/{key}") in entities]
    found.sort(key=lambda entity: -entity.episodes)
    if not found or not found[0].episodes:
        return ""
    is_clear = len(found) == 1 or MIN_NAMESAKE_LEAD * found[1].episodes <= found[0].episodes
    return found[0].id if is_clear else ""


def build_shared_data(total: Tally, digest: str, enrich: Callable[[Entity], None]) -> SharedData:
    """Build the shared data of a corpus, sorted by id, and choose labels of terms.

    ``total`` is that of all recordings, ``enrich`` of :func:`make_enricher`.
    """
    entities = {id_: total.entities[id_] for id_ in sorted(total.entities)}
    summaries = total.summaries
    if isinstance(summaries, dict):
        summaries = {slug: summaries[slug] for slug in sorted(summaries)}
    shows = count_mentioning_shows(summaries.values())
    for entity in entities.values():
        enrich(entity)
        entity.shows = shows.get(entity.id, 0)
        complete_entity(entity, entities)
    terms: dict[str, dict[str, TaxonomyTerm]] = {"topic": {}, "tag": {}, "theme": {}}
    for id_, term in sorted(add_broader_themes(total.terms).items()):
        complete_term(id_, term, entities)
        terms[id_.partition("/")[0]][id_] = term
    return SharedData(entities, terms["topic"], terms["tag"], terms["theme"], digest, summaries)


def complete_entity(entity: Entity, entities: Mapping[str, Entity]) -> None:
    """Relate an enriched entity to others of its graph, and sort its names."""
    # An entity that no episode mentions has no node that a relation could lead to.
    entity.relations = tuple([link for link in entity.relations if link[1] in entities])
    relate_namesake(entity, entities)
    if len(entity.surfaces) > 1:
        entity.surfaces = _sort_keys(entity.surfaces)
    if len(entity.stated_names) > 1:
        entity.stated_names = _sort_keys(entity.stated_names)


def _sort_keys(counts: dict[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts)}


def add_broader_themes(terms: Mapping[str, TaxonomyTerm]) -> dict[str, TaxonomyTerm]:
    """Return the terms with the broader themes that they lack."""
    missing = {term.broader for term in terms.values()} - {""} - terms.keys()
    return {**terms, **{id_: make_theme_term(id_) for id_ in missing}}


def complete_term(id_: str, term: TaxonomyTerm, entities: Mapping[str, Entity]) -> None:
    """Choose the label of a topic or tag, and find the thing that a term names."""
    kind, _, key = id_.partition("/")
    term.spellings = _sort_keys(term.spellings)
    if kind == "theme":  # its label is the scheme's
        things = (thing for thing, theme in load_themes_of_things().items() if theme == key)
        term.thing = next((thing for thing in things if thing in entities), "")
    else:
        term.label = find_commonest(term.spellings)
        term.thing = find_namesake(key, entities)
