"""A Model Context Protocol server of a graph, for agents (https://modelcontextprotocol.io).

From the outside in::

    server       stdio and streamable HTTP; the resources
    apps         views that hosts show beside results
    prompts, completion, choices   what is asked often; names, completed or chosen by the user
    tools        the tools of a server with a store; ``remote_tools``, of one that asks an endpoint;
                 ``query_tools``, of both
    service      runs queries on the current graph, within limits; ``endpoint_service``, on that of
                 an endpoint
    render       texts, tables and things as JSON values that fit an agent's context

Only the lines above ``service`` import the protocol's library, which takes a second; it is
installed with ``kgraph[mcp]``, and :func:`serve_agents` imports it when it is called.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kgraph.base.errors import InputError
from kgraph.query.remote import RemoteGraph
from kgraph.server.mcp.endpoint_service import EndpointService
from kgraph.server.mcp.service import AgentLimits, AgentService

__all__ = ["AgentLimits", "AgentService", "EndpointService", "serve_agents"]


def serve_agents(
    graph: Path | RemoteGraph,
    limits: AgentLimits | None = None,
    http: str = "",
    hosts: Iterable[str] = (),
) -> None:
    """Serve agents until the client closes its end, or until interrupted.

    Args:
        graph: folder of its store, or the endpoint that holds it.
        limits: of a query.
        http: ``HOST:PORT`` to listen at; "" for standard input and output.
        hosts: further host names accepted over HTTP; ``*`` for any.

    Raises:
        InputError: the library is not installed, or the address cannot be listened at.
    """
    host, port = _parse_address(http) if http else ("", 0)
    try:
        from kgraph.server.mcp import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise InputError(
            "serving agents takes the package mcp: pip install '.[mcp]' in the checkout of kgraph"
        ) from error
    limits = limits or AgentLimits()
    service = (
        EndpointService(graph, limits)
        if isinstance(graph, RemoteGraph)
        else AgentService(graph, limits)
    )
    if http:
        server.serve_http(service, host, port, hosts)
    else:
        server.make_server(service).run("stdio")


def _parse_address(http: str) -> tuple[str, int]:
    """Parse ``HOST:PORT``, ``[::1]:PORT`` or ``:PORT``.

    >>> _parse_address("127.0.0.1:8001"), _parse_address("[::1]:0"), _parse_address(":80")
    (('127.0.0.1', 8001), ('::1', 0), ('127.0.0.1', 80))
    """
    host, colon, port = http.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 0xFFFF:
        raise InputError(f"--http {http}: write it as HOST:PORT, such as 127.0.0.1:8001")
    return host.strip("[]") or "127.0.0.1", int(port)
