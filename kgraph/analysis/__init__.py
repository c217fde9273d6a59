"""Questions that take a program to answer, and every question with a name.

Takes a :class:`kgraph.store.Store`; what it looks at are mostly the outlines of the recordings
(:class:`kgraph.graph.Outline`), which a store holds in one small piece. Gives
:class:`Findings`: a table whose rows know what they are about, so that they can also be
written as RDF (:mod:`kgraph.analysis.rdf`). An analysis is a file here and a row in
:mod:`kgraph.analysis.registry`.

Invariant: deterministic. Nothing depends on a clock, an unseeded random number or the order of
a set of texts.
"""

from kgraph.analysis.questions import (
    NamedQuery,
    answer_query,
    describe_query_substitutions,
    fetch_answer_table,
    load_named_queries,
    run_analysis,
)
from kgraph.analysis.registry import ANALYSES
from kgraph.analysis.result import Analysis, Finding, Findings
from kgraph.deprecated import add_old_names

__all__ = [
    "ANALYSES",
    "Analysis",
    "Finding",
    "Findings",
    "NamedQuery",
    "answer_query",
    "describe_query_substitutions",
    "fetch_answer_table",
    "load_named_queries",
    "run_analysis",
]

add_old_names(__name__)
