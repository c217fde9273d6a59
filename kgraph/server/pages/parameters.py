"""Facts for endpoints: what is asked is read from a request, and answered by a process.

Takes the parameters of a request and a row of :data:`kgraph.views.registry.VIEW_OPERATIONS`; gives the
answer as JSON for the API, or as values for a page. The same question to the same graph is
answered from memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from starlette.requests import Request

from kgraph.base.errors import InputError, RequestError
from kgraph.base.text import shorten
from kgraph.server.http import responses
from kgraph.server.workers.tasks import RunView, Task
from kgraph.views.open_graph import OpenGraph
from kgraph.views.registry import VIEW_OPERATIONS

Struct = TypeVar("Struct", bound=msgspec.Struct)

_PATH_SEPARATOR = " - at `$."
_MISSING = re.compile(r"Object missing required field `(\w+)`")


def parse_params(given: Mapping[str, str], shape: type[Struct]) -> Struct:
    """The parameters of a question.

    Args:
        given: values by name, as text.
        shape: the struct that they make.

    Raises:
        InputError: one is unknown, missing or wrong.

    >>> from kgraph.views.lists import ShowsRequest
    >>> parse_params({"limit": "5"}, ShowsRequest)
    ShowsRequest(offset=0, limit=5)
    """
    known = shape.__struct_fields__
    for name in given:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise InputError(f"{shorten(name)}: no such parameter; there is: {takes}")
    try:
        return msgspec.convert(dict(given), shape, strict=False)
    except msgspec.ValidationError as error:
        raise InputError(_explain_error(str(error), given, shape)) from error


def _explain_error(message: str, given: Mapping[str, str], shape: type[msgspec.Struct]) -> str:
    """What is wrong with which parameter, with the value as it was given, and what would do.

    >>> from kgraph.views.lists import ShowsRequest
    >>> _explain_error("Expected `int`, got `str` - at `$.limit`", {"limit": "x"}, ShowsRequest)
    'limit=x: expected a whole number: rows at the most'
    """
    what, _, place = message.partition(_PATH_SEPARATOR)
    missing = _MISSING.fullmatch(what)
    name = missing[1] if missing else place.rstrip("`")
    for theirs, ours in _MESSAGE_REWRITES:
        what = re.sub(theirs, ours, what)
    if name in given:
        what = f"{name}={shorten(given[name])}: {what}"
    hint = _describe_parameter(shape, name)
    return f"{what}: {hint}" if hint else what


def _describe_parameter(shape: type[msgspec.Struct], name: str) -> str:
    """The values that a parameter may have, or what is known of it; "" for nothing."""
    schemas = msgspec.json.schema(shape)["$defs"]
    field = schemas[shape.__name__]["properties"].get(name, {})
    if "enum" in field:
        return f"choose one of {', '.join(field['enum'])}"
    if "examples" in field:
        return f"write it as {field['examples'][0]}"
    return str(field.get("description", ""))


_MESSAGE_REWRITES = (
    (r"Expected `int`, got `\w+`", "expected a whole number"),
    (r"Expected `float`, got `\w+`", "expected a number"),
    (r"Expected `bool`, got `\w+`", "expected true or false"),
    (r"Expected `(?:int|float)` (.+)", r"expected a number \1"),
    (r"Expected `str` matching regex .*", "not of the form that is wanted"),
    (r"Expected `str` of length <= (\d+)", r"longer than \1 characters"),
    (r"Expected `str` of length >= 1", "it is empty"),
    (_MISSING.pattern, r"give the parameter \1"),
    (r"Invalid enum value .*", "no such value"),
)
"""What the decoder says -> what a client reads."""


def query_params(request: Request) -> dict[str, str]:
    """The parameters of a request.

    Raises:
        RequestError: one is given twice, they are too many, or not UTF-8.
    """
    found: dict[str, str] = {}
    for name, value in responses.parse_query_string(request.url.query):
        if name in found:
            raise RequestError(400, f"{shorten(name)}: given more than once: give it once")
        found[name] = value
    return found


async def fetch_json(request: Request, snapshot: OpenGraph, task: Task) -> bytes:
    """The answer to a task, as JSON.

    Args:
        request: on whose behalf; when its client goes, the work stops.
        snapshot: which graph is asked.
        task: what is asked.

    Raises:
        KgraphError: what the task raises, or a limit that it passed.
    """
    doing = responses.get_service(request).run_task(snapshot, task)
    reply = await responses.cancel_on_disconnect(request, doing)
    return reply.body if isinstance(reply.body, bytes) else reply.body.read_all()


def make_view_task(name: str, question: msgspec.Struct) -> RunView:
    """The task of answering a question of facts."""
    return RunView(name, msgspec.structs.asdict(question))


async def run_view(
    request: Request, snapshot: OpenGraph, name: str, question: msgspec.Struct, shape: type[Struct]
) -> Struct:
    """The answer to a question, as the struct that it gives.

    Args:
        request: on whose behalf.
        snapshot: which graph is asked.
        name: of the question.
        question: its parameters.
        shape: what it gives.
    """
    assert VIEW_OPERATIONS[name].result is shape
    return msgspec.json.decode(
        await fetch_json(request, snapshot, make_view_task(name, question)), type=shape
    )
