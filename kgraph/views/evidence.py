"""Why something stands in an episode, or was rejected: every row, rule and reason behind it."""

from __future__ import annotations

import msgspec

from kgraph.base.model import Reason
from kgraph.graph.finding import episode_of
from kgraph.views.open_graph import Shelf, rounded
from kgraph.views.values import EpisodeLine, Name, Share, Thing
from kgraph.views.why import BELONGS, Explanation, explain


class Why(msgspec.Struct, frozen=True):
    """Ask why.

    Attributes:
        episode: by file name, title or id.
        name: of what it mentions, of what was rejected, or of its show.
    """

    episode: Name
    name: Name


class Belonging(msgspec.Struct, frozen=True):
    """That the episode belongs to a show, how sure that is, and what speaks for it."""

    show: Thing
    confidence: Share
    reasons: tuple[Reason, ...]


class WhyFacts(msgspec.Struct, frozen=True):
    """What stands behind an edge.

    Attributes:
        episode: where.
        edges: what goes by the name there, with the rows behind it.
        show: the same of the show that it belongs to, where that was asked for.
    """

    episode: EpisodeLine
    edges: list[Explanation]
    show: Belonging | None


def reasons(shelf: Shelf, asked: Why) -> WhyFacts:
    """Why an episode mentions something, why a name in it was rejected, or why it belongs to \
its show: file, row, context, rule, reasons.

    Raises:
        UnknownNameError: there is no such episode, or nothing of that name in it.
    """
    found = shelf.store.episode(episode_of(shelf.outlines, asked.episode))
    edges = explain(found, asked.name)
    own = [edge for edge in edges if edge.rule == BELONGS]
    return WhyFacts(
        shelf.line(found.slug),
        [edge for edge in edges if edge.rule != BELONGS],
        _belonging(shelf, own[0]) if own else None,
    )


def _belonging(shelf: Shelf, edge: Explanation) -> Belonging:
    return Belonging(shelf.thing(edge.target), rounded(edge.confidence), edge.reasons)
