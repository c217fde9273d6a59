"""Endpoints of the JSON API below ``/api/``, its OpenAPI description, and a page about it.

Answers operations of :mod:`kgraph.server.endpoints.openapi` and named questions. Every error is
``application/problem+json``.
"""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.analysis import load_named_queries
from kgraph.analysis.questions import unknown_query_error as unknown_question
from kgraph.base.errors import RequestError, unknown_format_error
from kgraph.base.text import shorten
from kgraph.server.endpoints.openapi import (
    OPERATIONS,
    Operation,
    build_openapi,
    list_named_questions,
)
from kgraph.server.html.forms import drop_empty_fields
from kgraph.server.html.templates import TEMPLATE_HASH, render_template
from kgraph.server.http import responses
from kgraph.server.http.problems import PROBLEM_JSON
from kgraph.server.http.responses import Endpoint, RequestHandler, with_error_handling
from kgraph.server.negotiation import (
    HTML,
    JSON,
    SOLUTION_MEDIA_TYPES,
    add_charset,
    choose_media_type,
)
from kgraph.server.pages.parameters import fetch_json, parse_request, query_params
from kgraph.server.workers.tasks import RenderQuestion, RunQuestion, Task
from kgraph.views.values import NoParameters

#: Header of every answer that names the API's description (RFC 8631).
DESCRIPTION_LINK = {"Link": '</api/openapi.json>; rel="service-desc"'}

_OPENAPI_JSON = msgspec.json.encode(build_openapi())


def _operation_handler(operation: Operation) -> RequestHandler:
    async def handle(request: Request) -> Response:
        task = operation.make_task(parse_request(request, operation.parameters))
        return await _respond_with_task(request, task)

    return handle


async def _respond_with_task(request: Request, task: Task, media_type: str = JSON) -> Response:
    _refuse_unacceptable(request, media_type)
    graph = responses.get_service(request).get_graph()
    parts = (media_type, msgspec.json.encode(task).decode())
    headers = responses.make_cache_headers(request, graph, *parts, more=DESCRIPTION_LINK)
    data = await fetch_json(request, graph, task)
    return Response(data, headers=headers, media_type=add_charset(media_type))


def _refuse_unacceptable(request: Request, media_type: str) -> None:
    # A browser, which asks for HTML, may show data too.
    responses.refuse_unacceptable(request, (media_type, HTML), f"this is {media_type}")


async def serve_question(request: Request) -> Response:
    """Answer a named question: its first rows, or all rows in a format."""
    name, values = request.path_params["name"], query_params(request)
    question = load_named_queries().get(name)
    if question is None:
        raise unknown_question(name, "/api/questions lists them")
    format_ = values.pop("format", "")
    values = drop_empty_fields(question.parameters, values)  # an empty value means the default
    if not format_:
        return await _respond_with_task(request, RenderQuestion(name, values))
    if format_ not in SOLUTION_MEDIA_TYPES:
        raise unknown_format_error(f"format={shorten(format_)}", SOLUTION_MEDIA_TYPES)
    task = RunQuestion(name, values, format_)
    return await _respond_with_task(request, task, SOLUTION_MEDIA_TYPES[format_])


async def serve_questions(request: Request) -> Response:
    """List the named questions."""
    _refuse_unacceptable(request, JSON)
    data = msgspec.json.encode(list_named_questions())
    return Response(data, headers=DESCRIPTION_LINK, media_type=JSON)


async def serve_openapi(request: Request) -> Response:
    """Describe the API in OpenAPI."""
    return Response(_OPENAPI_JSON, media_type=JSON, headers={"Cache-Control": "no-cache"})


async def serve_api_page(request: Request) -> Response:
    """Describe the API: as a page, for programs in OpenAPI."""
    if choose_media_type(request.headers.get("accept", ""), (HTML, JSON)) == JSON:
        return await serve_openapi(request)
    parse_request(request, NoParameters)
    paths = build_openapi()["paths"]
    operations = [_describe_path(path, methods["get"]) for path, methods in paths.items()]
    page = render_template("api.html", operations=operations)
    return Response(page, media_type=HTML, headers={"ETag": f'W/"{TEMPLATE_HASH}"'})


def _describe_path(path: str, description: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a path for the page, with a URL to try."""
    parameters = []
    for parameter in description["parameters"]:
        default = parameter["schema"].get("default", "")
        if not isinstance(default, str):
            default = msgspec.json.encode(default).decode()
        parameters.append({**parameter, "default": default})
    operation = OPERATIONS.get(path.removeprefix("/api/"))
    example = operation.example if operation else ""
    url = f"{path}?{example}" if example else path
    if not example and any(parameter["required"] for parameter in parameters):
        url = ""
    return {
        "path": path,
        "id": description["operationId"],
        "summary": description["summary"],
        "parameters": parameters,
        "tried": url,
    }


async def refuse_unknown_path(request: Request) -> Response:
    """Refuse a path that is not in the API."""
    paths = ", ".join((*OPERATIONS, "questions", "openapi.json"))
    path = shorten(request.path_params["rest"])
    raise RequestError(404, f"/api/{path}: no such endpoint; available: {paths}")


def _endpoint(path: str, handler: RequestHandler) -> Endpoint:
    return Endpoint(path, with_error_handling(handler, PROBLEM_JSON), has_cors=True)


API_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/api", serve_api_page, has_cors=True),
    _endpoint("/api/openapi.json", serve_openapi),
    *(
        _endpoint(f"/api/{path}", _operation_handler(operation))
        for path, operation in OPERATIONS.items()
    ),
    _endpoint("/api/questions", serve_questions),
    _endpoint("/api/questions/{name}", serve_question),
    _endpoint("/api/{rest:path}", refuse_unknown_path),
)
