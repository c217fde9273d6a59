"""Full-text search of a graph.

A build turns each episode into documents (:mod:`kgraph.search.documents`) and writes one SQLite
file beside the graph (:mod:`kgraph.search.writer`). :func:`search` returns ranked :class:`Hit`
values for a text and filters; SPARQL has the function ``kg:matches``
(:mod:`kgraph.search.sparql_function`). Words are those of Unicode, folded
(:mod:`kgraph.search.tokenize`); the engine is FTS5 (https://sqlite.org/fts5.html) with BM25.

Every function that reads the index raises :class:`kgraph.base.errors.StoreError` when it is
damaged. Those that take a text or filters raise :class:`kgraph.base.errors.InputError` when the
text has no word, or a filter has no such value.
"""

from kgraph.search.documents import HIT_KINDS, HitKind
from kgraph.search.filters import Filters
from kgraph.search.highlight import Segment
from kgraph.search.hits import Found, Hit, Hits, Source
from kgraph.search.index import Index
from kgraph.search.request import SearchRequest, search_page
from kgraph.search.search import search

__all__ = [
    "HIT_KINDS",
    "Filters",
    "Found",
    "Hit",
    "HitKind",
    "Hits",
    "Index",
    "SearchRequest",
    "Segment",
    "Source",
    "search",
    "search_page",
]
