"""Judgements that people made in a window of days, as the build applied them."""

from __future__ import annotations

from kgraph.analysis.window_names import split_window
from kgraph.pipeline.kept import read_kept_tables
from kgraph.query.parameters import QueryArguments
from kgraph.query.table import Finding, Findings
from kgraph.store import Store

JUDGEMENT_COLUMNS = ("date", "judgement", "why", "by", "line")


def list_window_judgements(store: Store, arguments: QueryArguments) -> Findings:
    """List the judgements with a date in a window, by date.

    Raises:
        InputError: as of :func:`kgraph.analysis.window_names.split_window`.
        StoreError: the build did not keep its judgements.
    """
    window = split_window(store, arguments).window
    judgements = [j for j in read_kept_tables(store.build).judgements if j.date in window]
    judgements.sort(key=lambda judgement: (judgement.date, judgement.line))
    rows = [Finding((j.date, str(j), j.why, j.by, j.line)) for j in judgements]
    return Findings(JUDGEMENT_COLUMNS, rows)
