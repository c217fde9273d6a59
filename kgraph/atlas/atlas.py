"""The trip as one sentence: :func:`draw`, and :func:`atlas` into a file."""

from __future__ import annotations

import gc
import html
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from kgraph.atlas.encode import blocks_of, texts_of
from kgraph.atlas.gather import gather
from kgraph.atlas.layout import layout
from kgraph.atlas.page import render
from kgraph.atlas.previous import previous
from kgraph.base.errors import InputError
from kgraph.base.text import without_surrogates
from kgraph.base.vocabulary import BASE
from kgraph.export.export import opened
from kgraph.graph import Graph, Selection

HEIGHT = 640
"""Of an atlas in a notebook, in pixels: nine tenths of a laptop's window."""


class Drawn(msgspec.Struct, frozen=True):
    """An atlas, and how much it shows.

    Attributes:
        page: the HTML file, UTF-8.
        nodes, edges: how many.
    """

    page: bytes
    nodes: int
    edges: int

    def __repr__(self) -> str:
        size = f"{len(self.page) / 1e6:.1f} MB"
        return f"Drawn({self.nodes} nodes, {self.edges} edges, {size})"

    def _repr_html_(self) -> str:
        """The page in a frame of its own, for notebooks: it shares nothing with the notebook."""
        may = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"
        return (
            f'<iframe title="Atlas" width="100%" height="{HEIGHT}" sandbox="{may}" '
            f'srcdoc="{html.escape(self.page.decode())}"></iframe>'
        )


def draw(
    graph: Graph,
    *,
    title: str = "Atlas",
    quotes: bool = True,
    selection: Selection | None = None,
    before: str | Path | None = None,
    base: str = BASE,
) -> Drawn:
    """Draw the whole graph as one HTML page that needs nothing else.

    Args:
        graph: what to draw.
        title: of the page.
        quotes: with all quotes, and the words around each mention.
        selection: which part; by default everything.
        before: an atlas whose map is kept as far as it goes; without, the same graph gives
            the same bytes.
        base: base of the instances' IRIs; "" for the usual one.

    Raises:
        InputError: there is no episode to draw, or ``before`` is no atlas.
    """
    known, title = previous(before) if before else None, without_surrogates(title)
    with _uncollected():
        gathered = gather(graph.select(Selection() if selection is None else selection))
    if not gathered.ranges.episodes:
        raise InputError("nothing to draw: no episode within these bounds: widen them")
    with ThreadPoolExecutor(1) as pool:
        # zlib leaves the interpreter free: it packs the texts while the map is laid out.
        packing = pool.submit(texts_of, gathered) if quotes else None
        blocks = blocks_of(gathered, layout(gathered, known), title, base or BASE, quotes)
        blocks |= packing.result() if packing else {}
    nodes, edges = gathered.counts(quotes)
    return Drawn(render(title, blocks), nodes, edges)


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
    """:func:`draw` into a file.

    Args:
        graph, title, quotes, selection, before, base: as :func:`draw` has them.
        output: a path, written whole or not at all; ``-`` for standard output; or an
            open binary file.

    Raises:
        InputError: there is no episode to draw, or ``before`` is no atlas.
        ExportError: the output cannot be written.
    """
    drawn = draw(graph, title=title, quotes=quotes, selection=selection, before=before, base=base)
    with opened(output) as out:
        out.write(drawn.page)
    return drawn


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
