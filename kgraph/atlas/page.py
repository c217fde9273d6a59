"""One HTML file that needs nothing else: the blocks, the page, and its script in readable modules.

Takes blocks (:mod:`kgraph.atlas.encode`), gives bytes. The script is joined from the modules
in ``assets/`` (:mod:`kgraph.draw.bundle`), where node's test runner reads them as they are; lines
that are comments, and the space before a line, stay behind (a third of it). The worker's script
is joined likewise, and started by the page from a Blob.

Invariants:
    * the page cannot reach out: :func:`kgraph.draw.csp.make_policy` allows its own scripts and
      style, and workers from Blobs;
    * blocks are base64 in script elements of a type that no browser runs;
    * the script of the first picture stands right behind the block that it needs. All other script
      is a block as well: the page lets it run (its hash is in the policy) when the first picture
      stands, since to read it takes as long as to open a small graph.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from importlib import resources
from string import Template

from kgraph.atlas.codec import compress_gzip
from kgraph.base.errors import ExportError
from kgraph.draw.bundle import bundle_modules, minify, split_early_late, wrap_in_function
from kgraph.draw.csp import make_policy
from kgraph.draw.legend import css_switched_variables

FIRST_MODULE, PAGE_MODULE, WORKER_MODULE = "first_frame.js", "main.js", "worker.js"
"""Modules that the first picture, the page round it and the worker start with."""

ASSET_FOLDERS = (
    ("kgraph.atlas", "assets"),
    ("kgraph.atlas", "assets", "renderer"),
    ("kgraph.draw", "assets"),
)
"""Packages and the folders in them that hold parts of the page; no two have a file of one name
that the atlas reads."""

SHARED_PROPERTY = "kgraphFirst"
"""Where the script of the page finds what it shares with that of the first picture."""


def render_atlas_page(title: str, blocks: Mapping[str, bytes]) -> bytes:
    """The page, UTF-8.

    Args:
        title: what it shows, as plain text.
        blocks: by name, that of the first picture first.
    """
    first, *others = (_data_element(name, data) for name, data in blocks.items())
    script, rest = split_early_late(FIRST_MODULE, PAGE_MODULE, read_asset, SHARED_PROPERTY)
    worker = wrap_in_function(bundle_script(WORKER_MODULE))
    style = minify(css_switched_variables() + read_asset("page.css"))
    page = Template(read_asset("page.html")).substitute(
        policy=make_policy((script, rest), style, "worker-src blob:; img-src blob: data:"),
        title=html.escape(title),
        style=style,
        graph=first,
        worker=_data_element("worker", compress_gzip(worker.encode())),
        script=script,
        rest=rest,
        blocks="\n".join(others),
    )
    return page.encode()


def _data_element(name: str, data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return f'<script type="application/octet-stream" id="{name}">{text}</script>'


def bundle_script(start: str) -> str:
    """A module of the atlas and all that it imports, as one script.

    Args:
        start: its file name; ``embed.js`` draws small graphs in other pages.
    """
    return bundle_modules(start, read_asset)


def read_asset(name: str) -> str:
    """Read a file of the page by its name, from the first of :data:`ASSET_FOLDERS` that has it.

    Raises:
        ExportError: the installation lacks it.
    """
    for package, *folder in ASSET_FOLDERS:
        file = resources.files(package).joinpath(*folder, name)
        if file.is_file():
            return file.read_text("utf-8")
    raise ExportError(f"kgraph/atlas/assets/{name}: no such file: install kgraph again")
