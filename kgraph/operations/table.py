"""The table of operations."""

from __future__ import annotations

from kgraph.operations.operation import Operation

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
