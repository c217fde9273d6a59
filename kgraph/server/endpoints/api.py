"""The endpoints of the API: JSON below ``/api/``, its description, and a page about it.

Takes requests, gives answers of :mod:`kgraph.server.endpoints.operations` and of the questions with a
name. What goes wrong is always ``application/problem+json``.
"""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.analysis import questions
from kgraph.analysis.questions import unknown as unknown_question
from kgraph.base.errors import InputError, KgraphError, RequestError
from kgraph.base.text import shorten
from kgraph.query.formats import FORMATS
from kgraph.server.endpoints.openapi import document, question_list
from kgraph.server.endpoints.operations import OPERATIONS, Operation
from kgraph.server.http import responses
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.negotiation import HTML, choose, content_type
from kgraph.server.http.problems import DETAILS
from kgraph.server.http.responses import Respond
from kgraph.server.pages.forms import written
from kgraph.server.pages.parameters import answer, asked, pairs
from kgraph.server.pages.templates import LOOK, render
from kgraph.server.workers.tasks import Answer, Show, Task

JSON = "application/json"

DESCRIBED = {"Link": '</api/openapi.json>; rel="service-desc"'}
"""Where the API is described (RFC 8631), with every answer of it."""

_DOCUMENT = msgspec.json.encode(document())


def _plainly(respond: Respond) -> Respond:
    """The endpoint, whose errors are data for every client."""

    async def responded(request: Request) -> Response:
        try:
            return await respond(request)
        except KgraphError as error:
            return responses.refusal(error, DETAILS)

    return responded


def _operation(operation: Operation) -> Respond:
    async def respond(request: Request) -> Response:
        task = operation.task(asked(pairs(request), operation.asked))
        return await _answered(request, task)

    return _plainly(respond)


async def _answered(request: Request, task: Task, media_type: str = JSON) -> Response:
    _refuse_unacceptable(request, media_type)
    snapshot = responses.service(request).snapshot()
    tag = responses.etag(snapshot, media_type, msgspec.json.encode(task).decode())
    headers = responses.cached(tag) | DESCRIBED
    if responses.unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    data = await answer(request, snapshot, task)
    return Response(data, headers=headers, media_type=content_type(media_type))


def _refuse_unacceptable(request: Request, media_type: str) -> None:
    accept = request.headers.get("accept", "")
    if choose(accept, (media_type, HTML)) is None:  # a browser may look at data, too
        raise RequestError(406, f"Accept: {shorten(accept)}: this is {media_type}")


async def question(request: Request) -> Response:
    """Answer a question with a name: its first rows, or all of them in a format."""
    name, given = request.path_params["name"], pairs(request)
    if name not in questions():
        raise unknown_question(name, "/api/questions lists them")
    format_ = given.pop("format", "")
    given = written(questions()[name].parameters, given)  # an empty one has its default
    if not format_:
        return await _answered(request, Show(name, given))
    if format_ not in FORMATS or "solutions" not in FORMATS[format_].kinds:
        known = ", ".join(f.name for f in FORMATS.values() if "solutions" in f.kinds)
        raise InputError(f"format={shorten(format_)}: no such format; choose one of {known}")
    return await _answered(request, Answer(name, given, format_), FORMATS[format_].media_type)


async def question_names(request: Request) -> Response:
    """The questions with a name."""
    _refuse_unacceptable(request, JSON)
    return Response(msgspec.json.encode(question_list()), headers=DESCRIBED, media_type=JSON)


async def description(request: Request) -> Response:
    """The API's description."""
    return Response(_DOCUMENT, media_type=JSON, headers={"Cache-Control": "no-cache"})


async def about(request: Request) -> Response:
    """A page about the API; for programs, its description."""
    if choose(request.headers.get("accept", ""), (HTML, JSON)) == JSON:
        return await description(request)
    described = document()
    operations = [_line(path, found["get"]) for path, found in described["paths"].items()]
    page = render("api.html", operations=operations)
    return Response(page, media_type=HTML, headers={"ETag": f'W/"{LOOK}"'})


def _line(path: str, described: dict[str, Any]) -> dict[str, Any]:
    """A place of the description as the page shows it, with an address that is worth trying."""
    parameters = [_shown(parameter) for parameter in described["parameters"]]
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


def _shown(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter of the description, its default as it is written in JSON."""
    default = parameter["schema"].get("default", "")
    text = default if isinstance(default, str) else msgspec.json.encode(default).decode()
    return {**parameter, "default": text}


async def unknown(request: Request) -> Response:
    """There is no such place in the API."""
    known = ", ".join((*OPERATIONS, "questions", "openapi.json"))
    raise RequestError(
        404, f"/api/{shorten(request.path_params['rest'])}: no such place; there is: {known}"
    )


API: tuple[Endpoint, ...] = (
    Endpoint("/api", about, data=True),
    Endpoint("/api/openapi.json", _plainly(description), data=True),
    *(
        Endpoint(f"/api/{path}", _operation(operation), data=True)
        for path, operation in OPERATIONS.items()
    ),
    Endpoint("/api/questions", _plainly(question_names), data=True),
    Endpoint("/api/questions/{name}", _plainly(question), data=True),
    Endpoint("/api/{rest:path}", _plainly(unknown), data=True),
)
"""Where what is answered; the last row takes what is nothing."""
