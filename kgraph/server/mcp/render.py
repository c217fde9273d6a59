"""Texts, tables and things as JSON values that are safe and small enough for an agent's context.

An agent reads and keeps all that it is sent. So texts are cut, numbers rounded, tables end at a
number of characters and say how to get the rest, and IRIs of the graph become the short ids that
every tool accepts. Characters that a person would not see are removed: they could hide
instructions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kgraph.base.counts import rank_counts
from kgraph.base.text import format_day
from kgraph.base.vocabulary import compact_iri
from kgraph.search import Hit, Source
from kgraph.views.theme_and_show import ThemeFacts
from kgraph.views.thing import EntityPage, EpisodePage, PageEpisode, PageMention
from kgraph.views.values import Association, AssociationGroup

JsonObject = dict[str, Any]
JsonCell = str | int | float | bool | None

MAX_NAMES = 12  #: spellings of a name; OpenAI has some thirty

MAX_CLAIMS = 10  #: of one claim or answer; those that decide come first

MAX_SUMMARY_CHARS = 1500
MAX_TITLE_CHARS = 160
MAX_NAME_CHARS = 80

AGENT_TEXT_CHARS = 400  #: of a text; of a hundred quotes two are longer

MAX_TABLE_CHARS = 12_000  #: of a table: some 4,000 tokens

VISIBLE_JOINERS = "\u200c\u200d"  #: characters without a shape that scripts and emoji need

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})

# Any number of variation selectors may follow a letter, unseen. U+FE0F is kept: it colours emoji.
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef]")


def clean_text(value: str, limit: int = AGENT_TEXT_CHARS) -> str:
    """Put a text on one line without hidden characters, cut with ``…`` if it is long.

    >>> clean_text("a\\u202eb\\n c\\U000e0041"), clean_text("abcdef", 4)
    ('ab c', 'abc…')
    """
    line = _VARIATION_SELECTORS.sub("", " ".join(value[: limit * 8].split()))
    visible = "".join(
        char
        for char in line
        if char in VISIBLE_JOINERS or unicodedata.category(char) not in _HIDDEN_CATEGORIES
    )
    return visible if len(visible) <= limit else visible[: limit - 1].rstrip() + "…"


def shorten_iri(iri: str, base: str) -> str:
    """Return an IRI as an id of the graph or as a prefixed name, as tools and SPARQL accept it.

    >>> shorten_iri("https://example.org/id/company/nvidia", "https://example.org/id/")
    'company/nvidia'
    >>> shorten_iri("https://schema.org/name", "https://example.org/id/")
    'schema:name'
    """
    return clean_text(iri.removeprefix(base) if iri.startswith(base) else compact_iri(iri))


def fit_rows(
    rows: Iterable[Sequence[JsonCell]], max_chars: int = MAX_TABLE_CHARS
) -> list[list[JsonCell]]:
    """Return as many rows as fit, at least one."""
    fitting: list[list[JsonCell]] = []
    for row in rows:
        cells = [clean_text(cell) if isinstance(cell, str) else cell for cell in row]
        max_chars -= len(msgspec.json.encode(cells))
        if max_chars < 0 and fitting:
            break
        fitting.append(cells)
    return fitting


def page_table(
    columns: Sequence[str], rows: Sequence[Sequence[JsonCell]], limit: int, offset: int = 0
) -> dict[str, Any]:
    """Return a page of a table, with a note on how to get the next one."""
    page = fit_rows(rows[offset : offset + limit])
    end = offset + len(page)
    table: dict[str, Any] = {"columns": list(columns), "rows": page, "total": len(rows)}
    if end < len(rows):
        table["next"] = f"rows {offset + 1} to {end} of {len(rows)}: ask again with offset={end}"
    return table


# -- things ------------------------------------------------------------------------


def render_hit(hit: Hit) -> JsonObject:
    """Render a hit of a search."""
    values: JsonObject = {"kind": hit.kind, "id": hit.id}
    if hit.name:
        values["name"] = clean_text(hit.name)
    if hit.type:
        values["type"] = hit.type
    if hit.text and hit.kind != "episode":
        values["text"] = clean_text(hit.text)
    if hit.episodes:
        values["relevance" if hit.kind == "quote" else "confidence"] = round(hit.weight, 3)
    if source := hit.episode:
        values["episode"] = _render_source(source, url=clean_text(source.original_url))
    if hit.episodes != 1:  # 0 for what only adverts name
        values["episodes"] = hit.episodes
    return values


def render_entity(page: EntityPage, base: str) -> JsonObject:
    """Render an entity, its neighbours, best quotes and newest episodes."""
    entity = page.entity
    return drop_empty(
        id=entity.id,
        iri=base + entity.id,
        name=clean_text(entity.label),
        type=entity.type,
        kind=entity.kind,
        confidence=round(entity.confidence, 3),
        episodes=entity.episodes,
        advertised=entity.advertised,
        unlikely=entity.unlikely,
        shows=entity.shows,
        own_episodes=page.series or "",
        newest_own=_render_lines(page.belonging),
        written={
            clean_text(name, MAX_NAME_CHARS): count
            for name, count in rank_counts(entity.surfaces)[:MAX_NAMES]
        },
        relations=[f"{property_} {target}" for property_, target in entity.relations],
        replaces=list(entity.replaces),
        **render_beside(page.beside),
        quotes=[
            {
                "text": clean_text(quote.text),
                "relevance": round(quote.relevance, 3),
                "episode": f"episode/{quote.slug}",
                "title": clean_text(quote.title, MAX_TITLE_CHARS),
            }
            for quote in page.quotes
        ],
        newest=_render_lines(page.episodes),
        advertised_in=_render_lines(page.advertised),
        others_of_that_name=page.others,
    )


def render_beside(groups: Iterable[AssociationGroup]) -> JsonObject:
    """Render what is mentioned together with something, by type, strongest first.

    Returns:
        The fields ``beside`` and, for what may be there by chance, ``beside_may_be_chance``.
    """
    groups = list(groups)
    return {
        "beside": {g.type: _render_associations(g.rows) for g in groups if g.rows},
        "beside_may_be_chance": {
            g.type: _render_associations(g.uncertain) for g in groups if g.uncertain
        },
    }


def _render_associations(rows: Iterable[Association]) -> list[JsonObject]:
    return [
        drop_empty(
            name=clean_text(row.thing.label),
            id=row.thing.id,
            episodes=row.episodes,
            lift=round(row.lift, 2),
            association=round(row.association, 2),
            said=clean_text(row.sentence),
        )
        for row in rows
    ]


def render_theme(theme: ThemeFacts, base: str) -> JsonObject:
    """Render a theme, topic or tag, what stands beside it, best quotes and newest episodes."""
    return drop_empty(
        id=theme.thing.id,
        iri=base + theme.thing.id,
        name=clean_text(theme.thing.label),
        type=theme.thing.type,
        episodes=theme.episodes,
        broader=[ref.id for ref in theme.broader],
        narrower=[ref.id for ref in theme.narrower],
        same_thing=theme.same_thing.id if theme.same_thing else "",
        others_of_that_name=theme.others,
        **render_beside(theme.beside),
        quotes=[
            {
                "text": clean_text(quote.text),
                "relevance": round(quote.relevance, 3),
                "episode": quote.episode.id,
                "title": clean_text(quote.episode.title, MAX_TITLE_CHARS),
            }
            for quote in theme.quotes
        ],
        newest=[
            {
                "id": line.id,
                "title": clean_text(line.title, MAX_TITLE_CHARS),
                "date": format_day(line.date, line.dated),
            }
            for line in theme.latest
        ],
    )


def render_episode(page: EpisodePage, base: str) -> JsonObject:
    """Render an episode, its mentions, topics, tags and best quotes."""
    id_ = f"episode/{page.episode.slug}"
    return drop_empty(
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
        unlikely=page.unlikely,
        topics=[term.id for term in page.topics],
        tags=[term.id for term in page.tags],
        quotes=[
            {"text": clean_text(q.text), "relevance": round(q.relevance, 3)} for q in page.quotes
        ],
    )


def _render_mentions(mentions: list[PageMention]) -> list[JsonObject]:
    return [
        {"name": clean_text(m.label), "type": m.type, "confidence": round(m.confidence, 3)}
        for m in mentions
    ]


def render_explanation(value: Any) -> Any:
    """Render an explanation or a part of it: its fields that are not empty, with clean texts."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return drop_empty(**{name: render_explanation(item) for name, item in value.items()})
    if isinstance(value, list):
        more = len(value) - MAX_CLAIMS
        rendered = [render_explanation(item) for item in value[:MAX_CLAIMS]]
        return [*rendered, f"and {more:,} more"] if more > 0 else rendered
    return value


def _render_lines(lines: Iterable[PageEpisode]) -> list[JsonObject]:
    return [_render_source(line, confidence=round(line.confidence, 3)) for line in lines]


def _render_source(source: PageEpisode | Source, **more: str | float) -> JsonObject:
    return drop_empty(
        id=f"episode/{source.slug}",
        title=clean_text(source.title, MAX_TITLE_CHARS),
        date=format_day(source.date, source.dated),
        show=clean_text(source.show, MAX_NAME_CHARS),
        **more,
    )


def drop_empty(**values: Any) -> JsonObject:
    """Return the values that are neither empty texts nor empty collections."""
    return {name: value for name, value in values.items() if value not in ("", [], {}, ())}
