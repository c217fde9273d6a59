"""The profile ``kb``: what another knowledge base takes from a graph.

Episodes, shows, themes, the things that episodes mention, and each mention twice: as a plain
statement, and as a node with its confidence. What can be derived or is constant, and the evidence
of the profile ``full``, is left out. ``ontology/shapes-kb.ttl`` describes it.

Invariants: those of :mod:`kgraph.rdf.episode`, and that nothing is stated of an unlikely mention.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kgraph.base.model import reaches_floor
from kgraph.base.vocabulary import load_field_table
from kgraph.graph import EpisodeGraph, MentionEdge, Occurrence, SharedData
from kgraph.graph.network import (
    ABOUT,
    ADVERTISES,
    HAS_PART,
    MENTIONS,
    PART_OF_SERIES,
    list_episode_themes,
)
from kgraph.rdf.episode import PredicateObjects, SubjectBlock, make_block, state_date
from kgraph.rdf.shared import describe_entity, describe_former, describe_term, list_schemes
from kgraph.rdf.terms import (
    boolean_literal,
    decimal_literal,
    format_objects,
    iri_ref,
    string_literal,
    triple_term,
)


def list_best_quotes(episode: EpisodeGraph, limit: int) -> list[Occurrence]:
    """List the most relevant quotes of an episode, adverts aside."""
    talk = [item for item in episode.occurrences if not item.is_advert]
    return sorted(talk, key=lambda item: (-item.relevance, item.quote))[:limit]


def describe_episode_for_kb(
    episode: EpisodeGraph,
    quotes: int = 0,
    *,
    also: Collection[str] = (),
    reify: bool = False,
) -> Iterator[SubjectBlock]:
    """Yield the blocks of an episode, of its stated mentions and of its best quotes.

    The relevance of a quote is that in this episode, so on a node between both.

    Args:
        quotes: how many of its most relevant quotes, adverts aside.
        also: keys of further quotes to describe. A quote of several episodes has its text in one of
            them, and may be among the best of another.
        reify: link the nodes of mentions and quotes to their statements as reifiers (RDF 1.2).
    """
    mentions = [mention for mention in episode.mentioned if not mention.is_unlikely]
    stated = [*mentions, *episode.advertised]
    best = list_best_quotes(episode, quotes)
    file = episode.main_file
    address = load_field_table().episode["original_url"]
    url = file.text("original_url")
    yield make_block(
        episode.id,
        [
            ("a", ["schema:PodcastEpisode"]),
            ("schema:name", [string_literal(file.title)]),
            (address.property, format_objects(address.type, url) if url else []),
            *state_date(file),
            (PART_OF_SERIES, [iri_ref(episode.show.target)] if episode.show else []),
            (ABOUT, [iri_ref(f"theme/{key}") for key in sorted(list_episode_themes(episode))]),
            (MENTIONS, [iri_ref(mention.target) for mention in mentions]),
            (ADVERTISES, [iri_ref(mention.target) for mention in episode.advertised]),
            (HAS_PART, [iri_ref(f"quote/{item.quote}") for item in best]),
        ],
    )
    yield from (_describe_mention(episode, mention, reify) for mention in stated)
    yield from (_describe_occurrence(episode, item, reify) for item in best)
    keys = {item.quote for item in best}.union(also)
    for quote in episode.quotes:
        if quote.key in keys:
            named = [iri_ref(id_) for id_, sure in quote.entities if reaches_floor(sure)]
            pairs: list[PredicateObjects] = [("a", ["schema:Quotation"])]
            pairs += [("schema:text", [string_literal(quote.text)]), (MENTIONS, named)]
            yield make_block(quote.id, pairs)


def _describe_mention(episode: EpisodeGraph, mention: MentionEdge, reify: bool) -> SubjectBlock:
    predicate = ADVERTISES if mention.is_advert else MENTIONS
    statement = triple_term(episode.id, predicate, mention.target)
    return make_block(
        f"mention/{episode.slug}/{mention.target}",
        [
            ("a", ["kg:Mention"]),
            ("rdf:reifies", [statement] if reify else []),
            ("kg:episode", [iri_ref(episode.id)]),
            ("kg:entity", [iri_ref(mention.target)]),
            ("kg:confidence", [decimal_literal(mention.confidence)]),
            ("kg:advert", [boolean_literal(True)] if mention.is_advert else []),
        ],
    )


def _describe_occurrence(episode: EpisodeGraph, item: Occurrence, reify: bool) -> SubjectBlock:
    quote = f"quote/{item.quote}"
    statement = triple_term(episode.id, HAS_PART, quote)
    return make_block(
        f"occurrence/{episode.slug}/{item.quote}",
        [
            ("a", ["kg:Occurrence"]),
            ("rdf:reifies", [statement] if reify else []),
            ("kg:episode", [iri_ref(episode.id)]),
            ("kg:quote", [iri_ref(quote)]),
            ("kg:relevance", [decimal_literal(item.relevance)]),
        ],
    )


def describe_shared_for_kb(shared: SharedData) -> Iterator[SubjectBlock]:
    """Yield the blocks of the entities and themes that episodes are linked to."""
    entities = shared.stated_entities()
    for entity in entities.values():
        yield describe_entity(entity, entities, "kb")
    for id_, theme in shared.themes.items():
        yield describe_term(id_, theme, entities, shared.themes, "kb")
    yield from list_schemes((*entities, *shared.themes))
    yield from describe_former(shared, entities)
