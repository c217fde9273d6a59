"""The blocks of an atlas: what ``assets/data.js`` and ``details.js`` read.

Takes what was gathered and where it stands, gives named blocks (:mod:`kgraph.atlas.codec`):

| block | holds |
|---|---|
| graph | all that the first picture needs |
| edges | edges that it does without: what is drawn only near |
| names | labels and spellings |
| facts | evidence of mentions, cards of episodes, ids |
| quotes-0 … | texts of quotes, in chunks of :data:`CHUNK_CHARS` characters |
| contexts-0 … | the words around each mention, likewise |

Invariant: what the rest tells is not written, and the page works it out: coordinates, dates
and camps of leaves and quotes (those of their episode); the mention of a leaf and the standing
of a quote in its own episode; how sure a quote names a thing (as sure as its episode mentions
it); what stands behind an association (the episodes that mention both).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from kgraph.atlas.codec import (
    EncodedColumn,
    encode_block,
    encode_delta,
    encode_text,
    encode_u8,
    encode_u16,
    encode_uint,
    quantize_shares,
)
from kgraph.atlas.model import EDGE_KINDS, NODE_TYPES, Array, AtlasData, MapLayout, without_quotes
from kgraph.atlas.regions import find_regions
from kgraph.atlas.transposed import (
    mentions_by_target,
    names_by_quote,
    occurrences_elsewhere,
    theme_sets,
)
from kgraph.base.text import name_key
from kgraph.draw.legend import TYPE_STYLES, type_colours

CHUNK_CHARS = 500_000
"""Characters of text in a block: some 5 ms to inflate, for one quote that is looked at."""

FORMAT_VERSION = 2
"""Of this format: raised when a reader of the last one would misread it."""

GRID_STEPS = 8191
"""Steps of a coordinate over :data:`MAX_COORDINATE`: a tenth of what parts two quotes."""

MAX_COORDINATE = 1.0
"""Coordinates are kept in [-SPAN, SPAN]."""

RELEVANCE_STEPS = 250
"""Steps of a relevance over [0, 1]."""

FIRST_EDGE_KINDS = ("associated", "states")
"""Kinds of edges that may be seen from afar."""

LATER_EDGE_KINDS = ("about", "keyword", "partOf")
"""Kinds of the others that are written as they are."""


def encode_blocks(
    gathered: AtlasData, places: MapLayout, title: str, base: str, texts: bool
) -> dict[str, bytes]:
    """The blocks that hold no texts of quotes, by name, that of the first picture first.

    Args:
        gathered: what to say.
        places: where it stands.
        title: of the page.
        base: base of the instances' IRIs.
        texts: the file will hold :func:`encode_text_blocks` as well. Without its text a quote is
            nothing to look at: quotes are left out, and so are names of files.
    """
    gathered = gathered if texts else without_quotes(gathered)
    return {
        "graph": encode_block(
            [
                *_encode_nodes(gathered, places),
                *_encode_regions(gathered, places),
                *_encode_edges(gathered, FIRST_EDGE_KINDS),
            ],
            _make_meta(gathered, places, title, base, texts),
        ),
        "edges": encode_block(
            [*_encode_edges(gathered, LATER_EDGE_KINDS), *_encode_transposed(gathered)]
        ),
        "names": encode_block(_encode_names(gathered)),
        "facts": encode_block(_encode_details(gathered, texts), _shared_strings(gathered)),
    }


def encode_text_blocks(gathered: AtlasData) -> dict[str, bytes]:
    """The blocks of texts, by name."""
    quotes, contexts = gathered.quotes, gathered.rows.context
    found = {}
    for number, (start, end) in enumerate(_chunk_spans(quotes.text)):
        keys = np.frombuffer(bytes.fromhex("".join(quotes.key[start:end])), "u1")
        columns = [*encode_text("text", quotes.text[start:end]), encode_u8("key", keys)]
        found[f"quotes-{number}"] = encode_block(columns)
    for number, (start, end) in enumerate(_chunk_spans(contexts)):
        found[f"contexts-{number}"] = encode_block(encode_text("text", contexts[start:end]))
    return found


def _chunk_spans(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Numbers of the first text of each chunk, and of that after its last."""
    start = size = 0
    for number, one in enumerate(texts, 1):
        size += len(one)
        if size >= CHUNK_CHARS or number == len(texts):
            yield start, number
            start, size = number, 0


def _make_meta(
    gathered: AtlasData, places: MapLayout, title: str, base: str, texts: bool
) -> dict[str, Any]:
    sizes = gathered.ranges
    starts = np.cumsum([0, sizes.core, sizes.episodes, sizes.leaves, sizes.quotes]).tolist()
    names = ("core", "episodes", "leaves", "quotes")
    days = [thing.first for thing in gathered.nodes[sizes.core : sizes.placed] if thing.is_dated]
    long = {"quotes": gathered.quotes.text, "contexts": gathered.rows.context} if texts else {}
    return {
        "version": FORMAT_VERSION,
        "title": title,
        "base": base,
        "types": NODE_TYPES,
        "looks": type_colours(),
        "plurals": {type_: TYPE_STYLES[type_].plural for type_ in NODE_TYPES},
        "edgeKinds": EDGE_KINDS,
        "ranges": {name: starts[n : n + 2] for n, name in enumerate(names)},
        "edges": [len(gathered.edges[kind]) for kind in EDGE_KINDS],
        "dates": [min(days), max(days)] if days else [],
        "communities": places.communities,
        "regions": places.regions,
        "span": MAX_COORDINATE,
        "spacing": places.spacing,
        "scale": places.scale,
        "chunks": {
            name: [start for start, _ in _chunk_spans(found)] for name, found in long.items()
        },
    }


def _encode_nodes(gathered: AtlasData, places: MapLayout) -> list[EncodedColumn]:
    ranges, things, quotes = gathered.ranges, gathered.nodes, gathered.quotes
    core, placed, leaves = things[: ranges.core], things[: ranges.placed], things[ranges.placed :]
    return [
        encode_u8("type", [NODE_TYPES.index(thing.type) for thing in core]),
        encode_u16("x", _to_grid(np.clip(places.x, -MAX_COORDINATE, MAX_COORDINATE))),
        encode_u16("y", _to_grid(np.clip(places.y, -MAX_COORDINATE, MAX_COORDINATE))),
        encode_u16("community", places.community),
        encode_u8("weight", quantize_shares([thing.weight for thing in placed])),
        encode_u8("confidence", quantize_shares([thing.confidence for thing in core])),
        encode_delta("first", [thing.first for thing in placed]),
        encode_uint("lasting", [thing.last - thing.first for thing in core]),
        encode_uint("count", [thing.count for thing in placed]),
        encode_delta("show", gathered.episode_shows),
        encode_uint("leaf.held", _count_children(gathered.leaf_parents, gathered)),
        encode_u8("leaf.type", [NODE_TYPES.index(thing.type) for thing in leaves]),
        encode_uint("quote.held", _count_children(quotes.parent, gathered)),
        encode_delta("quote.relevance", np.rint(np.array(quotes.relevance) * RELEVANCE_STEPS)),
        encode_u8("quote.advert", quotes.advert),
        encode_u8("quote.count", np.minimum(quotes.count, 255)),
    ]


def _count_children(parents: Sequence[int], gathered: AtlasData) -> Array:
    """How many nodes each episode is the parent of."""
    ranges = gathered.ranges
    own = np.array(parents, dtype=np.int64) - ranges.core
    return np.bincount(own, minlength=ranges.episodes)


def _to_grid(coordinates: Array) -> Array:
    return np.rint((coordinates + MAX_COORDINATE) * (GRID_STEPS / (2 * MAX_COORDINATE)))


def _encode_regions(gathered: AtlasData, places: MapLayout) -> Iterator[EncodedColumn]:
    core = gathered.ranges.core
    weight = np.array([thing.weight for thing in gathered.nodes[:core]])
    x, y, camps = places.x[:core], places.y[:core], np.asarray(places.community[:core])
    regions = find_regions(x, y, weight, camps)
    rings = [ring for region in regions for ring in region.rings]
    points = np.concatenate([*rings, np.zeros((0, 2))])
    yield encode_u8("land.community", [region.community for region in regions])
    yield encode_u8("land.rings", [len(region.rings) for region in regions])
    yield encode_uint("ring.points", [len(ring) for ring in rings])
    yield encode_delta("ring.x", _to_grid(points[:, 0]))
    yield encode_delta("ring.y", _to_grid(points[:, 1]))


def _encode_edges(gathered: AtlasData, kinds: Sequence[str]) -> Iterator[EncodedColumn]:
    for kind in kinds:
        edges = gathered.edges[kind]
        yield encode_delta(f"{kind}.source", edges.source)
        yield encode_delta(f"{kind}.target", edges.target)
        yield encode_u8(f"{kind}.strength", quantize_shares(edges.strength))


def _encode_transposed(gathered: AtlasData) -> Iterator[EncodedColumn]:
    held, gaps = mentions_by_target(gathered)
    yield encode_uint("mentions.held", held)
    yield encode_uint("mentions.gap", gaps)
    yield encode_u8("mentions.strength", quantize_shares(gathered.edges["mentions"].strength))
    elsewhere = occurrences_elsewhere(gathered)
    yield encode_delta("quoted.source", elsewhere.source)
    yield encode_delta("quoted.target", elsewhere.target)
    yield encode_u8("quoted.strength", quantize_shares(elsewhere.strength))
    held, gaps = names_by_quote(gathered)
    yield encode_uint("names.held", held)
    yield encode_uint("names.gap", gaps)
    sizes, members, chosen = theme_sets(gathered)
    yield encode_uint("theme.size", sizes)
    yield encode_delta("theme.member", members)
    yield encode_uint("theme.set", chosen)


def _encode_names(gathered: AtlasData) -> list[EncodedColumn]:
    """Labels of all but quotes; spellings, "" for the label itself, with counts."""
    things = gathered.nodes
    return [
        *encode_text("label", [thing.label for thing in things]),
        encode_uint("spellings", [len(thing.spellings) for thing in things]),
        *encode_text(
            "spelling", ["" if s == t.label else s for t in things for s, _ in t.spellings]
        ),
        encode_uint("spelling.count", [count for thing in things for _, count in thing.spellings]),
    ]


def _shared_strings(gathered: AtlasData) -> dict[str, Any]:
    """Words that many facts share, by number."""
    return {"rules": gathered.rows.rules, "details": _list_details(gathered)}


def _list_details(gathered: AtlasData) -> list[str]:
    return sorted({thing.detail for thing in gathered.nodes})


def _encode_details(gathered: AtlasData, texts: bool) -> list[EncodedColumn]:
    rows, cards, things = gathered.rows, gathered.episode_cards, gathered.nodes
    number = {detail: n for n, detail in enumerate(_list_details(gathered))}
    several = np.repeat(np.array(rows.rows_per_mention) > 1, rows.rows_per_mention)
    return [
        *encode_text("id", [_shorten_id(thing.id, thing.label) for thing in things]),
        encode_uint("detail", [number[thing.detail] for thing in things]),
        *encode_text("file", [card.file if texts else "" for card in cards]),
        *encode_text("url", [card.url for card in cards]),
        *encode_text("summary", [card.summary for card in cards]),
        *encode_text("date", [card.date for card in cards]),
        encode_uint("rows", rows.rows_per_mention),
        encode_uint("row.surface", rows.surface),
        encode_u8("row.rule", rows.rule),
        encode_u8("row.stated", rows.stated),
        # A single row is as sure as its mention.
        encode_u8("row.confidence", quantize_shares(rows.confidence)[several]),
    ]


def _shorten_id(id_: str, label: str) -> str:
    """The id after its type, or "" where the letters and digits of the label are it."""
    name = id_.partition("/")[2]
    return "" if label.isascii() and name == name_key(label) else name


def expand_id(kind: str, short: str, label: str) -> str:
    """What :func:`_shorten_id` shortened."""
    return f"{kind}/{short or name_key(label)}"
