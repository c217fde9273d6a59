"""Why an edge is there, or why something was rejected: file, row, extractor, context, rule.

That an episode belongs to a show is an edge, too; no row says it, but reasons of its own do.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kgraph.base.errors import UnknownNameError
from kgraph.base.model import Reason
from kgraph.base.text import local_id, name_key, shorten
from kgraph.graph import EpisodeGraph, MentionEdge, RowDecision
from kgraph.graph.lookup import find_episode
from kgraph.resolve.quotes.fingerprints import quote_key
from kgraph.resolve.rows import detect_extractor
from kgraph.store import Store

SHOW_EDGE_RULE = "belongs"
"""Rule of the edge from an episode to its show."""


class Witness(msgspec.Struct, frozen=True):
    """One row behind an edge.

    Attributes:
        file: name of the file, and ``pointer``: where in its front matter (RFC 6901).
        surface: the name as written; ``context``: the words around it.
        category: as written; ``stated``: the confidence as written.
        extractor: ``regex``, ``llm`` or ``hand``.
        rule: what decided, with ``confidence`` in [0, 1] and its ``reasons``.
    """

    file: str
    pointer: str
    surface: str
    context: str
    category: str
    stated: str
    extractor: str
    rule: str
    confidence: float
    reasons: tuple[Reason, ...]


class Explanation(msgspec.Struct, frozen=True):
    """An edge, and the rows behind it.

    Attributes:
        episode: its title; ``label``, ``type``, ``target``: what it mentions, of type "noise"
            when that was rejected.
        confidence: probability that it holds; ``rule``: what decided, :data:`SHOW_EDGE_RULE` for the
            show that the episode is of.
        advert: why it stands in adverts alone; nothing where it does not.
        reasons: why the episode is of that show.
    """

    episode: str
    label: str
    type: str
    target: str
    confidence: float
    rule: str
    rows: list[Witness]
    advert: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()


def explain_by_name(store: Store, episode: str, name: str) -> list[Explanation]:
    """Every edge of an episode that goes by a name, and what stands behind it.

    Args:
        store: where.
        episode: by id, slug, file name or title.
        name: of an entity, of the episode's show or of something rejected, by label, id or as
            written.

    Raises:
        UnknownNameError: there is no such episode, or nothing of that name in it; near
            names are suggested.
    """
    return explain_edges(store.episode(find_episode(store.shared.summaries, episode)), name)


def explain_edges(episode: EpisodeGraph, name: str) -> list[Explanation]:
    """The same of an episode at hand.

    Raises:
        UnknownNameError: there is nothing of that name in it.
    """
    name = local_id(name)
    edges = [
        _explain_mention(episode, mention)
        for mention in episode.mentions
        if _has_name(mention, name)
    ]
    edges += _explain_show(episode, name)
    if not edges:
        _check_not_quote(episode, name)
        labels = [mention.label for mention in episode.mentions if mention.is_accepted]
        raise UnknownNameError(
            f"nothing called {shorten(name)!r} in {episode.main_file.title!r}: "
            f"it mentions {', '.join(labels[:8]) or 'nothing'}",
            labels,
        )
    return edges


def _explain_show(episode: EpisodeGraph, name: str) -> Iterator[Explanation]:
    show = episode.show
    if show and (name == show.target or name_key(name) == name_key(show.label)):
        yield Explanation(
            episode.main_file.title,
            show.label,
            "show",
            show.target,
            show.confidence,
            SHOW_EDGE_RULE,
            [],
            reasons=show.reasons,
        )


def _check_not_quote(episode: EpisodeGraph, name: str) -> None:
    found = {occurrence.quote for occurrence in episode.occurrences}
    if not found.isdisjoint((name.removeprefix("quote/"), quote_key(name))):
        raise UnknownNameError(
            f"{name[:80]!r}: this is a quote, and why tells of what an episode mentions: "
            "`kgraph audit quotes` tells of each quote what makes it seem an advert"
        )


def _has_name(mention: MentionEdge, name: str) -> bool:
    wanted = name_key(name)
    surfaces = {name_key(row.surface) for row in mention.rows}
    return name == mention.target or wanted == name_key(mention.label) or wanted in surfaces


def _explain_mention(episode: EpisodeGraph, edge: MentionEdge) -> Explanation:
    rows = [_make_witness(episode, row) for row in edge.rows]
    return Explanation(
        episode.main_file.title,
        edge.label,
        edge.type,
        edge.target,
        edge.confidence,
        edge.rule,
        rows,
        edge.advert_reasons,
    )


def _make_witness(episode: EpisodeGraph, decision: RowDecision) -> Witness:
    row = episode.find_row("companies", decision.file, decision.index)
    return Witness(
        episode.files[decision.file].file,
        row.pointer,
        decision.surface,
        row.text("context"),
        row.text("category"),
        row.text("confidence"),
        detect_extractor(row),
        decision.rule,
        decision.confidence,
        decision.reasons,
    )
