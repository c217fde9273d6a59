"""Full-text search: what the graph says, by its words.

A build hands over what of each recording can be searched (:mod:`kgraph.search.documents`)
and gets one SQLite file beside the graph (:mod:`kgraph.search.writer`); a reader hands over
a text and filters and gets ranked :class:`Hit` values (:func:`search`); SPARQL gets the
function ``kg:matches`` (:mod:`kgraph.search.sparql_function`). Words are Unicode's, folded
(:mod:`kgraph.search.tokenize`); the engine is FTS5 (https://sqlite.org/fts5.html), with its
BM25.
"""

from kgraph.deprecated import add_old_names
from kgraph.search.documents import HIT_KINDS, HitKind
from kgraph.search.filters import Filters
from kgraph.search.highlight import Segment
from kgraph.search.index import Index
from kgraph.search.results import Hits
from kgraph.search.search import Found, Hit, Source, search

__all__ = [
    "HIT_KINDS",
    "Filters",
    "Found",
    "Hit",
    "HitKind",
    "Hits",
    "Index",
    "Segment",
    "Source",
    "search",
]

add_old_names(__name__)
