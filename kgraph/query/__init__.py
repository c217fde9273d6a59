"""Asking the graph: SPARQL as text or by a saved name, and names as people write them.

Takes a :class:`kgraph.store.Store` and a question, gives an :class:`Answer`. A query is
read-only, reaches no network, and is stopped, process and all, when it passes its limit.
"""

from kgraph.graph.lookup import Lookup
from kgraph.query.evaluate import Answer, ask
from kgraph.query.formats import FORMATS, Format
from kgraph.query.parameters import Parameter
from kgraph.query.saved import SavedQuery, saved_queries

__all__ = [
    "FORMATS",
    "Answer",
    "Format",
    "Lookup",
    "Parameter",
    "SavedQuery",
    "ask",
    "saved_queries",
]
