"""The tools of an agents' server that asks an endpoint and has no store."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from kgraph.server.mcp.endpoint_service import EndpointService
from kgraph.server.mcp.query_tools import Name, QueryTools, as_tool_result


class RemoteTools(QueryTools):
    """The tools of a server without a store."""

    _service: EndpointService

    def __init__(self, service: EndpointService) -> None:
        super().__init__(service)

    @as_tool_result
    def look_up(
        self,
        name: Annotated[
            Name, Field(description="name or id of an entity, theme, episode, topic or tag")
        ],
    ) -> dict[str, Any]:
        """Find an entity, theme, episode, topic or tag by its name: id, type, other names, number
        of episodes; of an episode title, date and show. ask_question and run_sparql tell the rest
        of it."""
        return self._service.look_up(name)
