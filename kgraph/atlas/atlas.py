"""The trip as one sentence: :func:`draw_atlas`, and :func:`write_atlas` into a file."""

from __future__ import annotations

import html
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import msgspec

from kgraph.atlas.encode import encode_blocks, encode_text_blocks
from kgraph.atlas.gather import gather_atlas_data
from kgraph.atlas.layout import layout_nodes
from kgraph.atlas.page import render_atlas_page
from kgraph.atlas.previous import read_previous
from kgraph.base.errors import InputError
from kgraph.base.files import open_output_file
from kgraph.base.processes import without_gc
from kgraph.base.text import replace_surrogates
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import Graph, Selection

NOTEBOOK_HEIGHT_PX = 640
"""Of an atlas in a notebook, in pixels: nine tenths of a laptop's window."""


class AtlasPage(msgspec.Struct, frozen=True):
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
            f'<iframe title="Atlas" width="100%" height="{NOTEBOOK_HEIGHT_PX}" sandbox="{may}" '
            f'srcdoc="{html.escape(self.page.decode())}"></iframe>'
        )


def draw_atlas(
    graph: Graph,
    *,
    title: str = "Atlas",
    quotes: bool = True,
    selection: Selection | None = None,
    before: str | Path | None = None,
    base: str = BASE_IRI,
) -> AtlasPage:
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
    known, title = read_previous(before) if before else None, replace_surrogates(title)
    with without_gc():  # a fifth of the time
        gathered = gather_atlas_data(graph.select(Selection() if selection is None else selection))
    if not gathered.ranges.episodes:
        raise InputError("nothing to draw: no episode within these bounds: widen them")
    with ThreadPoolExecutor(1) as pool:
        # zlib leaves the interpreter free: it packs the texts while the map is laid out.
        packing = pool.submit(encode_text_blocks, gathered) if quotes else None
        blocks = encode_blocks(
            gathered, layout_nodes(gathered, known), title, base or BASE_IRI, quotes
        )
        blocks |= packing.result() if packing else {}
    nodes, edges = gathered.counts(quotes)
    return AtlasPage(render_atlas_page(title, blocks), nodes, edges)


def write_atlas(
    graph: Graph,
    output: str | Path | BinaryIO,
    *,
    title: str = "Atlas",
    quotes: bool = True,
    selection: Selection | None = None,
    before: str | Path | None = None,
    base: str = BASE_IRI,
) -> AtlasPage:
    """:func:`draw_atlas` into a file.

    Args:
        graph, title, quotes, selection, before, base: as :func:`draw_atlas` has them.
        output: a path, written whole or not at all; ``-`` for standard output; or an
            open binary file.

    Raises:
        InputError: there is no episode to draw, or ``before`` is no atlas.
        ExportError: the output cannot be written.
    """
    drawn = draw_atlas(
        graph, title=title, quotes=quotes, selection=selection, before=before, base=base
    )
    with open_output_file(output) as out:
        out.write(drawn.page)
    return drawn
