"""The page's title and caption, and the data of its panel and tables.

Returns plain values for :func:`kgraph.draw.draw.render_view_page`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.text import pluralize
from kgraph.draw.evidence import Evidence
from kgraph.draw.network import measure_bounds
from kgraph.graph import Entity
from kgraph.graph.cooccurrence import CoMention

if TYPE_CHECKING:
    from pyvis.network import Network

#: Type of entity -> plural.
TYPE_PLURALS = {type_: spec.plural for type_, spec in ENTITY_TYPES.items()}

MAX_PANEL_SPELLINGS = 8  #: spellings listed of one entity, the most frequent first


class PictureContent(msgspec.Struct, frozen=True):
    entities: list[Entity]  #: most important first
    pairs: list[CoMention]  #: links among them, strongest first
    types: frozenset[str]  #: selected types; empty for all
    episode_count: int  #: episodes in the selection
    focus: str | None = None  #: id of the entity in the middle

    @property
    def ids(self) -> list[str]:
        return [entity.id for entity in self.entities]


def make_title(content: PictureContent) -> str:
    for entity in content.entities:
        if entity.id == content.focus:
            return f"{entity.label} and the {_join_plurals(content)} around it"
    return f"{_join_plurals(content).capitalize()} mentioned together"


def _join_plurals(content: PictureContent) -> str:
    plurals = [plural for type_, plural in TYPE_PLURALS.items() if type_ in content.types]
    return ", ".join(plurals) or "names"


def make_caption(content: PictureContent) -> str:
    return (
        f"{pluralize(len(content.entities), 'name')} and {pluralize(len(content.pairs), 'link')} "
        f"from {pluralize(content.episode_count, 'episode')}. A line joins names that occur in the "
        "same episodes more often than chance would predict."
    )


def make_page_data(content: PictureContent, network: Network, evidence: Evidence) -> dict[str, Any]:
    """Return the data of the page's scripts (``assets/*.js``), ready for JSON."""
    nodes, edges, *_ = network.get_network_data()
    counts = Counter(entity.type for entity in content.entities)
    panels = {}
    for entity in content.entities:
        spellings = sorted(entity.surfaces, key=lambda s: (-entity.surfaces[s], s))
        panels[entity.id] = {
            "label": entity.label,
            "type": entity.type,
            "kind": entity.kind,
            "spellings": [s for s in spellings if s != entity.label][:MAX_PANEL_SPELLINGS],
            "confidence": round(entity.confidence, 3),
            **msgspec.structs.asdict(evidence.supports[(entity.id,)]),
        }
    return {
        "focus": content.focus,
        "nodes": nodes,
        "edges": edges,
        "options": network.options,
        "frame": measure_bounds(nodes),
        "types": [
            {"type": type_, "plural": plural, "count": counts[type_]}
            for type_, plural in TYPE_PLURALS.items()
            if type_ in counts
        ],
        "things": panels,
        "links": {
            edge["id"]: {
                "source": pair.source,
                "target": pair.target,
                "association": round(pair.association, 3),
                "confidence": round(pair.confidence, 3),
                **msgspec.structs.asdict(evidence.supports[(pair.source, pair.target)]),
            }
            for edge, pair in zip(edges, content.pairs, strict=True)
        },
        "episodes": evidence.episodes,
        "quotes": evidence.quotes,
    }
