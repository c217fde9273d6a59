"""Renders the self-contained HTML file of ``kgraph view``.

vis-network comes from pyvis's package; its style sheet is left out, since all of it is for buttons
that the page does not use.

Invariants:
    * the page loads nothing, and data cannot end its block (:mod:`kgraph.draw.csp`);
    * input text enters the document by ``textContent`` only (``assets/dom.js``); labels are
      painted on a canvas.
"""

from __future__ import annotations

import html
from importlib import resources
from string import Template
from typing import Any

from kgraph.base.errors import ExportError
from kgraph.draw.bundle import strip_module_syntax
from kgraph.draw.csp import encode_json_block, make_policy
from kgraph.draw.legend import css_system_variables

#: Modules of the page's script, each after those that it uses.
SCRIPT_MODULES = (
    "evidence.js",
    "dom.js",
    "network.js",
    "panel.js",
    "search.js",
    "tables.js",
    "page.js",
)

#: Path of vis-network in pyvis's package.
VIS_NETWORK_PATH = "templates/lib/vis-9.1.2/vis-network.min.js"


def render_view_page(title: str, caption: str, data: Any) -> bytes:
    """Render the page as UTF-8, from plain texts and the data of the scripts, ready for JSON.

    Raises:
        ExportError: the installation of pyvis has no vis-network.
    """
    try:
        library = resources.files("pyvis").joinpath(VIS_NETWORK_PATH).read_text("utf-8")
    except OSError as error:
        raise ExportError(
            f"pyvis/{VIS_NETWORK_PATH}: {error.strerror}: install pyvis 0.3.2 again"
        ) from error
    # Without this a browser requests the source map, which is not in the page.
    library = library.partition("\n//# sourceMappingURL=")[0]
    script = "\n".join(strip_module_syntax(_read_asset(name)) for name in SCRIPT_MODULES)
    style = css_system_variables() + _read_asset("page.css")
    page = Template(_read_asset("page.html")).substitute(
        policy=make_policy((library, script), style),
        title=html.escape(title),
        caption=html.escape(caption),
        style=style,
        data=encode_json_block(data),
        library=library,
        script=script,
    )
    return page.encode()


def _read_asset(name: str) -> str:
    return resources.files("kgraph.draw").joinpath("assets", name).read_text("utf-8")
