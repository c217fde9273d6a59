"""The trip as one sentence: :func:`atlas`."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from kgraph.atlas.blocks import blocks_of, texts_of
from kgraph.atlas.gather import gather
from kgraph.atlas.layout import layout
from kgraph.atlas.page import render
from kgraph.atlas.previous import previous
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
    before: str | Path | None = None,
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
        before: an atlas whose map is kept as far as it goes; without, the same graph gives
            the same bytes.
        base: base of the instances' IRIs.

    Raises:
        InputError: ``before`` is no atlas.
        ExportError: the output cannot be written.
    """
    known = previous(before) if before else None
    with _uncollected():
        gathered = gather(graph.select(selection or Selection()))
    with ThreadPoolExecutor(1) as pool:
        # zlib leaves the interpreter free: it packs the texts while the map is laid out.
        packing = pool.submit(texts_of, gathered) if quotes else None
        blocks = blocks_of(gathered, layout(gathered, known), title, base, quotes)
        blocks |= packing.result() if packing else {}
    page = render(title, blocks)
    with opened(output) as out:
        out.write(page)
    edges = sum(len(found) for found in gathered.edges.values())
    return Drawn(gathered.ranges.total, edges, len(page))


@contextmanager
def _uncollected() -> Iterator[None]:
    """No collection of garbage: a fifth of the time, and nothing that is gathered is garbage."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
