"""Why something stands in an episode, or was rejected: every row, rule and reason behind it."""

from __future__ import annotations

import msgspec

from kgraph.base.model import Reason
from kgraph.graph.lookup import find_episode
from kgraph.views.open_graph import OpenGraph, round_value
from kgraph.views.values import EntityRef, EpisodeLine, Fraction, NameText
from kgraph.views.why import SHOW_EDGE_RULE, Explanation, explain_edges


class WhyRequest(msgspec.Struct, frozen=True):
    """Ask why.

    Attributes:
        episode: by file name, title or id.
        name: of what it mentions, of what was rejected, or of its show.
    """

    episode: NameText
    name: NameText


class Belonging(msgspec.Struct, frozen=True):
    """That the episode belongs to a show, how sure that is, and what speaks for it."""

    show: EntityRef
    confidence: Fraction
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


def view_evidence(shelf: OpenGraph, asked: WhyRequest) -> WhyFacts:
    """Why an episode mentions something, why a name in it was rejected, or why it belongs to \
its show: file, row, context, rule, reasons.

    Raises:
        UnknownNameError: there is no such episode, or nothing of that name in it.
    """
    found = shelf.store.episode(find_episode(shelf.outlines, asked.episode))
    edges = explain_edges(found, asked.name)
    own = [edge for edge in edges if edge.rule == SHOW_EDGE_RULE]
    return WhyFacts(
        shelf.make_episode_line(found.slug),
        [edge for edge in edges if edge.rule != SHOW_EDGE_RULE],
        _describe_show_edge(shelf, own[0]) if own else None,
    )


def _describe_show_edge(shelf: OpenGraph, edge: Explanation) -> Belonging:
    return Belonging(shelf.make_ref(edge.target), round_value(edge.confidence), edge.reasons)
