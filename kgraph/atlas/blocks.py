"""The blocks of an atlas: what ``assets/data.js`` reads.

Takes what was gathered and where it stands, gives named blocks (:mod:`kgraph.atlas.columns`):

| block | holds |
|---|---|
| graph | all that the first picture and the filters need |
| names | labels and spellings |
| facts | evidence of edges, cards of episodes, ids |
| quotes-0 … | texts of quotes, in chunks of :data:`CHUNK` characters |
| contexts-0 … | the words around each mention, likewise |

Invariant: what can be worked out from the rest is not written: coordinates, dates and
communities of leaves and quotes are those of their episode (``assets/data.js``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from kgraph.atlas.columns import Column, block, delta, share, text, u8, u16, uint
from kgraph.atlas.tables import KINDS, TYPES, Gathered, Places
from kgraph.names import key

CHUNK = 1_000_000
"""Characters of text in a block: some 10 ms to inflate."""

VERSION = 1
"""Of this format: raised when a reader of the last one would misread it."""

GRID = 65535
"""Steps of a coordinate over :data:`SPAN`."""

SPAN = 1.25
"""Coordinates are kept in [-SPAN, SPAN]: episodes may stand a little outside of the core."""


def blocks_of(
    gathered: Gathered, places: Places, title: str, base: str, quotes: bool = True
) -> dict[str, bytes]:
    """Blocks by name, in the order in which a page wants them.

    Args:
        gathered: what to say.
        places: where it stands.
        title: of the page.
        base: base of the instances' IRIs.
        quotes: with the texts of quotes and the words around mentions.
    """
    texts = {"quotes": gathered.quotes.text, "contexts": gathered.rows.context} if quotes else {}
    cuts = {name: list(_cuts(found)) for name, found in texts.items()}
    meta = {"version": VERSION, "title": title, "base": base, "chunks": cuts}
    return {
        "graph": block(
            [*_nodes(gathered, places), *_edges(gathered)], _meta(gathered, places, meta)
        ),
        "names": block(_names(gathered)),
        "facts": block(_facts(gathered), {"rules": gathered.rows.rules}),
        **{
            f"{name}-{n}": block(
                [*text("text", found[start:end]), *_keys(gathered, name, start, end)]
            )
            for name, found in texts.items()
            for n, (start, end) in enumerate(_spans(cuts[name], len(found)))
        },
    }


def _cuts(texts: Sequence[str]) -> Iterator[int]:
    """Numbers at which a chunk begins."""
    size = CHUNK
    for number, one in enumerate(texts):
        if size >= CHUNK:
            yield number
            size = 0
        size += len(one)


def _spans(cuts: Sequence[int], total: int) -> Iterator[tuple[int, int]]:
    return zip(cuts, [*cuts[1:], total], strict=True)


def _keys(gathered: Gathered, name: str, start: int, end: int) -> list[Column]:
    """Keys of quotes: digests, which nothing makes smaller, so they stand with the texts."""
    if name != "quotes":
        return []
    return [u8("key", np.frombuffer(bytes.fromhex("".join(gathered.quotes.key[start:end])), "u1"))]


def _meta(gathered: Gathered, places: Places, more: dict[str, Any]) -> dict[str, Any]:
    sizes = gathered.ranges
    starts = np.cumsum([0, sizes.core, sizes.episodes, sizes.leaves, sizes.quotes]).tolist()
    names = ("core", "episodes", "leaves", "quotes")
    return {
        **more,
        "types": TYPES,
        "edgeKinds": KINDS,
        "ranges": {name: starts[n : n + 2] for n, name in enumerate(names)},
        "edges": [len(gathered.edges[kind]) for kind in KINDS],
        "communities": places.communities,
        "regions": places.regions,
        "span": SPAN,
        "spacing": places.spacing,
    }


def _nodes(gathered: Gathered, places: Places) -> list[Column]:
    ranges, things, quotes = gathered.ranges, gathered.things, gathered.quotes
    core, placed = things[: ranges.core], things[: ranges.placed]
    leaves = things[ranges.placed :]
    held = np.bincount(np.array(gathered.parent, int) - ranges.core, minlength=ranges.episodes)
    said = np.bincount(np.array(quotes.parent, int) - ranges.core, minlength=ranges.episodes)
    return [
        u8("type", [TYPES.index(thing.type) for thing in core]),
        u16("x", _grid(places.x)),
        u16("y", _grid(places.y)),
        u16("community", places.community),
        u8("weight", share([thing.weight for thing in placed])),
        u8("confidence", share([thing.confidence for thing in core])),
        delta("first", [thing.first for thing in placed]),
        delta("last", [thing.last for thing in core]),
        delta("count", [thing.count for thing in placed]),
        delta("show", gathered.show),
        uint("leaf.held", held),
        u8("leaf.type", [TYPES.index(thing.type) for thing in leaves]),
        u8("leaf.confidence", share([thing.confidence for thing in leaves])),
        uint("quote.held", said),
        delta("quote.relevance", np.rint(np.array(quotes.relevance) * 1000)),
        u8("quote.advert", quotes.advert),
        u8("quote.count", np.minimum(quotes.count, 255)),
    ]


def _grid(coordinates: Any) -> Any:
    return np.rint((np.clip(coordinates, -SPAN, SPAN) + SPAN) * (GRID / (2 * SPAN)))


def _edges(gathered: Gathered) -> Iterator[Column]:
    for kind in KINDS:
        edges = gathered.edges[kind]
        yield delta(f"{kind}.source", edges.source)
        yield delta(f"{kind}.target", edges.target)
        yield u8(f"{kind}.strength", share(edges.strength))


def _names(gathered: Gathered) -> list[Column]:
    """Labels of all but quotes; spellings but the label itself, with counts."""
    things = gathered.things
    spellings = [spelling for thing in things for spelling in thing.spellings]
    return [
        *text("label", [thing.label for thing in things]),
        uint("spellings", [len(thing.spellings) for thing in things]),
        *text("spelling", ["" if s == t.label else s for t in things for s, _ in t.spellings]),
        uint("spelling.count", [count for _, count in spellings]),
    ]


def _facts(gathered: Gathered) -> list[Column]:
    rows, cards, together = gathered.rows, gathered.cards, gathered.association
    return [
        *text("id", [_short_id(thing.id, thing.label) for thing in gathered.things]),
        *text("detail", [thing.detail for thing in gathered.things]),
        *text("file", [card.file for card in cards]),
        *text("url", [card.url for card in cards]),
        *text("summary", [card.summary for card in cards]),
        *text("date", [card.date for card in cards]),
        uint("together", together.together),
        delta("association", np.rint(np.array(together.value) * 1000)),
        uint("lift", np.rint(np.array(together.lift) * 100)),
        uint("strength", np.rint(np.array(together.strength) * 10)),
        uint("rows", rows.behind),
        uint("row.surface", rows.surface),
        u8("row.rule", rows.rule),
        u8("row.stated", rows.stated),
        u8("row.confidence", share(rows.confidence)),
    ]


def _short_id(id_: str, label: str) -> str:
    """The id after its type, or "" where the letters and digits of the label are it."""
    name = id_.partition("/")[2]
    return "" if label.isascii() and name == key(label) else name
