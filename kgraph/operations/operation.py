"""An operation: a request, the pure function that answers it, and the presenter of the answer.

The function is named by its place, so that a list of operations is at hand without importing what
answers them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any, Protocol

import msgspec

from kgraph.operations.blocks import Document
from kgraph.operations.request import Request, read_request


class AskedGraph(Protocol):
    """An open graph (:class:`kgraph.views.open_graph.OpenGraph`)."""

    @property
    def with_unlikely(self) -> AskedGraph:
        """This graph, in which mentions that are more likely wrong than right are counted."""


class Operation(msgspec.Struct, frozen=True):
    """A question that people can ask in every face.

    Attributes:
        name: the same in every face, such as ``why-not``.
        summary: one sentence that users read, with a full stop.
        source: place of the function, ``module:function``, that takes an open graph and a request
            and returns a struct.
        presenter: place of the function that takes that struct and the request and returns a
            document.
        group: heading of the command in the help.
        example: arguments that work on the sample corpus, by name.
        rows: field of the result whose items are the rows of CSV and TSV; "" for none.
    """

    name: str
    summary: str
    source: str
    presenter: str
    group: str
    example: Mapping[str, Any] = {}
    rows: str = ""

    @property
    def function(self) -> Callable[[Any, Any], msgspec.Struct]:
        function: Callable[[Any, Any], msgspec.Struct] = resolve_name(self.source)
        return function

    @property
    def request(self) -> type[Request]:
        """Type of the parameters."""
        request: type[Request] = _read_hints(self.function)["request"]
        return request

    @property
    def result(self) -> type[msgspec.Struct]:
        """Type of the answer."""
        result: type[msgspec.Struct] = _read_hints(self.function)["return"]
        return result

    def parse(self, values: Mapping[str, Any]) -> Request:
        """Read a request.

        Raises:
            InputError: a value is unknown, missing or wrong.
        """
        return read_request(self.request, values)

    def run(self, graph: AskedGraph, request: Request) -> Any:
        """Answer a request, counting unlikely mentions if it asks for that.

        Raises:
            InputError: the graph has nothing of a name, or a value is wrong.
        """
        counted = graph.with_unlikely if getattr(request, "unlikely", False) else graph
        return self.function(counted, request)

    def present(self, result: msgspec.Struct, request: Request) -> Document:
        """Return an answer as a document."""
        document: Document = resolve_name(self.presenter)(result, request)
        return document


def _read_hints(function: Callable[..., Any]) -> dict[str, Any]:
    return inspect.get_annotations(function, eval_str=True)
