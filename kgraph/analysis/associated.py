"""What goes with a company more often than chance has it, weighted by confidence.

Takes the outlines of the episodes since a day; the measures are those of
:mod:`kgraph.graph.cooccurrence`.
"""

from __future__ import annotations

from kgraph.analysis.result import Arguments, Finding, Findings, number, words
from kgraph.graph.cooccurrence import co_mentions
from kgraph.store import Store


def associated(store: Store, arguments: Arguments) -> Findings:
    """Companies by association with one, the strongest first; score: association."""
    company, since = words(arguments, "company"), words(arguments, "since")
    outlines = [o for o in store.shared.outlines.values() if o.date[:10] >= since]
    types = {"company", company.partition("/")[0]}
    found = []
    for pair in co_mentions(outlines, types, number(arguments, "least")):
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
