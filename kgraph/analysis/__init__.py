"""Named queries that a function answers, and the one way to ask any named query.

An analysis is a function of a :class:`kgraph.store.Store` and parameters; it mostly reads the
summaries of the episodes. It returns :class:`Findings`, a table whose rows know the ids of the
things they are about, so that they can also be written as RDF
(:mod:`kgraph.analysis.presentation`). Each analysis is a function here and a row in
:mod:`kgraph.analysis.registry`.

Invariant: results are deterministic. Nothing depends on a clock, an unseeded random number or
the order of a set of texts.
"""

from kgraph.analysis.questions import (
    answer_query,
    answer_remote_query,
    describe_query_substitutions,
    fetch_answer_table,
    load_named_queries,
    run_analysis,
)
from kgraph.analysis.registry import ANALYSES
from kgraph.query.named import NamedQuery
from kgraph.query.table import Finding, Findings

__all__ = [
    "ANALYSES",
    "Finding",
    "Findings",
    "NamedQuery",
    "answer_query",
    "answer_remote_query",
    "describe_query_substitutions",
    "fetch_answer_table",
    "load_named_queries",
    "run_analysis",
]
