"""Judgements that people made in a window of days, as the build applied them."""

from __future__ import annotations

from kgraph.graph.windows import make_window
from kgraph.query.parameters import QueryArguments, text_arg
from kgraph.query.table import Finding, Findings
from kgraph.store import Store

JUDGEMENT_COLUMNS = ("date", "judgement", "why", "by", "line")

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"  #: of a window without a beginning or an end


def list_window_judgements(store: Store, arguments: QueryArguments) -> Findings:
    """List the judgements with a date in a window, by date; without a window all, dated or not.

    Judgements are made at other times than episodes, so no window follows from the episodes.

    Raises:
        InputError: the first day is after the last one.
        StoreError: the build did not keep its judgements.
    """
    from kgraph.pipeline.kept import read_decision_tables  # with numpy 0.15 s, for every analysis

    since, until = text_arg(arguments, "since"), text_arg(arguments, "until")
    judgements = list(read_decision_tables(store.build).judgements)
    if since or until:
        window = make_window(since or FIRST_DAY, until or LAST_DAY)
        judgements = [judgement for judgement in judgements if judgement.date in window]
    judgements.sort(key=lambda judgement: (judgement.date, judgement.line))
    rows = [Finding((j.date, str(j), j.why, j.by, j.line)) for j in judgements]
    return Findings(JUDGEMENT_COLUMNS, rows)
