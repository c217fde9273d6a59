"""Renders the self-contained HTML file of an atlas.

Takes blocks (:mod:`kgraph.atlas.encode`), returns bytes. The script is joined from the modules in
``assets/`` (:mod:`kgraph.draw.bundle`) without comment lines and indentation, a third of their
size. The worker's script is made likewise; the page starts it from a Blob.

Invariants:
    * the page loads nothing: :func:`kgraph.draw.csp.make_policy` allows only its own scripts and
      style, workers and images from Blobs, and images in data URLs;
    * data blocks are base64 in script elements of a type that no browser runs;
    * the script of the first picture follows the block that it needs. The remaining script runs
      after the first picture, since parsing it takes as long as opening a small graph; until
      then it is a block of plain text, whose hash is in the policy.
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

#: Entry modules of the scripts for the first picture, for the rest of the page, and of the worker.
FIRST_MODULE, PAGE_MODULE, WORKER_MODULE = "first_frame.js", "main.js", "worker.js"

#: Package and folders of each place that contains files of the page; the first match counts.
ASSET_FOLDERS = (
    ("kgraph.atlas", "assets"),
    ("kgraph.atlas", "assets", "renderer"),
    ("kgraph.draw", "assets"),
)

#: Property of ``window`` by which the first script passes its names to the second.
SHARED_PROPERTY = "kgraphFirst"


def render_atlas_page(title: str, blocks: Mapping[str, bytes]) -> bytes:
    """Render the page as UTF-8, from blocks by name; that of the first picture is first."""
    graph, *later_blocks = (_data_element(name, data) for name, data in blocks.items())
    script, late_script = split_early_late(FIRST_MODULE, PAGE_MODULE, read_asset, SHARED_PROPERTY)
    worker = wrap_in_function(bundle_script(WORKER_MODULE))
    style = minify(css_switched_variables() + read_asset("page.css"))
    page = Template(read_asset("page.html")).substitute(
        policy=make_policy((script, late_script), style, "worker-src blob:; img-src blob: data:"),
        title=html.escape(title),
        style=style,
        graph=graph,
        worker=_data_element("worker", compress_gzip(worker.encode())),
        script=script,
        rest=late_script,
        blocks="\n".join(later_blocks),
    )
    return page.encode()


def _data_element(name: str, data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return f'<script type="application/octet-stream" id="{name}">{text}</script>'


def bundle_script(start: str) -> str:
    """Join a module of the atlas and all its imports into one script.

    ``embed.js`` draws small graphs in other pages.
    """
    return bundle_modules(start, read_asset)


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
