"""One HTML file that needs nothing else: markup, style, data and scripts in one.

Takes a title, what the page shows as plain values, and gives bytes. vis-network comes out
of pyvis's own package. Its style sheet does not: all of it is for buttons that the page
does not use.

Invariants:
    * the page cannot reach out, and data cannot end its block (:mod:`kgraph.draw.csp`);
    * texts of the input become nodes of the document by ``textContent`` only
      (``assets/dom.js``), and labels are painted.
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

SCRIPT_MODULES = (
    "evidence.js",
    "dom.js",
    "network.js",
    "panel.js",
    "search.js",
    "tables.js",
    "page.js",
)
"""Parts of the page's own script, in order: one module, each using what stands before."""

VIS_NETWORK_PATH = "templates/lib/vis-9.1.2/vis-network.min.js"
"""Where pyvis keeps vis-network, inside its package."""


def render_view_page(title: str, caption: str, data: Any) -> bytes:
    """The page, UTF-8.

    Args:
        title: what it shows, as plain text.
        caption: a sentence below the title, as plain text.
        data: what the scripts show, as values that JSON can hold.

    Raises:
        ExportError: the installation of pyvis holds no vis-network.
    """
    library, script = (
        _read_vis_network(),
        "\n".join(strip_module_syntax(_read_asset(name)) for name in SCRIPT_MODULES),
    )
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


def _read_vis_network() -> str:
    """vis-network, as pyvis ships it."""
    try:
        text = resources.files("pyvis").joinpath(VIS_NETWORK_PATH).read_text("utf-8")
    except OSError as error:
        raise ExportError(
            f"pyvis/{VIS_NETWORK_PATH}: {error.strerror}: install pyvis 0.3.2 again"
        ) from error
    # A browser would look for the map, which is not there.
    return text.partition("\n//# sourceMappingURL=")[0]
