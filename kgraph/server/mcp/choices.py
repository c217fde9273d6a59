"""Asks which entity a name means, where it may mean several, if the client can ask its user.

A tool with a parameter ``name`` gets a resolver of the protocol's library, which asks by
elicitation. A client that did not declare that capability, or a user who does not choose, gets what
the name means most often, with the others as ``may_mean``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, Field, create_model

from kgraph.base.errors import AmbiguousNameError, KgraphError
from kgraph.base.text import pluralize
from kgraph.graph import Entity
from kgraph.graph.lookup import find_entity_or_theme
from kgraph.server.mcp.render import MAX_NAME_CHARS, clean_text
from kgraph.server.mcp.service import AgentService

MAX_CHOICES = 8  #: entities that a user is asked to choose from

CHOSEN = "chosen"  #: parameter of a tool that holds the user's choice; agents do not see it


def list_possible_entities(service: AgentService, name: str, accepts_themes: bool) -> list[Entity]:
    """Return the entities that a name may mean, the most often meant first.

    None if it is clear, as the name of a theme is to a tool that accepts themes, or if the tool
    will say what is wrong.
    """
    try:
        graph = service.get_graph()
        if accepts_themes and find_entity_or_theme(graph.shared, name) in graph.shared.themes:
            return []
        graph.lookup.find(name)
        meant = graph.lookup.find_meant(name)
    except AmbiguousNameError as error:
        meant = [service.get_graph().shared.entities[id_] for id_ in error.suggestions]
    except KgraphError:
        return []
    return meant[:MAX_CHOICES] if len(meant) > 1 else []


def describe_meaning(entity: Entity) -> str:
    """Return a line that tells an entity from others of its name."""
    label = clean_text(entity.label, MAX_NAME_CHARS)
    return f"{label}, {entity.type}, in {pluralize(entity.episodes, 'episode')} ({entity.id})"


def let_user_choose(
    method: Callable[..., CallToolResult], service: AgentService, accepts_themes: bool
) -> Callable[..., CallToolResult]:
    """Return a tool's method that asks which entity its ``name`` means, where that is unclear.

    Args:
        method: of the tool.
        service: whose graph has the names.
        accepts_themes: whether the name may be that of a theme.
    """

    def choose(name: str, context: Context[Any]) -> Elicit[BaseModel] | str:
        capabilities = context.client_capabilities
        meanings = list_possible_entities(service, name, accepts_themes)
        if not meanings or capabilities is None or capabilities.elicitation is None:
            return name
        ids: Any = Literal[tuple(entity.id for entity in meanings)]
        choices = "; ".join(map(describe_meaning, meanings))
        answer = create_model("Choice", id=(ids, Field(description="which one is meant")))
        shown = clean_text(name, MAX_NAME_CHARS)
        return Elicit(f"“{shown}” may mean: {choices}. Which one?", answer)

    def run(**arguments: Any) -> CallToolResult:
        outcome, name = arguments.pop(CHOSEN), arguments["name"]
        if isinstance(outcome, AcceptedElicitation) and isinstance(outcome.data, BaseModel):
            return method(**{**arguments, "name": getattr(outcome.data, "id", name)})
        meanings = list_possible_entities(service, name, accepts_themes)
        result = method(**{**arguments, "name": meanings[0].id if meanings else name})
        return _add_meanings(result, meanings)

    hints = get_type_hints(method, include_extras=True)
    hints[CHOSEN] = Annotated[ElicitationResult[BaseModel], Resolve(choose)]
    parameter = inspect.Parameter(CHOSEN, inspect.Parameter.KEYWORD_ONLY, annotation=hints[CHOSEN])
    signature = inspect.signature(method)
    parameters = [
        each.replace(annotation=hints[name]) for name, each in signature.parameters.items()
    ]
    run.__name__, run.__doc__, run.__annotations__ = method.__name__, method.__doc__, hints
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*parameters, parameter], return_annotation=CallToolResult
    )
    return run


def _add_meanings(result: CallToolResult, meanings: list[Entity]) -> CallToolResult:
    if not meanings:
        return result
    values = {
        **(result.structured_content or {}),
        "may_mean": list(map(describe_meaning, meanings)),
    }
    text = TextContent(type="text", text=msgspec.json.encode(values).decode())
    return CallToolResult(content=[text], structured_content=values)
