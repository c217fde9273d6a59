"""One entity, theme, episode, topic or tag, as ``kgraph show``, the library and agents show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kgraph.base.errors import UnknownNameError
from kgraph.base.model import reaches_floor
from kgraph.base.text import MAX_SUGGESTIONS
from kgraph.graph import Entity, EpisodeGraph, MentionEdge
from kgraph.graph.absence import unknown_name_error
from kgraph.graph.episode_lookup import choose_episode
from kgraph.graph.lookup import Lookup, find_entity_or_theme
from kgraph.graph.network import collect_tags, collect_topics
from kgraph.graph.term_lookup import find_topic_or_tag, list_terms
from kgraph.ingest.files import has_episode_suffix
from kgraph.views.entity import list_homonyms
from kgraph.views.episode_problems import find_read_episodes
from kgraph.views.highlights import (
    advert_confidences,
    find_grouped_ties,
    iterate_entity_quotes,
    mention_confidences,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.theme_and_show import ThemeFacts, describe_taxonomy_term
from kgraph.views.values import AssociationGroup, EntityRef


class PageEpisode(msgspec.Struct, frozen=True):
    """An episode in a list."""

    slug: str
    title: str
    date: str  #: day, ISO 8601
    show: str
    confidence: float  #: of the edge
    dated: bool  #: the date is that of publication, not only of processing


class PageQuote(msgspec.Struct, frozen=True):
    """A quote in a list: its text, relevance in [0, 1], and its episode."""

    text: str
    relevance: float
    slug: str
    title: str


class PageMention(msgspec.Struct, frozen=True):
    """An entity of an episode: its label, type, and the confidence of the edge."""

    label: str
    type: str
    confidence: float


class EntityPage(msgspec.Struct, frozen=True):
    """An entity."""

    entity: Entity  #: its names with their counts, type, confidence, relations
    beside: list[AssociationGroup]  #: entities that have a tie with it, by type
    quotes: list[PageQuote]  #: the best that name it, no adverts
    episodes: list[PageEpisode]  #: those that mention it outside adverts, newest first
    others: list[str]  #: ids of other entities, and of the theme, topic and tag, of the same name
    advertised: list[PageEpisode]  #: episodes that name it in adverts only, newest first
    belonging: list[PageEpisode]  #: own episodes of a show, newest first
    series: int  #: number of own episodes of a show
    likely: int = 0  #: episodes that mention it outside adverts with a confidence from the floor on

    @property
    def id(self) -> str:
        return self.entity.id


class EpisodePage(msgspec.Struct, frozen=True):
    """An episode: its mentions by confidence, best quotes, and what only its adverts name."""

    episode: PageEpisode
    url: str
    files: tuple[str, ...]
    summary: str
    mentions: list[PageMention]
    quotes: list[PageQuote]
    advertised: list[PageMention]
    unlikely: int = 0  #: unlikely mentions, listed only if they were asked for
    mention_total: int = 0  #: number of mentions outside adverts, of which ``mentions`` are some
    advert_total: int = 0  #: number of those in adverts only, of which ``advertised`` are some
    topics: list[EntityRef] = []  #: as its files list them
    tags: list[EntityRef] = []  #: as topics

    @property
    def id(self) -> str:
        return f"episode/{self.episode.slug}"


def look_up(graph: OpenGraph, name: str, limit: int = 10) -> EntityPage | EpisodePage | ThemeFacts:
    """Look up an entity, a theme, an episode, a topic or a tag.

    Args:
        name: label, alias or id of an entity; label or id of a theme, topic or tag; file name,
            title or id of an episode. A topic or tag is found by its label if nothing else is; if
            it is not either, the entity that the lexicon has by the name, such as a misheard one,
            unless a judgement rejects the name.
        limit: entities of each type beside it, quotes and episodes, each.

    Raises:
        UnknownNameError: there is none; its suggestions are similar names. Rejected rows of the
            name are counted, and of a file that was left out it tells why.
        AmbiguousNameError: it is a ticker of entities of several types, or a title of episodes.
    """
    try:
        id_ = find_entity_or_theme(graph.shared, name)
        if id_ in graph.shared.themes:
            return describe_taxonomy_term(graph, id_, name, limit)
        return _make_entity_page(graph, graph.shared.entities[id_], name, limit)
    except UnknownNameError:
        pass  # it may be an episode
    try:
        slug = choose_episode(graph.summaries, name, find_read_episodes(graph.store, name))
    except UnknownNameError as error:
        if term := find_topic_or_tag(graph.shared, name):
            return describe_taxonomy_term(graph, term, name, limit)
        # Imported late: with all that decides rows they take 0.2 s, which a name that is found
        # needs none of.
        from kgraph.views.name_rows import explain_rejected
        from kgraph.views.replay import find_lexicon_entity

        if entity := find_lexicon_entity(graph.store, name):
            return _make_entity_page(graph, entity, name, limit)
        if has_episode_suffix(name):
            raise  # of a file that was left out it tells the reason
        lookups = (graph.lookup, graph.themes, graph.topics_and_tags)
        similar = dict.fromkeys((*Lookup.suggest_from(lookups, name), *error.suggestions))
        absence = explain_rejected(graph, name)
        raise unknown_name_error(absence, [*similar][:MAX_SUGGESTIONS]) from error
    return _make_episode_page(graph, graph.store.episode(slug), limit)


def _make_entity_page(graph: OpenGraph, entity: Entity, name: str, limit: int) -> EntityPage:
    mentions = mention_confidences(graph, entity.id)
    own = graph.episodes_by_show.get(entity.id, [])
    edges = {slug: graph.store.episode(slug).show for slug in _newest(graph, own, limit)}
    naming = list(iterate_entity_quotes(graph, entity.id))
    quotes = (
        PageQuote(quote.text, occurrence.relevance, slug, graph.summaries[slug].title)
        for slug, quote, occurrence in naming
        if not quote.is_advert
    )
    return EntityPage(
        entity,
        find_grouped_ties(graph, entity.id, naming, limit),
        _best_quotes(quotes, limit),
        _newest_lines(graph, mentions, limit),
        [*list_homonyms(graph, entity, name), *list_terms(graph.shared, name)],
        _newest_lines(graph, advert_confidences(graph, entity.id), limit),
        _newest_lines(graph, {slug: e.confidence for slug, e in edges.items() if e}, limit),
        len(own),
        sum(map(reaches_floor, mentions.values())),
    )


def _newest(graph: OpenGraph, slugs: Iterable[str], limit: int) -> list[str]:
    day_and_slug = sorted(((graph.summaries[slug].date[:10], slug) for slug in slugs), reverse=True)
    return [slug for _, slug in day_and_slug[:limit]]


def _newest_lines(
    graph: OpenGraph, confidences: Mapping[str, float], limit: int
) -> list[PageEpisode]:
    lines = []
    for slug in _newest(graph, confidences, limit):
        line = graph.make_episode_line(slug)
        show = line.show.label if line.show else ""
        lines.append(PageEpisode(slug, line.title, line.date, show, confidences[slug], line.dated))
    return lines


def _best_quotes(quotes: Iterable[PageQuote], limit: int) -> list[PageQuote]:
    return sorted(quotes, key=lambda quote: (-quote.relevance, quote.text))[:limit]


def _make_episode_page(graph: OpenGraph, episode: EpisodeGraph, limit: int) -> EpisodePage:
    main = episode.main_file
    show = episode.show.label if episode.show else ""
    relevance = {occurrence.quote: occurrence.relevance for occurrence in episode.occurrences}
    quotes = (
        PageQuote(quote.text, relevance[quote.key], episode.slug, main.title)
        for quote in episode.quotes
        if not quote.is_advert
    )
    return EpisodePage(
        PageEpisode(episode.slug, main.title, episode.date[:10], show, 1.0, episode.is_dated),
        main.text("original_url"),
        tuple(file.file for file in episode.files),
        main.text("summary"),
        _rank_mentions(episode.mentioned)[: 3 * limit],
        _best_quotes(quotes, limit),
        _rank_mentions(episode.advertised)[:limit],
        len(episode.unlikely),
        len(episode.mentioned),
        len(episode.advertised),
        [graph.make_ref(id_) for id_, *_ in collect_topics(episode)],
        [graph.make_ref(id_) for id_ in collect_tags(episode)],
    )


def _rank_mentions(mentions: Iterable[MentionEdge]) -> list[PageMention]:
    rows = [PageMention(m.label, m.type, m.confidence) for m in mentions]
    return sorted(rows, key=lambda row: (-row.confidence, row.label))
