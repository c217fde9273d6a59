"""The documents of the index, made of the graph's records.

Each process of a build makes the documents of its own episodes.

============  =====  ===================  =========  ============================================
kind          name   also                 text       postings
============  =====  ===================  =========  ============================================
quote                                     its words  episodes that contain it, with relevance
episode       title                       summary    itself
insight                                   its words  its episode
entity, show  label  other surface forms             episodes that mention it, with the confidence;
                                                     unlikely mentions are marked
theme         label                                  episodes of it or of a narrower one
topic, tag    label  other spellings                 episodes whose files list it
============  =====  ===================  =========  ============================================
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, TypeVar, get_args

import msgspec

from kgraph.base.external_id import list_search_keys
from kgraph.base.text import name_key
from kgraph.graph import EpisodeGraph, SharedData, TaxonomyTerm
from kgraph.graph.network import collect_tags, collect_topics, list_episode_themes
from kgraph.rdf.episode import row_id
from kgraph.resolve.quotes.themes import load_themes

ValueT = TypeVar("ValueT")

HitKind = Literal["quote", "episode", "entity", "insight", "theme", "show", "topic", "tag"]
HIT_KINDS: tuple[HitKind, ...] = get_args(HitKind)
#: Kinds of things of which no episode has the text.
SHARED_KINDS: tuple[HitKind, ...] = ("entity", "theme", "show", "topic", "tag")

#: Rank factor of a topic or tag. Of hundreds many fit any words, and each quote tells more.
LISTED_TERM_RANK = 0.1


FORMER_NAME = -1  #: how often a former name means its thing, or an id in another register


class SearchDocument(msgspec.Struct, frozen=True, array_like=True):
    """A thing that can be found."""

    id: str  #: relative IRI
    kind: HitKind
    rank_factor: float  #: in [0, 1], of :func:`compute_rank_factor`
    name: str = ""  #: label or title; "" for none
    other_names: str = ""  #: a line each
    text: str = ""
    type: str = ""  #: of an entity or a show
    is_advert: bool = False  #: it is a quote, and probably an advert
    is_unlikely: bool = False  #: it is an entity that only unlikely mentions name

    @property
    def all_text(self) -> str:
        """The name, other names and text, a line each."""
        return "\n".join((self.name, self.other_names, self.text))


class Posting(msgspec.Struct, frozen=True, array_like=True):
    """An occurrence of a thing in an episode."""

    id: str  #: of the thing
    weight: float  #: relevance of a quote, confidence of a mention or a membership, else 1
    #: Ids of the themes of a quote in this episode, or of the episode, and of each broader theme.
    themes: tuple[str, ...] = ()
    is_unlikely: bool = False  #: it is a mention that is more likely wrong than right


class EpisodeDocuments(msgspec.Struct, frozen=True, array_like=True):
    """The documents and postings of an episode; texts are "" where unknown."""

    slug: str
    title: str
    day: str  #: ISO 8601
    show: str  #: label
    url: str
    is_publication_date: bool  #: otherwise ``day`` is that of processing
    show_id: str
    documents: tuple[SearchDocument, ...]  #: things whose text is in this episode
    postings: tuple[Posting, ...]


def compute_rank_factor(confidence: float, importance: float) -> float:
    """Return a factor of a document's rank in [0, 1].

    Confidence is the probability that the thing is real, or that a quote is no advert. Importance
    in [0, 1] is the relevance of a quote, or the logarithmic share of episodes that mention an
    entity.

    >>> compute_rank_factor(0.9, 0.5)
    0.675
    """
    return round(confidence * (0.5 + importance / 2), 4)


def collect_episode_documents(episode: EpisodeGraph) -> EpisodeDocuments:
    """Return the documents and postings of an episode."""
    main, show = episode.main_file, episode.show
    documents = [
        SearchDocument(episode.id, "episode", 1.0, name=main.title, text=main.text("summary"))
    ]
    relevance = {o.quote: o.relevance for o in episode.occurrences}
    for quote in episode.quotes:
        rank = compute_rank_factor(1 - quote.advert, relevance.get(quote.key, 0.0))
        documents.append(
            SearchDocument(quote.id, "quote", rank, text=quote.text, is_advert=quote.is_advert)
        )
    insights = [
        SearchDocument(row_id(episode, number, "insights", row.index), "insight", 1.0, text=text)
        for number, file in enumerate(episode.files)
        for row in file.rows.get("insights", ())
        if (text := row.text("text") or row.text("extracted"))
    ]
    return EpisodeDocuments(
        slug=episode.slug,
        title=main.title,
        day=episode.date[:10],
        show=show.label if show else "",
        url=main.text("original_url"),
        is_publication_date=episode.is_dated,
        show_id=show.target if show else "",
        documents=(*documents, *insights),
        postings=tuple(_collect_postings(episode, insights)),
    )


def _collect_postings(
    episode: EpisodeGraph, insights: Iterable[SearchDocument]
) -> Iterator[Posting]:
    episode_themes = sorted(list_episode_themes(episode))
    yield Posting(episode.id, 1.0, _add_broader(episode_themes))
    for occurrence in episode.occurrences:
        themes = _add_broader(occurrence.themes)
        yield Posting(f"quote/{occurrence.quote}", occurrence.relevance, themes)
    yield from (Posting(insight.id, 1.0) for insight in insights)
    confidences = {m.target: m.confidence for m in episode.mentioned}
    if episode.show:
        confidences[episode.show.target] = episode.show.confidence
    yield from (Posting(id_, confidences[id_]) for id_ in sorted(confidences))
    yield from (Posting(id_, 1.0) for id_ in _add_broader(episode_themes))
    yield from (Posting(id_, 1.0) for id_, *_ in collect_topics(episode))
    yield from (Posting(id_, 1.0) for id_ in collect_tags(episode))
    yield from (
        Posting(mention.target, mention.confidence, is_unlikely=True)
        for mention in episode.unlikely
        if mention.target not in confidences
    )


def _add_broader(themes: Iterable[str]) -> tuple[str, ...]:
    """Return ids of themes and of each broader one, by their keys."""
    concepts = load_themes().concepts
    ids: dict[str, None] = {}
    for theme in themes:
        key = theme
        while key:
            ids[f"theme/{key}"] = None
            key = concepts[key].broader if key in concepts else ""
    return tuple(ids)


def round_up_episodes(episodes: int) -> int:
    """Return the next number that is one below a power of two.

    The share of an entity is that of so many episodes. Otherwise each new episode would change the
    rank of every entity.

    >>> [round_up_episodes(number) for number in (1, 3, 4, 1006)]
    [1, 3, 7, 1023]
    """
    return (1 << episodes.bit_length()) - 1


def collect_shared_documents(
    shared: SharedData, episodes: int, ids: Collection[str] | None = None
) -> Iterator[SearchDocument]:
    """Yield the documents of entities and terms, some or all, of a graph with so many episodes."""
    stated = shared.stated_entities()
    all_episodes = math.log1p(round_up_episodes(max(episodes, 1)))
    for entity in _pick(shared.entities, ids).values():
        share = math.log1p(entity.episodes) / all_episodes
        other_names = "\n".join(sorted(entity.surfaces.keys() - {entity.label}))
        kind: HitKind = "show" if entity.type == "show" else "entity"
        rank = compute_rank_factor(entity.confidence, min(share, 1.0))
        yield SearchDocument(
            entity.id,
            kind,
            rank,
            entity.label,
            other_names,
            type=entity.type,
            is_unlikely=entity.id not in stated,
        )
    for id_, term in _pick(shared.themes, ids).items():
        # Without its topic strings: of hundreds, some fit any words. Quotes tell more than their
        # theme, so a theme has half of the rank.
        yield SearchDocument(id_, "theme", compute_rank_factor(1.0, 0.0), term.label)
    listed: tuple[tuple[HitKind, Mapping[str, TaxonomyTerm]], ...]
    listed = ("topic", shared.topics), ("tag", shared.tags)
    for kind, terms in listed:
        for id_, term in _pick(terms, ids).items():
            other_names = "\n".join(sorted(term.spellings.keys() - {term.label}))
            yield SearchDocument(id_, kind, LISTED_TERM_RANK, term.label, other_names)


def count_name_meanings(shared: SharedData, id_: str) -> dict[str, int]:
    """Return the names of an entity or a term, and how often each means it."""
    if id_ not in shared.entities:
        return {name_key(shared.terms[id_].label): 0}
    entity = shared.entities[id_]
    names: dict[str, int] = {}
    for former in entity.replaces:
        names |= {f"/{former}": FORMER_NAME, former.partition("/")[2]: FORMER_NAME}
    for key in sorted(list_search_keys(entity.ids, entity.tickers)):
        names[f"={key}"] = FORMER_NAME
    return names | entity.count_meanings()


def find_shared_changes(old: SharedData, new: SharedData) -> set[str]:
    """Return the ids of entities and terms of which documents or names may differ, those that
    only one of two graphs has among them."""
    changed = old.stated_entities().keys() ^ new.stated_entities().keys()
    changed |= _find_changes(old.entities, new.entities)
    return changed | _find_changes(old.terms, new.terms)


def _find_changes(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    return {id_ for id_ in old.keys() | new.keys() if old.get(id_) != new.get(id_)}


def _pick(values: Mapping[str, ValueT], ids: Collection[str] | None) -> Mapping[str, ValueT]:
    return values if ids is None else {id_: values[id_] for id_ in ids if id_ in values}
