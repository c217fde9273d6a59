"""The table of operations."""

from __future__ import annotations

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import suggest_names
from kgraph.operations.operation import Operation
from kgraph.operations.request import Request, name_operation

#: Operations by name. A new one is a row here, its request, function and presenter.
OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            "why",
            "Explain why an episode is linked to a name, or why the name was rejected.",
            "kgraph.views.why:explain_edges",
            "kgraph.views.present_reasons:present_why",
            "Ask",
            {"episode": "2025-07-15-data-centres-in-the-desert.md", "name": "NVIDIA"},
        ),
        Operation(
            "how",
            "Tell how an entity came together: names, rules, ids, judgements, and what was left.",
            "kgraph.views.how:explain_entity",
            "kgraph.views.present_reasons:present_how",
            "Ask",
            {"name": "NVIDIA"},
        ),
        Operation(
            "why-not",
            "Tell why two names are not one thing, or why an episode does not have a name.",
            "kgraph.views.why_not:explain_why_not",
            "kgraph.views.present_reasons:present_why_not",
            "Ask",
            {"name": "NVIDIA", "other": "Google"},
        ),
        Operation(
            "audit",
            "List every decision of a kind with its confidence and reasons, or count all rows.",
            "kgraph.views.audit:find_decisions",
            "kgraph.views.present_reasons:present_audit",
            "Ask",
            {"what": "mentions"},
            rows="decisions",
        ),
    )
}


def find_operation(name: str) -> Operation:
    """Return the operation of a name.

    Raises:
        UnknownNameError: there is none; near names are suggested.
    """
    if operation := OPERATIONS.get(name):
        return operation
    near = suggest_names(name, OPERATIONS)
    hint = f"did you mean {', '.join(near)}?" if near else f"there is: {', '.join(OPERATIONS)}"
    raise UnknownNameError(f"{name}: no such operation: {hint}", near)


def find_request_operation(request: Request) -> Operation:
    """Return the operation that answers a request."""
    return OPERATIONS[name_operation(type(request))]
