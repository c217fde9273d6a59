"""The graph for agents: a Model Context Protocol server (https://modelcontextprotocol.io).

Takes a store, gives tools and resources. From the outside in::

    server       stdio and streamable HTTP
    tools        what an agent may ask, in the protocol's terms
    resources    what it may read
    asker        the questions put to the last whole graph, each within limits
    pages        what is known of one thing, small
    shown        texts and tables small enough for an agent's context

Only ``server`` and ``tools`` know the protocol's library, which :func:`serve_agents` imports when an
agent is served and not before: it takes a second, and few need it (``kgraph[mcp]``).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kgraph.base.errors import InputError
from kgraph.server.mcp.service import AgentLimits, AgentService

__all__ = ["AgentLimits", "AgentService", "serve_agents"]


def serve_agents(
    store: Path, limits: AgentLimits | None = None, http: str = "", hosts: Iterable[str] = ()
) -> None:
    """Serve agents until the one that started this closes its end, or until interrupted.

    Args:
        store: folder of the graph.
        limits: what a question may take.
        http: ``HOST:PORT`` to listen at; "" for standard input and output.
        hosts: further names under which it may be spoken to over HTTP; ``*`` for any.

    Raises:
        InputError: the library is not installed, or that address cannot be listened at.
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
    asker = AgentService(store, limits or AgentLimits())
    if http:
        server.serve_http(asker, host, port, hosts)
    else:
        server.serve_stdio(asker)


def _parse_address(http: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT``, ``[::1]:PORT`` or ``:PORT``.

    Raises:
        InputError: it is of another form.

    >>> _parse_address("127.0.0.1:8001"), _parse_address("[::1]:0"), _parse_address(":80")
    (('127.0.0.1', 8001), ('::1', 0), ('127.0.0.1', 80))
    """
    host, colon, port = http.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 0xFFFF:
        raise InputError(f"--http {http}: write it as HOST:PORT, such as 127.0.0.1:8001")
    return host.strip("[]") or "127.0.0.1", int(port)
