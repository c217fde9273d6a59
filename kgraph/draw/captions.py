"""What the page says beside the picture: title, caption, and the data of its panel and tables.

Takes a :class:`PictureContent`, the network and the evidence; gives plain values for
:func:`kgraph.draw.page.render_view_page`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.text import pluralize
from kgraph.draw.evidence import Evidence, Support
from kgraph.draw.network import measure_bounds
from kgraph.graph import Entity
from kgraph.graph.cooccurrence import CoMention

if TYPE_CHECKING:
    from pyvis.network import Network

TYPE_PLURALS = {type_: spec.plural for type_, spec in ENTITY_TYPES.items()}
"""Type of entity -> what several of it are called."""

MAX_PANEL_SPELLINGS = 8
"""Spellings listed of one thing, the most frequent first."""


class PictureContent(msgspec.Struct, frozen=True):
    """What is drawn.

    Attributes:
        entities: what, the most telling first.
        pairs: the links among them, strongest first.
        types: which types were asked for; empty for all.
        total: how many episodes were looked at.
        focus: id of the thing in the middle, if any.
    """

    entities: list[Entity]
    pairs: list[CoMention]
    types: frozenset[str]
    episode_count: int
    focus: str | None = None

    @property
    def ids(self) -> list[str]:
        return [entity.id for entity in self.entities]


def make_title(drawing: PictureContent) -> str:
    """What the picture shows."""
    for entity in drawing.entities:
        if entity.id == drawing.focus:
            return f"{entity.label} and the {_join_plurals(drawing)} around it"
    return f"{_join_plurals(drawing).capitalize()} mentioned together"


def _join_plurals(drawing: PictureContent) -> str:
    named = [plural for type_, plural in TYPE_PLURALS.items() if type_ in drawing.types]
    return ", ".join(named) if named else "things"


def make_caption(drawing: PictureContent) -> str:
    """How much it shows, and how to read it."""
    return (
        f"{pluralize(len(drawing.entities), 'name')} and {pluralize(len(drawing.pairs), 'link')} "
        f"from {pluralize(drawing.episode_count, 'episode')}. A line joins names that stand in the same "
        "episodes more often than chance would have it."
    )


def make_page_data(drawing: PictureContent, network: Network, evidence: Evidence) -> dict[str, Any]:
    """What the page's scripts show (``assets/*.js``), as values that JSON can hold."""
    nodes, edges, *_ = network.get_network_data()
    return {
        "focus": drawing.focus,
        "nodes": nodes,
        "edges": edges,
        "options": network.options,
        "frame": measure_bounds(network),
        "types": _make_legend(drawing.entities),
        "things": {
            entity.id: _node_data(entity, evidence.supports[(entity.id,)])
            for entity in drawing.entities
        },
        "links": {
            edge["id"]: _link_data(pair, evidence.supports[(pair.source, pair.target)])
            for edge, pair in zip(edges, drawing.pairs, strict=True)
        },
        "episodes": evidence.episodes,
        "quotes": evidence.quotes,
    }


def _make_legend(entities: Sequence[Entity]) -> list[dict[str, str | int]]:
    counts = Counter(entity.type for entity in entities)
    return [
        {"type": type_, "plural": plural, "count": counts[type_]}
        for type_, plural in TYPE_PLURALS.items()
        if type_ in counts
    ]


def _node_data(entity: Entity, support: Support) -> dict[str, Any]:
    spellings = sorted(entity.surfaces, key=lambda s: (-entity.surfaces[s], s))
    return {
        "label": entity.label,
        "type": entity.type,
        "kind": entity.kind,
        "spellings": [s for s in spellings if s != entity.label][:MAX_PANEL_SPELLINGS],
        "confidence": round(entity.confidence, 3),
        **msgspec.structs.asdict(support),
    }


def _link_data(pair: CoMention, support: Support) -> dict[str, Any]:
    return {
        "source": pair.source,
        "target": pair.target,
        "association": round(pair.association, 3),
        "confidence": round(pair.confidence, 3),
        **msgspec.structs.asdict(support),
    }
