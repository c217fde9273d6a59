"""What the graph knows of one thing, small: hits, entities, episodes, explanations.

Takes what :mod:`kgraph.search` and :mod:`kgraph.query` give, gives plain values for JSON
whose texts are cut, and whose ids lead on.
"""

from __future__ import annotations

from typing import Any

from kgraph.base.text import format_day
from kgraph.search import Hit, Source
from kgraph.server.mcp.format import clean_text
from kgraph.views.thing import EntityPage, EpisodePage, PageEpisode, PageMention, PageQuote
from kgraph.views.why import SHOW_EDGE_RULE, Explanation, Witness

JsonObject = dict[str, Any]

MAX_NAMES = 12
"""Ways of writing a name that are shown; OpenAI has some thirty."""

MAX_WITNESSES = 6
"""Rows behind an edge that are shown; the surest come first in few of them."""

MAX_SUMMARY_CHARS = 1500
"""Characters of an episode's summary."""


def render_hit(found: Hit) -> JsonObject:
    """One hit of a search."""
    told: JsonObject = {"kind": found.kind, "id": found.id}
    if found.name:
        told["name"] = clean_text(found.name)
    if found.type:
        told["type"] = found.type
    if found.text and found.kind != "episode":
        told["text"] = clean_text(found.text)
    if found.episodes:
        told["relevance" if found.kind == "quote" else "confidence"] = round(found.weight, 3)
    if found.episode:
        told["episode"] = render_source(found.episode)
    if found.episodes != 1:  # of what only adverts name, 0
        told["episodes"] = found.episodes
    return told


def render_source(episode: Source) -> JsonObject:
    """The episode that a hit stands in."""
    return _drop_empty(
        id=f"episode/{episode.slug}",
        title=clean_text(episode.title, 160),
        date=format_day(episode.date, episode.dated),
        show=clean_text(episode.show, 80),
        url=clean_text(episode.original_url),
    )


def render_entity(page: EntityPage, base: str) -> JsonObject:
    """An entity, what stands beside it, its best quotes and newest episodes."""
    thing = page.entity
    names = sorted(thing.surfaces.items(), key=lambda item: (-item[1], item[0]))
    return _drop_empty(
        id=thing.id,
        iri=base + thing.id,
        name=clean_text(thing.label),
        type=thing.type,
        kind=thing.kind,
        confidence=round(thing.confidence, 3),
        episodes=thing.episodes,
        advertised=thing.advertised,
        shows=thing.shows,
        own_episodes=page.series or "",
        newest_own=[_render_episode_line(line) for line in page.belonging],
        written={clean_text(name, 80): count for name, count in names[:MAX_NAMES]},
        relations=[f"{property_} {target}" for property_, target in thing.relations],
        replaces=list(thing.replaces),
        beside=[
            {"name": clean_text(n.label), "type": n.type, "episodes": n.episodes, "lift": n.lift}
            for n in page.neighbours
        ],
        quotes=[_render_quote(quote) for quote in page.quotes],
        newest=[_render_episode_line(line) for line in page.episodes],
        advertised_in=[_render_episode_line(line) for line in page.advertised],
        others_of_that_name=page.others,
    )


def render_episode(page: EpisodePage, base: str) -> JsonObject:
    """An episode, what it mentions and its best quotes."""
    id_ = f"episode/{page.episode.slug}"
    return _drop_empty(
        id=id_,
        iri=base + id_,
        title=clean_text(page.episode.title),
        date=format_day(page.episode.date, page.episode.dated),
        show=clean_text(page.episode.show),
        url=clean_text(page.url),
        files=list(page.files),
        summary=clean_text(page.summary, MAX_SUMMARY_CHARS),
        mentions=_render_mentions(page.mentions),
        advertises=_render_mentions(page.advertised),
        quotes=[
            {"text": clean_text(q.text), "relevance": round(q.relevance, 3)} for q in page.quotes
        ],
    )


def _render_mentions(mentions: list[PageMention]) -> list[JsonObject]:
    return [
        {"name": clean_text(one.label), "type": one.type, "confidence": round(one.confidence, 3)}
        for one in mentions
    ]


def render_explanation(edge: Explanation) -> JsonObject:
    """An edge, or a rejection, and the rows behind it."""
    told = _drop_empty(
        episode=clean_text(edge.episode),
        name=clean_text(edge.label),
        decision=_describe_decision(edge),
        id=edge.target,
        confidence=round(edge.confidence, 3),
        rule=edge.rule,
        advert_alone=[clean_text(str(reason), 200) for reason in edge.advert],
        reasons=[clean_text(str(reason), 200) for reason in edge.reasons],
        rows=[_render_witness(row) for row in edge.rows[:MAX_WITNESSES]],
    )
    if len(edge.rows) > MAX_WITNESSES:
        told["more_rows"] = len(edge.rows) - MAX_WITNESSES
    return told


def _describe_decision(edge: Explanation) -> str:
    if edge.rule == SHOW_EDGE_RULE:
        return "the episode belongs to it"
    return "rejected" if edge.type == "noise" else f"accepted as {edge.type}"


def _render_witness(row: Witness) -> JsonObject:
    return _drop_empty(
        place=f"{row.file}#{row.pointer}",
        written=clean_text(row.surface),
        context=clean_text(row.context),
        category=clean_text(row.category, 80),
        stated=clean_text(row.stated, 20),
        extractor=row.extractor,
        rule=row.rule,
        confidence=round(row.confidence, 3),
        reasons=[clean_text(str(reason), 200) for reason in row.reasons],
    )


def _render_quote(quote: PageQuote) -> JsonObject:
    return {
        "text": clean_text(quote.text),
        "relevance": round(quote.relevance, 3),
        "episode": f"episode/{quote.slug}",
        "title": clean_text(quote.title, 160),
    }


def _render_episode_line(line: PageEpisode) -> JsonObject:
    return _drop_empty(
        id=f"episode/{line.slug}",
        title=clean_text(line.title, 160),
        date=format_day(line.date, line.dated),
        show=clean_text(line.show, 80),
        confidence=round(line.confidence, 3),
    )


def _drop_empty(**values: Any) -> JsonObject:
    """What there is; nothing of what is empty."""
    return {name: value for name, value in values.items() if value not in ("", [], {}, ())}
