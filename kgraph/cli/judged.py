"""What a build says of the judgements that people made, on standard error."""

from __future__ import annotations

from kgraph.build import Report
from kgraph.cli.printing import remark
from kgraph.names import counted

SHOWN_UNAPPLIED = 15
"""Judgements that are named where they could not be applied; --json has all."""


def print_judgements(report: Report) -> None:
    """Print which file of judgements was read, where that may surprise, and what of it could not
    be applied."""
    for note in report.notes:
        remark(note)
    if report.unapplied:
        remark(f"{counted(len(report.unapplied), 'judgement')} could not be applied in full:")
    for problem in report.unapplied[:SHOWN_UNAPPLIED]:
        remark(f"  {problem}")
    if (left := len(report.unapplied) - SHOWN_UNAPPLIED) > 0:
        remark(f"  and {left:,} more: --json has all")
