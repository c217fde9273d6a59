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

from kgraph.base.vocabulary import PREFIXES, load_terms
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.query.saved import QUESTION_SECTIONS, SavedQuery, load_saved_queries
from kgraph.query.sparql_text import add_prefixes
from kgraph.query.term_hints import describe_unknown_terms
from kgraph.server.http import responses
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.middleware import SECURITY_HEADERS
from kgraph.server.http.paged import make_page_handler
from kgraph.server.pages.parameters import query_params
from kgraph.server.pages.templates import render_template
from kgraph.server.workers.tasks import JSON
from kgraph.views.open_graph import OpenGraph

EDITOR_PATH = "/editor"

START_QUERY = """SELECT ?name ?episodes WHERE {
  ?company a kg:Company ; schema:name ?name ; kg:episodeCount ?episodes .
}
ORDER BY DESC(?episodes)
LIMIT 20"""
"""What stands in the editor at first: an answer to look at, in words to go on from."""

COLUMN_WIDTHS_HASH = "sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk="
"""Digest of the one style sheet that YASGUI writes into a page: how columns of results are made
wider by hand. Any other is still refused."""

EDITOR_POLICY = SECURITY_HEADERS["Content-Security-Policy"].replace(
    "style-src 'self'", f"style-src 'self' '{COLUMN_WIDTHS_HASH}'"
)
"""The editor's own policy (https://www.w3.org/TR/CSP3/#framework-directive-source-list)."""


class EditorTerm(msgspec.Struct, frozen=True):
    """A class or a property, with its definition; "" for one of another vocabulary."""

    name: str
    iri: str
    kind: str
    words: str = ""


class EditorVocabulary(msgspec.Struct, frozen=True):
    """What the editor knows: base of the graph's IRIs, prefix -> namespace, and its words."""

    base: str
    prefixes: dict[str, str]
    terms: tuple[EditorTerm, ...]


async def editor_page(request: Request, snapshot: OpenGraph) -> str:
    """The editor."""
    return render_template(
        "editor.html",
        section=EDITOR_PATH,
        query=query_params(request).get("query", "") or add_prefixes(START_QUERY),
        examples=list_examples(),
        formats=[f.name for f in ANSWER_FORMATS.values()],
    )


def list_examples() -> list[tuple[str, list[SavedQuery]]]:
    """The saved queries that can be asked as they are, by what they are about."""
    ready = [
        q for q in load_saved_queries().values() if all(p.default is not None for p in q.parameters)
    ]
    found = [
        (heading, [query for query in ready if query.section == section])
        for section, heading in QUESTION_SECTIONS.items()
    ]
    return [(heading, some) for heading, some in found if some]


async def editor_vocabulary(request: Request) -> Response:
    """What the editor completes, as JSON."""
    snapshot = responses.get_service(request).get_graph()
    data = msgspec.json.encode(EditorVocabulary(snapshot.base, PREFIXES, list_editor_terms()))
    tag = responses.make_etag(snapshot, EDITOR_PATH, data.decode())
    if responses.is_not_modified(request, tag):
        return Response(status_code=304, headers=responses.cache_headers(tag))
    return Response(data, 200, responses.cache_headers(tag), JSON)


def list_editor_terms() -> tuple[EditorTerm, ...]:
    """List every class and property, by name."""
    terms = sorted(load_terms().values(), key=lambda term: term.name)
    return tuple(
        EditorTerm(term.name, term.iri, term.kind, term.comment)
        for term in terms
        if term.kind in ("class", "property")
    )


async def query_hints(request: Request) -> Response:
    """What is to be said of a query's words, as a list in JSON."""
    said = await run_in_threadpool(describe_unknown_terms, query_params(request).get("query", ""))
    return Response(msgspec.json.encode(said), media_type=JSON)


ENDPOINTS = (
    Endpoint(
        EDITOR_PATH, make_page_handler(editor_page, {"Content-Security-Policy": EDITOR_POLICY})
    ),
    Endpoint(EDITOR_PATH + "/words", editor_vocabulary),
    Endpoint(EDITOR_PATH + "/hints", query_hints),
)
