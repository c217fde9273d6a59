"""Draws an atlas as a page, and writes it to a file."""

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

NOTEBOOK_HEIGHT_PX = 640  #: of an atlas in a notebook: nine tenths of a laptop's window


class AtlasPage(msgspec.Struct, frozen=True):
    """An atlas, and how many nodes and edges it shows."""

    page: bytes  #: HTML in UTF-8
    nodes: int
    edges: int

    def __repr__(self) -> str:
        size = f"{len(self.page) / 1e6:.1f} MB"
        return f"AtlasPage({self.nodes} nodes, {self.edges} edges, {size})"

    def _repr_html_(self) -> str:
        """Return the page in a sandboxed frame, for notebooks."""
        permissions = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"
        return (
            f'<iframe title="Atlas" width="100%" height="{NOTEBOOK_HEIGHT_PX}" '
            f'sandbox="{permissions}" srcdoc="{html.escape(self.page.decode())}"></iframe>'
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
    """Draw the graph as one self-contained HTML page.

    The same graph gives the same bytes.

    Args:
        quotes: include all quotes, and the words around each mention.
        selection: which part; by default everything.
        before: an earlier atlas whose map is kept as far as possible.
        base: base of the instances' IRIs; "" for the default.

    Raises:
        InputError: there is no episode to draw, or ``before`` is not an atlas.
    """
    previous, title = read_previous(before) if before else None, replace_surrogates(title)
    with without_gc():  # a fifth of the time
        gathered = gather_atlas_data(graph.select(Selection() if selection is None else selection))
    if not gathered.ranges.episodes:
        raise InputError("nothing to draw: no episode within these bounds: widen them")
    with ThreadPoolExecutor(1) as pool:
        # zlib releases the interpreter lock: texts are compressed while the map is laid out.
        compression = pool.submit(encode_text_blocks, gathered) if quotes else None
        blocks = encode_blocks(
            gathered, layout_nodes(gathered, previous), title, base or BASE_IRI, quotes
        )
        blocks |= compression.result() if compression else {}
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
    """Draw an atlas and write it to a file.

    Args:
        graph, title, quotes, selection, before, base: as in :func:`draw_atlas`.
        output: a path, written whole or not at all; ``-`` for standard output; or an
            open binary file.

    Raises:
        InputError: there is no episode to draw, or ``before`` is not an atlas.
        ExportError: the output cannot be written.
    """
    drawn = draw_atlas(
        graph, title=title, quotes=quotes, selection=selection, before=before, base=base
    )
    with open_output_file(output) as out:
        out.write(drawn.page)
    return drawn
