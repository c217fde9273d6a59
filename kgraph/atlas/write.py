"""Draws an atlas as a self-contained HTML page, and writes it to a file.

The script is joined from the modules in ``assets/`` (:mod:`kgraph.draw.bundle`) without comment
lines and indentation, a third of their size. The worker's script is made likewise; the page starts
it from a Blob.

Invariants:
    * the page loads nothing: :func:`kgraph.draw.bundle.make_policy` allows only its own scripts and
      style, workers and images from Blobs, and images in data URLs;
    * data blocks are base64 in script elements of a type that no browser runs;
    * the script follows the block of the first picture, and precedes the blocks that it does
      without.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from string import Template
from typing import BinaryIO

import msgspec

from kgraph.atlas.codec import compress_gzip
from kgraph.atlas.encode import encode_blocks, encode_text_blocks
from kgraph.atlas.gather import gather_atlas_data
from kgraph.atlas.layout import layout_nodes
from kgraph.base.errors import ExportError, InputError
from kgraph.base.files import open_output_file
from kgraph.base.processes import without_gc
from kgraph.base.text import escape_html, replace_surrogates
from kgraph.base.vocabulary import BASE_IRI
from kgraph.draw.bundle import (
    bundle_modules,
    make_policy,
    minify,
    wrap_in_function,
)
from kgraph.draw.legend import css_switched_variables
from kgraph.graph import Graph, Selection

NOTEBOOK_HEIGHT_PX = 640  #: of an atlas in a notebook: nine tenths of a laptop's window

#: Entry modules of the page's script and of the worker's.
PAGE_MODULE, WORKER_MODULE = "main.js", "worker.js"

#: Package and folders of each place that contains files of the page; the first match counts.
ASSET_FOLDERS = (
    ("kgraph.atlas", "assets"),
    ("kgraph.atlas", "assets", "renderer"),
    ("kgraph.draw", "assets"),
)


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
    output: str | Path | BinaryIO | None = None,
    *,
    title: str = "Atlas",
    quotes: bool = True,
    selection: Selection | None = None,
    base: str = BASE_IRI,
    site: str = "",
) -> AtlasPage:
    """Draw the graph as one self-contained HTML page, and write it to a file if one is given.

    The same graph gives the same bytes.

    Args:
        output: a path, written whole or not at all; ``-`` for standard output; or an
            open binary file.
        quotes: include all quotes, and the words around each mention.
        selection: which part; by default everything.
        base: base of the instances' IRIs; "" for the default.
        site: address below which a server has a page for each id, ``/`` at the end; "" for
            a file, which links to none.

    Raises:
        InputError: there is no episode to draw.
        ExportError: the output cannot be written.
    """
    title = replace_surrogates(title)
    with without_gc():  # a fifth of the time
        gathered = gather_atlas_data(graph.select(Selection() if selection is None else selection))
    if not gathered.ranges.episodes:
        raise InputError("nothing to draw: no episode within these bounds: widen them")
    with ThreadPoolExecutor(1) as pool:
        # zlib releases the interpreter lock: texts are compressed while the map is laid out.
        compression = pool.submit(encode_text_blocks, gathered) if quotes else None
        blocks = encode_blocks(gathered, layout_nodes(gathered), title, base or BASE_IRI, quotes)
        blocks |= compression.result() if compression else {}
    atlas = AtlasPage(render_atlas_page(title, blocks, site), *gathered.counts(quotes))
    if output is not None:
        with open_output_file(output) as out:
            out.write(atlas.page)
    return atlas


def render_atlas_page(title: str, blocks: Mapping[str, bytes], site: str = "") -> bytes:
    """Render the page as UTF-8, from blocks by name; that of the first picture is first."""
    graph, *later_blocks = (_data_element(name, data) for name, data in blocks.items())
    script = wrap_in_function(bundle_modules(PAGE_MODULE, read_asset))
    worker = wrap_in_function(bundle_modules(WORKER_MODULE, read_asset))
    style = minify(css_switched_variables() + read_asset("page.css"))
    page = Template(read_asset("page.html")).substitute(
        policy=make_policy((script,), style, "worker-src blob:; img-src blob: data:"),
        title=escape_html(title),
        site=escape_html(site),
        home=f'<a id="home" href="{escape_html(site)}">kgraph</a>' if site else "",
        style=style,
        graph=graph,
        worker=_data_element("worker", compress_gzip(worker.encode())),
        script=script,
        blocks="\n".join(later_blocks),
    )
    return page.encode()


def _data_element(name: str, data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return f'<script type="application/octet-stream" id="{name}">{text}</script>'


def read_asset(name: str) -> str:
    """Read a file of the page by its name, from the first of :data:`ASSET_FOLDERS` that has it.

    Raises:
        ExportError: no folder has it.
    """
    for package, *folder in ASSET_FOLDERS:
        file = resources.files(package).joinpath(*folder, name)
        if file.is_file():
            return file.read_text("utf-8")
    raise ExportError(f"{name}: file of the atlas page is missing: install kgraph again")
