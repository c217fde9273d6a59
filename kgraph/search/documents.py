"""What of a graph can be searched: records as entries of the index.

Takes recordings and what they share, gives :class:`EpisodeDocuments` and :class:`SearchDocument` values; no
I/O, so that each process makes those of its own recordings.

| kind | name | also | text | stands in |
|---|---|---|---|---|
| quote | | | its words | the episodes that hold it, with its relevance |
| episode | title | | summary | itself |
| insight | | | its words | its episode |
| entity, show | label | other surface forms | | episodes that speak of it, with the confidence |
| theme | label | | | episodes with a quote filed under it that is no advert |
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, get_args

import msgspec

from kgraph.graph import Entity, EpisodeGraph, SharedData
from kgraph.rdf.episode import row_id

HitKind = Literal["quote", "episode", "entity", "insight", "theme", "show"]
HIT_KINDS: tuple[HitKind, ...] = get_args(HitKind)
"""What a hit may be."""


class SearchDocument(msgspec.Struct, frozen=True, array_like=True):
    """A thing that can be found.

    Attributes:
        id: relative IRI.
        kind: what it is.
        worth: factor in [0, 1] of its rank, as :func:`rank_factor` says.
        name: label or title; "" where it has none.
        also: other names, a line each.
        text: what it says.
        type: of an entity or a show, its type.
        advert: a quote that is probably an advert.
    """

    id: str
    kind: HitKind
    rank_factor: float
    name: str = ""
    other_names: str = ""
    text: str = ""
    type: str = ""
    is_advert: bool = False


class Posting(msgspec.Struct, frozen=True, array_like=True):
    """That a thing stands in an episode.

    Attributes:
        id: of the thing.
        weight: the relevance of a quote, the confidence of a mention or a membership, else 1.
        themes: ids of the themes that a quote is filed under there.
    """

    id: str
    weight: float
    themes: tuple[str, ...] = ()


class EpisodeDocuments(msgspec.Struct, frozen=True, array_like=True):
    """What one recording gives to the index.

    Attributes:
        slug, title, day, show, url: of the episode; "" where unknown. ``day`` is ISO 8601,
            ``show`` a label.
        dated: the day is that of publication, not only of processing.
        series: id of the show that the episode belongs to; "" where unknown.
        entries: the things whose text stands here.
        standings: everything that stands here.
    """

    slug: str
    title: str
    day: str
    show: str
    url: str
    is_publication_date: bool
    show_id: str
    documents: tuple[SearchDocument, ...]
    postings: tuple[Posting, ...]


def compute_rank_factor(confidence: float, importance: float) -> float:
    """A factor of rank: how sure it is, times one half to one by how much it matters.

    Args:
        confidence: probability in [0, 1] that the thing is what it is said to be; of a
            quote, that it is no advert.
        importance: in [0, 1]; the relevance of a quote, the share of episodes (as
            logarithms) of what is mentioned.

    >>> compute_rank_factor(0.9, 0.5)
    0.675
    """
    return round(confidence * (0.5 + importance / 2), 4)


def collect_episode_documents(episode: EpisodeGraph) -> EpisodeDocuments:
    """What a recording gives to the index."""
    return EpisodeDocuments(
        episode.slug,
        episode.main_file.title,
        episode.date[:10],
        episode.show.label if episode.show else "",
        episode.main_file.text("original_url"),
        episode.is_dated,
        episode.show.target if episode.show else "",
        (
            SearchDocument(
                episode.id,
                "episode",
                1.0,
                episode.main_file.title,
                "",
                episode.main_file.text("summary"),
            ),
            *_collect_quotes(episode),
            *_collect_insights(episode),
        ),
        tuple(_collect_postings(episode)),
    )


def _collect_quotes(episode: EpisodeGraph) -> Iterator[SearchDocument]:
    relevance = {o.quote: o.relevance for o in episode.occurrences}
    for quote in episode.quotes:
        rank = compute_rank_factor(1 - quote.advert, relevance.get(quote.key, 0.0))
        yield SearchDocument(quote.id, "quote", rank, text=quote.text, is_advert=quote.is_advert)


def _collect_insights(episode: EpisodeGraph) -> Iterator[SearchDocument]:
    for number, file in enumerate(episode.files):
        for row in file.rows.get("insights", ()):
            if text := row.text("text") or row.text("extracted"):
                id_ = row_id(episode, number, "insights", row.index)
                yield SearchDocument(id_, "insight", 1.0, text=text)


def _collect_postings(episode: EpisodeGraph) -> Iterator[Posting]:
    yield Posting(episode.id, 1.0)
    themes: set[str] = set()
    for occurrence in episode.occurrences:
        filed = tuple(f"theme/{key}" for key in occurrence.themes)
        if not occurrence.is_advert:
            themes.update(filed)
        yield Posting(f"quote/{occurrence.quote}", occurrence.relevance, filed)
    yield from (Posting(entry.id, 1.0) for entry in _collect_insights(episode))
    sure = {m.target: m.confidence for m in episode.mentioned}
    if episode.show:
        sure[episode.show.target] = episode.show.confidence
    yield from (Posting(id_, sure[id_]) for id_ in sorted(sure))
    yield from (Posting(id_, 1.0) for id_ in sorted(themes))


def collect_shared_documents(shared: SharedData, episodes: int) -> Iterator[SearchDocument]:
    """What recordings share, as entries.

    Args:
        shared: entities and themes.
        episodes: how many recordings there are.
    """
    for entity in shared.entities.values():
        yield _make_entity_document(entity, episodes)
    for id_, term in shared.themes.items():
        # Not by its topic strings: of hundreds, some fit any words. And what is filed says
        # more than the file: half the rank.
        yield SearchDocument(id_, "theme", compute_rank_factor(1.0, 0.0), term.label)


def _make_entity_document(entity: Entity, total: int) -> SearchDocument:
    share = math.log1p(entity.episodes) / math.log1p(max(total, 1))
    others = "\n".join(name for name in entity.surfaces if name != entity.label)
    kind: HitKind = "show" if entity.type == "show" else "entity"
    rank = compute_rank_factor(entity.confidence, min(share, 1.0))
    return SearchDocument(entity.id, kind, rank, entity.label, others, type=entity.type)
