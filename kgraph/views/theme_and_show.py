"""One theme, topic, tag or show: its episodes, what these mention more than others, best quotes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kgraph.graph.cooccurrence import MIN_TIE_SHOWS
from kgraph.graph.lookup import list_theme_namesakes, look_up_entity
from kgraph.graph.term_lookup import list_terms
from kgraph.views.entity import (
    MAX_DETAIL_ROWS,
    NameRequest,
    Spelling,
    build_timeline,
    rank_spellings,
)
from kgraph.views.highlights import group_associations, rank_associations, top_group_quotes
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import (
    AssociationGroup,
    EntityRef,
    EpisodeLine,
    Fraction,
    MonthCount,
    QuoteLine,
    round_value,
)


class ThemeFacts(msgspec.Struct, frozen=True):
    """A theme of quotes, or a topic or tag that files list.

    Attributes:
        thing: the theme, topic or tag.
        broader: themes, from the nearest to the top; topics and tags have none.
        narrower: themes directly below it.
        spellings: topic strings of quotes that mean the theme, or entries of files that are the
            topic or tag, the most frequent first.
        written: number of different spellings.
        rows: number of these strings or entries.
        episodes: of a theme, number with a quote on it or on a narrower theme, or that mention
            ``same_thing``; of a topic or tag, number whose files list it.
        undated: those of them without a known date of publication.
        timeline: its episodes by month, for every month of the corpus.
        beside: entities that its episodes mention more than others do, by type.
        quotes: the best on the theme, or of the episodes of the topic or tag.
        latest: its newest episodes.
        same_thing: the entity that is the same thing, if one is known; ``mentioned`` is the number
            of episodes that mention it.
        common: whether so many episodes are of the theme that it tells little of one.
        others: ids of entities that the name by which the theme was looked up may mean, and of
            the topic and tag of that name.
    """

    thing: EntityRef
    broader: list[EntityRef]
    narrower: list[EntityRef]
    spellings: list[Spelling]
    written: int
    rows: int
    episodes: int
    undated: int
    timeline: list[MonthCount]
    beside: list[AssociationGroup]
    quotes: list[QuoteLine]
    latest: list[EpisodeLine]
    same_thing: EntityRef | None = None
    mentioned: int = 0
    common: bool = False
    others: list[str] = []

    @property
    def id(self) -> str:
        return self.thing.id


def view_theme(graph: OpenGraph, request: NameRequest) -> ThemeFacts:
    """Describe a theme, or a topic or tag of files: broader and narrower themes, spellings, \
timeline, associated entities, best quotes, newest episodes."""
    id_ = graph.find_term_id(request.name)
    return describe_taxonomy_term(graph, id_, request.name, MAX_DETAIL_ROWS)


def describe_taxonomy_term(graph: OpenGraph, id_: str, name: str, limit: int) -> ThemeFacts:
    """Describe a theme, topic or tag.

    Args:
        name: by which it was looked up.
        limit: entities of each type, quotes and episodes at most.
    """
    themes, term = graph.shared.themes, graph.shared.terms[id_]
    broader, parent = [], term.broader
    while parent in themes:
        broader.append(graph.make_ref(parent))
        parent = themes[parent].broader
    return ThemeFacts(
        broader=broader,
        narrower=[graph.make_ref(key) for key, theme in themes.items() if theme.broader == id_],
        rows=sum(term.spellings.values()),
        same_thing=graph.make_ref(term.thing) if term.thing else None,
        mentioned=graph.shared.entities[term.thing].episodes if term.thing else 0,
        common=term.is_common(len(graph.summaries)),
        others=_list_namesakes(graph, id_, name),
        **_describe_group(graph, id_, graph.find_term_episodes(id_), term.spellings, limit),
    )


def _list_namesakes(graph: OpenGraph, id_: str, name: str) -> list[str]:
    is_theme = id_ in graph.shared.themes
    entities = list_theme_namesakes(graph.shared, name, id_) if is_theme else []
    return [*entities, *(term for term in list_terms(graph.shared, name) if term != id_)]


class ShowFacts(msgspec.Struct, frozen=True):
    """A show.

    Attributes:
        thing: the show.
        episodes: number of its own.
        undated: those of them without a known date of publication.
        confidence: mean probability that they are its own; 1 if there are none.
        mentions: number of episodes that mention it outside adverts.
        advertised: number of further episodes that name it in adverts only.
        unlikely: number of episodes that are unlikely to mention it.
        spellings: as written in the files, the most frequent first.
        written: number of spellings.
        timeline: its episodes by month.
        beside: entities that it mentions more than others do, by type.
        quotes: the best of its episodes.
        latest: its newest episodes.
    """

    thing: EntityRef
    episodes: int
    undated: int
    confidence: Fraction
    mentions: int
    advertised: int
    spellings: list[Spelling]
    written: int
    timeline: list[MonthCount]
    beside: list[AssociationGroup]
    quotes: list[QuoteLine]
    latest: list[EpisodeLine]
    unlikely: int = 0


def view_show(graph: OpenGraph, request: NameRequest) -> ShowFacts:
    """Describe a show: its episodes, the entities that it mentions more than others do, best \
quotes."""
    show = look_up_entity(graph.shared, request.name, ("show",))
    slugs = graph.episodes_by_show.get(show.id, [])
    edges = [graph.store.episode(slug).show for slug in slugs]
    confidences = [edge.confidence for edge in edges if edge]
    return ShowFacts(
        confidence=round_value(sum(confidences) / len(confidences)) if confidences else 1.0,
        mentions=show.episodes,
        advertised=show.advertised,
        unlikely=show.unlikely,
        **_describe_group(graph, show.id, slugs, show.surfaces, MAX_DETAIL_ROWS),
    )


def _describe_group(
    graph: OpenGraph, id_: str, slugs: list[str], spellings: Mapping[str, int], limit: int
) -> dict[str, Any]:
    """Return the fields that themes, topics, tags and shows share."""
    min_shows = 1 if id_.startswith("show/") else MIN_TIE_SHOWS
    ties = rank_associations(graph, dict.fromkeys(slugs, 1.0), excluded=id_, min_shows=min_shows)
    return {
        "thing": graph.make_ref(id_),
        "episodes": len(slugs),
        "undated": graph.count_undated(slugs),
        "spellings": rank_spellings(spellings),
        "written": len(spellings),
        "timeline": build_timeline(graph, slugs),
        "beside": group_associations(ties, limit),
        "quotes": top_group_quotes(graph, id_, slugs, limit),
        "latest": graph.list_newest(slugs, limit),
    }
