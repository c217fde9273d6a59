"""What the graph knows of one thing, small: hits, entities, episodes, explanations.

Takes what :mod:`kgraph.search` and :mod:`kgraph.query` give, gives plain values for JSON
whose texts are cut, and whose ids lead on.
"""

from __future__ import annotations

from typing import Any

from kgraph.base.text import said_day
from kgraph.search import Hit, Source
from kgraph.server.mcp.format import text
from kgraph.views.thing import EntityPage, EpisodePage, Line, Named, Saying
from kgraph.views.why import BELONGS, Explanation, Witness

Plain = dict[str, Any]

NAMES = 12
"""Ways of writing a name that are shown; OpenAI has some thirty."""

WITNESSES = 6
"""Rows behind an edge that are shown; the surest come first in few of them."""

LONG = 1500
"""Characters of an episode's summary."""


def hit(found: Hit) -> Plain:
    """One hit of a search."""
    told: Plain = {"kind": found.kind, "id": found.id}
    if found.name:
        told["name"] = text(found.name)
    if found.type:
        told["type"] = found.type
    if found.text and found.kind != "episode":
        told["text"] = text(found.text)
    if found.episodes:
        told["relevance" if found.kind == "quote" else "confidence"] = round(found.weight, 3)
    if found.episode:
        told["episode"] = source(found.episode)
    if found.episodes != 1:  # of what only adverts name, 0
        told["episodes"] = found.episodes
    return told


def source(episode: Source) -> Plain:
    """The episode that a hit stands in."""
    return _known(
        id=f"episode/{episode.slug}",
        title=text(episode.title, 160),
        date=said_day(episode.date, episode.dated),
        show=text(episode.show, 80),
        url=text(episode.original_url),
    )


def entity(page: EntityPage, base: str) -> Plain:
    """An entity, what stands beside it, its best quotes and newest episodes."""
    thing = page.entity
    names = sorted(thing.surfaces.items(), key=lambda item: (-item[1], item[0]))
    return _known(
        id=thing.id,
        iri=base + thing.id,
        name=text(thing.label),
        type=thing.type,
        kind=thing.kind,
        confidence=round(thing.confidence, 3),
        episodes=thing.episodes,
        advertised=thing.advertised,
        shows=thing.shows,
        own_episodes=page.series or "",
        newest_own=[_line(line) for line in page.belonging],
        written={text(name, 80): count for name, count in names[:NAMES]},
        relations=[f"{property_} {target}" for property_, target in thing.relations],
        replaces=list(thing.replaces),
        beside=[
            {"name": text(n.label), "type": n.type, "episodes": n.episodes, "lift": n.lift}
            for n in page.neighbours
        ],
        quotes=[_saying(quote) for quote in page.quotes],
        newest=[_line(line) for line in page.episodes],
        advertised_in=[_line(line) for line in page.advertised],
        others_of_that_name=page.others,
    )


def episode(page: EpisodePage, base: str) -> Plain:
    """An episode, what it mentions and its best quotes."""
    id_ = f"episode/{page.episode.slug}"
    return _known(
        id=id_,
        iri=base + id_,
        title=text(page.episode.title),
        date=said_day(page.episode.date, page.episode.dated),
        show=text(page.episode.show),
        url=text(page.url),
        files=list(page.files),
        summary=text(page.summary, LONG),
        mentions=_named(page.mentions),
        advertises=_named(page.advertised),
        quotes=[{"text": text(q.text), "relevance": round(q.relevance, 3)} for q in page.quotes],
    )


def _named(mentions: list[Named]) -> list[Plain]:
    return [
        {"name": text(one.label), "type": one.type, "confidence": round(one.confidence, 3)}
        for one in mentions
    ]


def explanation(edge: Explanation) -> Plain:
    """An edge, or a rejection, and the rows behind it."""
    told = _known(
        episode=text(edge.episode),
        name=text(edge.label),
        decision=_decision(edge),
        id=edge.target,
        confidence=round(edge.confidence, 3),
        rule=edge.rule,
        advert_alone=[text(str(reason), 200) for reason in edge.advert],
        reasons=[text(str(reason), 200) for reason in edge.reasons],
        rows=[_witness(row) for row in edge.rows[:WITNESSES]],
    )
    if len(edge.rows) > WITNESSES:
        told["more_rows"] = len(edge.rows) - WITNESSES
    return told


def _decision(edge: Explanation) -> str:
    if edge.rule == BELONGS:
        return "the episode belongs to it"
    return "rejected" if edge.type == "noise" else f"accepted as {edge.type}"


def _witness(row: Witness) -> Plain:
    return _known(
        place=f"{row.file}#{row.pointer}",
        written=text(row.surface),
        context=text(row.context),
        category=text(row.category, 80),
        stated=text(row.stated, 20),
        extractor=row.extractor,
        rule=row.rule,
        confidence=round(row.confidence, 3),
        reasons=[text(str(reason), 200) for reason in row.reasons],
    )


def _saying(quote: Saying) -> Plain:
    return {
        "text": text(quote.text),
        "relevance": round(quote.relevance, 3),
        "episode": f"episode/{quote.slug}",
        "title": text(quote.title, 160),
    }


def _line(line: Line) -> Plain:
    return _known(
        id=f"episode/{line.slug}",
        title=text(line.title, 160),
        date=said_day(line.date, line.dated),
        show=text(line.show, 80),
        confidence=round(line.confidence, 3),
    )


def _known(**values: Any) -> Plain:
    """What there is; nothing of what is empty."""
    return {name: value for name, value in values.items() if value not in ("", [], {}, ())}
