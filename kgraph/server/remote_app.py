"""The application of a server that has no store and asks a SPARQL endpoint.

It offers what SPARQL alone can answer: the saved queries as pages and as data, and the endpoint
itself at ``/sparql``, read-only and within limits. Every other path says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kgraph.analysis.questions import answer_remote_query, unknown_query_error
from kgraph.base.errors import InputError, QueryBusyError, QueryError, RequestError
from kgraph.query import Answer, load_saved_queries
from kgraph.query.answer import describe_empty_months, describe_undated
from kgraph.query.evaluate import PreparedQuery
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.query.named import NamedQuery
from kgraph.query.remote import RemoteGraph, evaluate_remote
from kgraph.server.app import HTTP_METHODS, serve_asset
from kgraph.server.endpoints.sparql import read_operation
from kgraph.server.html.forms import drop_empty_fields, make_fields
from kgraph.server.html.templates import Hyperlink, render_template
from kgraph.server.http import responses
from kgraph.server.http.middleware import HostAndHeadersMiddleware
from kgraph.server.http.responses import READ_METHODS, RequestHandler, with_error_handling
from kgraph.server.negotiation import (
    FORMATS_BY_MEDIA_TYPE,
    HTML,
    SOLUTION_MEDIA_TYPES,
    add_charset,
    choose_format,
    choose_media_types,
)
from kgraph.server.pages.parameters import query_params
from kgraph.server.pages.questions import group_by_section
from kgraph.server.settings import Settings

Result = TypeVar("Result")

BUSY_RETRY_AFTER_S = 5  #: seconds after which a client may ask again

_PLAIN_TEXT = "text/plain"


class RemoteService:
    """The endpoint, and the threads that ask it.

    Args:
        settings: of the server; its store is not used.
    """

    def __init__(self, graph: RemoteGraph, settings: Settings) -> None:
        self.graph = graph
        self.settings = settings
        self.threads = ThreadPoolExecutor(settings.limits.fast_slots)
        self._free = settings.limits.fast_slots

    async def run(self, work: Callable[..., Result], *args: Any, **options: Any) -> Result:
        """Call a function in a thread; QueryBusyError if all are in use.

        A client that leaves frees nothing: the endpoint cannot be told to stop.
        """
        if not self._free:
            raise QueryBusyError(
                "all queries that may run at once are running: ask again", BUSY_RETRY_AFTER_S
            )
        self._free -= 1
        future = self.threads.submit(work, *args, **options)
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._release))
        return await asyncio.wrap_future(future)

    def _release(self) -> None:
        self._free += 1


def create_remote_app(graph: RemoteGraph, settings: Settings) -> HostAndHeadersMiddleware:
    """Return the application of a server that asks an endpoint."""
    service = RemoteService(graph, settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> Any:
        yield
        service.threads.shutdown(wait=False, cancel_futures=True)

    routes = [
        _make_route("/", serve_questions),
        _make_route("/questions/{name}", serve_question),
        _make_route("/sparql", serve_endpoint, (*READ_METHODS, "POST"), origin=settings.origin),
        _make_route("/assets/{name:path}", serve_asset),
        _make_route("/{path:path}", refuse, HTTP_METHODS),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.service = service
    return HostAndHeadersMiddleware(app, settings.hosts)


def _make_route(
    path: str, handler: RequestHandler, methods: tuple[str, ...] = READ_METHODS, origin: str = ""
) -> Route:
    async def check_method(request: Request) -> Response:
        if request.method not in methods:
            allowed = ", ".join(methods)
            message = f"{request.method}: this path accepts {allowed}"
            raise RequestError(405, message, methods)
        response = await handler(request)
        if origin:
            response.headers["Access-Control-Allow-Origin"] = origin
        return response

    # Error pages of other servers have links to pages that this one lacks.
    return Route(path, with_error_handling(check_method, _PLAIN_TEXT), methods=HTTP_METHODS)


def _get_service(request: Request) -> RemoteService:
    service: RemoteService = request.app.state.service
    return service


async def refuse(request: Request) -> Response:
    """Answer where a server with a store has more: there is none."""
    raise RequestError(
        404,
        f"{request.url.path}: this server asks an endpoint and has no store: it has /, "
        "/questions/NAME and /sparql alone; `kgraph serve` with a store has the rest",
    )


async def serve_questions(request: Request) -> Response:
    """Render the list of saved queries."""
    service = _get_service(request)
    page = render_template(
        "remote.html",
        question=None,
        endpoint=service.graph.url,
        sections=group_by_section(load_saved_queries().values()),
    )
    return Response(page, media_type=HTML)


async def serve_question(request: Request) -> Response:
    """Return a saved query's form and answer as a page, or its answer as data."""
    name = request.path_params["name"]
    query = load_saved_queries().get(name)
    if query is None:
        raise unknown_query_error(name, "/ lists them")
    values = drop_empty_fields(query.parameters, query_params(request))
    media_types = {HTML: "html"} | {type_: name for name, type_ in SOLUTION_MEDIA_TYPES.items()}
    accept, forced = request.headers.get("accept", ""), values.pop("format", "")
    form = choose_format(accept, forced, media_types)
    if form != "html":
        answer = await _ask(request, name, values, form)
        media_type = add_charset(ANSWER_FORMATS[form].media_type)
        attachment = f'attachment; filename="{name}{ANSWER_FORMATS[form].suffix}"'
        headers = {"Content-Disposition": attachment, "Vary": "Accept"}
        return Response(answer.data, 200, headers, media_type)
    if not values and any(parameter.default is None for parameter in query.parameters):
        return Response(_render_question(query, values), media_type=HTML)
    try:
        answer = await _ask(request, name, values, "json")
    except (InputError, QueryError) as error:
        page = _render_question(query, values, error=error)
        return responses.error_page(error, page)
    return Response(_render_question(query, values, answer), media_type=HTML)


async def _ask(request: Request, name: str, values: dict[str, str], form: str) -> Answer:
    service = _get_service(request)
    return await service.run(answer_remote_query, service.graph, name, values, format=form)


def _render_question(
    query: NamedQuery,
    values: dict[str, str],
    answer: Answer | None = None,
    error: InputError | QueryError | None = None,
) -> str:
    columns, rows = answer._table() if answer else ((), ())
    notes = [describe_undated(answer.undated)] if answer and answer.undated else []
    if answer and (note := describe_empty_months(answer.empty_months)):
        notes.append(note)
    downloads = [
        Hyperlink(form.upper(), f"/questions/{query.name}?{urlencode({**values, 'format': form})}")
        for form in ("csv", "tsv", "json")
    ]
    return render_template(
        "remote.html",
        question=query,
        fields=make_fields(
            query.parameters, values, error if isinstance(error, InputError) else None
        ),
        error=error,
        columns=columns,
        rows=[["" if cell is None else str(cell) for cell in row] for row in rows],
        more=answer.more if answer else False,
        notes=notes,
        downloads=downloads,
    )


async def serve_endpoint(request: Request) -> Response:
    """Pass a query on to the endpoint, and its answer back in the format that is accepted."""
    operation = await read_operation(request)
    if operation.default_graphs or operation.named_graphs:
        raise QueryError("default-graph-uri, named-graph-uri: name graphs in the query, with FROM")
    chosen = choose_media_types(request.headers.get("accept", ""), operation.format)
    formats: dict[AnswerKind, str] = {
        kind: FORMATS_BY_MEDIA_TYPE[kind][media_type] for kind, media_type in chosen.items()
    }
    service = _get_service(request)
    prepared = PreparedQuery(operation.query)
    answer = await service.run(evaluate_remote, service.graph, prepared, formats)
    media_type = add_charset(ANSWER_FORMATS[answer.format].media_type)
    return Response(answer.data, 200, {"Vary": "Accept"}, media_type)
