"""Completes arguments of prompts and of resource templates: names, months, names of questions."""

from __future__ import annotations

import anyio.to_thread
from mcp.server.mcpserver import MCPServer
from mcp_types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from kgraph.base.errors import KgraphError
from kgraph.query import load_saved_queries
from kgraph.query.parameters import NAME_SEPARATOR
from kgraph.search.suggest import suggest_things
from kgraph.server.mcp.render import MAX_NAME_CHARS, clean_text
from kgraph.server.mcp.service import AgentService

MAX_COMPLETIONS = 20  #: values of one answer; the protocol allows 100

#: Argument of a prompt that takes a name -> kinds of what it may name.
NAME_ARGUMENTS = {"name": ("entity", "theme"), "names": ("entity", "theme")}

MONTH_ARGUMENTS = ("since", "until")


def complete_argument(
    service: AgentService,
    reference: PromptReference | ResourceTemplateReference,
    name: str,
    text: str,
) -> list[str]:
    """Return the values of an argument that begin with a text, the likeliest first.

    Args:
        service: whose graph has the names.
        reference: the prompt or resource template.
        name: of the argument.
        text: typed so far; of several names the last one is completed.
    """
    if isinstance(reference, ResourceTemplateReference):
        return [query for query in load_saved_queries() if query.startswith(text)]
    if name in MONTH_ARGUMENTS:
        months = sorted(service.get_graph().episode_counts_by_month, reverse=True)
        return [month for month in months if month.startswith(text)]
    if name not in NAME_ARGUMENTS:
        return []
    before, separator, start = (
        text.rpartition(NAME_SEPARATOR) if name == "names" else ("", "", text)
    )
    lead = f"{before}{separator} " if separator else ""
    things = suggest_things(
        service.get_graph().index, start, NAME_ARGUMENTS[name], limit=MAX_COMPLETIONS
    )
    return list(dict.fromkeys(lead + clean_text(thing.name, MAX_NAME_CHARS) for thing in things))


def add_completion(server: MCPServer[None], service: AgentService) -> None:
    """Answer ``completion/complete``; without a graph there is nothing to complete."""

    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion:
        try:
            values = await anyio.to_thread.run_sync(
                complete_argument, service, ref, argument.name, argument.value
            )
        except KgraphError:
            values = []
        shown = values[:MAX_COMPLETIONS]
        return Completion(values=shown, total=len(values), has_more=len(values) > len(shown))

    server.completion()(complete)  # type: ignore[no-untyped-call]
