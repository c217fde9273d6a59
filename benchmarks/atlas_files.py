"""The files that ``atlas.py`` measures: atlases, and stock pyvis of the same nodes and edges.

Takes what was gathered from a graph, gives HTML files. A small graph is that of the names that
most episodes mention, with their strongest pairs: as many as there are in the measurements of
other libraries. A grown one has each episode many times, with what it alone mentions and its
quotes, and keeps the edges that stand between them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from pyvis.network import Network

from kgraph.atlas.encode import encode_blocks, encode_text_blocks
from kgraph.atlas.gather import gather_atlas_data
from kgraph.atlas.layout import layout_nodes
from kgraph.atlas.model import (
    AtlasData,
    Edges,
    EvidenceRows,
    MapLayout,
    Quotes,
    Ranges,
    without_quotes,
)
from kgraph.atlas.write import render_atlas_page
from kgraph.draw.select import association_key
from kgraph.graph import Graph
from kgraph.graph.cooccurrence import CoMention, count_co_mentions

PAIRS = {100: 830, 500: 6_139, 1_000: 13_292}
"""Names in a small graph, and the pairs among them that are drawn."""


def small(graph: Graph, names: int) -> tuple[AtlasData, list[CoMention]]:
    """The graph of the ``names`` companies that most episodes mention, and its pairs."""
    full = gather_atlas_data(graph)
    companies = [thing for thing in full.nodes if thing.type == "company"][:names]
    number = {thing.id: n for n, thing in enumerate(companies)}
    pairs = [
        pair
        for pair in count_co_mentions(
            list(graph.shared.summaries.values()), ["company"], min_shared=1
        )
        if pair.source in number and pair.target in number and pair.lift > 0
    ]
    pairs.sort(key=association_key)
    strongest = pairs[: PAIRS.get(names, 13 * names)]
    strongest.sort(key=lambda pair: sorted((number[pair.source], number[pair.target])))
    ends = np.array([sorted((number[p.source], number[p.target])) for p in strongest]).reshape(
        -1, 2
    )
    shares = np.array([max(pair.association, 0.0) for pair in strongest])
    none = without_quotes(full).edges["quoted"]
    edges = dict.fromkeys(full.edges, none)
    edges["associated"] = Edges(ends[:, 0], ends[:, 1], shares)
    rows = EvidenceRows([], [], [], [], [], [], [])
    quotes = Quotes([], [], [], [], [], [])
    sizes = Ranges(len(companies), 0, 0, 0)
    return AtlasData(companies, sizes, [], [], [], edges, rows, quotes), strongest


def write_small(gathered: AtlasData, path: Path) -> None:
    """An atlas of a small graph."""
    blocks = encode_blocks(gathered, layout_nodes(gathered), "Small", "https://example.org/", False)
    path.write_bytes(render_atlas_page("Small", blocks))


def write_pyvis(gathered: AtlasData, path: Path) -> None:
    """Draw the nodes and edges with pyvis and its default options.

    Edges are given as a list: pyvis looks through all of them for each that is added, which is
    no part of drawing.
    """
    network = Network(height="800px", width="100%", cdn_resources="in_line")
    for number, thing in enumerate(gathered.nodes):
        network.add_node(number, label=thing.label, title=thing.label, value=thing.count)
    edges = gathered.edges["associated"]
    network.edges = [
        {"from": source, "to": target, "value": value}
        for source, target, value in zip(
            edges.source.tolist(), edges.target.tolist(), edges.strength.tolist(), strict=True
        )
    ]
    path.write_text(network.generate_html(notebook=False), "utf-8")


def write_grown(graph: Graph, path: Path, nodes: int) -> tuple[int, int]:
    """An atlas of at least as many nodes, and of about as many edges.

    Returns:
        how many nodes and edges.
    """
    gathered = gather_atlas_data(graph)
    layout = layout_nodes(gathered)
    times = -(-nodes // (gathered.ranges.total - gathered.ranges.core))
    grown, stands = _grown(gathered, layout, times)
    blocks = encode_blocks(grown, stands, "Grown", "https://example.org/", True)
    path.write_bytes(render_atlas_page("Grown", {**blocks, **encode_text_blocks(grown)}))
    return grown.counts(True)


def _grown(gathered: AtlasData, layout: MapLayout, times: int) -> tuple[AtlasData, MapLayout]:
    sizes = gathered.ranges
    core, episodes, leaves, quotes = sizes.core, sizes.episodes, sizes.leaves, sizes.quotes
    grown = Ranges(core, episodes * times, leaves * times, quotes * times)
    nodes = gathered.nodes
    leaf_groups = (nodes[core : sizes.placed], nodes[sizes.placed :])
    starts = (core, grown.placed, grown.total - grown.quotes)

    def moved(numbers: Any, copy: int) -> Any:
        """The numbers that nodes of a copy have."""
        n = np.asarray(numbers, dtype=np.int64)
        as_episode = starts[0] + copy * episodes + n - core
        as_leaf = starts[1] + copy * leaves + n - sizes.placed
        as_quote = starts[2] + copy * quotes + n - (sizes.total - quotes)
        held = sizes.total - quotes
        return np.where(
            n < core,
            n,
            np.where(n < sizes.placed, as_episode, np.where(n < held, as_leaf, as_quote)),
        )

    def edges_of(kind: str) -> Edges:
        edges = gathered.edges[kind]
        if kind in ("associated", "states"):
            return edges
        if kind not in ("mentions", "partOf", "quoted"):
            return Edges(*(np.zeros(0, t) for t in (np.int64, np.int64, float)))
        source = np.concatenate([moved(edges.source, copy) for copy in range(times)])
        target = np.concatenate([moved(edges.target, copy) for copy in range(times)])
        order = np.lexsort((target, source))
        return Edges(source[order], target[order], np.tile(edges.strength, times)[order])

    random = np.random.default_rng(0)
    scatter = 0.05 * random.standard_normal((2, episodes * times))
    grown_data = replace(
        gathered,
        nodes=[
            *nodes[:core],
            *(
                replace(t, id=f"{t.id}-{c}")
                for part in leaf_groups
                for c in range(times)
                for t in part
            ),
        ],
        ranges=grown,
        leaf_parents=np.concatenate(
            [moved(gathered.leaf_parents, c) for c in range(times)]
        ).tolist(),
        episode_shows=gathered.episode_shows * times,
        episode_cards=gathered.episode_cards * times,
        edges={kind: edges_of(kind) for kind in gathered.edges},
        rows=EvidenceRows([], [], [], [], [], [], []),
        quotes=Quotes(
            np.concatenate([moved(gathered.quotes.parent, c) for c in range(times)]).tolist(),
            gathered.quotes.key * times,
            [""] * (quotes * times),
            gathered.quotes.relevance * times,
            gathered.quotes.advert * times,
            gathered.quotes.count * times,
        ),
    )
    x, y = (
        np.concatenate([axis[:core], np.clip(np.tile(axis[core:], times) + off, -1, 1)])
        for axis, off in zip((layout.x, layout.y), scatter, strict=True)
    )
    community = np.concatenate([layout.community[:core], np.tile(layout.community[core:], times)])
    spacing = layout.spacing / np.sqrt(times)
    return grown_data, replace(layout, x=x, y=y, community=community, spacing=float(spacing))
