"""Parses query parameters into structs, sends forms with an error, and runs tasks in a worker."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, TypeVar, get_origin

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import InputError, RequestError
from kgraph.base.text import shorten
from kgraph.operations.request import read_request
from kgraph.server.html.templates import render_template
from kgraph.server.http import responses
from kgraph.server.workers.tasks import RunView, Task
from kgraph.views.open_graph import OpenGraph

StructT = TypeVar("StructT", bound=msgspec.Struct)

#: Names that mail programs and sites add to the links of others, to count who follows them.
_TRACKING = re.compile(r"utm_\w+|(?:fb|g|ms)clid|mc_[ce]id")


def _read_query(request: Request) -> list[tuple[str, str]]:
    pairs = responses.parse_query_string(request.url.query)
    return [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]


def query_params(request: Request) -> dict[str, str]:
    """Return the query parameters of a request.

    Raises:
        RequestError: one is given twice, they are too many, or not UTF-8.
    """
    values: dict[str, str] = {}
    for name, value in _read_query(request):
        if name in values:
            raise RequestError(400, f"{shorten(name)}: given more than once: give it once")
        values[name] = value
    return values


def parse_request(request: Request, type_: type[StructT]) -> StructT:
    """Parse the query parameters of a request; those of a field that is a tuple may be repeated.

    Raises:
        RequestError: another one is given twice, they are too many, or not UTF-8.
        InputError: one is unknown, missing or wrong.
    """
    return read_request(type_, _read_values(request, type_))


def parse_valid(request: Request, type_: type[StructT]) -> StructT:
    """Parse the query parameters of a request that have no fault, for a form beside an error.

    The other fields have their defaults.

    Raises:
        RequestError: as :func:`parse_request`.
    """
    form = type_()
    for name, value in _read_values(request, type_).items():
        with suppress(InputError):
            field = getattr(read_request(type_, {name: value}), name)
            form = msgspec.structs.replace(form, **{name: field})
    return form


def _read_values(request: Request, type_: type[msgspec.Struct]) -> dict[str, str | list[str]]:
    """Return the query parameters of a request, as a list for each field that is a tuple."""
    fields = msgspec.structs.fields(type_)
    repeated = {field.name for field in fields if get_origin(field.type) is tuple}
    if not repeated:
        return {**query_params(request)}
    values: dict[str, str | list[str]] = {}
    for name, value in _read_query(request):
        if name in repeated:
            values[name] = [*values.get(name, []), value]
        elif name in values:
            raise RequestError(400, f"{shorten(name)}: given more than once: give it once")
        else:
            values[name] = value
    return values


def send_form_error(request: Request, template: str, error: InputError, **values: Any) -> Response:
    """Return a form with what is wrong with it, similar names, and the status of the error."""
    near = responses.link_similar(request, error)
    page = render_template(template, error=error, near=near, **values)
    return responses.error_page(error, page)


async def fetch_json(request: Request, graph: OpenGraph, task: Task) -> bytes:
    """Run a task and return its result as JSON; cancel it if the client disconnects.

    Raises:
        KgraphError: raised by the task, or it exceeded a limit.
    """
    work = responses.get_service(request).run_task(graph, task)
    reply = await responses.cancel_on_disconnect(request, work)
    return reply.read_all()


def make_view_task(name: str, params: msgspec.Struct) -> RunView:
    """Return the task that runs a view of :data:`kgraph.views.registry.VIEW_OPERATIONS`."""
    return RunView(name, msgspec.structs.asdict(params))


async def run_view(
    request: Request, graph: OpenGraph, name: str, params: msgspec.Struct, result: type[StructT]
) -> StructT:
    """Run a view as :func:`fetch_json` does, and return its result."""
    data = await fetch_json(request, graph, make_view_task(name, params))
    return msgspec.json.decode(data, type=result)
