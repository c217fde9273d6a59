"""Asking the graph: SPARQL as text or by a saved name, and names as people write them.

Takes a :class:`kgraph.store.Store` and a question, gives an :class:`Answer`. A query is
read-only, reaches no network, and is stopped, process and all, when it passes its limit.
"""

from kgraph.deprecated import add_old_names
from kgraph.graph.lookup import Lookup
from kgraph.query.evaluate import Answer, run_query
from kgraph.query.formats import ANSWER_FORMATS, AnswerFormat
from kgraph.query.parameters import Parameter
from kgraph.query.saved import SavedQuery, load_saved_queries

__all__ = [
    "ANSWER_FORMATS",
    "Answer",
    "AnswerFormat",
    "Lookup",
    "Parameter",
    "SavedQuery",
    "load_saved_queries",
    "run_query",
]

add_old_names(__name__)
