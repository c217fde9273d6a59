"""The atlas as a page of the server: ``/atlas`` and ``/atlas#node=company/openai``.

It is the file of ``kgraph atlas``, whose panels also lead to the server's pages. It is drawn at the
first request, by a process, and kept with the downloads (:mod:`kgraph.server.endpoints.downloads`)
until there is a new graph; the next server of the same build finds it in the user's cache
(:mod:`kgraph.server.workers.atlas_cache`). A client that would wait longer than :data:`PATIENCE_S`
gets a page that says so, and asks again.
"""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.text import hex_digest
from kgraph.server.endpoints.downloads import (
    MAX_DOWNLOAD_BYTES,
    get_download_cache,
    make_file_response,
    make_head_response,
)
from kgraph.server.html.templates import render_template
from kgraph.server.http.responses import (
    Endpoint,
    get_service,
    make_cache_headers,
    refuse_unacceptable,
)
from kgraph.server.negotiation import HTML, add_charset
from kgraph.server.pages.parameters import parse_request
from kgraph.server.workers.file_tasks import WriteAtlas
from kgraph.views.values import NoParameters

ATLAS_PATH = "/atlas"
ATLAS_TITLE = "Atlas"
ATLAS_FILE = "atlas.html"

PATIENCE_S = 2.0  #: seconds that a client waits without being told why

#: The page has a policy of its own, stricter than that of other pages; only headers have this.
ATLAS_POLICY = "frame-ancestors 'none'"

#: Digest of the page's scripts and styles: with others the atlas has another ETag.
ATLAS_ASSETS_HASH = hex_digest(
    "".join(
        f"{path.name}\0{path.read_text('utf-8')}"
        for package in ("atlas", "draw")
        for path in sorted((Path(__file__).parents[2] / package / "assets").rglob("*.*"))
    )
)


async def serve_atlas(request: Request) -> Response:
    """Send the atlas, or a page that waits for it."""
    refuse_unacceptable(request, (HTML,), "this is a page; /downloads has the graph as data")
    parse_request(request, NoParameters)
    graph = get_service(request).get_graph()
    fixed = {"Vary": "Accept-Encoding", "Content-Security-Policy": ATLAS_POLICY}
    headers = make_cache_headers(request, graph, ATLAS_FILE, ATLAS_ASSETS_HASH, more=fixed)
    cache, media_type = get_download_cache(request), add_charset(HTML)
    if request.method == "HEAD" and ATLAS_FILE not in cache.list_generated(graph):
        return make_head_response(headers, media_type)

    def make_task(path: Path) -> WriteAtlas:
        return WriteAtlas(ATLAS_TITLE, str(path), MAX_DOWNLOAD_BYTES)

    generated = await cache.await_file(graph, ATLAS_FILE, make_task, PATIENCE_S)
    if generated is None:
        waiting = render_template(
            "drawing.html", section=ATLAS_PATH, episodes=graph.store.meta.episodes
        )
        return Response(waiting, 202, {"Cache-Control": "no-store", "Retry-After": "2"}, HTML)
    return make_file_response(request, generated, headers, media_type)


ENDPOINTS = (Endpoint(ATLAS_PATH, serve_atlas),)
