"""Companies associated with a given one, by confidence (:mod:`kgraph.graph.cooccurrence`)."""

from __future__ import annotations

from kgraph.graph.cooccurrence import count_co_mentions
from kgraph.query.parameters import QueryArguments, int_arg, text_arg
from kgraph.query.table import Finding, Findings
from kgraph.store import Store


def rank_associated_companies(store: Store, arguments: QueryArguments) -> Findings:
    """Rank companies by their association with one; the score is the association."""
    company, since = text_arg(arguments, "company"), text_arg(arguments, "since")
    summaries = [s for s in store.shared.summaries.values() if s.date[:10] >= since]
    types = {"company", company.partition("/")[0]}
    findings = []
    for pair in count_co_mentions(summaries, types, int_arg(arguments, "minEpisodes")):
        if company not in (pair.source, pair.target):
            continue
        partner = pair.target if pair.source == company else pair.source
        if partner.startswith("company/"):
            label = store.shared.entities[partner].label
            cells = (label, pair.episodes, pair.weighted, pair.lift, pair.association)
            findings.append(Finding(cells, (partner, company), pair.association))
    findings.sort(key=lambda finding: (-finding.score, finding.finds))
    return Findings(("name", "episodes", "weighted", "lift", "association"), findings)
