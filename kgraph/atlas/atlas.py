"""The trip as one sentence: :func:`atlas`."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import msgspec

from kgraph.atlas.blocks import blocks_of
from kgraph.atlas.gather import gather
from kgraph.atlas.layout import layout
from kgraph.atlas.page import render
from kgraph.export.export import opened
from kgraph.graph import Graph, Selection
from kgraph.ontology import BASE


class Drawn(msgspec.Struct, frozen=True):
    """What was drawn, and how many bytes it takes."""

    nodes: int
    edges: int
    size: int


def atlas(
    graph: Graph,
    output: str | Path | BinaryIO,
    *,
    title: str = "Atlas",
    quotes: bool = True,
    selection: Selection | None = None,
    base: str = BASE,
) -> Drawn:
    """Draw the whole graph as one HTML file that needs nothing else.

    Args:
        graph: what to draw.
        output: a path, written whole or not at all; ``-`` for standard output; or an
            open binary file.
        title: of the page.
        quotes: with the texts of quotes and the words around each mention.
        selection: which part; by default everything.
        base: base of the instances' IRIs.

    Raises:
        ExportError: the output cannot be written.
    """
    gathered = gather(graph.select(selection or Selection()))
    page = render(title, blocks_of(gathered, layout(gathered), title, base, quotes))
    with opened(output) as out:
        out.write(page)
    edges = sum(len(found) for found in gathered.edges.values())
    return Drawn(gathered.ranges.total, edges, len(page))
