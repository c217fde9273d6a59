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
theme         label                                  episodes with a non-advert quote of it
============  =====  ===================  =========  ============================================
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Literal, get_args

import msgspec

from kgraph.graph import EpisodeGraph, SharedData
from kgraph.graph.network import list_episode_themes
from kgraph.rdf.episode import row_id

HitKind = Literal["quote", "episode", "entity", "insight", "theme", "show"]
HIT_KINDS: tuple[HitKind, ...] = get_args(HitKind)


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


class Posting(msgspec.Struct, frozen=True, array_like=True):
    """An occurrence of a thing in an episode."""

    id: str  #: of the thing
    weight: float  #: relevance of a quote, confidence of a mention or a membership, else 1
    themes: tuple[str, ...] = ()  #: ids of a quote's themes in this episode
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
    yield Posting(episode.id, 1.0)
    for occurrence in episode.occurrences:
        themes = tuple(f"theme/{key}" for key in occurrence.themes)
        yield Posting(f"quote/{occurrence.quote}", occurrence.relevance, themes)
    yield from (Posting(insight.id, 1.0) for insight in insights)
    confidences = {m.target: m.confidence for m in episode.mentioned}
    if episode.show:
        confidences[episode.show.target] = episode.show.confidence
    yield from (Posting(id_, confidences[id_]) for id_ in sorted(confidences))
    yield from (Posting(f"theme/{key}", 1.0) for key in sorted(list_episode_themes(episode)))
    yield from (
        Posting(mention.target, mention.confidence, is_unlikely=True)
        for mention in episode.unlikely
        if mention.target not in confidences
    )


def collect_shared_documents(shared: SharedData, episodes: int) -> Iterator[SearchDocument]:
    """Return documents of the entities and themes of a graph with so many episodes."""
    stated = shared.stated_entities()
    for entity in shared.entities.values():
        share = math.log1p(entity.episodes) / math.log1p(max(episodes, 1))
        other_names = "\n".join(name for name in entity.surfaces if name != entity.label)
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
    for id_, term in shared.themes.items():
        # Without its topic strings: of hundreds, some fit any words. Quotes tell more than their
        # theme, so a theme has half of the rank.
        yield SearchDocument(id_, "theme", compute_rank_factor(1.0, 0.0), term.label)
