"""Settings of a server, and their defaults."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kgraph.server.workers.pool import QueryLimits

#: Open connections; a browser opens six at most. Reduced to half of the open files that the
#: system allows the process, since processes and replies on disk need some, too.
MAX_CONNECTIONS = 500

HEADER_TIMEOUT_S = 10.0  #: seconds for a whole header, from the connection's start or last answer
BODY_TIMEOUT_S = 30.0  #: seconds for a whole body (at most 256 KB), from the end of its header
WRITE_TIMEOUT_S = 60.0  #: seconds in which a client takes no byte of an answer


class ConnectionLimits(msgspec.Struct, frozen=True):
    """Limits of connections."""

    connections: int = MAX_CONNECTIONS  #: open at a time
    header_s: float = HEADER_TIMEOUT_S  #: seconds for a whole header
    body_s: float = BODY_TIMEOUT_S  #: seconds for a whole body
    write_s: float = WRITE_TIMEOUT_S  #: seconds in which a client takes no byte of an answer


class JudgeSettings(msgspec.Struct, frozen=True):
    """How names are judged over HTTP."""

    by: str  #: name of the judge
    watches: bool = False  #: whether to build also when others change the file of judgements


class Settings(msgspec.Struct, frozen=True):
    """Settings of a server."""

    store: Path  #: folder of the graph
    limits: QueryLimits = QueryLimits()
    hosts: tuple[str, ...] = ()  #: accepted Host names, besides this machine's own
    origin: str = "*"  #: site that may read the data (CORS): ``*`` for all, "" for none
    connections: ConnectionLimits = ConnectionLimits()
    proxies: str = ""  #: trusted proxies (``X-Forwarded-For`` and ``-Proto``), comma-separated
    judge: JudgeSettings | None = None  #: None if names may not be judged over HTTP
