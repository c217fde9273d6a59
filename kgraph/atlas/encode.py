"""Encodes the blocks of an atlas, which ``data.js``, ``edges.js`` and ``details.js`` read.

Takes the data and the layout, returns named blocks (:mod:`kgraph.atlas.codec`):

============  ============================================================
block         contents
============  ============================================================
graph         everything that the first picture needs
edges         edges that are drawn only when zoomed in
names         labels and spellings
facts         evidence of mentions, cards of episodes, ids
quotes-0 …    texts of quotes, in chunks of :data:`CHUNK_CHARS` characters
contexts-0 …  the words around each mention, likewise
============  ============================================================

Invariant: derivable values are not written; the page computes them. These are the coordinates,
dates and communities of leaves and quotes (those of their episode), the mention of a leaf, the
occurrence of a quote in its parent episode, the confidence that a quote names an entity (that of
its episode's mention), and the evidence of an association (the episodes that mention both).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from kgraph.atlas.model import (
    EDGE_KINDS,
    NODE_TYPES,
    Array,
    AtlasData,
    Edges,
    MapLayout,
    without_quotes,
)
from kgraph.atlas.regions import find_regions
from kgraph.draw.legend import TYPE_STYLES
from kgraph.graph.records import GENERIC_KINDS

CHUNK_CHARS = 500_000  #: of text in a block: some 5 ms to inflate to show one quote
FORMAT_VERSION = 2  #: raised when an older reader would misread the format
MAX_COORDINATE = 1.0  #: coordinates are in [-1, 1]
GRID_STEPS = 8191  #: steps of a coordinate: a tenth of the distance of two quotes
RELEVANCE_STEPS = 250  #: steps of a relevance over [0, 1]
FIRST_EDGE_KINDS = ("associated", "states")  #: may be visible before zooming in
#: Visible only when zoomed in; the other kinds are in :func:`_encode_transposed`.
LATER_EDGE_KINDS = ("about", "keyword", "partOf")


def encode_blocks(
    gathered: AtlasData, layout: MapLayout, title: str, base: str, texts: bool
) -> dict[str, bytes]:
    """Encode all blocks but texts of quotes, by name; that of the first picture is first.

    Without ``texts``, the blocks of :func:`encode_text_blocks`, quotes and names of files are left
    out.
    """
    gathered = gathered if texts else without_quotes(gathered)
    nodes = gathered.nodes
    details = sorted({node.detail for node in nodes})
    return {
        "graph": encode_block(
            [
                *_encode_nodes(gathered, layout),
                *_encode_regions(gathered, layout),
                *_encode_edges({kind: gathered.edges[kind] for kind in FIRST_EDGE_KINDS}),
            ],
            _make_meta(gathered, layout, title, base, texts),
        ),
        "edges": encode_block(
            [
                *_encode_edges({kind: gathered.edges[kind] for kind in LATER_EDGE_KINDS}),
                *_encode_transposed(gathered),
            ]
        ),
        "names": encode_block(
            [
                *encode_text("label", [node.label for node in nodes]),
                encode_uint("spellings", [len(node.spellings) for node in nodes]),
                *encode_text(  # "" for the label
                    "spelling", ["" if s == t.label else s for t in nodes for s, _ in t.spellings]
                ),
                encode_uint(
                    "spelling.count", [count for node in nodes for _, count in node.spellings]
                ),
            ]
        ),
        "facts": encode_block(
            _encode_details(gathered, details, texts),
            {"rules": gathered.rows.rules, "details": details},
        ),
    }


def encode_text_blocks(gathered: AtlasData) -> dict[str, bytes]:
    """Encode the blocks of texts, by name."""
    quotes, contexts = gathered.quotes, gathered.rows.context
    blocks = {}
    for number, (start, end) in enumerate(_chunk_spans(quotes.text)):
        keys = np.frombuffer(bytes.fromhex("".join(quotes.key[start:end])), "u1")
        columns = [*encode_text("text", quotes.text[start:end]), encode_u8("key", keys)]
        blocks[f"quotes-{number}"] = encode_block(columns)
    for number, (start, end) in enumerate(_chunk_spans(contexts)):
        blocks[f"contexts-{number}"] = encode_block(encode_text("text", contexts[start:end]))
    return blocks


def _chunk_spans(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first text of each chunk and the text after its last, as numbers."""
    start = size = 0
    for number, text in enumerate(texts, 1):
        size += len(text)
        if size >= CHUNK_CHARS or number == len(texts):
            yield start, number
            start, size = number, 0


def _make_meta(
    gathered: AtlasData, layout: MapLayout, title: str, base: str, texts: bool
) -> dict[str, Any]:
    sizes = gathered.ranges
    starts = np.cumsum([0, sizes.core, sizes.episodes, sizes.leaves, sizes.quotes]).tolist()
    names = ("core", "episodes", "leaves", "quotes")
    days = [node.first for node in gathered.nodes[sizes.core : sizes.placed] if node.is_dated]
    long = {"quotes": gathered.quotes.text, "contexts": gathered.rows.context} if texts else {}
    return {
        "version": FORMAT_VERSION,
        "title": title,
        "base": base,
        "types": NODE_TYPES,
        "looks": {type_: (style.light, style.dark) for type_, style in TYPE_STYLES.items()},
        "plurals": {type_: TYPE_STYLES[type_].plural for type_ in NODE_TYPES},
        "edgeKinds": EDGE_KINDS,
        "ranges": {name: starts[n : n + 2] for n, name in enumerate(names)},
        "names": gathered.names,
        "advertised": gathered.advertised,
        "edges": [len(gathered.edges[kind]) for kind in EDGE_KINDS],
        "dates": [min(days), max(days)] if days else [],
        "generic": [
            n for n, node in enumerate(gathered.nodes[: sizes.core]) if node.detail in GENERIC_KINDS
        ],
        "commonThemes": [n for n, node in enumerate(gathered.nodes) if node.is_common],
        "communities": layout.communities,
        "regions": layout.regions,
        "span": MAX_COORDINATE,
        "spacing": layout.spacing,
        "chunks": {
            name: [start for start, _ in _chunk_spans(column)] for name, column in long.items()
        },
    }


def _encode_nodes(gathered: AtlasData, layout: MapLayout) -> list[EncodedColumn]:
    ranges, nodes, quotes = gathered.ranges, gathered.nodes, gathered.quotes
    core, placed, leaves = nodes[: ranges.core], nodes[: ranges.placed], nodes[ranges.placed :]
    return [
        encode_u8("type", [NODE_TYPES.index(node.type) for node in core]),
        encode_u16("x", _to_grid(np.clip(layout.x, -MAX_COORDINATE, MAX_COORDINATE))),
        encode_u16("y", _to_grid(np.clip(layout.y, -MAX_COORDINATE, MAX_COORDINATE))),
        encode_u16("community", layout.community),
        encode_u8("weight", quantize_shares([node.weight for node in placed])),
        encode_u8("confidence", quantize_shares([node.confidence for node in core])),
        encode_delta("first", [node.first for node in placed]),
        encode_uint("lasting", [node.last - node.first for node in core]),
        encode_uint("count", [node.count for node in placed]),
        encode_delta("show", gathered.episode_shows),
        encode_uint("leaf.held", _count_children(gathered.leaf_parents, gathered)),
        encode_u8("leaf.type", [NODE_TYPES.index(node.type) for node in leaves]),
        encode_uint("quote.held", _count_children(quotes.parent, gathered)),
        encode_delta("quote.relevance", np.rint(np.array(quotes.relevance) * RELEVANCE_STEPS)),
        encode_u8("quote.advert", quotes.advert),
        encode_u8("quote.count", np.minimum(quotes.count, 255)),
    ]


def _count_children(parents: Sequence[int], gathered: AtlasData) -> Array:
    """Count the nodes of which each episode is the parent."""
    ranges = gathered.ranges
    own = np.array(parents, dtype=np.int64) - ranges.core
    return np.bincount(own, minlength=ranges.episodes)


def _to_grid(coordinates: Array) -> Array:
    return np.rint((coordinates + MAX_COORDINATE) * (GRID_STEPS / (2 * MAX_COORDINATE)))


def _encode_regions(gathered: AtlasData, layout: MapLayout) -> Iterator[EncodedColumn]:
    core = gathered.ranges.core
    weight = np.array([node.weight for node in gathered.nodes[:core]])
    x, y, communities = layout.x[:core], layout.y[:core], np.asarray(layout.community[:core])
    regions = find_regions(x, y, weight, communities)
    rings = [ring for region in regions for ring in region.rings]
    points = np.concatenate([*rings, np.zeros((0, 2))])
    yield encode_u8("land.community", [region.community for region in regions])
    yield encode_u8("land.rings", [len(region.rings) for region in regions])
    yield encode_uint("ring.points", [len(ring) for ring in rings])
    yield encode_delta("ring.x", _to_grid(points[:, 0]))
    yield encode_delta("ring.y", _to_grid(points[:, 1]))


def _encode_edges(edges_by_kind: Mapping[str, Edges]) -> Iterator[EncodedColumn]:
    for kind, edges in edges_by_kind.items():
        yield encode_delta(f"{kind}.source", edges.source)
        yield encode_delta(f"{kind}.target", edges.target)
        yield encode_u8(f"{kind}.strength", quantize_shares(edges.strength))


def _encode_transposed(gathered: AtlasData) -> Iterator[EncodedColumn]:
    """Encode the edges that take fewer bytes by target, by quote or as sets than as pairs."""
    counts, gaps = mentions_by_target(gathered)
    yield encode_uint("mentions.held", counts)
    yield encode_uint("mentions.gap", gaps)
    yield encode_u8("mentions.strength", quantize_shares(gathered.edges["mentions"].strength))
    yield from _encode_edges({"quoted": occurrences_elsewhere(gathered)})
    counts, gaps = names_by_quote(gathered)
    yield encode_uint("names.held", counts)
    yield encode_uint("names.gap", gaps)
    sizes, members, set_numbers = theme_sets(gathered)
    yield encode_uint("theme.size", sizes)
    yield encode_delta("theme.member", members)
    yield encode_uint("theme.set", set_numbers)


def mentions_by_target(gathered: AtlasData) -> tuple[Array, Array]:
    """Group the mentions of the core by entity: number of episodes, and gaps between them.

    There are fewer episodes than entities, so gaps are small. The mention of a leaf is not
    written, since its parent is the episode that mentions it.
    """
    ranges, edges = gathered.ranges, gathered.edges["mentions"]
    core = edges.target < ranges.core
    source, target = edges.source[core] - ranges.core, edges.target[core]
    order = np.lexsort((source, target))
    return np.bincount(target, minlength=ranges.core), _to_gaps(target[order], source[order])


def occurrences_elsewhere(gathered: AtlasData) -> Edges:
    """Return the occurrences of quotes outside of their parent episode."""
    edges = gathered.edges["quoted"]
    parent = np.array(gathered.quotes.parent, dtype=np.int64)
    first = gathered.ranges.total - gathered.ranges.quotes
    is_outside = parent[edges.target - first] != edges.source
    return Edges(edges.source[is_outside], edges.target[is_outside], edges.strength[is_outside])


def names_by_quote(gathered: AtlasData) -> tuple[Array, Array]:
    """Group names by quote: number of names, and gaps between their positions.

    The position of a name is that of its mention among the mentions of the quote's episode.
    """
    ranges, mentions, names = gathered.ranges, gathered.edges["mentions"], gathered.edges["names"]
    first = ranges.total - ranges.quotes
    quote = names.source - first
    episode = np.array(gathered.quotes.parent, dtype=np.int64)[quote]
    starts = np.searchsorted(mentions.source, np.arange(ranges.placed))
    keys = mentions.source * ranges.total + mentions.target
    position = np.searchsorted(keys, episode * ranges.total + names.target) - starts[episode]
    return np.bincount(quote, minlength=ranges.quotes), _to_gaps(quote, position)


def theme_sets(gathered: AtlasData) -> tuple[Array, Array, Array]:
    """Encode the themes of quotes as distinct sets, of which there are some thousand.

    Returns:
        The size of each set; the themes, set by set; the number of the set of each quote. The
        most frequent set is the first.
    """
    ranges, edges = gathered.ranges, gathered.edges["theme"]
    themes: list[list[int]] = [[] for _ in range(ranges.quotes)]
    first = ranges.total - ranges.quotes
    for source, target in zip(edges.source.tolist(), edges.target.tolist(), strict=True):
        themes[source - first].append(target)
    set_by_quote = [tuple(members) for members in themes]
    counts = Counter(set_by_quote)
    sets = sorted(counts, key=lambda members: (-counts[members], members))
    number = {members: n for n, members in enumerate(sets)}
    return (
        np.array(list(map(len, sets))),
        np.array([theme for members in sets for theme in members]),
        np.array([number[members] for members in set_by_quote]),
    )


def _to_gaps(group: Array, value: Array) -> Array:
    """Replace each value by its distance from the one before it in its group, less one.

    Values ascend within a group; the first of a group stays as it is.
    """
    first = np.diff(group, prepend=-1) != 0
    return np.where(first, value, np.diff(value, prepend=0) - 1)


def _encode_details(
    gathered: AtlasData, details: Sequence[str], texts: bool
) -> list[EncodedColumn]:
    rows, cards, nodes = gathered.rows, gathered.episode_cards, gathered.nodes
    number = {detail: n for n, detail in enumerate(details)}
    has_siblings = np.repeat(np.array(rows.rows_per_mention) > 1, rows.rows_per_mention)
    return [
        *encode_text("id", [_shorten_id(node.id, node.label) for node in nodes]),
        encode_uint("detail", [number[node.detail] for node in nodes]),
        *encode_text("file", [card.file if texts else "" for card in cards]),
        *encode_text("url", [card.url for card in cards]),
        *encode_text("summary", [card.summary for card in cards]),
        *encode_text("date", [card.date for card in cards]),
        encode_uint("rows", rows.rows_per_mention),
        encode_uint("row.surface", rows.surface),
        encode_u8("row.rule", rows.rule),
        encode_u8("row.stated", rows.stated),
        # A single row has the confidence of its mention.
        encode_u8("row.confidence", quantize_shares(rows.confidence)[has_siblings]),
    ]


def _shorten_id(id_: str, label: str) -> str:
    """Return the id without its type, or "" if the label's letters and digits give it, as the
    page reads them.

    >>> _shorten_id("company/openai", "Open AI"), _shorten_id("product/cplusplus", "C++")
    ('', 'cplusplus')
    """
    name = id_.partition("/")[2]
    return "" if label.isascii() and name == re.sub("[^a-z0-9]", "", label.lower()) else name
