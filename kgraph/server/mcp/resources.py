"""What an agent may read: the vocabulary, the ontology, the saved queries, statistics.

Takes what travels with the program and the graph that answers now, gives text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import pyoxigraph
from pyoxigraph import QuerySolutions, RdfFormat

from kgraph.analysis import questions
from kgraph.base.errors import InputError
from kgraph.base.vocabulary import PREFIXES, curie, shared
from kgraph.query import saved_queries
from kgraph.server.mcp.format import compact
from kgraph.server.mcp.service import Asker, signature
from kgraph.views.stats import stats

_TERMS = """SELECT ?term ?comment ?domain ?range {
  ?term rdfs:comment ?comment FILTER(STRSTARTS(STR(?term), STR(kg:)))
  OPTIONAL { ?term rdfs:domain ?domain } OPTIONAL { ?term rdfs:range ?range }
}"""


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
    words: str
    media_type: str
    read: Callable[[Asker], str]


def ontology(asker: Asker) -> str:
    """The ontology as it is kept."""
    return _ontology().read_text("utf-8")


def _ontology() -> Path:
    return shared("ontology", "kgraph.ttl")


def vocabulary(asker: Asker) -> str:
    """Each term of the ontology on a line."""
    return _vocabulary()


@cache
def _vocabulary() -> str:
    store = pyoxigraph.Store()
    store.load(path=_ontology(), format=RdfFormat.TURTLE)
    found = store.query(_TERMS, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    return "\n".join(sorted({_line(row) for row in found})) + "\n"


def _line(row: pyoxigraph.QuerySolution) -> str:
    domain, range_ = (
        curie(row[name].value) if isinstance(row[name], pyoxigraph.NamedNode) else ""
        for name in ("domain", "range")
    )
    ends = f" ({domain} -> {range_})" if domain or range_ else ""
    return f"{curie(row['term'].value)}{ends}: {row['comment'].value}"


def queries(asker: Asker) -> str:
    """How each question is asked, and what it answers."""
    return "\n".join(f"{signature(q)}: {q.summary}" for q in questions().values()) + "\n"


def statistics(asker: Asker) -> str:
    """What the graph holds, in numbers."""
    snapshot = asker.snapshot()
    return compact({"base": snapshot.base, **msgspec.to_builtins(stats(snapshot.store.graph))})


RESOURCES = (
    Resource(
        "kgraph://vocabulary",
        "vocabulary",
        "every term of the ontology on a line: read before writing SPARQL",
        "text/plain",
        vocabulary,
    ),
    Resource("kgraph://ontology", "ontology", "the ontology, whole", "text/turtle", ontology),
    Resource(
        "kgraph://queries",
        "queries",
        "the questions with a name, and how each is asked",
        "text/plain",
        queries,
    ),
    Resource(
        "kgraph://statistics",
        "statistics",
        "what the graph holds, in numbers: counts by type, most connected, shows, dates",
        "application/json",
        statistics,
    ),
)
"""What there is to read at addresses of their own; :func:`query` has one for each query."""

QUERY = "kgraph://queries/{name}"
"""Address of a saved query."""


def query(name: str) -> str:
    """The SPARQL of a saved query, as an example to write others by.

    Raises:
        InputError: there is none of that name.
    """
    saved = saved_queries().get(name)
    if saved is None:
        raise InputError(f"{name}: no such saved query: kgraph://queries lists them")
    return saved.text
