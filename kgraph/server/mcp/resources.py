"""The resources of the agents' server: vocabulary, ontology, named queries, statistics."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kgraph.analysis import load_named_queries
from kgraph.base.errors import InputError
from kgraph.base.vocabulary import data_path, load_terms
from kgraph.query import load_saved_queries
from kgraph.query.saved import get_sparql_source
from kgraph.server.mcp.format import encode_json
from kgraph.server.mcp.service import AgentService, format_signature
from kgraph.views.overview import count_graph


class Resource(msgspec.Struct, frozen=True):
    """A resource of the protocol."""

    uri: str
    name: str
    description: str
    media_type: str
    read: Callable[[AgentService], str]


def _read_vocabulary(service: AgentService) -> str:
    lines = []
    for term in load_terms().values():
        if term.name.startswith("kg:") and term.comment:
            ends = f" ({term.domain} -> {term.range})" if term.domain or term.range else ""
            lines.append(f"{term.name}{ends}: {term.comment}")
    return "\n".join(sorted(lines)) + "\n"


def _read_queries(service: AgentService) -> str:
    queries = load_named_queries().values()
    return "".join(f"{format_signature(query)}: {query.summary}\n" for query in queries)


def _read_statistics(service: AgentService) -> str:
    graph = service.get_graph()
    counts = msgspec.to_builtins(count_graph(graph.store.graph))
    return encode_json({"base": graph.base, **counts})


#: Resources with an address of their own; each saved query has one, too.
RESOURCES = (
    Resource(
        "kgraph://vocabulary",
        "vocabulary",
        "every term of the ontology on a line: read before writing SPARQL",
        "text/plain",
        _read_vocabulary,
    ),
    Resource(
        "kgraph://ontology",
        "ontology",
        "the ontology, whole",
        "text/turtle",
        lambda service: data_path("ontology", "kgraph.ttl").read_text("utf-8"),
    ),
    Resource(
        "kgraph://queries",
        "queries",
        "the questions with a name, and how each is asked",
        "text/plain",
        _read_queries,
    ),
    Resource(
        "kgraph://statistics",
        "statistics",
        "counts of the graph: by type, most connected, shows, dates",
        "application/json",
        _read_statistics,
    ),
)

SAVED_QUERY_URI = "kgraph://queries/{name}"


def read_saved_query(name: str) -> str:
    """Return the SPARQL of a saved query.

    Raises:
        InputError: there is no such query.
    """
    if name not in load_saved_queries():
        raise InputError(f"{name}: no such saved query: kgraph://queries lists them")
    return get_sparql_source(name).text
