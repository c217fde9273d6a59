"""The endpoints of the API: JSON below ``/api/``, its description, and a page about it.

Takes requests, gives answers of :mod:`kgraph.server.endpoints.operations` and of the questions with a
name. What goes wrong is always ``application/problem+json``.
"""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.analysis import load_named_queries
from kgraph.analysis.questions import unknown_query_error as unknown_question
from kgraph.base.errors import InputError, KgraphError, RequestError
from kgraph.base.text import shorten
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.server.endpoints.openapi import build_openapi, list_named_questions
from kgraph.server.endpoints.operations import OPERATIONS, Operation
from kgraph.server.http import responses
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.negotiation import HTML, add_charset, choose_media_type
from kgraph.server.http.problems import PROBLEM_JSON
from kgraph.server.http.responses import RequestHandler
from kgraph.server.pages.forms import drop_empty
from kgraph.server.pages.parameters import fetch_json, parse_params, query_params
from kgraph.server.pages.templates import TEMPLATE_HASH, render_template
from kgraph.server.workers.tasks import RenderQuestion, RunQuestion, Task

JSON = "application/json"

DESCRIPTION_LINK = {"Link": '</api/openapi.json>; rel="service-desc"'}
"""Where the API is described (RFC 8631), with every answer of it."""

_OPENAPI_JSON = msgspec.json.encode(build_openapi())


def _with_json_errors(respond: RequestHandler) -> RequestHandler:
    """The endpoint, whose errors are data for every client."""

    async def responded(request: Request) -> Response:
        try:
            return await respond(request)
        except KgraphError as error:
            return responses.error_response(error, PROBLEM_JSON)

    return responded


def _operation_handler(operation: Operation) -> RequestHandler:
    async def respond(request: Request) -> Response:
        task = operation.make_task(parse_params(query_params(request), operation.parameters))
        return await _respond_with_task(request, task)

    return _with_json_errors(respond)


async def _respond_with_task(request: Request, task: Task, media_type: str = JSON) -> Response:
    _refuse_unacceptable(request, media_type)
    snapshot = responses.get_service(request).get_graph()
    tag = responses.make_etag(snapshot, media_type, msgspec.json.encode(task).decode())
    headers = responses.cache_headers(tag) | DESCRIPTION_LINK
    if responses.is_not_modified(request, tag):
        return Response(status_code=304, headers=headers)
    data = await fetch_json(request, snapshot, task)
    return Response(data, headers=headers, media_type=add_charset(media_type))


def _refuse_unacceptable(request: Request, media_type: str) -> None:
    accept = request.headers.get("accept", "")
    if choose_media_type(accept, (media_type, HTML)) is None:  # a browser may look at data, too
        raise RequestError(406, f"Accept: {shorten(accept)}: this is {media_type}")


async def serve_question(request: Request) -> Response:
    """Answer a question with a name: its first rows, or all of them in a format."""
    name, given = request.path_params["name"], query_params(request)
    if name not in load_named_queries():
        raise unknown_question(name, "/api/questions lists them")
    format_ = given.pop("format", "")
    given = drop_empty(load_named_queries()[name].parameters, given)  # an empty one has its default
    if not format_:
        return await _respond_with_task(request, RenderQuestion(name, given))
    if format_ not in ANSWER_FORMATS or "solutions" not in ANSWER_FORMATS[format_].kinds:
        known = ", ".join(f.name for f in ANSWER_FORMATS.values() if "solutions" in f.kinds)
        raise InputError(f"format={shorten(format_)}: no such format; choose one of {known}")
    return await _respond_with_task(
        request, RunQuestion(name, given, format_), ANSWER_FORMATS[format_].media_type
    )


async def serve_questions(request: Request) -> Response:
    """The questions with a name."""
    _refuse_unacceptable(request, JSON)
    return Response(
        msgspec.json.encode(list_named_questions()), headers=DESCRIPTION_LINK, media_type=JSON
    )


async def serve_openapi(request: Request) -> Response:
    """The API's description."""
    return Response(_OPENAPI_JSON, media_type=JSON, headers={"Cache-Control": "no-cache"})


async def serve_api_page(request: Request) -> Response:
    """A page about the API; for programs, its description."""
    if choose_media_type(request.headers.get("accept", ""), (HTML, JSON)) == JSON:
        return await serve_openapi(request)
    described = build_openapi()
    operations = [_describe_path(path, found["get"]) for path, found in described["paths"].items()]
    page = render_template("api.html", operations=operations)
    return Response(page, media_type=HTML, headers={"ETag": f'W/"{TEMPLATE_HASH}"'})


def _describe_path(path: str, described: dict[str, Any]) -> dict[str, Any]:
    """A place of the description as the page shows it, with an address that is worth trying."""
    parameters = [_with_default_text(parameter) for parameter in described["parameters"]]
    example = _EXAMPLES.get(path, "")
    needs = any(parameter["required"] for parameter in parameters)
    return {
        "path": path,
        "id": described["operationId"],
        "summary": described["summary"],
        "parameters": parameters,
        "tried": f"{path}?{example}" if example else "" if needs else path,
    }


_EXAMPLES = {f"/api/{path}": operation.example for path, operation in OPERATIONS.items()}


def _with_default_text(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter of the description, its default as it is written in JSON."""
    default = parameter["schema"].get("default", "")
    text = default if isinstance(default, str) else msgspec.json.encode(default).decode()
    return {**parameter, "default": text}


async def refuse_unknown_path(request: Request) -> Response:
    """There is no such place in the API."""
    known = ", ".join((*OPERATIONS, "questions", "openapi.json"))
    raise RequestError(
        404, f"/api/{shorten(request.path_params['rest'])}: no such place; there is: {known}"
    )


API_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/api", serve_api_page, has_cors=True),
    Endpoint("/api/openapi.json", _with_json_errors(serve_openapi), has_cors=True),
    *(
        Endpoint(f"/api/{path}", _operation_handler(operation), has_cors=True)
        for path, operation in OPERATIONS.items()
    ),
    Endpoint("/api/questions", _with_json_errors(serve_questions), has_cors=True),
    Endpoint("/api/questions/{name}", _with_json_errors(serve_question), has_cors=True),
    Endpoint("/api/{rest:path}", _with_json_errors(refuse_unknown_path), has_cors=True),
)
"""Where what is answered; the last row takes what is nothing."""
