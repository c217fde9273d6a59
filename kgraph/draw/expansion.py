"""Chooses the names that a picture can be expanded by: the nearest ones that are not drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from kgraph.draw.network import LINE_PX_PER_ASSOCIATION, MIN_LINE_PX
from kgraph.draw.select import association_key, keep_ties
from kgraph.graph import Entity
from kgraph.graph.cooccurrence import CoMention

MAX_EXPANSION = 6  #: names that one entity can be expanded by: 60 entities add 40 kB to a file


def choose_expansions(
    entities: Mapping[str, Entity], pairs: Collection[CoMention], drawn: Collection[str]
) -> dict[str, Any]:
    """Return the names that a picture can be expanded by, ready for JSON.

    Args:
        entities: all that may be drawn, by id.
        pairs: all pairs among them.
        drawn: ids of those that are.

    Returns:
        ``things``: facts of each further name, by id; ``links``: for each drawn id the further ones
        that it has a tie with, the strongest first, as id, episodes, association, confidence and
        width of line.
    """
    chosen = frozenset(drawn)
    links: dict[str, list[tuple[str, int, float, float, float]]] = {}
    for pair in sorted(keep_ties(pairs), key=association_key):
        for end, other in ((pair.source, pair.target), (pair.target, pair.source)):
            if end in chosen and other not in chosen and len(links.get(end, ())) < MAX_EXPANSION:
                width = MIN_LINE_PX + LINE_PX_PER_ASSOCIATION * max(pair.association, 0.0)
                association, confidence = round(pair.association, 3), round(pair.confidence, 3)
                row = (other, pair.episodes, association, confidence, round(width, 2))
                links.setdefault(end, []).append(row)
    further = sorted({id_ for rows in links.values() for id_, *_ in rows})
    things = {
        id_: {
            "label": entities[id_].label,
            "type": entities[id_].type,
            "kind": entities[id_].kind,
            "count": entities[id_].episodes,
            "confidence": round(entities[id_].confidence, 3),
        }
        for id_ in further
    }
    return {"things": things, "links": links}
