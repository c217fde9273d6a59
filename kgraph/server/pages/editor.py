"""The SPARQL editor: YASGUI's editor and table of results, from this server's own files.

Takes nothing but a query to begin with (``?query=`` or ``#query=``), gives a page with a form
that asks ``/sparql`` without script, and that a script turns into the editor; and, for the
script, the words of the graph, its prefixes, and the saved queries as examples.
"""

from __future__ import annotations

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.vocabulary import PREFIXES
from kgraph.query.formats import FORMATS
from kgraph.query.saved import SECTIONS, SavedQuery, saved_queries
from kgraph.query.sparql_text import declared
from kgraph.query.term_hints import hints
from kgraph.server.http import responses
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.middleware import HEADERS
from kgraph.server.http.paged import paged
from kgraph.server.pages.parameters import pairs
from kgraph.server.pages.templates import render
from kgraph.server.pages.terms import Term, terms
from kgraph.server.workers.tasks import JSON
from kgraph.store.current import Snapshot

HERE = "/editor"

START = """SELECT ?name ?episodes WHERE {
  ?company a kg:Company ; schema:name ?name ; kg:episodeCount ?episodes .
}
ORDER BY DESC(?episodes)
LIMIT 20"""
"""What stands in the editor at first: an answer to look at, in words to go on from."""

WIDTHS = "sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk="
"""Digest of the one style sheet that YASGUI writes into a page: how columns of results are made
wider by hand. Any other is still refused."""

POLICY = HEADERS["Content-Security-Policy"].replace(
    "style-src 'self'", f"style-src 'self' '{WIDTHS}'"
)
"""The editor's own policy (https://www.w3.org/TR/CSP3/#framework-directive-source-list)."""


class Words(msgspec.Struct, frozen=True):
    """What the editor knows: base of the graph's IRIs, prefix -> namespace, and its words."""

    base: str
    prefixes: dict[str, str]
    terms: tuple[Term, ...]


async def editor(request: Request, snapshot: Snapshot) -> str:
    """The editor."""
    return render(
        "editor.html",
        here=HERE,
        query=pairs(request).get("query", "") or declared(START),
        examples=examples(),
        formats=[f.name for f in FORMATS.values()],
    )


def examples() -> list[tuple[str, list[SavedQuery]]]:
    """The saved queries that can be asked as they are, by what they are about."""
    ready = [
        q for q in saved_queries().values() if all(p.default is not None for p in q.parameters)
    ]
    found = [
        (heading, [query for query in ready if query.section == section])
        for section, heading in SECTIONS.items()
    ]
    return [(heading, some) for heading, some in found if some]


async def words(request: Request) -> Response:
    """What the editor completes, as JSON."""
    snapshot = responses.service(request).snapshot()
    data = msgspec.json.encode(Words(snapshot.base, PREFIXES, terms()))
    tag = responses.etag(snapshot, HERE, data.decode())
    if responses.unchanged(request, tag):
        return Response(status_code=304, headers=responses.cached(tag))
    return Response(data, 200, responses.cached(tag), JSON)


async def unknown(request: Request) -> Response:
    """What is to be said of a query's words, as a list in JSON."""
    said = await run_in_threadpool(hints, pairs(request).get("query", ""))
    return Response(msgspec.json.encode(said), media_type=JSON)


ENDPOINTS = (
    Endpoint(HERE, paged(editor, {"Content-Security-Policy": POLICY})),
    Endpoint(HERE + "/words", words),
    Endpoint(HERE + "/hints", unknown),
)
