"""What an agent may read: the vocabulary, the ontology, the saved queries, statistics.

Takes what travels with the program and the graph that answers now, gives text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec

from kgraph.analysis import load_named_queries
from kgraph.base.errors import InputError
from kgraph.base.vocabulary import Term, data_path, load_terms
from kgraph.query import load_saved_queries
from kgraph.query.saved import get_sparql_source
from kgraph.server.mcp.format import encode_json
from kgraph.server.mcp.service import AgentService, format_signature
from kgraph.views.stats import count_graph


class Resource(msgspec.Struct, frozen=True):
    """Something to read.

    Attributes:
        uri: its address.
        name: short.
        words: what it is, for who chooses.
        media_type: of what is read.
        read: gives it.
    """

    uri: str
    name: str
    description: str
    media_type: str
    read: Callable[[AgentService], str]


def read_ontology(asker: AgentService) -> str:
    """The ontology as it is kept."""
    return _ontology_path().read_text("utf-8")


def _ontology_path() -> Path:
    return data_path("ontology", "kgraph.ttl")


def read_vocabulary(asker: AgentService) -> str:
    """Each term of the ontology on a line."""
    return _format_vocabulary()


@cache
def _format_vocabulary() -> str:
    terms = [term for term in load_terms().values() if term.name.startswith("kg:")]
    return "\n".join(sorted(_format_term(term) for term in terms if term.comment)) + "\n"


def _format_term(term: Term) -> str:
    ends = f" ({term.domain} -> {term.range})" if term.domain or term.range else ""
    return f"{term.name}{ends}: {term.comment}"


def read_queries(asker: AgentService) -> str:
    """How each question is asked, and what it answers."""
    return (
        "\n".join(f"{format_signature(q)}: {q.summary}" for q in load_named_queries().values())
        + "\n"
    )


def read_statistics(asker: AgentService) -> str:
    """What the graph holds, in numbers."""
    snapshot = asker.snapshot()
    return encode_json(
        {"base": snapshot.base, **msgspec.to_builtins(count_graph(snapshot.store.graph))}
    )


RESOURCES = (
    Resource(
        "kgraph://vocabulary",
        "vocabulary",
        "every term of the ontology on a line: read before writing SPARQL",
        "text/plain",
        read_vocabulary,
    ),
    Resource("kgraph://ontology", "ontology", "the ontology, whole", "text/turtle", read_ontology),
    Resource(
        "kgraph://queries",
        "queries",
        "the questions with a name, and how each is asked",
        "text/plain",
        read_queries,
    ),
    Resource(
        "kgraph://statistics",
        "statistics",
        "what the graph holds, in numbers: counts by type, most connected, shows, dates",
        "application/json",
        read_statistics,
    ),
)
"""What there is to read at addresses of their own; :func:`read_saved_query` has one for each query."""

SAVED_QUERY_URI = "kgraph://queries/{name}"
"""Address of a saved query."""


def read_saved_query(name: str) -> str:
    """The SPARQL of a saved query, as an example to write others by.

    Raises:
        InputError: there is none of that name.
    """
    if name not in load_saved_queries():
        raise InputError(f"{name}: no such saved query: kgraph://queries lists them")
    return get_sparql_source(name).text
