"""Queries of a graph: SPARQL, saved queries, and names as people write them.

A query is read-only and reaches no network; a child process that passes its limit is killed.
"""

from kgraph.graph.lookup import Lookup
from kgraph.query.answer import Answer
from kgraph.query.evaluate import run_query
from kgraph.query.formats import ANSWER_FORMATS, AnswerFormat
from kgraph.query.named import NamedQuery
from kgraph.query.parameters import Parameter
from kgraph.query.saved import load_saved_queries

__all__ = [
    "ANSWER_FORMATS",
    "Answer",
    "AnswerFormat",
    "Lookup",
    "NamedQuery",
    "Parameter",
    "load_saved_queries",
    "run_query",
]
