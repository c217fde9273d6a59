"""The pages ``/why``, ``/how``, ``/why-not`` and ``/audit``.

Each is a form of the parameters of its operation until it has all that are required, and then the
answer as a document. Corrections are shown where names may be judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import InputError, QueryError
from kgraph.operations.blocks import Block, Correction, Document, Section
from kgraph.operations.operation import Operation
from kgraph.operations.request import list_fields
from kgraph.operations.table import OPERATIONS
from kgraph.server.html.templates import current_session, render_template
from kgraph.server.http.responses import Endpoint, make_page_handler
from kgraph.server.pages.parameters import query_params, run_view, send_form_error
from kgraph.views.open_graph import OpenGraph
from kgraph.views.why import WhyRequest

PAGES = ("why", "how", "why-not", "audit")  #: names of their operations


async def explanation_page(
    operation: Operation, request: Request, graph: OpenGraph
) -> str | Response:
    """Render the form of an operation, or its answer."""
    values = {name: text for name, text in query_params(request).items() if text.strip()}
    fields = list_fields(operation.request)
    form: dict[str, Any] = {
        "operation": operation,
        "fields": fields,
        "values": {field.name: values.get(field.name, field.default or "") for field in fields},
        "document": None,
    }
    try:
        is_asked = all(field.name in values for field in fields if field.is_required)
        if not is_asked and values.keys() <= {field.name for field in fields}:
            return render_template("ask.html", error=None, near=(), **form)
        document = await _answer(operation, request, graph, values)
    except InputError as error:
        return send_form_error(request, "ask.html", error, **form)
    return render_template("ask.html", error=None, near=(), **{**form, "document": document})


async def _answer(
    operation: Operation, request: Request, graph: OpenGraph, values: dict[str, str]
) -> Document:
    """Return the answer, with steps of confidences unless these take too long."""
    asked: Any = operation.parse(values)
    run = partial(run_view, request, graph, operation.name)
    if isinstance(asked, WhyRequest):
        try:
            result = await run(replace(asked, steps=True), operation.result)
        except QueryError:
            result = await run(asked, operation.result)
    else:
        result = await run(asked, operation.result)
    document = operation.present(result, asked)
    if current_session.get():
        return document
    return replace(document, blocks=_drop_corrections(document.blocks))


def _drop_corrections(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return blocks without the links to judge, and without sections of such links alone."""
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Section):
            inner = _drop_corrections(block.blocks)
            kept += [replace(block, blocks=inner)] if inner or not block.blocks else []
        elif not isinstance(block, Correction):
            kept.append(block)
    return tuple(kept)


ENDPOINTS = tuple(
    Endpoint(f"/{name}", make_page_handler(partial(explanation_page, OPERATIONS[name])))
    for name in PAGES
)
