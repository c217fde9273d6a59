"""What goes with a company more often than chance has it, weighted by confidence.

Takes the outlines of the episodes since a day; the measures are those of
:mod:`kgraph.graph.cooccurrence`.
"""

from __future__ import annotations

from kgraph.analysis.result import Finding, Findings, QueryArguments, int_arg, text_arg
from kgraph.graph.cooccurrence import count_co_mentions
from kgraph.store import Store


def rank_associated_companies(store: Store, arguments: QueryArguments) -> Findings:
    """Companies by association with one, the strongest first; score: association."""
    company, since = text_arg(arguments, "company"), text_arg(arguments, "since")
    outlines = [o for o in store.shared.summaries.values() if o.date[:10] >= since]
    types = {"company", company.partition("/")[0]}
    found = []
    for pair in count_co_mentions(outlines, types, int_arg(arguments, "least")):
        if company in (pair.source, pair.target):
            other = pair.target if pair.source == company else pair.source
            if other.startswith("company/"):
                cells = (
                    store.shared.entities[other].label,
                    pair.episodes,
                    pair.weighted,
                    pair.lift,
                    pair.association,
                )
                found.append(Finding(cells, (other, company), pair.association))
    found.sort(key=lambda finding: (-finding.score, finding.finds))
    return Findings(("name", "episodes", "weighted", "lift", "association"), found)
