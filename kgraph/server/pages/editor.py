"""The SPARQL editor: YASGUI's editor and table of results, from this server's own files.

The page has a form that sends a query to ``/sparql`` without script; a script turns it into the
editor. The page lists saved queries as examples. Further endpoints give the script the vocabulary
and prefixes that the editor completes, and hints on unknown terms.
"""

from __future__ import annotations

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.vocabulary import PREFIXES, load_terms
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.query.saved import load_saved_queries
from kgraph.query.sparql_text import add_prefixes
from kgraph.query.term_hints import describe_unknown_terms
from kgraph.server.html.templates import render_template
from kgraph.server.http import responses
from kgraph.server.http.middleware import SECURITY_HEADERS
from kgraph.server.http.responses import Endpoint, make_page_handler
from kgraph.server.negotiation import JSON
from kgraph.server.pages.parameters import parse_request, query_params
from kgraph.server.pages.questions import group_by_section
from kgraph.views.open_graph import OpenGraph

EDITOR_PATH = "/editor"

#: Query of an editor that is opened without one.
START_QUERY = """SELECT ?name ?episodes WHERE {
  ?company a kg:Company ; schema:name ?name ; kg:episodeCount ?episodes .
}
ORDER BY DESC(?episodes)
LIMIT 20"""

#: Digest of the one style sheet that YASGUI writes into a page, for column widths; others are
#: refused.
COLUMN_WIDTHS_HASH = "sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk="

#: Policy of the editor (https://www.w3.org/TR/CSP3/#framework-directive-source-list).
EDITOR_POLICY = SECURITY_HEADERS["Content-Security-Policy"].replace(
    "style-src 'self'", f"style-src 'self' '{COLUMN_WIDTHS_HASH}'"
)


class EditorTerm(msgspec.Struct, frozen=True):
    """A class or a property that the editor completes."""

    name: str
    iri: str
    kind: str
    words: str = ""  #: its definition; "" if it belongs to another vocabulary


class EditorVocabulary(msgspec.Struct, frozen=True):
    """Names that the editor completes."""

    base: str  #: of the graph's IRIs
    prefixes: dict[str, str]  #: prefix -> namespace
    terms: tuple[EditorTerm, ...]


class EditorForm(msgspec.Struct, frozen=True):
    """Parameters of the page: a query to begin with."""

    query: str = ""


async def editor_page(request: Request, graph: OpenGraph) -> str:
    """Render the editor."""
    ready = [
        query
        for query in load_saved_queries().values()
        if all(parameter.default is not None for parameter in query.parameters)
    ]
    return render_template(
        "editor.html",
        section=EDITOR_PATH,
        query=parse_request(request, EditorForm).query or add_prefixes(START_QUERY),
        examples=group_by_section(ready),
        formats=[format_.name for format_ in ANSWER_FORMATS.values()],
    )


async def editor_vocabulary(request: Request) -> Response:
    """Return what the editor completes, as JSON."""
    graph = responses.get_service(request).get_graph()
    data = msgspec.json.encode(EditorVocabulary(graph.base, PREFIXES, list_editor_terms()))
    headers = responses.make_cache_headers(request, graph, EDITOR_PATH, data.decode())
    return Response(data, 200, headers, JSON)


def list_editor_terms() -> tuple[EditorTerm, ...]:
    """List every class and property, by name."""
    terms = sorted(load_terms().values(), key=lambda term: term.name)
    return tuple(
        EditorTerm(term.name, term.iri, term.kind, term.comment)
        for term in terms
        if term.kind in ("class", "property")
    )


async def query_hints(request: Request) -> Response:
    """Return hints on the unknown terms of a query, as a JSON list."""
    query = query_params(request).get("query", "")
    hints = await run_in_threadpool(describe_unknown_terms, query)
    return Response(msgspec.json.encode(hints), media_type=JSON)


ENDPOINTS = (
    Endpoint(
        EDITOR_PATH, make_page_handler(editor_page, {"Content-Security-Policy": EDITOR_POLICY})
    ),
    Endpoint(EDITOR_PATH + "/words", editor_vocabulary),
    Endpoint(EDITOR_PATH + "/hints", query_hints),
)
