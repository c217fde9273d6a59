"""Names that the episodes of a theme or a show mention more often than others do.

Ties are those of :mod:`kgraph.graph.cooccurrence`. The episodes of a show are all of one show, so
that one show is enough for its ties.
"""

from __future__ import annotations

from kgraph.analysis.comparing import list_episodes_of
from kgraph.graph.cooccurrence import MIN_TIE_SHOWS, expected_counts, rank_ties
from kgraph.query.parameters import QueryArguments, text_arg, types_arg
from kgraph.query.table import Finding, Findings
from kgraph.store import Store

GROUP_NAME_COLUMNS = ("name", "type", "episodes", "lift", "association")


def rank_group_names(store: Store, arguments: QueryArguments) -> Findings:
    """Rank what the episodes of a theme or a show mention; the score is the association."""
    entities, summaries = store.shared.entities, store.shared.summaries
    id_ = text_arg(arguments, "of")
    is_show = id_ in entities
    own = (
        [slug for slug, summary in summaries.items() if summary.show == id_]
        if is_show
        else list_episodes_of(store, id_)
    )
    ties = rank_ties(
        summaries,
        entities,
        dict.fromkeys(own, 1.0),
        expected_counts(summaries.values()),
        types_arg(arguments, "type"),
        excluded=id_,
        min_shows=1 if is_show else MIN_TIE_SHOWS,
    )
    findings = []
    for tie in ties:
        entity = entities[tie.id]
        cells = (entity.label, entity.type, tie.episodes, tie.lift, tie.association)
        findings.append(Finding(cells, (tie.id,), tie.association))
    return Findings(GROUP_NAME_COLUMNS, findings)
